//! The operations of a JSON patch (RFC 6902): reading one, and carrying it out.

use super::navigate::{self, Missing};
use super::size::Room;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, suggest};
use crate::manifest::{Field, Pointer, Value};
use crate::syntax::limits;

const NAMES: &[&str] = &["add", "remove", "replace", "move", "copy", "test"];

/// A path as written, and where.
struct Place<'a> {
    pointer: Pointer,
    field: &'a Field,
}

/// One operation.
pub(super) struct Operation<'a> {
    action: Action<'a>,
    path: Place<'a>,
}

enum Action<'a> {
    Add(&'a Field),
    Remove,
    Replace(&'a Field),
    Move(Place<'a>),
    Copy(Place<'a>),
    Test(&'a Field),
}

/// A mistake; boxed because it is large and rare.
type Failure = Box<Diagnostic>;

impl<'a> Operation<'a> {
    /// Reads an item of the list, and reports what is wrong with it.
    pub(super) fn read(item: &'a Field, diagnostics: &mut Diagnostics) -> Option<Self> {
        match Self::parse(item) {
            Ok(operation) => Some(operation),
            Err(diagnostic) => {
                diagnostics.push(*diagnostic);
                None
            }
        }
    }

    fn parse(item: &'a Field) -> Result<Self, Failure> {
        let form = |field: &Field, message: String| Diagnostic::new(Code::PatchForm, field.origin.span, message);
        if !matches!(item.value, Value::Mapping(_)) {
            let diagnostic = form(item, "this is not an operation of a JSON patch".into());
            let help = "write a mapping such as `{op: add, path: /spec/paused, value: true}`";
            return Err(Box::new(diagnostic.label("not a mapping").help(help)));
        }
        let Some(op) = item.get("op") else {
            let diagnostic = form(item, "an operation has no `op`".into()).label("`op` is missing here");
            return Err(Box::new(diagnostic.help(format!("add `op`: {}", suggest::one_of(NAMES.iter().copied())))));
        };
        let name = op.as_str().unwrap_or_default();
        let unknown = || {
            let label = suggest::did_you_mean(name, NAMES.iter().copied()).unwrap_or_else(|| "unknown".into());
            let diagnostic = form(op, format!("`{name}` is not an operation of a JSON patch")).label(label);
            Box::new(diagnostic.help(format!("write {}", suggest::one_of(NAMES.iter().copied()))))
        };
        let needed = |key: &str| {
            item.get(key).ok_or_else(|| {
                let diagnostic = form(item, format!("the operation `{name}` has no `{key}`"));
                Box::new(diagnostic.label(format!("`{key}` is missing here")).help(format!("add `{key}`")))
            })
        };
        let action = match name {
            "add" => Action::Add(needed("value")?),
            "remove" => Action::Remove,
            "replace" => Action::Replace(needed("value")?),
            "move" => Action::Move(place(needed("from")?, "from")?),
            "copy" => Action::Copy(place(needed("from")?, "from")?),
            "test" => Action::Test(needed("value")?),
            _ => return Err(unknown()),
        };
        let operation = Self { action, path: place(needed("path")?, "path")? };
        let known: &[&str] = match &operation.action {
            Action::Remove => &["op", "path"],
            Action::Move(_) | Action::Copy(_) => &["op", "path", "from"],
            _ => &["op", "path", "value"],
        };
        if let Some((key, field)) = item.entries().iter().find(|(key, _)| !known.contains(&&**key)) {
            let diagnostic = form(field, format!("the operation `{name}` does not take `{key}`")).label("not used");
            return Err(Box::new(
                diagnostic
                    .help(format!("it takes {}", suggest::one_of(known.iter().copied()).replace(" or ", " and "))),
            ));
        }
        Ok(operation)
    }

    /// The fields that it changes.
    pub(super) fn touched(self) -> impl Iterator<Item = Pointer> {
        let (source, target) = match self.action {
            Action::Test(_) => (None, None),
            Action::Move(from) => (Some(from.pointer), Some(self.path.pointer)),
            _ => (None, Some(self.path.pointer)),
        };
        source.into_iter().chain(target)
    }

    /// Carries it out on an object, which is `described` in messages.
    pub(super) fn apply(&self, root: &mut Field, room: &mut Room, described: &str) -> Result<(), Failure> {
        match &self.action {
            Action::Add(value) => self.add(root, (*value).clone(), described),
            Action::Remove => take(root, &self.path, described).map(drop),
            Action::Replace(value) => {
                let slot = navigate::find_mut(root, self.path.pointer.parts());
                match slot {
                    Ok(slot) => *slot = (*value).clone(),
                    Err(missing) => return Err(unreachable_path(root, &self.path, &missing, described)),
                }
                Ok(())
            }
            Action::Move(from) => {
                if self.path.pointer.parts() == from.pointer.parts() {
                    return found(root, from, described).map(drop);
                }
                if self.path.pointer.parts().starts_with(from.pointer.parts()) {
                    let message = "a field cannot be moved into itself";
                    let diagnostic = Diagnostic::new(Code::PatchPath, self.path.field.origin.span, message);
                    let diagnostic = diagnostic.label("lies in what is moved").also(from.field.origin.span, "moved");
                    return Err(Box::new(diagnostic.help("move it somewhere else")));
                }
                let value = take(root, from, described)?;
                self.add(root, value, described)
            }
            Action::Copy(from) => {
                let value = found(root, from, described)?;
                if !room.take(value) {
                    return Err(too_large(&self.path, from, described));
                }
                let value = value.clone();
                self.add(root, value, described)
            }
            Action::Test(value) => {
                let actual = found(root, &self.path, described)?;
                if equal(actual, value) {
                    return Ok(());
                }
                let message = format!("{described} has another value at `{}`", self.path.pointer);
                let diagnostic = Diagnostic::new(Code::PatchTest, value.origin.span, message)
                    .label("tested for this")
                    .also(actual.origin.span, "the value comes from here")
                    .why("The patch asks that this be so before it changes anything, and it is not.");
                Err(Box::new(diagnostic.help("test for the value that is there, or remove the test")))
            }
        }
    }

    fn add(&self, root: &mut Field, value: Field, described: &str) -> Result<(), Failure> {
        match navigate::insert(root, self.path.pointer.parts(), value) {
            Ok(()) => Ok(()),
            Err(missing) => Err(unreachable_path(root, &self.path, &missing, described)),
        }
    }
}

fn too_large(path: &Place<'_>, from: &Place<'_>, described: &str) -> Failure {
    let message = format!("the copies of this patch make {described} too large");
    let diagnostic = Diagnostic::new(Code::PatchForm, from.field.origin.span, message);
    Box::new(
        diagnostic
            .label(format!("the object would exceed {} fields and bytes", limits::COPIED))
            .also(path.field.origin.span, "copied to this path")
            .why("Each copy of what already has copies doubles the object, and the API server accepts no object of this size.")
            .help("copy less, or write the values out"),
    )
}

/// The field at a path.
fn found<'f>(root: &'f Field, place: &Place<'_>, described: &str) -> Result<&'f Field, Failure> {
    navigate::find(root, place.pointer.parts()).map_err(|missing| unreachable_path(root, place, &missing, described))
}

/// Takes the field at a path away.
fn take(root: &mut Field, place: &Place<'_>, described: &str) -> Result<Field, Failure> {
    match navigate::remove(root, place.pointer.parts()) {
        Ok(field) => Ok(field),
        Err(missing) => Err(unreachable_path(root, place, &missing, described)),
    }
}

/// A path as RFC 6901 has it, that leads into the object.
fn place<'a>(field: &'a Field, key: &str) -> Result<Place<'a>, Failure> {
    let mistake = |message: String, label: &str, help: String| {
        Err(Box::new(Diagnostic::new(Code::PatchForm, field.origin.span, message).label(label).help(help)))
    };
    let Some(text) = field.as_str() else {
        return mistake(format!("`{key}` is not a string"), "not a path", "write a path such as `/spec/paused`".into());
    };
    if text.is_empty() {
        let help = "write the path of a field, such as `/spec/paused`";
        return mistake(format!("`{key}` is the whole object"), "empty", help.into());
    }
    if !text.starts_with('/') {
        let written = Pointer::parse(text).map(|pointer| json_pointer(&pointer));
        let help = format!("write `{}`", written.unwrap_or_else(|_| "/spec/paused".into()));
        return mistake(format!("`{text}` is not a path of a JSON patch"), "no `/` first", help);
    }
    if text.split('~').skip(1).any(|rest| !rest.starts_with(['0', '1'])) {
        let help = "write `~1` for a `/` in a key, and `~0` for a `~`";
        return mistake(format!("`{text}` has a `~` that stands for nothing"), "`~` needs `0` or `1`", help.into());
    }
    match Pointer::parse(text) {
        Ok(pointer) => Ok(Place { pointer, field }),
        Err(_) => {
            mistake(format!("`{text}` is not a path"), "not a path", "write a path such as `/spec/paused`".into())
        }
    }
}

fn json_pointer(pointer: &Pointer) -> String {
    pointer.parts().iter().map(|part| format!("/{}", part.replace('~', "~0").replace('/', "~1"))).collect()
}

/// The diagnostic about a path that leads nowhere: how far it leads, and what is there.
fn unreachable_path(root: &Field, place: &Place<'_>, missing: &Missing, described: &str) -> Failure {
    let parts = place.pointer.parts();
    let (before, part) = (parts.get(..missing.depth).unwrap_or(parts), parts.get(missing.depth));
    let reached = navigate::find(root, before).unwrap_or(root);
    let way: Pointer = before.iter().cloned().collect();
    let way = if before.is_empty() { described.to_owned() } else { format!("`{way}`") };
    let part = part.map_or("", String::as_str);
    let message = format!("the path `{}` leads nowhere in {described}", json_pointer(&place.pointer));
    let (label, help) = match &reached.value {
        Value::Mapping(entries) => {
            let keys = || entries.iter().map(|(key, _)| &**key);
            let nearest = suggest::nearest(part, keys());
            let label = match nearest {
                Some(key) => format!("{way} has no `{part}`; did you mean `{key}`?"),
                None => format!("{way} has no `{part}`"),
            };
            let help = if entries.is_empty() {
                "it has no fields".to_owned()
            } else {
                format!("the fields are {}", suggest::one_of(keys()).replace(" or ", " and "))
            };
            (label, help)
        }
        Value::Sequence(items) if !navigate::is_index(part) => {
            let last = items.len().saturating_sub(1);
            (format!("{way} is a list, and `{part}` is not an index"), format!("write a number from 0 to {last}"))
        }
        Value::Sequence(items) => {
            let help = match items.len() {
                0 => "the list is empty; add to it with `-`".to_owned(),
                number => format!("write a number from 0 to {}, or add at the end with `-`", number - 1),
            };
            let noun = if items.len() == 1 { "item" } else { "items" };
            (format!("{way} has {} {noun}", items.len()), help)
        }
        _ => (format!("{way} is neither a mapping nor a list"), "end the path there".to_owned()),
    };
    let diagnostic = Diagnostic::new(Code::PatchPath, place.field.origin.span, message).label(label);
    Box::new(diagnostic.also(reached.origin.span, "this is as far as it leads").help(help))
}

/// Whether two values are the same, whatever their origins and the order of their keys.
fn equal(one: &Field, other: &Field) -> bool {
    match (&one.value, &other.value) {
        (Value::Mapping(some), Value::Mapping(others)) => {
            some.len() == others.len()
                && some.iter().all(|(key, field)| other.get(key).is_some_and(|second| equal(field, second)))
        }
        (Value::Sequence(some), Value::Sequence(others)) => {
            some.len() == others.len() && some.iter().zip(others).all(|(one, other)| equal(one, other))
        }
        (Value::Integer(integer), Value::Number(number)) | (Value::Number(number), Value::Integer(integer)) => {
            *integer as f64 == *number
        }
        (one, other) => one == other,
    }
}
