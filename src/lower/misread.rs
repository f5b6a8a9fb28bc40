//! In: a lowered file and its diagnostics so far. Out: each block knows whether something directly in it was not
//! understood. Later phases then do not report it as missing.

use crate::diagnostic::{Diagnostics, Severity};
use crate::model::Block;
use crate::source::Span;

/// Marks the blocks of one file.
pub fn mark(root: &mut Block, diagnostics: &Diagnostics) {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let places = errors.filter_map(|diagnostic| diagnostic.span()).filter(|span| span.source == root.span.source);
    let mut places: Vec<u32> = places.map(|span| span.start).collect();
    if places.is_empty() {
        return;
    }
    places.sort_unstable();
    places.dedup();
    block(root, &places);
}

/// `places` are sorted and lie in the block. A wrong value of a known word marks the value itself.
fn block(block: &mut Block, places: &[u32]) {
    if places.is_empty() {
        return;
    }
    let mut known: Vec<Span> = vec![block.keyword];
    known.extend(block.arguments.iter().map(|value| value.span));
    known.extend(block.properties.iter().flat_map(|property| [property.name, property.value.span]));
    known.extend(block.free.iter().flat_map(|(key, value)| [key.span, value.span]));
    let mut inside = 0;
    for child in &mut block.children {
        let places = within(places, child.span);
        inside += places.len();
        self::block(child, places);
    }
    let understood = known.iter().map(|span| within(places, *span).len()).sum::<usize>();
    block.misread |= inside + understood < places.len();
}

fn within(places: &[u32], span: Span) -> &[u32] {
    let start = places.partition_point(|place| *place < span.start);
    let end = places.partition_point(|place| *place < span.end.max(span.start + 1));
    &places[start..end.max(start)]
}
