//! Comments for the reviewers of an object, by the field above which they stand. Only YAML has comments.

use std::borrow::Cow;

/// The comments of an object, or of a part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    /// The comment above the field itself: one line.
    above: Option<String>,
    below: Vec<(Cow<'static, str>, Comments)>,
}

/// The comments of a part that has none.
static NONE: Comments = Comments { above: None, below: Vec::new() };

impl Comments {
    /// No comments.
    pub fn none() -> &'static Self {
        &NONE
    }

    /// Puts a line above the field at a path. The items of a list have their position as key.
    pub fn add(&mut self, path: &[Cow<'static, str>], line: String) {
        match path {
            [] => self.above = Some(line),
            [key, rest @ ..] => {
                let position = self.below.iter().position(|(known, _)| known == key);
                let position = position.unwrap_or_else(|| {
                    self.below.push((key.clone(), Self::default()));
                    self.below.len() - 1
                });
                if let Some((_, below)) = self.below.get_mut(position) {
                    below.add(rest, line);
                }
            }
        }
    }

    /// The line above this field.
    pub fn above(&self) -> Option<&str> {
        self.above.as_deref()
    }

    /// The comments of the entry of a mapping.
    pub fn of_key(&self, key: &str) -> &Self {
        self.below.iter().find(|(known, _)| known == key).map_or(&NONE, |(_, below)| below)
    }

    /// The comments of the item of a list.
    pub fn of_item(&self, position: usize) -> &Self {
        if self.below.is_empty() { &NONE } else { self.of_key(&position.to_string()) }
    }
}
