//! A Kubernetes object as a tree in which every field knows where it came from.
//! Both what is read (a Deployment in a file) and what is emitted have this form; `write` renders it.

mod json;
pub mod patch;
mod pointer;
mod read;

pub use pointer::{Pointer, PointerError};
pub use read::{field, read};

use std::borrow::Cow;

use crate::source::Span;
use crate::syntax::tree::Text;
use crate::units::name::Name;

/// How the text at a field's place led to the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Derivation {
    /// It stands there.
    Written,
    /// It is a default of the language: nothing was written, and the span is what the default belongs to.
    Default,
    /// It follows from what stands there.
    Derived,
}

/// Where a field came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The text responsible.
    pub span: Span,
    /// How it is responsible.
    pub derivation: Derivation,
}

impl Origin {
    /// The value stands at `span`.
    pub fn written(span: Span) -> Self {
        Self { span, derivation: Derivation::Written }
    }

    /// A default that belongs to what stands at `span`.
    pub fn default_of(span: Span) -> Self {
        Self { span, derivation: Derivation::Default }
    }

    /// Follows from what stands at `span`.
    pub fn derived(span: Span) -> Self {
        Self { span, derivation: Derivation::Derived }
    }
}

/// A value and its origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The value.
    pub value: Value,
    /// Where it came from.
    pub origin: Origin,
}

/// The key of a mapping: nearly always a field name of Kubernetes, known at compile time.
pub type Key = Cow<'static, str>;

/// A JSON value whose parts know their origins. Mappings keep their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number; finite.
    Number(f64),
    /// A string.
    String(Text),
    /// A list.
    Sequence(Vec<Field>),
    /// A mapping; keys are unique.
    Mapping(Vec<(Key, Field)>),
}

/// A whole object. `root` is always a mapping with `apiVersion`, `kind` and `metadata.name`.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// The object's fields.
    pub root: Field,
}

impl Field {
    /// A field from a value.
    pub fn new(value: impl Into<Value>, origin: Origin) -> Self {
        Self { value: value.into(), origin }
    }

    /// An empty mapping.
    pub fn mapping(origin: Origin) -> Self {
        Self { value: Value::Mapping(Vec::new()), origin }
    }

    /// An empty mapping with room for so many entries: one that grows is moved again and again.
    pub fn with_room(entries: usize, origin: Origin) -> Self {
        Self { value: Value::Mapping(Vec::with_capacity(entries)), origin }
    }

    /// A list of fields.
    pub fn sequence(fields: Vec<Self>, origin: Origin) -> Self {
        Self { value: Value::Sequence(fields), origin }
    }

    /// Builder: sets `key` to a field.
    #[must_use]
    pub fn with(mut self, key: impl Into<Key>, field: Self) -> Self {
        self.set(key, field);
        self
    }

    /// Builder: sets `key` to a value that has the mapping's own origin.
    #[must_use]
    pub fn put(mut self, key: impl Into<Key>, value: impl Into<Value>) -> Self {
        let origin = self.origin;
        self.set(key, Self::new(value, origin));
        self
    }

    /// Sets a key of a mapping, in place if it is there; anything else becomes a mapping first.
    pub fn set(&mut self, key: impl Into<Key>, field: Self) {
        if !matches!(self.value, Value::Mapping(_)) {
            self.value = Value::Mapping(Vec::new());
        }
        if let Value::Mapping(entries) = &mut self.value {
            let key = key.into();
            match entries.iter_mut().find(|(existing, _)| *existing == key) {
                Some((_, slot)) => *slot = field,
                None => entries.push((key, field)),
            }
        }
    }

    /// The field under a key of a mapping, to be changed; made first if it is absent.
    pub fn entry(&mut self, key: &'static str, absent: impl FnOnce() -> Self) -> Option<&mut Self> {
        if self.get(key).is_none() {
            self.set(key, absent());
        }
        match &mut self.value {
            Value::Mapping(entries) => entries.iter_mut().find(|(known, _)| known == key).map(|(_, field)| field),
            _ => None,
        }
    }

    /// The field under a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(existing, _)| existing == key).map(|(_, field)| field)
    }

    /// The field under a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |field, key| field.get(key))
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[(Key, Self)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a whole number.
    pub fn as_integer(&self) -> Option<i64> {
        match self.value {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }
}

impl Object {
    /// `apiVersion`, or "".
    pub fn api_version(&self) -> &str {
        self.root.get("apiVersion").and_then(Field::as_str).unwrap_or_default()
    }

    /// `kind`, or "".
    pub fn kind(&self) -> &str {
        self.root.get("kind").and_then(Field::as_str).unwrap_or_default()
    }

    /// `metadata.name`, or "".
    pub fn name(&self) -> &str {
        self.root.at(&["metadata", "name"]).and_then(Field::as_str).unwrap_or_default()
    }

    /// `metadata.namespace`.
    pub fn namespace(&self) -> Option<&str> {
        self.root.at(&["metadata", "namespace"]).and_then(Field::as_str)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Self::Integer(i64::from(number))
    }
}

impl From<Name> for Value {
    fn from(name: Name) -> Self {
        Self::String(name.into_text())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(i64::from(number))
    }
}
