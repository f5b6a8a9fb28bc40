//! In: a value that is YAML text, or names a YAML file. Out: a [`Field`] whose parts know their place in the policy.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::manifest::{self, Field, Origin, Value as Manifest};
use crate::model::{PlaceMap, Value};
use crate::source::{Source, Span};
use crate::syntax::yaml;

use super::context::Context;
use super::substitute;

/// Reads YAML text in the policy. It fills in built-in names first.
pub fn field(cx: &mut Context<'_>, value: &Value) -> Option<Field> {
    if !value.is_sound() {
        cx.already_said();
        return None;
    }
    let text = if value.is_unfilled() { substitute::plain(cx, value)? } else { value.as_str()?.into() };
    let places = PlaceMap::new(value, &text, cx.sources());
    // While it is read, the text between the quotes is its own source. Nothing refers to that source afterwards.
    let inner = Source::new("<text>", text);
    let mut found = Diagnostics::new();
    let mut field = one_document(&inner, value.span, &mut found);
    let mut moved = Diagnostics::new();
    for mut diagnostic in found.into_vec() {
        for label in &mut diagnostic.labels {
            label.span = place(&places, &inner, label.span);
        }
        // A fix of the inner text would need the escapes of the outer text.
        diagnostic.fix = None;
        moved.push(diagnostic);
    }
    cx.append(moved);
    if let Some(field) = &mut field {
        relocate(field, &places, &inner);
    }
    field
}

/// Reads a YAML file that a value names.
pub fn file(cx: &mut Context<'_>, value: &Value) -> Option<Field> {
    if !value.is_sound() {
        cx.already_said();
        return None;
    }
    let source = cx.read_manifest(value, value.as_str()?)?;
    let mut found = Diagnostics::new();
    let field = one_document(&source, value.span, &mut found);
    cx.append(found);
    field
}

fn one_document(source: &Source, outer: Span, diagnostics: &mut Diagnostics) -> Option<Field> {
    let documents = yaml::read(source, diagnostics);
    match documents.as_slice() {
        [only] => {
            let mut found = Diagnostics::new();
            let field = manifest::field(only, &mut found);
            let failed = diagnostics.has_errors() || found.has_errors();
            diagnostics.append(found);
            (!failed).then_some(field)
        }
        [_, second, ..] => {
            diagnostics.push(
                Diagnostic::new(Code::YamlDocuments, second.span, "expected one document, found a second")
                    .label("the second document")
                    .help("remove everything after `---`"),
            );
            None
        }
        [] if diagnostics.has_errors() => None,
        [] => {
            diagnostics.push(
                Diagnostic::new(Code::YamlDocuments, outer, "this YAML is empty")
                    .label("empty")
                    .help("write a mapping or a list"),
            );
            None
        }
    }
}

fn place(places: &PlaceMap, inner: &Source, span: Span) -> Span {
    if span.source == inner.id { places.locate(span.start as usize..span.end as usize) } else { span }
}

fn relocate(field: &mut Field, places: &PlaceMap, inner: &Source) {
    field.origin = Origin { span: place(places, inner, field.origin.span), ..field.origin };
    match &mut field.value {
        Manifest::Sequence(items) => items.iter_mut().for_each(|item| relocate(item, places, inner)),
        Manifest::Mapping(entries) => entries.iter_mut().for_each(|(_, entry)| relocate(entry, places, inner)),
        _ => {}
    }
}
