//! In: the content of earlier layers and of a later one. Out: both together, by the one merge rule of the language: a
//! property replaces, a section merges, a list replaces the list, a node merges into the node of the same name.

use super::stages;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, reference, suggest};
use crate::model::Block;
use crate::vocabulary::{Argument, Merge, Word};

/// Merges `later` into `base`, which has the same keyword.
pub fn merge(base: &mut Block, later: Block, diagnostics: &mut Diagnostics) {
    base.misread |= later.misread;
    for property in later.properties {
        match base.properties.iter_mut().find(|earlier| earlier.word == property.word) {
            Some(earlier) => *earlier = property,
            None => base.properties.push(property),
        }
    }
    for (key, value) in later.free {
        match base.free.iter_mut().find(|(earlier, _)| earlier.value == key.value) {
            Some(slot) => *slot = (key, value),
            None => base.free.push((key, value)),
        }
    }
    let identity = matches!(base.spec.merge, Merge::Named | Merge::Stage);
    let takes_arguments = !matches!(base.spec.argument, Argument::None);
    if takes_arguments && !identity && !later.arguments.is_empty() {
        base.arguments = later.arguments;
    }
    children(base, later.children, diagnostics);
}

/// Merges a later layer's children into `base`.
pub fn children(base: &mut Block, later: Vec<Block>, diagnostics: &mut Diagnostics) {
    let mut replaced: Vec<Word> = Vec::new();
    let had_stages = base.child(Word::Stage).is_some();
    for child in later {
        match child.spec.merge {
            Merge::Section => section(base, child, diagnostics),
            Merge::Named => named(base, child, diagnostics),
            Merge::Stage => {
                if let Some((position, stage)) = stages::place(base, child, had_stages, diagnostics) {
                    merge(&mut base.children[position], stage, diagnostics);
                }
            }
            Merge::Append => base.children.push(child),
            Merge::Replace => {
                if !replaced.contains(&child.word()) {
                    replaced.push(child.word());
                    base.children.retain(|earlier| earlier.word() != child.word());
                }
                base.children.push(child);
            }
        }
    }
}

fn section(base: &mut Block, child: Block, diagnostics: &mut Diagnostics) {
    let choice = base.spec.child(child.word()).and_then(|spec| spec.choice);
    if let Some(choice) = choice {
        // Another alternative replaces the earlier choice. Several routers are allowed within one layer.
        let (layer, word, spec) = (child.layer, child.word(), base.spec);
        base.children.retain(|earlier| {
            earlier.word() == word
                || (choice.several && earlier.layer == layer)
                || spec
                    .child(earlier.word())
                    .and_then(|other| other.choice)
                    .is_none_or(|other| other.name != choice.name)
        });
    }
    match base.children.iter_mut().find(|earlier| earlier.word() == child.word()) {
        Some(earlier) if choice.is_some() && another(earlier, &child) => *earlier = child,
        Some(earlier) => merge(earlier, child, diagnostics),
        None => base.children.push(child),
    }
}

/// Whether two alternatives of one keyword name different things (`metric "a"`, `metric "b"`). They are then not
/// merged.
fn another(earlier: &Block, later: &Block) -> bool {
    matches!(later.spec.argument, Argument::One(_)) && later.name().is_some() && earlier.name() != later.name()
}

fn named(base: &mut Block, child: Block, diagnostics: &mut Diagnostics) {
    let is_namesake =
        |earlier: &Block| earlier.namespace_word() == child.namespace_word() && earlier.has_identity_of(&child);
    let found = base.children.iter().position(is_namesake);
    match found {
        Some(position) if base.children[position].word() != child.word() => {
            let earlier = &base.children[position];
            diagnostics.push(
                Diagnostic::new(
                    Code::LayerNamesake,
                    child.keyword,
                    format!(
                        "`{}` is declared as `{}`, not as `{}`",
                        child.name().unwrap_or_default(),
                        earlier.word(),
                        child.word()
                    ),
                )
                .label(format!("write `{}`", earlier.word()))
                .also(earlier.name_span(), "declared here")
                .help(format!(
                    "amend it with the same keyword: `{} \"{}\" …`",
                    earlier.word(),
                    child.name().unwrap_or_default()
                )),
            );
        }
        Some(position) => merge(&mut base.children[position], child, diagnostics),
        None if matches!(child.word(), Word::Slo | Word::Check) && !has_measure(&child) && !child.misread => {
            diagnostics.push(nothing_to_amend(base, &child));
        }
        None => base.children.push(child),
    }
}

fn has_measure(block: &Block) -> bool {
    block.children.iter().any(|child| block.spec.child(child.word()).is_some_and(|spec| spec.choice.is_some()))
}

fn nothing_to_amend(base: &Block, child: &Block) -> Diagnostic {
    let (word, name) = (child.word(), child.name().unwrap_or_default());
    let known: Vec<&str> = base
        .children
        .iter()
        .filter(|other| matches!(other.word(), Word::Slo | Word::Check))
        .filter_map(Block::name)
        .collect();
    let diagnostic =
        Diagnostic::new(Code::LayerNothingToAmend, child.name_span(), format!("`{word} \"{name}\"` has no measure"));
    let measure = if word == Word::Slo { "{ success-ratio window=\"5m\" }" } else { "{ query \"…\" }" };
    match suggest::nearest(name, known.iter().copied()) {
        Some(nearest) => reference::misspelt(diagnostic, child.name_span(), nearest)
            .help(format!("write `{word} \"{nearest}\"` to amend that one, or add a measure to this one: `{word} \"{name}\" … {measure}`")),
        None => diagnostic
            .label("no measure, and nothing with this name to amend")
            .help(format!("add a measure: `{word} \"{name}\" … {measure}`")),
    }
}
