//! In: the name of a property, or a term of the glossary. Out: what it means, as Markdown.

use std::collections::BTreeMap;

use crate::policy::REFUSED_WORDS;
use crate::vocabulary::{Word, every_node};

const GLOSSARY: &str = include_str!("../../docs/glossary.md");

/// What a property means in each node that has it.
pub fn of_property(word: Word) -> Option<String> {
    let is_refused = |word: Word| REFUSED_WORDS.iter().any(|(refused, _)| *refused == word);
    // Nodes of one kind share the line.
    let mut lines: Vec<(&str, Vec<&str>)> = Vec::new();
    let visits = every_node();
    let visits =
        visits.iter().filter(|visit| !is_refused(visit.node.word) && !visit.path.iter().copied().any(is_refused));
    for visit in visits {
        let Some(property) = visit.node.properties.iter().find(|property| property.word == word) else { continue };
        let node = visit.node.word.as_str();
        match lines.iter_mut().find(|(doc, _)| *doc == property.doc) {
            Some((_, nodes)) if nodes.contains(&node) => {}
            Some((_, nodes)) => nodes.push(node),
            None => lines.push((property.doc, vec![node])),
        }
    }
    if lines.is_empty() {
        return None;
    }
    let mut text = format!("## `{word}=`\n");
    for (doc, nodes) in lines {
        text.push_str(&format!("\nOn `{}`: {doc}\n", nodes.join("`, `")));
    }
    Some(text)
}

/// What a term of the glossary means.
pub fn of_term(name: &str) -> Option<String> {
    let terms: BTreeMap<&str, &str> = GLOSSARY
        .lines()
        .filter_map(|line| line.strip_prefix("| **")?.strip_suffix(" |")?.split_once("** | "))
        .collect();
    let written = name.to_ascii_lowercase();
    let term = match written.as_str() {
        "exposed" | "expose" => "exposure",
        "held" | "holds" => "hold",
        "aborted" => "abort",
        "promoted" => "promotion",
        other => other,
    };
    terms.get(term).map(|meaning| format!("## {}{}\n\n{meaning}\n", term[..1].to_uppercase(), &term[1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_and_terms_are_explained() {
        for word in ["weight", "pause", "promote", "pinned", "window", "no-data", "on-fail", "failure-limit"] {
            let text = Word::find(word).and_then(of_property).unwrap_or_default();
            assert!(text.contains("On `"), "{word}: {text}");
            assert!(!text.contains("`guardrail`"), "{word}: {text}");
        }
        for term in ["hold", "held", "exposure", "exposed", "canary"] {
            assert!(of_term(term).is_some(), "{term}");
        }
        assert_eq!(of_term("zzz"), None);
        assert_eq!(of_term(""), None);
    }
}
