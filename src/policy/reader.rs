//! In: a resolved block. Out: typed values that know their origin. This file reports missing and malformed values, so
//! the file of a section contains only the meaning of the section.

use super::context::Context;
use super::substitute;
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::lower::value;
use crate::manifest::Origin;
use crate::model::{Block, FromValue, Meaning, Value};
use crate::policy::sourced::Sourced;
use crate::source::Span;
use crate::syntax::tree::{Scalar, Text};
use crate::units::Duration;
use crate::units::name::NameKind;
use crate::vocabulary::{ChildSpec, FreeKeys, Presence, PropertySpec, Type, Word};

/// Reads one block.
#[derive(Clone, Copy)]
pub struct Reader<'b> {
    /// The block.
    pub block: &'b Block,
}

impl<'b> Reader<'b> {
    /// Reads `block`.
    pub fn new(block: &'b Block) -> Self {
        Self { block }
    }

    /// The origin of the block as a whole: its keyword with its name.
    pub fn origin(self) -> Origin {
        Origin::written(self.head())
    }

    /// The keyword and the first argument, as in `stage "half"`: what a diagnostic about the whole node underlines.
    pub fn head(self) -> Span {
        self.block.keyword.to(self.block.name_span())
    }

    /// Whether the property is written, valid or not.
    pub fn has(self, word: Word) -> bool {
        self.block.property(word).is_some()
    }

    /// Where the value of a property is written; the head if it is not written.
    pub fn span_of(self, word: Word) -> Span {
        self.block.property(word).map_or(self.head(), Value::blame)
    }

    /// Where a property is written, name and value.
    pub fn property_span(self, word: Word) -> Option<Span> {
        let property = self.block.properties.iter().find(|property| property.word == word)?;
        Some(property.name.to(property.value.span))
    }

    /// Where the name of a property is written.
    pub fn property_name_span(self, word: Word) -> Option<Span> {
        self.block.properties.iter().find(|property| property.word == word).map(|property| property.name)
    }

    fn type_of(self, word: Word) -> Type {
        self.block.spec.property(word).map_or(Type::String, |spec| spec.value_type)
    }

    fn argument_type(self) -> Type {
        self.block.spec.argument_spec().map_or(Type::String, |spec| spec.value_type)
    }

    /// The value of a property, or its default. `None` when it is absent and has no default, and when it is invalid or
    /// missing. An invalid or missing value was reported ([`Reader::has`] distinguishes the cases).
    pub fn get<T: FromValue>(self, cx: &mut Context<'_>, word: Word) -> Option<Sourced<T>> {
        if self.has(word) {
            return self.written(cx, word);
        }
        let spec = self.block.spec.property(word)?;
        match spec.presence {
            Presence::Required => {
                self.missing(cx, word, spec.doc, None);
                None
            }
            Presence::Default(text) => self.default(cx, spec, text),
            Presence::Optional | Presence::Otherwise(_) => None,
        }
    }

    /// As [`Reader::get`], but an absent property has no default and is not reported.
    pub fn written<T: FromValue>(self, cx: &mut Context<'_>, word: Word) -> Option<Sourced<T>> {
        let value = self.block.property(word)?;
        match &value.meaning {
            Meaning::Unfilled => read(cx, value, self.type_of(word)),
            _ => parsed(cx, value),
        }
    }

    /// As [`Reader::get`], for a property that is required here. `why` says what goes wrong without it.
    pub fn required<T: FromValue>(self, cx: &mut Context<'_>, word: Word, why: &str) -> Option<Sourced<T>> {
        if self.has(word) {
            return self.written(cx, word);
        }
        let doc = self.block.spec.property(word).map_or("", |spec| spec.doc);
        self.missing(cx, word, doc, Some(why));
        None
    }

    fn missing(self, cx: &mut Context<'_>, word: Word, doc: &str, why: Option<&str>) {
        let shown = shown(self.block);
        let mut diagnostic = Diagnostic::new(Code::PropertyMissing, self.head(), format!("{shown} needs `{word}=`"))
            .label(format!("`{word}` is missing"))
            .help(match (doc, self.example(word)) {
                ("", example) => format!("write `{word}={example}`"),
                (doc, example) => format!("write `{word}={example}`: {}", lower_first(doc)),
            });
        diagnostic.why = why.map(Into::into);
        cx.report_missing(self.block, diagnostic);
    }

    /// A value that a property can have, in a help; empty if it depends on the policy.
    fn example(self, word: Word) -> &'static str {
        match self.block.spec.property(word).map(|spec| spec.value_type) {
            Some(Type::Percent) => "\"1%\"",
            Some(Type::Duration) => "\"5m\"",
            _ => "",
        }
    }

    fn default<T: FromValue>(self, cx: &mut Context<'_>, spec: &PropertySpec, text: &str) -> Option<Sourced<T>> {
        let found = value::default(text, spec.value_type).and_then(|(scalar, typed)| T::from_value(&scalar, &typed));
        if found.is_none() {
            // The table is wrong. A test of the vocabulary finds such an error.
            let message = format!("the default of `{}` is not {}", spec.word, T::NOUN);
            cx.report(Diagnostic::new(Code::ValueType, self.head(), message));
        }
        found.map(|value| Sourced::new(value, Origin::default_of(self.head())))
    }

    /// Whether a boolean property is on, with its origin.
    pub fn flag(self, cx: &mut Context<'_>, word: Word) -> Option<Origin> {
        self.get::<bool>(cx, word).filter(|flag| flag.value).map(|flag| flag.origin)
    }

    /// The child that the policy chooses among the alternatives that the table calls `choice`. Reports a missing child
    /// if one is required.
    pub fn alternative(self, cx: &mut Context<'_>, choice: &str) -> Option<Self> {
        let of_choice = |child: &&ChildSpec| child.choice.is_some_and(|spec| spec.name == choice);
        let spec = self.block.spec;
        let chosen =
            self.block.children.iter().find(|child| spec.child(child.word()).filter(|spec| of_choice(spec)).is_some());
        if let Some(chosen) = chosen {
            return Some(Self::new(chosen));
        }
        let words: Vec<&str> = spec.children.iter().filter(of_choice).map(|child| child.node.word.as_str()).collect();
        let required =
            spec.children.iter().filter(of_choice).filter_map(|child| child.choice).any(|choice| choice.required);
        if required {
            cx.report_missing(
                self.block,
                Diagnostic::new(Code::PropertyMissing, self.head(), unchosen(self.block, choice))
                    .label(format!("missing {choice}"))
                    .help(format!("add one of {} in braces", suggest::one_of(words))),
            );
        }
        None
    }

    /// The first argument. Does not report a missing one.
    pub fn argument<T: FromValue>(self, cx: &mut Context<'_>) -> Option<Sourced<T>> {
        self.block.argument().and_then(|value| read(cx, value, self.argument_type()))
    }

    /// All valid arguments.
    pub fn arguments<T: FromValue>(self, cx: &mut Context<'_>) -> Vec<Sourced<T>> {
        self.block.arguments.iter().filter_map(|value| read(cx, value, self.argument_type())).collect()
    }

    /// The keys and values of a map, in the order written. Checks label keys and values, annotation keys and names of
    /// environment variables as the API server does.
    pub fn map(self, cx: &mut Context<'_>) -> Vec<(Sourced<Text>, Sourced<Text>)> {
        let (key_kind, value_kind) = match self.block.spec.free {
            Some(FreeKeys::Labels) => (Some(NameKind::LabelKey), Some(NameKind::LabelValue)),
            Some(FreeKeys::Annotations) => (Some(NameKind::AnnotationKey), None),
            Some(FreeKeys::Environment) => (Some(NameKind::EnvironmentVariable), None),
            _ => (None, None),
        };
        let mut map = Vec::with_capacity(self.block.free.len());
        for (key, value) in &self.block.free {
            if let Some(Err(error)) = key_kind.map(|kind| kind.check(&key.value)) {
                cx.report(
                    Diagnostic::new(Code::MetadataInvalid, key.span, error.message())
                        .label(error.label())
                        .help(error.help())
                        .why("The API server would reject the object."),
                );
                continue;
            }
            let Some(text) = read::<Text>(cx, value, Type::String) else { continue };
            if let Some(Err(error)) = value_kind.map(|kind| kind.check(&text.value)) {
                let span = cx.locate(value, error.range.clone());
                cx.report(
                    Diagnostic::new(Code::MetadataInvalid, span, error.message())
                        .label(error.label())
                        .help(error.help())
                        .why("The API server would reject the object."),
                );
                continue;
            }
            map.push((Sourced::written(Text::clone(&key.value), key.span), text));
        }
        map
    }

    /// A duration for a field that counts whole seconds.
    pub fn whole_seconds(self, cx: &mut Context<'_>, word: Word) -> Option<Sourced<Duration>> {
        let duration = self.get::<Duration>(cx, word)?;
        match duration.value.as_seconds() {
            Ok(seconds) if seconds > 0 => Some(duration),
            Ok(_) => {
                cx.report(
                    Diagnostic::new(Code::ValueRange, duration.span(), format!("`{word}` must be at least one second"))
                        .label("every request would time out")
                        .help(format!("write `{word}=\"10s\"`, or remove it")),
                );
                None
            }
            Err(error) => {
                cx.report(
                    Diagnostic::new(Code::ValueUnit, duration.span(), error.message())
                        .label(error.label())
                        .help(error.help()),
                );
                None
            }
        }
    }

    /// The reader of a child block.
    pub fn child(self, word: Word) -> Option<Self> {
        self.block.child(word).map(Self::new)
    }

    /// Readers of all children with a keyword.
    pub fn all(self, word: Word) -> impl Iterator<Item = Self> + use<'b> {
        self.block.all(word).map(Self::new)
    }
}

/// The value, with built-in names filled in. `None` when it is invalid, which was reported.
pub fn read<T: FromValue>(cx: &mut Context<'_>, value: &Value, value_type: Type) -> Option<Sourced<T>> {
    if !value.is_unfilled() {
        return parsed(cx, value);
    }
    let mut filled = Value { scalar: Scalar::String(substitute::plain(cx, value)?), ..value.clone() };
    match value::parse_filled(&mut filled, value_type, cx.sources()) {
        Some(diagnostic) => {
            cx.report(diagnostic);
            None
        }
        None => parsed(cx, &filled),
    }
}

/// A value whose meaning is known.
fn parsed<T: FromValue>(cx: &mut Context<'_>, value: &Value) -> Option<Sourced<T>> {
    if !value.is_sound() {
        cx.already_said();
        return None;
    }
    let typed = value.read::<T>();
    if typed.is_none() {
        // The table gives this place another type than the reader expects: a bug in canaryc.
        let found = value.scalar.kind();
        let message = format!("expected {}, found {found}", T::NOUN);
        cx.report(
            Diagnostic::new(Code::ValueType, value.blame(), message).label(found).help(format!("write {}", T::NOUN)),
        );
    }
    typed.map(|typed| Sourced::new(typed, value.origin()))
}

/// A block as messages show it: `audience "staff"`, or `rollout`.
pub fn shown(block: &Block) -> String {
    match block.name() {
        Some(name) => format!("`{} \"{name}\"`", block.word()),
        None => format!("`{}`", block.word()),
    }
}

fn lower_first(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// A node without any alternative of a choice, as a message.
fn unchosen(block: &Block, choice: &str) -> String {
    let word = block.word();
    if word.as_str() == choice {
        return format!("`{word}` does not say which {choice} to use");
    }
    format!("{} needs a {choice}", shown(block))
}
