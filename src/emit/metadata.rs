//! In: a release and the name of an object. Out: the start of the object, with `metadata`.
//!
//! Every emitted object has two labels: `app.kubernetes.io/managed-by: canaryc`, and `canaryc.dev/release` with the
//! release's name, which finds all objects of a release. Pod templates and selectors do not have them: a changed pod
//! template is a new version, and a selector is immutable. Objects from a file of the user keep their labels; canaryc
//! never overwrites an existing key.

use crate::emit::context::{Context, mapping, strings};
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object, Origin, Value};
use crate::policy::Sourced;
use crate::units::name::Name;

/// The label that names the creator of an object.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// The label that names the release of an object.
pub const RELEASE: &str = "canaryc.dev/release";

/// An object that canaryc generates, without its `spec`. Its fields have the origin `origin`, and its name has the
/// origin of the value that names it.
pub(super) fn object(context: &Context<'_>, kind: Kind, name: &Sourced<Name>, origin: Origin) -> Object {
    let release = context.release;
    let mut metadata = Field::with_room(4, origin).with("name", name.field());
    if let Some(namespace) = &release.namespace {
        metadata.set("namespace", namespace.field());
    }
    let root = Field::with_room(4, origin).put("apiVersion", kind.api_version()).put("kind", kind.name());
    let mut object = Object { root: root.with("metadata", metadata) };
    label(context, &mut object);
    object
}

/// Adds an object of the user to the release: sets its namespace, labels and annotations. Existing values stay. A
/// diagnostic already covers an object in another namespace.
pub(super) fn adopt(context: &Context<'_>, object: &mut Object) {
    if let Some(namespace) = context.release.namespace.as_ref().filter(|_| object.namespace().is_none()) {
        let origin = object.root.origin;
        let mut metadata = object.root.get("metadata").cloned().unwrap_or_else(|| Field::mapping(origin));
        metadata.set("namespace", namespace.field());
        object.root.set("metadata", metadata);
    }
    label(context, object);
}

/// Adds the release's labels and annotations to an object. Existing keys keep their values.
fn label(context: &Context<'_>, object: &mut Object) {
    let release = context.release;
    let origin = Origin::derived(release.origin.span);
    let labels = mapping(
        origin,
        [
            (MANAGED_BY, Field::new("canaryc", Origin::derived(release.name.span()))),
            (RELEASE, Field::new(release.name.value.clone(), release.name.origin)),
        ],
    );
    merge(object, "labels", labels);
    merge(object, "labels", strings(&release.labels, origin));
    merge(object, "annotations", strings(&release.annotations, origin));
}

/// Adds entries to `metadata.<key>`. Existing entries keep their values.
pub(super) fn merge(object: &mut Object, key: &'static str, added: Field) {
    if added.entries().is_empty() {
        return;
    }
    let origin = object.root.origin;
    let Some(metadata) = object.root.entry("metadata", || Field::mapping(origin)) else { return };
    if metadata.get(key).is_none() {
        return metadata.set(key, added);
    }
    let entries = metadata.entry(key, || Field::mapping(added.origin));
    if let (Some(entries), Value::Mapping(added)) = (entries, added.value) {
        for (name, field) in added {
            if entries.get(&name).is_none() {
                entries.set(name, field);
            }
        }
    }
}
