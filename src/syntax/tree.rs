//! The spanned document tree that both readers produce: nodes with arguments, properties and children. This module
//! knows no keyword.

use std::sync::Arc;

use crate::source::{Span, Spanned};

/// A string of a document. It is shared, because layers copy values.
pub type Text = Arc<str>;

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Its nodes, in order, without those that `/-` hides.
    pub nodes: Vec<Node>,
}

/// `(type)name arguments… property=value… { children }`
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// `(type)` before the name.
    pub type_annotation: Option<Spanned<Text>>,
    /// The keyword.
    pub name: Spanned<Text>,
    /// Arguments and properties, in the order written.
    pub entries: Vec<Entry>,
    /// The block in braces. `None` when there are no braces, or when `/-` hides them.
    pub children: Option<Children>,
    /// From the name (or its type annotation) to the closing brace or last entry.
    pub span: Span,
}

/// `{ … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Children {
    /// The nodes between the braces.
    pub nodes: Vec<Node>,
    /// From brace to brace.
    pub span: Span,
}

/// An argument (no name) or a property.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The property's name; `None` for an argument.
    pub name: Option<Spanned<Text>>,
    /// `(type)` before the value.
    pub type_annotation: Option<Spanned<Text>>,
    /// The value. Its span covers the quotes.
    pub value: Spanned<Scalar>,
    /// From the name to the end of the value.
    pub span: Span,
}

/// A value as written, before it is interpreted.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// A string, escapes resolved.
    String(Text),
    /// A number that is a whole number in the range of `i64`.
    Integer(i64),
    /// Any other number, with the text it was written as (`1e400`, `99999999999999999999`, `#inf`).
    Number {
        /// The nearest double; infinite or NaN for `#inf`, `#-inf`, `#nan`.
        value: f64,
        /// As written.
        text: Text,
    },
    /// `#true`, `#false`.
    Boolean(bool),
    /// `#null`.
    Null,
}

impl Scalar {
    /// What kind of value it is, for messages: "a string", "a number" …
    pub fn kind(&self) -> &'static str {
        match self {
            Self::String(_) => "a string",
            Self::Integer(_) | Self::Number { .. } => "a number",
            Self::Boolean(_) => "a boolean",
            Self::Null => "null",
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}

impl std::fmt::Display for Scalar {
    /// The value as a message shows it: written as in KDL, strings in quotes without escapes.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::String(text) => write!(formatter, "\"{text}\""),
            Self::Integer(number) => write!(formatter, "{number}"),
            Self::Number { text, .. } => formatter.write_str(text),
            Self::Boolean(value) => write!(formatter, "#{value}"),
            Self::Null => formatter.write_str("#null"),
        }
    }
}

impl Node {
    /// The arguments, in order.
    pub fn arguments(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.name.is_none())
    }

    /// The properties, in order, with their names.
    pub fn properties(&self) -> impl Iterator<Item = (&Spanned<Text>, &Entry)> {
        self.entries.iter().filter_map(|entry| entry.name.as_ref().map(|name| (name, entry)))
    }

    /// The child nodes; none when there is no block.
    pub fn children(&self) -> &[Node] {
        self.children.as_ref().map_or(&[], |children| &children.nodes)
    }
}
