//! In: the content of earlier layers and a `remove` of a later one. Out: the remaining content, and a diagnostic for
//! whatever did not exist.

use super::stages;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, reference, suggest};
use crate::model::Block;
use crate::vocabulary::Word;

/// Carries out one `remove`.
pub fn remove(base: &mut Block, remove: &Block, diagnostics: &mut Diagnostics) {
    for child in &remove.children {
        match child.word() {
            Word::Stage | Word::Audience | Word::Route => {
                for name in child.arguments.iter().filter(|value| value.is_sound()) {
                    let Some(text) = name.as_str() else { continue };
                    match position(base, child.word(), text) {
                        Some(position) => drop(base.children.remove(position)),
                        None => diagnostics.push(absent(base, child.word(), text, name.span)),
                    }
                }
            }
            Word::Port => ports(base, child, diagnostics),
            word => {
                let before = base.children.len();
                base.children.retain(|earlier| earlier.word() != word);
                if base.children.len() == before {
                    diagnostics.push(
                        Diagnostic::new(
                            Code::LayerNothingToRemove,
                            child.keyword,
                            format!("there is no `{word}` to remove"),
                        )
                        .label("no earlier layer declares it")
                        .help("delete it from `remove`"),
                    );
                }
            }
        }
    }
}

fn position(base: &Block, word: Word, name: &str) -> Option<usize> {
    if word == Word::Stage {
        return stages::find(base, name);
    }
    base.children.iter().position(|child| {
        child.word() == word
            && child.name().map_or(word == Word::Route && base.name() == Some(name), |known| known == name)
    })
}

fn ports(base: &mut Block, child: &Block, diagnostics: &mut Diagnostics) {
    for number in child.arguments.iter().filter(|value| value.is_sound()) {
        let service = base.children.iter_mut().find(|child| child.word() == Word::Service);
        let found = service.and_then(|service| {
            let position = service.children.iter().position(|port| {
                port.word() == Word::Port && port.argument().is_some_and(|value| value.scalar == number.scalar)
            })?;
            Some(service.children.remove(position))
        });
        if found.is_none() {
            let shown = child.identity().unwrap_or_default();
            diagnostics.push(
                Diagnostic::new(Code::LayerNothingToRemove, number.span, format!("there is no port {shown} to remove"))
                    .label("no earlier layer declares it")
                    .help("delete it from `remove`"),
            );
        }
    }
}

fn absent(base: &Block, word: Word, name: &str, span: crate::source::Span) -> Diagnostic {
    let known: Vec<&str> = match word {
        Word::Stage => base.all(word).filter_map(Block::stage_name).collect(),
        _ => base.all(word).filter_map(|child| child.name().or_else(|| base.name())).collect(),
    };
    let diagnostic =
        Diagnostic::new(Code::LayerNothingToRemove, span, format!("there is no {word} `{name}` to remove"));
    match suggest::nearest(name, known.iter().copied()) {
        Some(nearest) => reference::misspelt(diagnostic, span, nearest),
        None if known.is_empty() => {
            diagnostic.label("unknown").help(format!("no earlier layer has any {word}; delete it from `remove`"))
        }
        None => diagnostic.label("unknown").help(format!("those of earlier layers are {}", suggest::one_of(known))),
    }
}
