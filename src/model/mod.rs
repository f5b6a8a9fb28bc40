//! A policy in terms of the vocabulary: known words and typed scalars, before the layers are resolved. In: made by
//! `lower`. Out: read by `layers` (which merges) and `policy` (which interprets).

mod identity;
mod locate;
mod value;

pub use locate::PlaceMap;
pub use value::{DurationOrNever, FromValue, Given, Host, Meaning, Typed, Value};

use crate::source::{Span, Spanned};
use crate::syntax::tree::Text;
use crate::vocabulary::{NodeSpec, Word};

/// One node with known words and checked values.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its entry in the table.
    pub spec: &'static NodeSpec,
    /// The place of its keyword.
    pub keyword: Span,
    /// From the keyword to the closing brace.
    pub span: Span,
    /// Its arguments.
    pub arguments: Vec<Value>,
    /// Its properties, each at most once, in the order written.
    pub properties: Vec<Property>,
    /// Free properties (maps, parameters), each key at most once.
    pub free: Vec<(Spanned<Text>, Value)>,
    /// Its children, in the order written.
    pub children: Vec<Block>,
    /// The layer that first wrote it.
    pub layer: LayerId,
    /// Whether part of it was not understood, which was reported. That part may be what seems to be missing.
    pub misread: bool,
}

/// `name=value`
#[derive(Clone, Debug)]
pub struct Property {
    /// Its name.
    pub word: Word,
    /// The place of the name.
    pub name: Span,
    /// Its value.
    pub value: Value,
}

/// Which layer of a resolution wrote something; an index into the layers of that resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LayerId(pub u16);

impl Block {
    /// A copy without properties and children.
    #[must_use]
    pub fn without_body(&self) -> Self {
        Self {
            spec: self.spec,
            keyword: self.keyword,
            span: self.span,
            arguments: self.arguments.clone(),
            properties: Vec::new(),
            free: self.free.clone(),
            children: Vec::new(),
            layer: self.layer,
            misread: self.misread,
        }
    }

    /// The first argument.
    pub fn argument(&self) -> Option<&Value> {
        self.arguments.first()
    }

    /// The first argument's text.
    pub fn name(&self) -> Option<&str> {
        self.argument().and_then(|value| value.scalar.as_str())
    }

    /// The place of the first argument, else of the keyword.
    pub fn name_span(&self) -> Span {
        self.argument().map_or(self.keyword, |value| value.span)
    }

    /// The value of a property.
    pub fn property(&self, word: Word) -> Option<&Value> {
        self.properties.iter().find(|property| property.word == word).map(|property| &property.value)
    }

    /// The first child with a keyword.
    pub fn child(&self, word: Word) -> Option<&Self> {
        self.children.iter().find(|child| child.spec.word == word)
    }

    /// All children with a keyword.
    pub fn all(&self, word: Word) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.spec.word == word)
    }

    /// Whether any part of it was not understood or does not fit. Missing parts are then not reported.
    pub fn is_doubtful(&self) -> bool {
        self.misread
            || self.arguments.iter().any(|value| !value.is_sound())
            || self.properties.iter().any(|property| !property.value.is_sound())
            || self.free.iter().any(|(_, value)| !value.is_sound())
    }

    /// The keyword.
    pub fn word(&self) -> Word {
        self.spec.word
    }
}
