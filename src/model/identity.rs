//! What tells two nodes of one kind apart: layers merge namesakes by it, and two of one layer are a mistake.

use super::{Block, Value};
use crate::diagnostic::{Diagnostic, reference};
use crate::source::Span;
use crate::syntax::tree::Scalar;
use crate::vocabulary::{Merge, Word};

impl Block {
    /// The text of the first argument, which is the identity of every named node.
    pub fn identity(&self) -> Option<String> {
        self.argument().map(|value| match &value.scalar {
            Scalar::String(text) => text.to_string(),
            Scalar::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        })
    }

    /// Whether both have the same identity.
    pub fn has_identity_of(&self, other: &Self) -> bool {
        match (self.argument().map(|value| &value.scalar), other.argument().map(|value| &value.scalar)) {
            (Some(Scalar::String(one)), Some(Scalar::String(other))) => one == other,
            (Some(Scalar::Integer(one)), Some(Scalar::Integer(other))) => one == other,
            _ => self.identity() == other.identity(),
        }
    }

    /// Says that this node bears the name of `first`.
    pub fn declared_twice(&self, first: &Self) -> Diagnostic {
        reference::twice(self.word().as_str(), self.name(), self.name_span(), first.name_span())
    }

    /// What a stage is called: its name, else its weight, else its audience.
    pub fn stage_name(&self) -> Option<&str> {
        self.stage_naming().and_then(Value::as_str)
    }

    /// Where a stage is named.
    pub fn stage_span(&self) -> Span {
        self.stage_naming().map_or(self.keyword, |value| value.span)
    }

    fn stage_naming(&self) -> Option<&Value> {
        self.argument().or_else(|| self.property(Word::Weight)).or_else(|| self.property(Word::Audience))
    }

    /// The keyword under which it is looked for: `slo` and `check` share one namespace.
    pub fn namespace_word(&self) -> Word {
        if self.word() == Word::Check { Word::Slo } else { self.word() }
    }

    /// Whether two nodes of one layer bear one name. Releases are told apart by their namespace as well, so not here.
    pub fn is_namesake_of(&self, other: &Self) -> bool {
        self.namespace_word() == other.namespace_word()
            && self.word() != Word::Release
            && match self.spec.merge {
                Merge::Named => self.has_identity_of(other),
                Merge::Stage => self.stage_name().is_some() && self.stage_name() == other.stage_name(),
                _ => false,
            }
    }
}
