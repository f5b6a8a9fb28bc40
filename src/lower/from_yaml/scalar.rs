//! In: a YAML scalar and the expected type. Out: the scalar of the tree, and diagnostics about missing quotes.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::syntax::tree::{Scalar, Text};
use crate::syntax::yaml::{Reading, Trap, Value, Yaml};

use super::Reader;
use crate::vocabulary::{FreeKeys, Reference, Type};

/// What is expected in a place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Expected {
    /// A value of a type.
    Type(Type),
    /// The value of a free key.
    Free(FreeKeys),
}

/// How strictly a text must be a string.
#[derive(Clone, Copy, PartialEq)]
enum Strictness {
    /// Only a string is valid, whatever its content.
    String,
    /// Any scalar is valid, but its type must be unambiguous.
    Clear,
    /// A boolean.
    Boolean,
    /// The type checks the form. A string without quotes is unambiguous.
    Form,
}

impl Expected {
    fn strictness(self) -> Strictness {
        match self {
            Self::Type(
                Type::Name
                | Type::ObjectName
                | Type::String
                | Type::Host
                | Type::Path
                | Type::Regex
                | Type::Yaml
                | Type::Date
                | Type::Reference(_),
            )
            | Self::Free(FreeKeys::Labels | FreeKeys::Annotations | FreeKeys::Environment) => Strictness::String,
            Self::Free(FreeKeys::Parameters | FreeKeys::TemplateArguments)
            | Self::Type(
                Type::Scalar
                | Type::Threshold
                | Type::Integer { .. }
                | Type::Number
                | Type::IntegerOrPercent
                | Type::Port,
            ) => Strictness::Clear,
            Self::Type(Type::Boolean) => Strictness::Boolean,
            Self::Type(Type::Duration | Type::DurationOrNever | Type::Percent | Type::Rate | Type::OneOf(_)) => {
                Strictness::Form
            }
        }
    }

    /// The expected value, for messages.
    fn noun(self) -> &'static str {
        match self {
            Self::Type(value_type) => value_type.noun(),
            Self::Free(FreeKeys::Parameters | FreeKeys::TemplateArguments) => Type::Scalar.noun(),
            Self::Free(_) => Type::String.noun(),
        }
    }
}

impl Reader<'_> {
    /// The scalar of a key; `None` after an error, which was reported.
    pub(super) fn scalar(&mut self, key: &str, key_span: Span, value: &Yaml, due: Expected) -> Option<Spanned<Scalar>> {
        let noun = due.noun();
        match &value.value {
            Value::Sequence(items) if matches!(items.as_slice(), [only] if is_scalar(only)) => {
                self.value_due(key, value, noun);
                return items.first().and_then(|only| self.scalar(key, key_span, only, due));
            }
            Value::Sequence(_) | Value::Mapping(_) => {
                // The YAML reader has reported `{{name}}` without quotes.
                if !self.source.slice(value.span).starts_with("{{") {
                    self.value_due(key, value, noun);
                }
                return None;
            }
            Value::Null => {
                let span = if value.span.start == value.span.end { key_span } else { value.span };
                let diagnostic = Diagnostic::new(Code::YamlNoValue, span, format!("`{key}` has no value"));
                self.diagnostics.push(match self.comment_after(key_span) {
                    Some(comment) => {
                        let meant = format!("\"{}\"", self.source.slice(comment));
                        diagnostic
                            .label("the comment after it is not its value")
                            .help(format!("` #` starts a comment: write `{key}: {meant}`"))
                            .fix(comment, meant)
                    }
                    None => diagnostic.label("missing value").help(format!("write {noun}, or remove `{key}`")),
                });
                return None;
            }
            _ => {}
        }
        let raw = value.raw().cloned();
        let scalar = match (due.strictness(), raw, value.trap()) {
            (Strictness::String, Some(raw), Some(trap)) => {
                self.quote(key, value, &raw, &trap.to_string());
                Scalar::String(raw)
            }
            // A stage is named after its weight: the lowering suggests `50%`.
            (Strictness::String, Some(_), None)
                if matches!(due, Expected::Type(Type::Reference(Reference::Stage)))
                    && matches!(value.value, Value::Integer(0..=100)) =>
            {
                plainly(value)
            }
            (Strictness::String, Some(raw), None) if value.as_str().is_none() => {
                self.quote(key, value, &raw, &format!("without quotes it is {}", value.kind()));
                Scalar::String(raw)
            }
            (Strictness::Clear, Some(raw), Some(trap)) => self.unclear(key, value, &raw, &trap, due),
            (Strictness::Boolean, Some(raw), Some(trap)) => {
                let Reading::Boolean(meant) = trap.readings.kubectl else {
                    return Some(Spanned::new(plainly(value), value.span));
                };
                self.diagnostics.push(
                    Diagnostic::new(
                        Code::YamlQuote,
                        value.span,
                        format!("`{raw}` is ambiguous: YAML parsers disagree about it"),
                    )
                    .label(trap.to_string())
                    .help(format!("write `{meant}`"))
                    .fix(value.span, meant.to_string()),
                );
                Scalar::Boolean(meant)
            }
            _ => plainly(value),
        };
        Some(Spanned::new(scalar, value.span))
    }

    /// `#releases` behind a key, which YAML reads as a comment.
    fn comment_after(&self, key: Span) -> Option<Span> {
        let rest = self.source.text.get(key.end as usize..)?;
        let rest = rest.split(['\n', '\r']).next().unwrap_or_default();
        let value = rest.trim_start().strip_prefix(':')?.trim();
        let is_word =
            value.strip_prefix('#').is_some_and(|word| !word.is_empty() && !word.contains([' ', '#', '"', '\\']));
        let start = key.end as usize + rest.find('#')?;
        is_word.then(|| self.source.range(start, start + value.len()))
    }

    fn quote(&mut self, key: &str, value: &Yaml, raw: &str, label: &str) {
        self.diagnostics.push(
            Diagnostic::new(Code::YamlQuote, value.span, format!("`{key}` must be a string: add quotes"))
                .label(label)
                .help(format!("write `\"{raw}\"`"))
                .fix(value.span, format!("\"{raw}\"")),
        );
    }

    /// Reports a scalar that need not be a string, but that YAML readers interpret differently.
    fn unclear(&mut self, key: &str, value: &Yaml, raw: &str, trap: &Trap, due: Expected) -> Scalar {
        let readings = trap.readings;
        let mut numbers: Vec<String> = Vec::new();
        for reading in [readings.core, readings.kubectl, readings.older] {
            if let Reading::Integer(number) = reading
                && !numbers.contains(&format!("`{number}`"))
            {
                numbers.push(format!("`{number}`"));
            }
        }
        let takes_strings = matches!(due, Expected::Free(_) | Expected::Type(Type::Scalar | Type::Port));
        let quoted = takes_strings.then(|| format!("quote it: `\"{raw}\"`"));
        let plain =
            (!numbers.is_empty()).then(|| format!("write the number without ambiguity: {}", numbers.join(" or ")));
        let help: Vec<String> = quoted.into_iter().chain(plain).collect();
        let diagnostic = Diagnostic::new(
            Code::YamlQuote,
            value.span,
            format!("the value of `{key}` is ambiguous: YAML parsers disagree about it"),
        )
        .label(trap.to_string());
        let help = if help.is_empty() { format!("write {}", due.noun()) } else { help.join(", or ") };
        self.diagnostics.push(diagnostic.help(help));
        plainly(value)
    }
}

fn is_scalar(value: &Yaml) -> bool {
    !matches!(value.value, Value::Sequence(_) | Value::Mapping(_) | Value::Null)
}

/// A scalar, interpreted by YAML 1.2.
pub(super) fn plainly(value: &Yaml) -> Scalar {
    match &value.value {
        Value::Boolean(boolean) => Scalar::Boolean(*boolean),
        Value::Integer(number) => Scalar::Integer(*number),
        Value::Number(number) => Scalar::Number { value: *number, text: number_text(value.raw(), *number) },
        Value::String(text) => Scalar::String(text.clone()),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) => Scalar::Null,
    }
}

/// A number in KDL's syntax: unchanged if that is also valid in KDL.
fn number_text(raw: Option<&Text>, number: f64) -> Text {
    if number.is_nan() {
        return "#nan".into();
    }
    if number.is_infinite() && raw.is_none_or(|raw| raw.contains('.') && !raw.contains(|c: char| c.is_ascii_digit())) {
        return if number > 0.0 { "#inf".into() } else { "#-inf".into() };
    }
    match raw {
        Some(raw)
            if serde_json::from_str::<serde_json::Number>(raw).is_ok()
                || raw.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            raw.clone()
        }
        _ => format!("{number:?}").into(),
    }
}
