//! In: all objects of one release. Out: contradictions between them, and what the controller would refuse. This is the
//! last check. A correct emitter passes it, but a patch or a file of the user may not.

mod analysis;
mod arguments;
mod links;
mod metric;
mod objects;
mod rollout;
mod routers;
mod services;
mod steps;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object, Value};
use crate::policy::backends::Backends;

/// Objects that exist but are not emitted: kind and name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External(BTreeSet<(String, String)>);

impl External {
    /// Declares that an object exists.
    pub fn add(&mut self, kind: impl Into<String>, name: impl Into<String>) {
        self.0.insert((kind.into(), name.into()));
    }

    /// Whether it was declared.
    pub fn contains(&self, kind: &str, name: &str) -> bool {
        self.0.iter().any(|(known_kind, known)| known_kind == kind && known == name)
    }
}

impl FromIterator<(String, String)> for External {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(objects: T) -> Self {
        Self(objects.into_iter().collect())
    }
}

/// Checks the objects of one release against each other.
pub fn check(objects: &[Object], external: &External, backends: Backends, diagnostics: &mut Diagnostics) {
    let mut named = BTreeMap::<_, Vec<usize>>::new();
    for (index, object) in objects.iter().enumerate() {
        named.entry((object.kind(), object.name())).or_default().push(index);
    }
    let mut bundle = BundleCheck { objects, named, external, backends, diagnostics };
    bundle.objects_alone();
    bundle.links();
    bundle.ports();
    for rollout in bundle.of_kind(Kind::Rollout) {
        bundle.strategy(rollout);
        bundle.steps(rollout);
        bundle.selectors(rollout);
        bundle.routers(rollout);
        bundle.analyses(rollout);
    }
    for kind in [Kind::AnalysisTemplate, Kind::ClusterAnalysisTemplate] {
        for template in bundle.of_kind(kind) {
            bundle.template(template);
        }
    }
}

struct BundleCheck<'a, 'd> {
    objects: &'a [Object],
    /// The indices of the objects of each kind and name, in ascending order.
    named: BTreeMap<(&'a str, &'a str), Vec<usize>>,
    external: &'a External,
    backends: Backends,
    diagnostics: &'d mut Diagnostics,
}

impl<'a> BundleCheck<'a, '_> {
    fn say(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.objects.iter().filter(move |object| object.kind() == kind.name())
    }

    fn find(&self, kind: &str, name: &str) -> Option<&'a Object> {
        self.named.get(&(kind, name))?.first().map(|index| &self.objects[*index])
    }
}

/// A diagnostic at a field.
fn refuse(code: Code, field: &Field, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, field.origin.span, message)
}

/// The items of the list under a path.
fn items<'a>(field: &'a Field, path: &[&str]) -> &'a [Field] {
    field.at(path).map_or(&[], Field::items)
}

/// The names of the items of the list under a path.
fn names<'a>(field: &'a Field, path: &[&str]) -> impl Iterator<Item = (&'a Field, &'a str)> + use<'a> {
    items(field, path).iter().filter_map(|item| text(item, &["name"]))
}

fn text<'a>(field: &'a Field, path: &[&str]) -> Option<(&'a Field, &'a str)> {
    let field = field.at(path)?;
    Some((field, field.as_str()?))
}

fn is_true(field: Option<&Field>) -> bool {
    field.is_some_and(|field| field.value == Value::Boolean(true))
}

/// A whole number, written as a number or as text. `None` for text with an argument in it.
fn number(field: &Field) -> Option<i64> {
    field.as_integer().or_else(|| field.as_str()?.parse().ok())
}
