//! The table of the language: every node with its arguments, properties, children, types, defaults and one sentence of
//! documentation each, with one file for each subject. In: nothing. Out: [`DOCUMENT`], from which everything else is
//! reached.

mod audience;
mod body;
mod credentials;
mod document;
mod guardrail;
mod level;
mod make;
mod measure;
mod parameters;
mod provider;
mod remove;
mod route;
mod router;
mod service;
mod settings;
mod stage;
mod workload;

pub use body::ENVIRONMENT;
pub use body::{PROFILE, RELEASE};
pub use document::DOCUMENT;

#[cfg(test)]
mod tests {
    use crate::vocabulary::{Argument, Merge, NodeSpec, Presence, Type, Visit, Word, every_node};

    #[test]
    fn words_are_unique_and_in_alphabetical_order() {
        let texts: Vec<&str> = Word::ALL.iter().map(|word| word.as_str()).collect();
        let mut sorted = texts.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(texts, sorted);
        assert!(Word::ALL.iter().all(|word| Word::find(word.as_str()) == Some(*word)));
        assert!(["", "stages", "a", "zzz", "Stage"].iter().all(|text| Word::find(text).is_none()));
    }

    #[test]
    fn every_text_is_a_sentence_of_one_line() {
        let sentence = |node: &NodeSpec, text: &str| {
            assert!(text.ends_with('.') && text.len() < 140 && !text.contains('\n'), "`{}`: {text}", node.word);
            assert!(text.starts_with(|first: char| first.is_uppercase()), "`{}`: {text}", node.word);
        };
        for Visit { node, .. } in every_node() {
            sentence(node, node.doc);
            node.properties.iter().for_each(|property| sentence(node, property.doc));
            node.argument_spec().iter().for_each(|argument| sentence(node, argument.doc));
        }
    }

    #[test]
    fn a_new_key_differs_from_existing_keys() {
        for Visit { node, .. } in every_node() {
            let mut keys: Vec<Word> = node.properties.iter().map(|property| property.word).collect();
            keys.extend(node.children.iter().map(|child| child.node.word));
            if !keys.is_empty() || node.free.is_some() {
                keys.extend(node.argument_spec().map(|argument| argument.field));
            }
            let before = keys.len();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), before, "`{}` knows a key twice, which YAML could not tell apart", node.word);
        }
    }

    #[test]
    fn repeated_nodes_have_a_merge_rule() {
        for Visit { node, .. } in every_node() {
            for child in node.children {
                let merge = child.node.merge;
                assert_eq!(child.repeats, merge != Merge::Section, "`{}` in `{}`", child.node.word, node.word);
                let has_name = matches!(child.node.argument, Argument::One(_) | Argument::Optional(_));
                assert!(has_name || !matches!(merge, Merge::Named | Merge::Stage), "`{}` has no name", child.node.word);
            }
        }
    }

    #[test]
    fn a_default_of_a_closed_set_is_a_member() {
        for Visit { node, .. } in every_node() {
            for property in node.properties {
                if let (Type::OneOf(words), Presence::Default(default)) = (property.value_type, property.presence) {
                    assert!(words.contains(&default), "`{}` of `{}`", property.word, node.word);
                }
            }
        }
    }
}
