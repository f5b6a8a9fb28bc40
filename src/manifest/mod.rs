//! A Kubernetes object as a tree in which every field has an origin. Both the manifests that canaryc reads and those
//! that it writes have this form.

mod comments;
mod json;
pub mod patch;
mod pointer;
mod read;

pub use pointer::{Pointer, PointerError};
pub(crate) use pointer::{push_index, push_key};
pub use read::{field, read};

pub use comments::Comments;

use std::borrow::Cow;
use std::num::NonZeroU16;

use crate::source::Span;
use crate::syntax::tree::Text;
use crate::units::name::{Name, ObjectName};

/// How the text at an origin produced the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Derivation {
    /// The text contains the value.
    Written,
    /// A default of the language: the span is the node or property that the default belongs to.
    Default,
    /// The value is derived from the text.
    Derived,
}

/// The origin of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The responsible text.
    pub span: Span,
    /// How the text produced the field.
    pub derivation: Derivation,
    /// The parameter that the value is, if it is exactly one parameter.
    pub parameter: Option<ParameterId>,
}

/// A parameter of the policy: an index into the parameters of the compiled release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ParameterId(NonZeroU16);

impl ParameterId {
    /// The parameter with this index; `None` beyond the 65,535 parameters that can be told apart.
    pub(crate) fn new(index: usize) -> Option<Self> {
        u16::try_from(index + 1).ok().and_then(NonZeroU16::new).map(Self)
    }

    /// Its index.
    pub(crate) fn index(self) -> usize {
        usize::from(self.0.get()) - 1
    }
}

impl Origin {
    /// The text at `span` contains the value.
    pub fn written(span: Span) -> Self {
        Self { span, derivation: Derivation::Written, parameter: None }
    }

    /// A default that belongs to the text at `span`.
    pub fn default_of(span: Span) -> Self {
        Self { span, derivation: Derivation::Default, parameter: None }
    }

    /// Derived from the text at `span`.
    pub fn derived(span: Span) -> Self {
        Self { span, derivation: Derivation::Derived, parameter: None }
    }
}

/// A value and its origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The value.
    pub value: Value,
    /// The origin.
    pub origin: Origin,
}

/// The key of a mapping: usually a field name of Kubernetes, known at compile time.
pub type Key = Cow<'static, str>;

/// A JSON value whose parts have origins. Mappings keep their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// An integer.
    Integer(i64),
    /// Any other finite number.
    Number(f64),
    /// A string.
    String(Text),
    /// A list.
    Sequence(Vec<Field>),
    /// A mapping with unique keys.
    Mapping(Vec<(Key, Field)>),
}

/// A Kubernetes object. `root` is always a mapping with `apiVersion`, `kind` and `metadata.name`.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// The fields of the object.
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

    /// A mapping of entries.
    pub fn of<const N: usize>(origin: Origin, entries: [(&'static str, Self); N]) -> Self {
        let entries = entries.into_iter().map(|(key, field)| (Key::Borrowed(key), field)).collect();
        Self { value: Value::Mapping(entries), origin }
    }

    /// An empty mapping with capacity for a number of entries, which avoids reallocations.
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

    /// Builder: sets `key` to a value with the origin of the mapping.
    #[must_use]
    pub fn put(mut self, key: impl Into<Key>, value: impl Into<Value>) -> Self {
        let origin = self.origin;
        self.set(key, Self::new(value, origin));
        self
    }

    /// Sets a key of a mapping and keeps its position if it exists. Any other value becomes a mapping first.
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

    /// The field of a key, for changes. It is created if it does not exist.
    pub fn entry(&mut self, key: &'static str, absent: impl FnOnce() -> Self) -> Option<&mut Self> {
        if self.get(key).is_none() {
            self.set(key, absent());
        }
        match &mut self.value {
            Value::Mapping(entries) => entries.iter_mut().find(|(known, _)| known == key).map(|(_, field)| field),
            _ => None,
        }
    }

    /// The field of a key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(existing, _)| existing == key).map(|(_, field)| field)
    }

    /// The field at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |field, key| field.get(key))
    }

    /// The fields under a path; `[]` stands for every item of a list.
    pub fn select<'a>(&'a self, path: &[&str]) -> Vec<&'a Self> {
        let mut found = Vec::new();
        self.each(path, &mut |field| found.push(field));
        found
    }

    /// Visits the fields under a path, as [`Self::select`] finds them.
    pub fn each<'a>(&'a self, path: &[&str], visit: &mut impl FnMut(&'a Self)) {
        match path.split_first() {
            None => visit(self),
            Some((&"[]", rest)) => self.items().iter().for_each(|item| item.each(rest, visit)),
            Some((key, rest)) => self.get(key).into_iter().for_each(|inner| inner.each(rest, visit)),
        }
    }

    /// The entries of a mapping; none for other values.
    pub fn entries(&self) -> &[(Key, Self)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for other values.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The string, if the value is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if the value is one.
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

    /// The object in a sentence: `HTTPRoute shop`, with the name in backquotes.
    pub fn shown(&self) -> String {
        format!("{} `{}`", self.kind(), self.name())
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

impl From<ObjectName> for Value {
    fn from(name: ObjectName) -> Self {
        Self::String(name.into_text())
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
