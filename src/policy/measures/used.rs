//! In: a resolved release. Out: the `slo`s and `check`s in scope, those that the release uses first. A
//! [`CheckId`](crate::policy::CheckId) is an index into that order.

use crate::diagnostic::suggest;
use crate::model::Block;
use crate::source::Span;
use crate::syntax::tree::{Scalar, Text};
use crate::vocabulary::Word;

/// Names and places of all `slo`s and `check`s in scope: used ones first, in the order of the release's children.
pub fn known(release: &Block) -> Vec<(Text, Span)> {
    let (mut order, unused): (Vec<&Block>, Vec<&Block>) = all(release).partition(|check| is_used(release, check));
    order.extend(unused);
    order
        .into_iter()
        // A name that is misplaced as `name=` was reported, and is no reason to report its uses.
        .filter_map(|check| match check.argument().or(check.property(Word::Name)).map(|value| &value.scalar) {
            Some(Scalar::String(name)) => Some((Text::clone(name), check.name_span())),
            _ => None,
        })
        .collect()
}

/// The blocks of used checks.
pub fn blocks(release: &Block) -> Vec<&Block> {
    all(release).filter(|check| check.name().is_some() && is_used(release, check)).collect()
}

/// The blocks of unused checks.
pub fn unused(release: &Block) -> Vec<&Block> {
    all(release).filter(|check| check.name().is_some() && !is_used(release, check)).collect()
}

fn all(release: &Block) -> impl Iterator<Item = &Block> {
    release.children.iter().filter(|child| matches!(child.word(), Word::Slo | Word::Check))
}

/// The names of checks that a misspelt name probably means. That they are not used was reported there.
pub fn misspelt(release: &Block) -> Vec<&str> {
    let names: Vec<&str> = all(release).filter_map(Block::name).collect();
    let written = users(release).flat_map(|user| &user.arguments).filter_map(|value| value.as_str());
    written
        .filter(|name| !names.contains(name))
        .filter_map(|name| suggest::nearest(name, names.iter().copied()))
        .collect()
}

fn is_used(release: &Block, check: &Block) -> bool {
    let name = check.name();
    users(release).any(|user| user.arguments.iter().any(|value| value.as_str() == name))
}

/// The nodes that name checks.
fn users(release: &Block) -> impl Iterator<Item = &Block> {
    let users = release.children.iter().flat_map(|child| match child.word() {
        Word::Watch => std::slice::from_ref(child).iter(),
        Word::Stage => child.children.iter(),
        _ => [].iter(),
    });
    users.filter(|user| matches!(user.word(), Word::Watch | Word::Gate | Word::Experiment))
}
