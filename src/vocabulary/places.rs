//! Where a word belongs, for messages about a known word in a wrong place. In: a word. Out: every place of the table
//! that knows it, nearest to the top of the file first.

use super::Word;
use super::walk::{Visit, every_node};

/// A place where a word is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The enclosing nodes, from the top of the file; empty at the top.
    pub path: Vec<Word>,
    /// What the word is at that place.
    pub role: Role,
}

/// What a word is at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A node, written as a line of its own.
    Node,
    /// A property, written `word=value`.
    Property,
}

impl Place {
    /// The enclosing node; `None` at the top of the file.
    pub fn parent(&self) -> Option<Word> {
        self.path.last().copied()
    }
}

/// Every place of a word, one for each parent. A part that `release` and `profile` share is found under `release`.
pub fn where_allowed(word: Word) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for Visit { node, mut path } in every_node() {
        let role = match (node.child(word), node.property(word)) {
            (Some(_), _) => Role::Node,
            (None, Some(_)) => Role::Property,
            (None, None) => continue,
        };
        if node.word != Word::Document {
            path.push(node.word);
        }
        if !places.iter().any(|place| place.parent() == path.last().copied() && place.role == role) {
            places.push(Place { path, role });
        }
    }
    places
}

/// Where a word belongs, as prose: "`pause` belongs in `stage`". `None` when it belongs nowhere, or in too many places
/// for the answer to help.
pub fn belongs(word: Word) -> Option<String> {
    let places = where_allowed(word);
    let mut parents: Vec<String> = Vec::new();
    for place in &places {
        let parent =
            place.parent().map_or_else(|| "at the top of the file".to_owned(), |parent| format!("in `{parent}`"));
        if !parents.contains(&parent) {
            parents.push(parent);
        }
    }
    if parents.len() > 4 {
        return None;
    }
    let last = parents.pop()?;
    let list = if parents.is_empty() { last } else { format!("{} or {last}", parents.join(", ")) };
    Some(format!("`{word}` belongs {list}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misplaced_word_is_moved_to_its_place() {
        assert_eq!(belongs(Word::Pause).as_deref(), Some("`pause` belongs in `stage`"));
        assert_eq!(belongs(Word::Guardrail).as_deref(), Some("`guardrail` belongs at the top of the file"));
        assert_eq!(belongs(Word::Param), None, "five places are too many to help");
        assert_eq!(belongs(Word::Share).as_deref(), Some("`share` belongs in `audience` or in `mirror`"));
        assert_eq!(belongs(Word::Document), None);
    }

    #[test]
    fn a_position_includes_the_path() {
        let places = where_allowed(Word::Gate);
        assert_eq!(places, [Place { path: vec![Word::Release, Word::Stage], role: Role::Node }]);
        let max_surge = where_allowed(Word::MaxSurge);
        assert_eq!(max_surge, [Place { path: vec![Word::Release, Word::Rollout], role: Role::Property }]);
    }

    #[test]
    fn every_word_is_in_the_table() {
        for word in Word::ALL.iter().filter(|word| **word != Word::Document) {
            assert!(!where_allowed(*word).is_empty() || is_field(*word), "`{word}` is in no line of the table");
        }
    }

    fn is_field(word: Word) -> bool {
        every_node().iter().any(|visit| visit.node.argument_spec().is_some_and(|argument| argument.field == word))
    }
}
