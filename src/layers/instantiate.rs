//! In: the body of one layer and the values of its parameters. Out: a copy with `{{name}}` replaced. Every value is
//! checked again against the expected type and marked with its layer. Built-in names stay for the policy phase.

use std::sync::Arc;

use super::parameters::{Arguments, fits};
use crate::braces::{holes, sole_hole};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lower::value;
use crate::model::{Block, LayerId, Meaning, Property, Value};
use crate::source::Sources;
use crate::syntax::limits;
use crate::syntax::tree::{Scalar, Text};
use crate::vocabulary::{FreeKeys, Type};

/// Copies bodies of one layer.
pub struct Instance<'a> {
    /// The values of the layer's parameters.
    pub arguments: &'a Arguments,
    /// The layer that the copies belong to.
    pub layer: LayerId,
    /// Used to find places in strings.
    pub sources: &'a Sources,
    /// Receives values that do not fit.
    pub diagnostics: &'a mut Diagnostics,
}

impl Instance<'_> {
    /// A copy of one block and all below it.
    pub fn of(&mut self, block: &Block) -> Block {
        let argument_type = block.spec.argument_spec().map_or(Type::String, |spec| spec.value_type);
        let free_type = match block.spec.free {
            Some(FreeKeys::Parameters) => Type::Scalar,
            _ => Type::String,
        };
        Block {
            spec: block.spec,
            keyword: block.keyword,
            span: block.span,
            arguments: block.arguments.iter().map(|value| self.value(value, argument_type)).collect(),
            properties: block
                .properties
                .iter()
                .map(|property| {
                    let due = block.spec.property(property.word).map_or(Type::String, |spec| spec.value_type);
                    Property { word: property.word, name: property.name, value: self.value(&property.value, due) }
                })
                .collect(),
            free: block.free.iter().map(|(key, value)| (key.clone(), self.value(value, free_type))).collect(),
            children: block.children.iter().map(|child| self.of(child)).collect(),
            layer: self.layer,
            misread: block.misread,
        }
    }

    fn value(&mut self, value: &Value, due: Type) -> Value {
        let mut copy = value.clone();
        copy.layer = self.layer;
        if value.is_unfilled() {
            self.fill(&mut copy, due);
        }
        copy
    }

    fn fill(&mut self, value: &mut Value, due: Type) {
        let Some(text) = value.as_str().map(Text::from) else { return };
        let mut judged = true;
        if let Some(name) = sole_hole(&text) {
            match self.arguments.get(name).map(|argument| (argument, &argument.value)) {
                Some((argument, Some(given))) => {
                    value.scalar = given.scalar.clone();
                    value.via = Some(argument.given(given));
                    // Reported once, where the parameter is used, and not for each of its values.
                    judged = argument.due.is_none_or(|declared| fits(declared, due));
                    if matches!(due, Type::String | Type::Regex | Type::Yaml) {
                        value.scalar = Scalar::String(written(&given.scalar));
                    }
                }
                Some((_, None)) => value.meaning = Meaning::Invalid,
                None => {}
            }
        } else {
            let Some(filled) = replace(&text, |name| Some(self.arguments.get(name)?.value.as_ref())) else {
                value.meaning = Meaning::Invalid;
                return;
            };
            if filled.len() > limits::FILLED.max(text.len()) {
                self.diagnostics.push(too_long(value));
                value.meaning = Meaning::Invalid;
                return;
            }
            value.scalar = Scalar::String(filled);
        }
        if !judged {
            value.meaning = Meaning::Invalid;
        } else if value.is_sound()
            && let Some(diagnostic) = value::parse_filled(value, due, self.sources)
        {
            self.diagnostics.push(diagnostic);
        }
    }
}

fn too_long(value: &Value) -> Diagnostic {
    let message = format!("this text has more than {} bytes after substitution", limits::FILLED);
    Diagnostic::new(Code::ParameterTooLong, value.blame(), message)
        .label("becomes too long")
        .help("pass shorter values, or write the text without parameters")
}

/// The text with the holes of known parameters filled. `None` when one of them has no valid value.
fn replace<'a>(text: &str, get: impl Fn(&str) -> Option<Option<&'a Value>>) -> Option<Text> {
    let mut filled = String::with_capacity(text.len());
    let mut end = 0;
    for (range, name) in holes(text) {
        if let Some(value) = get(name) {
            filled.push_str(&text[end..range.start]);
            filled.push_str(&written(&value?.scalar));
            end = range.end;
        }
    }
    filled.push_str(&text[end..]);
    Some(filled.into())
}

/// A value as text inside other text.
fn written(scalar: &Scalar) -> Text {
    match scalar {
        Scalar::String(text) | Scalar::Number { text, .. } => Arc::clone(text),
        Scalar::Integer(number) => number.to_string().into(),
        Scalar::Boolean(value) => value.to_string().into(),
        Scalar::Null => "".into(),
    }
}
