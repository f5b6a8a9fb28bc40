//! In: an object, and what a patch copies in it. Out: whether the object stays below the limit of its size. What a patch
//! writes is limited by the size of its file, but each copy of a copy doubles the object.

use crate::manifest::{Field, Value};
use crate::syntax::limits;

/// The size that is left for copies.
pub(super) struct Room(usize);

impl Room {
    /// What an object leaves.
    pub(super) fn of(object: &Field) -> Self {
        Self(limits::COPIED.saturating_sub(size(object)))
    }

    /// Takes the size of a field; `false` if it does not fit.
    pub(super) fn take(&mut self, field: &Field) -> bool {
        let left = self.0.checked_sub(size(field));
        self.0 = left.unwrap_or(0);
        left.is_some()
    }
}

/// The fields and the bytes of text of a tree.
fn size(field: &Field) -> usize {
    1 + match &field.value {
        Value::String(text) => text.len(),
        Value::Sequence(items) => items.iter().map(size).sum(),
        Value::Mapping(entries) => entries.iter().map(|(key, field)| key.len() + size(field)).sum(),
        Value::Null | Value::Boolean(_) | Value::Integer(_) | Value::Number(_) => 0,
    }
}
