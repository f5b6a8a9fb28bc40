//! The input of every emitter, and helpers that create fields with their origins.

use crate::manifest::{Field, Origin, Value};
use crate::plan::Plan;
use crate::policy::service::Service;
use crate::policy::{Release, Sourced};
use crate::units::{Duration, IntOrPercent};

/// A release and its plan.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub release: &'a Release,
    pub plan: &'a Plan,
}

impl<'a> Context<'a> {
    /// The Service of the policy, if the controller sends requests to its stable and canary sides.
    pub fn split_service(&self) -> Option<&'a Service> {
        self.release.service.as_ref().filter(|_| self.release.traffic.is_split())
    }
}

/// A mapping built key by key. Its own origin is that of the node that it belongs to.
pub(super) fn mapping<const N: usize>(origin: Origin, entries: [(&'static str, Field); N]) -> Field {
    Field::of(origin, entries)
}

/// A field derived from a value of the policy.
pub(super) fn derived<T>(value: impl Into<Value>, from: &Sourced<T>) -> Field {
    Field::new(value, Origin::derived(from.span()))
}

/// A duration in Argo's syntax: `10m`.
pub(super) fn duration(duration: &Sourced<Duration>) -> Field {
    Field::new(duration.value.text(), duration.origin)
}

/// A number of pods or a percentage of them.
pub(super) fn int_or_percent(value: &Sourced<IntOrPercent>) -> Field {
    match value.value {
        IntOrPercent::Int(count) => Field::new(count, value.origin),
        IntOrPercent::Percent(_) => Field::new(value.value.to_string(), value.origin),
    }
}

/// Labels, annotations or a selector: strings under keys of the policy.
pub(super) fn strings<'a, T: AsRef<str> + 'a>(
    entries: impl IntoIterator<Item = &'a (Sourced<T>, Sourced<T>)>,
    origin: Origin,
) -> Field {
    let entries = entries.into_iter();
    let mut field = Field::with_room(entries.size_hint().0, origin);
    for (key, value) in entries {
        field.set(key.value.as_ref().to_owned(), Field::new(value.value.as_ref(), value.origin));
    }
    field
}
