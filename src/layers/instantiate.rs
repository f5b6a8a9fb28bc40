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
    /// Counts the text that parameters fill in.
    pub filled: &'a mut Filled,
    /// Receives values that do not fit.
    pub diagnostics: &'a mut Diagnostics,
}

/// How much text the parameters of a release, and of all releases of its file, have filled in so far.
#[derive(Debug, Default)]
pub struct Filled {
    release: usize,
    file: usize,
}

impl Filled {
    /// Starts the next release of the file.
    pub fn next_release(&mut self) {
        self.release = 0;
    }

    fn is_full(&self) -> bool {
        self.release > limits::FILLED_RELEASE || self.file > limits::FILLED_FILE
    }

    fn add(&mut self, bytes: usize) {
        self.release = self.release.saturating_add(bytes);
        self.file = self.file.saturating_add(bytes);
    }
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
        if self.filled.is_full() {
            // It was reported for the value that filled it.
            value.meaning = Meaning::Invalid;
            return;
        }
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
            let most = limits::FILLED.max(text.len());
            let filled = match replace(&text, most, |name| Some(self.arguments.get(name)?.value.as_ref())) {
                Ok(filled) => filled,
                Err(unfilled) => {
                    if unfilled == Unfilled::TooLong {
                        self.diagnostics.push(too_long(value));
                    }
                    value.meaning = Meaning::Invalid;
                    return;
                }
            };
            value.scalar = Scalar::String(filled);
        }
        self.filled.add(value.as_str().map_or(0, str::len));
        if self.filled.is_full() {
            self.diagnostics.push(too_much(value, self.filled));
            value.meaning = Meaning::Invalid;
            return;
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

/// The last text that a release may contain.
fn too_much(value: &Value, filled: &Filled) -> Diagnostic {
    let (what, most) = match filled.release > limits::FILLED_RELEASE {
        true => ("this release", limits::FILLED_RELEASE),
        false => ("all releases of the file", limits::FILLED_FILE),
    };
    let message = format!("the texts of {what} have more than {} MiB after substitution", most / 1024 / 1024);
    Diagnostic::new(Code::ParameterTooLong, value.blame(), message)
        .label("the first text beyond the limit")
        .help("pass shorter values, or split the releases into several files")
}

/// Why a text is not filled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unfilled {
    /// A parameter has no valid value, which was reported.
    NoValue,
    /// It would be too long.
    TooLong,
}

/// The text with the holes of known parameters filled, of at most `most` bytes.
fn replace<'a>(text: &str, most: usize, get: impl Fn(&str) -> Option<Option<&'a Value>>) -> Result<Text, Unfilled> {
    let mut filled = String::with_capacity(text.len());
    let mut end = 0;
    for (range, name) in holes(text) {
        if let Some(value) = get(name) {
            filled.push_str(&text[end..range.start]);
            filled.push_str(&written(&value.ok_or(Unfilled::NoValue)?.scalar));
            end = range.end;
            if filled.len() > most {
                return Err(Unfilled::TooLong);
            }
        }
    }
    filled.push_str(&text[end..]);
    if filled.len() > most { Err(Unfilled::TooLong) } else { Ok(filled.into()) }
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
