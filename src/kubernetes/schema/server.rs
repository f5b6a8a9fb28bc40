//! In: an object. Out: one diagnostic about all fields that the API server writes: the object was exported from a cluster.

use super::message::Subject;
use super::path::Path;
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::Object;

/// The fields of `metadata` that the API server writes.
const METADATA: [&str; 6] = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];

/// Whether the API server writes this field of an object.
pub(super) fn writes(path: &Path<'_>, key: &str) -> bool {
    if path.is_root() { key == "status" } else { METADATA.contains(&key) && path.to_string() == "metadata" }
}

/// The diagnostic about an object with such fields.
pub(super) fn written(subject: &Subject<'_>, object: &Object) -> Option<Diagnostic> {
    let status = object.root.get("status").map(|field| ("status".to_owned(), field));
    let metadata =
        METADATA.iter().filter_map(|key| Some((format!("metadata.{key}"), object.root.at(&["metadata", key])?)));
    let found: Vec<_> = metadata.chain(status).collect();
    let ((first, field), names) =
        (found.first()?, found.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>());
    let others = match found.len() {
        1 => String::new(),
        2 => " and another field".to_owned(),
        count => format!(" and {} other fields", count - 1),
    };
    let message = format!("`{first}`{others} of {subject} can only be written by the API server");
    Some(
        Diagnostic::new(Code::ObjectUnknownField, field.origin.span, message)
            .label("belongs to one object in one cluster")
            .why("The API server rejects such an apply, or ignores the field. `kubectl get -o yaml` prints these fields as well.")
            .help(format!("remove {}", names.join(", "))),
    )
}
