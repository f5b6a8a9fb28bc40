//! What identifies a node among nodes of one kind: layers merge nodes with the same identity, and two of them in one
//! layer are a mistake.

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

    /// Whether two nodes have the same identity. It allocates no text, because every pair of nodes is compared.
    pub fn has_identity_of(&self, other: &Self) -> bool {
        match (self.argument().map(|value| &value.scalar), other.argument().map(|value| &value.scalar)) {
            (Some(Scalar::String(one)), Some(Scalar::String(other))) => one == other,
            (Some(Scalar::Integer(one)), Some(Scalar::Integer(other))) => one == other,
            _ => self.identity() == other.identity(),
        }
    }

    /// Reports that this node has the same name as `first`.
    pub fn declared_twice(&self, first: &Self) -> Diagnostic {
        let twice = reference::twice(self.word().as_str(), self.name(), self.name_span(), first.name_span());
        match self.property(Word::Host).and_then(Value::as_str).filter(|_| self.argument().is_none()) {
            Some(host) => {
                let name = host.trim_start_matches("*.").split('.').next().unwrap_or(host);
                let word = self.word();
                twice.help(format!("give this one a name: `{word} \"{name}\" host=\"{host}\"`"))
            }
            None => twice,
        }
    }

    /// The name of a stage: its explicit name, else its weight, else its audience.
    pub fn stage_name(&self) -> Option<&str> {
        self.stage_naming().and_then(Value::as_str)
    }

    /// The place of a stage's name.
    pub fn stage_span(&self) -> Span {
        self.stage_naming().map_or(self.keyword, |value| value.span)
    }

    fn stage_naming(&self) -> Option<&Value> {
        self.argument().or_else(|| self.property(Word::Weight)).or_else(|| self.property(Word::Audience))
    }

    /// The keyword of its namespace: `slo` and `check` share one.
    pub fn namespace_word(&self) -> Word {
        if self.word() == Word::Check { Word::Slo } else { self.word() }
    }

    /// Whether two nodes of one layer have the same name. Releases are excluded: their identity includes their
    /// namespace.
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
