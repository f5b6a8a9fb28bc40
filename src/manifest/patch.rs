//! In: an object and a patch. A mapping is a JSON merge patch (RFC 7386), and a list is a JSON patch (RFC 6902). Out:
//! the changed object, whose new parts have the origins of the patch; or the errors of the patch and the unchanged
//! object.

mod navigate;
mod operation;
mod size;

use super::{Field, Object, Pointer, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use operation::Operation;
use size::Room;

/// Applies a patch to an object. If the patch has an error, the object stays unchanged and the error is reported.
pub fn apply(object: &mut Object, patch: &Field, diagnostics: &mut Diagnostics) {
    match &patch.value {
        Value::Mapping(_) => merge(&mut object.root, patch),
        Value::Sequence(items) => {
            let mut mistakes = Diagnostics::new();
            let operations: Vec<Operation<'_>> =
                items.iter().filter_map(|item| Operation::read(item, &mut mistakes)).collect();
            if !mistakes.is_empty() {
                return diagnostics.append(mistakes);
            }
            let mut changed = object.root.clone();
            let described = format!("{} `{}`", object.kind(), object.name());
            let mut room = Room::of(&changed);
            for operation in &operations {
                // Operations build on each other, so those after a failed one have no meaning.
                if let Err(diagnostic) = operation.apply(&mut changed, &mut room, &described) {
                    return diagnostics.push(*diagnostic);
                }
            }
            object.root = changed;
        }
        _ => diagnostics.push(not_a_patch(patch)),
    }
}

/// The fields that a patch changes, to check who owns them. Invalid operations are skipped.
pub fn touched(patch: &Field) -> Vec<Pointer> {
    let mut found = Vec::new();
    match &patch.value {
        Value::Mapping(_) => leaves(patch, &mut Vec::new(), &mut found),
        Value::Sequence(items) => {
            let operations = items.iter().filter_map(|item| Operation::read(item, &mut Diagnostics::new()));
            found.extend(operations.flat_map(|operation| operation.touched()));
        }
        _ => {}
    }
    found
}

fn not_a_patch(patch: &Field) -> Diagnostic {
    Diagnostic::new(Code::PatchForm, patch.origin.span, "this is not a patch")
        .label("neither a mapping nor a list")
        .help("write a mapping with the fields to change, or a list of operations with `op`, `path` and `value`")
}

/// RFC 7386: mappings are merged, `null` removes a field, and any other value replaces it.
fn merge(target: &mut Field, patch: &Field) {
    let Value::Mapping(changes) = &patch.value else {
        *target = patch.clone();
        return;
    };
    if !matches!(target.value, Value::Mapping(_)) {
        *target = Field::mapping(patch.origin);
    }
    for (key, change) in changes {
        let Value::Mapping(entries) = &mut target.value else { return };
        let place = entries.iter().position(|(existing, _)| existing == key);
        match (place, &change.value) {
            (Some(place), Value::Null) => drop(entries.remove(place)),
            (None, Value::Null) => {}
            (Some(place), _) => merge(&mut entries[place].1, change),
            (None, _) => {
                let mut added = Field::new(Value::Null, change.origin);
                merge(&mut added, change);
                entries.push((key.clone(), added));
            }
        }
    }
}

/// The paths of a merge patch that end in something other than a non-empty mapping.
fn leaves(patch: &Field, path: &mut Vec<String>, found: &mut Vec<Pointer>) {
    for (key, change) in patch.entries() {
        path.push(key.to_string());
        if change.entries().is_empty() {
            found.push(path.iter().cloned().collect());
        } else {
            leaves(change, path, found);
        }
        path.pop();
    }
}
