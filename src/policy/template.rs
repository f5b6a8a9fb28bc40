//! Text whose last holes only the controller can fill: pod-template hashes and secrets.
//! All other `{{names}}` are resolved before a template is made.

use crate::syntax::tree::Text;

/// Text with holes, kept in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The pieces; neighbouring literals are joined, and none is empty.
    pub parts: Vec<Part>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// As it is.
    Literal(Text),
    /// Filled in by the controller when a measurement is taken.
    Argument(Argument),
}

/// What only the controller knows; becomes an argument of the AnalysisTemplate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Argument {
    /// `{{stable-hash}}`: `podTemplateHashValue: Stable`.
    StableHash,
    /// `{{canary-hash}}`: `podTemplateHashValue: Latest`.
    CanaryHash,
    /// `{{baseline-hash}}`: the hash of an experiment's baseline.
    BaselineHash,
    /// A `secret` of the measure, by its name.
    Secret(Text),
}

impl Argument {
    /// The argument's name in the AnalysisTemplate.
    pub fn name(&self) -> &str {
        match self {
            Self::StableHash => "stable-hash",
            Self::CanaryHash => "canary-hash",
            Self::BaselineHash => "baseline-hash",
            Self::Secret(name) => name,
        }
    }
}

impl Template {
    /// Text without holes.
    pub fn literal(text: impl Into<Text>) -> Self {
        let text = text.into();
        Self { parts: if text.is_empty() { Vec::new() } else { vec![Part::Literal(text)] } }
    }

    /// The text as Argo reads it: holes are `{{args.name}}`.
    pub fn render(&self) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Argument(argument) => {
                    text.push_str("{{args.");
                    text.push_str(argument.name());
                    text.push_str("}}");
                }
            }
        }
        text
    }

    /// Its holes, in order, each as often as it occurs.
    pub fn arguments(&self) -> impl Iterator<Item = &Argument> {
        self.parts.iter().filter_map(|part| match part {
            Part::Argument(argument) => Some(argument),
            Part::Literal(_) => None,
        })
    }
}
