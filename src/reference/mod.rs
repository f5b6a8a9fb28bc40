//! In: the table, and a few paragraphs for each page (`pages/`). Out: the language reference as Markdown, one page for
//! each subject. Everything about a single word comes from the table; the paragraphs explain how the words work
//! together.

mod node;
mod terms;
mod types;

use crate::policy::REFUSED_WORDS;
use crate::vocabulary::{NodeSpec, Word, every_node, glance};
use node::Section;

/// One page of the reference.
#[derive(Clone, Debug)]
pub struct ReferencePage {
    /// Its file's name in the folder of the reference.
    pub file: &'static str,
    /// Markdown.
    pub text: String,
}

/// A page before its sections are filled in.
struct Plan {
    file: &'static str,
    title: &'static str,
    about: &'static str,
    opening: &'static str,
    subjects: &'static [Word],
}

const PLANS: &[Plan] = &[
    Plan {
        file: "release.md",
        title: "Files, releases and layers",
        about: "the contents of a file, profiles, environments, parameters, and how layers merge",
        opening: include_str!("pages/release.md"),
        subjects: &[
            Word::Include,
            Word::Environments,
            Word::Release,
            Word::Profile,
            Word::Environment,
            Word::Param,
            Word::Use,
            Word::Remove,
        ],
    },
    Plan {
        file: "workload.md",
        title: "Workload and service",
        about: "the pods to release, their number, and their Services",
        opening: include_str!("pages/workload.md"),
        subjects: &[Word::Workload, Word::Autoscaler, Word::Service],
    },
    Plan {
        file: "traffic.md",
        title: "Traffic: routes, routers, audiences",
        about: "where requests come in, how they are split, and which users form an audience",
        opening: include_str!("pages/traffic.md"),
        subjects: &[Word::Route, Word::Router, Word::Audience, Word::Sticky],
    },
    Plan {
        file: "stages.md",
        title: "Stages and watches",
        about: "who is exposed when and for how long, and what must pass before the release continues",
        opening: include_str!("pages/stages.md"),
        subjects: &[Word::Stage, Word::Watch],
    },
    Plan {
        file: "checks.md",
        title: "Service levels and checks",
        about: "service levels, checks, their measures, and the providers of measurements",
        opening: include_str!("pages/checks.md"),
        subjects: &[Word::Slo, Word::Check, Word::Metric, Word::Provider, Word::Load],
    },
    Plan {
        file: "settings.md",
        title: "Settings",
        about: "fields of the Rollout, notifications, patches, labels",
        opening: include_str!("pages/settings.md"),
        subjects: &[Word::Rollout, Word::Notify, Word::Patch, Word::Labels, Word::Annotations, Word::Allow],
    },
    Plan {
        file: "guardrails.md",
        title: "Guardrails and waivers",
        about: "rules for every release, and temporary exceptions from them",
        opening: include_str!("pages/guardrails.md"),
        subjects: &[Word::Guardrail, Word::Waiver],
    },
];

/// The first line of every page, to prevent edits by hand.
const GENERATED: &str =
    "<!-- Generated from the table of the language; `UPDATE_DOCS=1 cargo test --lib reference` regenerates it. -->\n\n";

/// All pages of the reference, the start page first.
pub fn reference() -> Vec<ReferencePage> {
    let sections = sections();
    let mut pages = vec![ReferencePage { file: "language.md", text: first_page() }];
    for plan in PLANS {
        let mut text = format!("{GENERATED}# {}\n\n{}", plan.title, plan.opening);
        for section in sections.iter().filter(|section| section.file == plan.file) {
            text.push('\n');
            text.push_str(&section.text(&sections));
        }
        pages.push(ReferencePage { file: plan.file, text });
    }
    pages
}

fn first_page() -> String {
    let contents: String =
        PLANS.iter().map(|plan| format!("- [{}]({}): {}\n", plan.title, plan.file, plan.about)).collect();
    include_str!("pages/language.md")
        .replace("{{contents}}", contents.trim_end())
        .replace("{{types}}", types::table().trim_end())
        .replace("{{glance}}", glance().trim_end())
        .replacen("# ", &format!("{GENERATED}# "), 1)
}

/// The sections of the reference about a word, as Markdown; none for a word that stands in tables only.
pub fn of_word(word: Word) -> Vec<String> {
    let sections = sections();
    let of_word = sections.iter().filter(|section| section.node.word == word);
    of_word.map(|section| section.text(&sections)).collect()
}

/// What a word means as a property, or as a term of the glossary, as Markdown. The flag says that the sections of the
/// word itself are about something that canaryc refuses.
pub fn of_name(name: &str) -> (Option<String>, bool) {
    let word = Word::find(name);
    let is_refused = |word: Word| REFUSED_WORDS.iter().any(|(refused, _)| *refused == word);
    let visits = every_node();
    let mut own = visits.iter().filter(|visit| Some(visit.node.word) == word).peekable();
    let refused = own.peek().is_some()
        && own.all(|visit| is_refused(visit.node.word) || visit.path.iter().copied().any(is_refused));
    (word.and_then(terms::of_property).or_else(|| terms::of_term(name)), refused)
}

/// The words that have a section, in the order of the pages.
pub fn words() -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for section in sections() {
        if !words.contains(&section.node.word) {
            words.push(section.node.word);
        }
    }
    words
}

/// Every section of the reference, in the order of the pages.
fn sections() -> Vec<Section> {
    let visits = every_node();
    let mut sections: Vec<Section> = Vec::new();
    for plan in PLANS {
        for subject in plan.subjects {
            let nodes = visits.iter().map(|visit| visit.node);
            let mut variants: Vec<&'static NodeSpec> =
                nodes.filter(|node| node.word == *subject && is_subject(node)).collect();
            // If a node differs between the top of a file and a release, one section describes both. It is the section
            // of the node with more parts.
            variants.sort_by_key(|node| std::cmp::Reverse(node.properties.len() + node.children.len()));
            if let Some(fullest) = variants.first().copied() {
                sections.push(Section { node: fullest, variants: variants.split_off(1), file: plan.file, level: 2 });
                inner(fullest, plan.file, &mut sections);
            }
        }
    }
    sections
}

/// The sections of the nodes in a node, if they have content of their own.
fn inner(node: &'static NodeSpec, file: &'static str, sections: &mut Vec<Section>) {
    for child in node.children {
        let is_told = sections.iter().any(|section| section.is_of(child.node));
        if !is_told && !node::is_row(child.node) && !is_subject(child.node) {
            sections.push(Section { node: child.node, variants: Vec::new(), file, level: 3 });
            inner(child.node, file, sections);
        }
    }
}

/// Whether a node is allowed at the top of a file or in the body of a release, a profile or an environment.
fn is_subject(node: &'static NodeSpec) -> bool {
    let parents = node::parents(node);
    let bodies = [Word::Document, Word::Release, Word::Profile, Word::Environment];
    parents.iter().any(|parent| bodies.contains(parent))
}

#[cfg(test)]
mod tests;
