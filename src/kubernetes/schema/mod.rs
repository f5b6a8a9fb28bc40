//! In: an object. Out: every violation of the schema of its kind, each at the responsible field: unknown fields, wrong
//! types, missing fields, bad values, and choices that are made twice or not at all.

mod format;
mod message;
mod order;
mod path;
mod server;
mod shape;

pub use format::Format;
pub use path::Path;
#[cfg(test)]
pub(crate) use shape::described;
pub use shape::{Choice, Mapping, Shape, Text, pod_template, shape_of};

use crate::diagnostic::{Diagnostics, suggest};
use crate::manifest::{Field, Key, Object, Value};
use message::Subject;

pub(crate) use message::shortened;

/// Checks an object of a known kind. Ignores objects of other kinds.
pub fn check(object: &Object, diagnostics: &mut Diagnostics) {
    if let Some(shape) = shape_of(object.api_version(), object.kind()) {
        let subject = Subject { kind: object.kind(), name: object.name() };
        if let Some(diagnostic) = server::written(&subject, object) {
            diagnostics.push(diagnostic);
        }
        Walk { subject, diagnostics }.field(&object.root, shape, &Path::base(""));
    }
}

/// Checks a part of an object of `kind`. `at` is its path, such as `spec.template`.
pub fn check_part(field: &Field, shape: &'static Shape, kind: &str, at: &str, diagnostics: &mut Diagnostics) {
    Walk { subject: Subject { kind, name: "" }, diagnostics }.field(field, shape, &Path::base(at));
}

struct Walk<'a> {
    subject: Subject<'a>,
    diagnostics: &'a mut Diagnostics,
}

impl Walk<'_> {
    fn field(&mut self, field: &Field, shape: &'static Shape, path: &Path<'_>) {
        match (shape.resolved(), &field.value) {
            (Shape::Anything, _) | (Shape::Boolean, Value::Boolean(_)) => {}
            (Shape::Number, Value::Integer(_) | Value::Number(_)) => {}
            (Shape::Integer(least, most), Value::Integer(number)) => {
                if number < least || number > most {
                    self.diagnostics.push(message::out_of_range(&self.subject, path, field, *number, *least, *most));
                }
            }
            (Shape::String(text), Value::String(value)) => self.text(field, value, text, path),
            (Shape::String(text), Value::Null) if text.nullable => {}
            (Shape::Either(first, second), value) => {
                let shape = if accepts(first, value) {
                    first
                } else if accepts(second, value) {
                    second
                } else {
                    return self.diagnostics.push(message::wrong_type(&self.subject, path, field, shape));
                };
                self.field(field, shape, path);
            }
            (Shape::List(shape, least, most), Value::Sequence(items)) => {
                self.size(field, items.len(), (*least, *most), "items", path);
                for (index, item) in items.iter().enumerate() {
                    self.field(item, shape, &path.index(index));
                }
            }
            (Shape::Map { keys, values, size }, Value::Mapping(entries)) => {
                self.size(field, entries.len(), *size, "entries", path);
                for (key, value) in entries {
                    self.key(key, *keys, value, path);
                    self.field(value, values, &path.key(key));
                }
            }
            (Shape::Mapping(mapping), Value::Mapping(entries)) => self.mapping(field, entries, mapping, path),
            (Shape::Tagged { tag, variants }, Value::Mapping(entries)) => {
                self.tagged(field, entries, (tag, variants), path);
            }
            (shape, _) => self.diagnostics.push(message::wrong_type(&self.subject, path, field, shape)),
        }
    }

    fn key(&mut self, key: &Key, format: Option<Format>, value: &Field, path: &Path<'_>) {
        match (key, format) {
            // The labels and annotations that canaryc writes on each object.
            (Key::Borrowed(known), Some(format)) => debug_assert!(format.check(known).is_ok(), "{known}"),
            (Key::Owned(key), Some(format)) => {
                if let Err(refusal) = format.check(key) {
                    self.diagnostics.push(message::bad_key(&self.subject, path, value, key, refusal));
                }
            }
            (_, None) => {}
        }
    }

    fn text(&mut self, field: &Field, value: &str, text: &Text, path: &Path<'_>) {
        if !text.values.is_empty() {
            if !text.values.contains(&value) {
                self.diagnostics.push(message::unknown_value(&self.subject, path, field, value, text.values));
            }
            return;
        }
        if let Some(Err(refusal)) = text.format.map(|format| format.check(value)) {
            return self.diagnostics.push(message::bad_text(&self.subject, path, field, value, refusal));
        }
        let (least, most) = text.length;
        // A text has at most as many characters as bytes, so most texts need no counting.
        if value.is_empty() && least > 0 || value.len() > most as usize && value.chars().count() > most as usize {
            self.diagnostics.push(message::bad_length(&self.subject, path, field, value, most));
        }
    }

    fn size(&mut self, field: &Field, size: usize, (least, most): (u32, u32), what: &str, path: &Path<'_>) {
        if size < least as usize || size > most as usize {
            self.diagnostics.push(message::bad_size(&self.subject, path, field, size, (least, most), what));
        }
    }

    fn mapping(&mut self, field: &Field, entries: &[(Key, Field)], mapping: &'static Mapping, path: &Path<'_>) {
        // A misspelt field is not also missing.
        let mut meant: Vec<&str> = Vec::new();
        // Counted during the loop, so a valid mapping needs no search.
        let (mut required, mut one_of, mut several_of) = (0, 0, 0);
        for (key, value) in entries {
            match mapping.field(key) {
                Some(known) => {
                    required += usize::from(known.required);
                    several_of |= one_of & known.choices;
                    one_of |= known.choices;
                    self.field(value, known.shape, &path.key(key));
                }
                // Reported once for the object.
                None if server::writes(path, key) => {}
                None => {
                    let absent = mapping.names().into_iter().filter(|name| field.get(name).is_none());
                    let nearest = suggest::nearest(key, absent);
                    meant.extend(nearest);
                    self.diagnostics.push(message::unknown_field(&self.subject, path, key, value, nearest, mapping));
                }
            }
        }
        for name in mapping.required.iter().filter(|_| required < mapping.required.len()) {
            if field.get(name).is_none() && !meant.contains(name) {
                self.diagnostics.push(message::missing_field(&self.subject, path, field, name));
            }
        }
        for (index, (choice, names)) in mapping.choices.iter().enumerate() {
            if choice.is_met(one_of >> index & 1 == 1, several_of >> index & 1 == 1) {
                continue;
            }
            let mut chosen = names.iter().filter_map(|name| Some((*name, field.get(name)?)));
            match (choice, chosen.next(), chosen.next()) {
                (Choice::ExactlyOne | Choice::AtLeastOne, None, _)
                    if !names.iter().any(|name| meant.contains(name)) =>
                {
                    self.diagnostics.push(message::nothing_chosen(&self.subject, path, field, *choice, names));
                }
                (Choice::ExactlyOne | Choice::AtMostOne, Some(first), Some(second)) => {
                    self.diagnostics.push(message::too_many_chosen(&self.subject, path, first, second));
                }
                _ => {}
            }
        }
    }

    fn tagged(
        &mut self,
        field: &Field,
        entries: &[(Key, Field)],
        (tag, variants): (&'static str, &'static [(&'static str, &'static Mapping)]),
        path: &Path<'_>,
    ) {
        let Some(value) = field.get(tag) else {
            return self.diagnostics.push(message::missing_field(&self.subject, path, field, tag));
        };
        let Some(text) = value.as_str() else {
            return self.diagnostics.push(message::wrong_type(&self.subject, &path.key(tag), value, &Shape::Anything));
        };
        match variants.iter().find(|(name, _)| *name == text) {
            Some((_, mapping)) => self.mapping(field, entries, mapping, path),
            None => {
                let names: Vec<&str> = variants.iter().map(|(name, _)| *name).collect();
                self.diagnostics.push(message::unknown_value(&self.subject, &path.key(tag), value, text, &names));
            }
        }
    }
}

/// Whether a value has the type of a shape.
fn accepts(shape: &Shape, value: &Value) -> bool {
    match (shape.resolved(), value) {
        (Shape::Anything, _)
        | (Shape::Boolean, Value::Boolean(_))
        | (Shape::Integer(..) | Shape::Number, Value::Integer(_))
        | (Shape::Number, Value::Number(_))
        | (Shape::String(_), Value::String(_))
        | (Shape::List(..), Value::Sequence(_))
        | (Shape::Map { .. } | Shape::Mapping(_) | Shape::Tagged { .. }, Value::Mapping(_)) => true,
        (Shape::String(text), Value::Null) => text.nullable,
        (Shape::Either(first, second), value) => accepts(first, value) || accepts(second, value),
        _ => false,
    }
}
