//! In: a field that does not fit the schema of its object. Out: the diagnostic about it.

use super::format::Refusal;
use super::{Choice, Mapping, Path, Shape};
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::manifest::{Derivation, Field, Value};

/// Messages show lists of known words up to this length as a whole.
const SHORT_LIST: usize = 12;

/// The object to check.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    /// Its kind.
    pub kind: &'a str,
    /// Its name, or the empty text.
    pub name: &'a str,
}

impl std::fmt::Display for Subject<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.kind, self.name) {
            (kind, "") => write!(formatter, "the {kind}"),
            (kind, name) => write!(formatter, "{kind} `{name}`"),
        }
    }
}

/// `spec.replicas`, or the object itself.
fn place(subject: &Subject<'_>, path: &Path<'_>) -> String {
    if path.is_root() { subject.to_string() } else { format!("`{path}`") }
}

/// The common part of all messages: the place and the consequence.
fn diagnostic(code: Code, subject: &Subject<'_>, field: &Field, message: String) -> Diagnostic {
    let diagnostic = Diagnostic::new(code, field.origin.span, message);
    if field.origin.derivation == Derivation::Written {
        return diagnostic.why(format!("The API server rejects {subject}."));
    }
    diagnostic.why(format!(
        "The API server rejects {subject}. canaryc derived this field from the text shown. Unless a patch \
         changed it, this is a bug in canaryc."
    ))
}

pub(super) fn unknown_field(
    subject: &Subject<'_>,
    path: &Path<'_>,
    key: &str,
    value: &Field,
    nearest: Option<&str>,
    mapping: &Mapping,
) -> Diagnostic {
    let message = format!("{} has no field `{key}`", place(subject, path));
    let diagnostic = Diagnostic::new(Code::ObjectUnknownField, value.origin.span, message)
        .why("The API server drops an unknown field, or rejects the object. In either case the field has no effect.");
    let known = mapping.names();
    match nearest {
        Some(name) => diagnostic.label(format!("did you mean `{name}`?")).help(format!("name the field `{name}`")),
        None if known.is_empty() => diagnostic.label("no field is allowed here").help("write `{}`"),
        None if known.len() <= SHORT_LIST => diagnostic
            .label("unknown field")
            .help(format!("the fields are {}", suggest::one_of(known).replace(" or ", " and "))),
        None => diagnostic.label("unknown field").help("remove it, or move it to the right place"),
    }
}

pub(super) fn missing_field(subject: &Subject<'_>, path: &Path<'_>, field: &Field, name: &str) -> Diagnostic {
    let message = format!("{} has no `{name}`", place(subject, path));
    diagnostic(Code::ObjectMissingField, subject, field, message)
        .label(format!("`{name}` is missing here"))
        .help(format!("add `{name}`"))
}

pub(super) fn wrong_type(subject: &Subject<'_>, path: &Path<'_>, field: &Field, shape: &Shape) -> Diagnostic {
    let wanted = noun(shape);
    if field.value == Value::Null {
        return diagnostic(Code::ObjectWrongType, subject, field, format!("{} is empty", place(subject, path)))
            .label(format!("{wanted} is missing here"))
            .help(format!("write {wanted}, or remove the field"));
    }
    let found = type_of(&field.value);
    let message = format!("{} must be {wanted}, found {found}", place(subject, path));
    diagnostic(Code::ObjectWrongType, subject, field, message).label(found).help(remedy(&field.value, shape, wanted))
}

/// What to write instead of a value of the wrong type.
fn remedy(value: &Value, shape: &Shape, wanted: &str) -> String {
    match (value, shape.resolved()) {
        (Value::String(text), Shape::Integer(..) | Shape::Number | Shape::Boolean)
            if text.parse::<f64>().is_ok() || matches!(&**text, "true" | "false") =>
        {
            format!("write {text} without quotes")
        }
        (Value::Boolean(_) | Value::Integer(_) | Value::Number(_), Shape::String(_)) => {
            "put it in quotes; without quotes YAML reads a number or a boolean".into()
        }
        (Value::Mapping(_) | Value::String(_), Shape::List(..)) => "write a list: put `- ` before each item".into(),
        _ => format!("write {wanted}"),
    }
}

pub(super) fn out_of_range(
    subject: &Subject<'_>,
    path: &Path<'_>,
    field: &Field,
    number: i64,
    least: i64,
    most: i64,
) -> Diagnostic {
    let message =
        format!("{} is too {}: {number}", place(subject, path), if number < least { "small" } else { "large" });
    let range = match (least, most) {
        (least, i64::MAX) => format!("a number of at least {least}"),
        (least, most) if most == i64::from(i32::MAX) => format!("a number of at least {least}"),
        (least, most) => format!("a number from {least} to {most}"),
    };
    diagnostic(Code::ObjectBadValue, subject, field, message).label("out of range").help(format!("write {range}"))
}

pub(super) fn unknown_value(
    subject: &Subject<'_>,
    path: &Path<'_>,
    field: &Field,
    value: &str,
    values: &[&str],
) -> Diagnostic {
    let message = format!("{} has the invalid value `{value}`", place(subject, path));
    let label = suggest::did_you_mean(value, values.iter().copied()).unwrap_or_else(|| "not a valid value".into());
    let shown = values.iter().copied().filter(|value| !value.is_empty());
    diagnostic(Code::ObjectBadValue, subject, field, message)
        .label(label)
        .help(format!("write {}", suggest::one_of(shown)))
}

pub(super) fn bad_text(
    subject: &Subject<'_>,
    path: &Path<'_>,
    field: &Field,
    value: &str,
    refusal: Refusal,
) -> Diagnostic {
    let message = format!("{} has the invalid value `{}`", place(subject, path), shortened(value));
    refused(subject, field, message, refusal)
}

pub(super) fn bad_key(
    subject: &Subject<'_>,
    path: &Path<'_>,
    value: &Field,
    key: &str,
    refusal: Refusal,
) -> Diagnostic {
    let message = format!("{} cannot have the key `{}`", place(subject, path), shortened(key));
    refused(subject, value, message, refusal)
}

fn refused(subject: &Subject<'_>, field: &Field, message: String, refusal: Refusal) -> Diagnostic {
    diagnostic(Code::ObjectBadValue, subject, field, message).label(refusal.label).help(refusal.help)
}

pub(super) fn bad_length(subject: &Subject<'_>, path: &Path<'_>, field: &Field, value: &str, most: u32) -> Diagnostic {
    if value.is_empty() {
        let message = format!("{} is an empty string", place(subject, path));
        return diagnostic(Code::ObjectBadValue, subject, field, message)
            .label("empty")
            .help("write a value, or remove the field");
    }
    let length = value.chars().count();
    let message = format!("{} has {length} characters; the limit is {most}", place(subject, path));
    diagnostic(Code::ObjectBadValue, subject, field, message)
        .label("too long")
        .help(format!("write at most {most} characters"))
}

pub(super) fn bad_size(
    subject: &Subject<'_>,
    path: &Path<'_>,
    field: &Field,
    size: usize,
    (least, most): (u32, u32),
    what: &str,
) -> Diagnostic {
    let (message, help) = if size < least as usize {
        let message = if size == 0 {
            format!("{} has no {what}", place(subject, path))
        } else {
            format!("{} has {size} {what} but needs {least}", place(subject, path))
        };
        (message, format!("write at least {least}, or remove the field"))
    } else {
        (format!("{} has {size} {what}; the limit is {most}", place(subject, path)), format!("write at most {most}"))
    };
    diagnostic(Code::ObjectBadValue, subject, field, message).help(help)
}

pub(super) fn nothing_chosen(
    subject: &Subject<'_>,
    path: &Path<'_>,
    field: &Field,
    choice: Choice,
    names: &[&str],
) -> Diagnostic {
    let words = suggest::one_of(names.iter().copied());
    let message = format!("{} needs {}", place(subject, path), words);
    let number = if choice == Choice::ExactlyOne { "exactly" } else { "at least" };
    diagnostic(Code::ObjectChoice, subject, field, message)
        .label(format!("{number} one is required"))
        .help(format!("add {words}"))
}

pub(super) fn too_many_chosen(
    subject: &Subject<'_>,
    path: &Path<'_>,
    (first, one): (&str, &Field),
    (second, other): (&str, &Field),
) -> Diagnostic {
    let message = format!("{} has both `{first}` and `{second}`", place(subject, path));
    diagnostic(Code::ObjectChoice, subject, other, message)
        .label(format!("`{second}`"))
        .also(one.origin.span, format!("`{first}`"))
        .help("keep one of them")
}

/// What a shape expects, with its article.
fn noun(shape: &Shape) -> &'static str {
    match shape.resolved() {
        Shape::Anything | Shape::Same(_) => "a value",
        Shape::Boolean => "true or false",
        Shape::Integer(..) => "an integer",
        Shape::Number => "a number",
        Shape::String(_) => "a string",
        Shape::Either(first, _) if matches!(first.resolved(), Shape::Integer(..)) => "an integer or a string",
        Shape::Either(..) => "a number or a string",
        Shape::List(..) => "a list",
        Shape::Map { .. } | Shape::Mapping(_) | Shape::Tagged { .. } => "a mapping",
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Boolean(_) => "a boolean",
        Value::Integer(_) => "an integer",
        Value::Number(_) => "a number with a fraction",
        Value::String(_) => "a string",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a mapping",
    }
}

/// A text of any length, shortened for a message.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
