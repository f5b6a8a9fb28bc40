//! Text that is final only at run time: the controller fills in pod-template hashes and secrets. A Service name
//! remembers its side, so a query about the canary can become one about the stable version. All other `{{names}}` are
//! already text.

use crate::side::Side;
use crate::syntax::tree::Text;
use crate::units::name::Name;

/// Text in parts, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The parts. Adjacent literals are joined, and no part is empty.
    pub parts: Vec<Part>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Literal text.
    Literal(Text),
    /// `{{canary-service}}` or `{{stable-service}}`: the side, and the name of its Service.
    Service(Side, Text),
    /// The controller fills it in at each measurement.
    Argument(Argument),
}

/// A value that only the controller knows. It becomes an argument of the AnalysisTemplate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Argument {
    /// `{{canary-hash}}` or `{{stable-hash}}`: the pod-template hash of a side.
    Hash(Side),
    /// The namespace of the Rollout, if the policy does not name one.
    Namespace,
    /// A `secret` of the measure, by name.
    Secret(Text),
}

impl Argument {
    /// The argument's name in the AnalysisTemplate.
    pub fn name(&self) -> &str {
        match self {
            Self::Hash(Side::Canary) => "canary-hash",
            Self::Hash(Side::Stable) => "stable-hash",
            Self::Namespace => "namespace",
            Self::Secret(name) => name,
        }
    }
}

impl Template {
    /// Text without holes.
    #[cfg(test)]
    pub fn literal(text: impl Into<Text>) -> Self {
        let text = text.into();
        Self { parts: if text.is_empty() { Vec::new() } else { vec![Part::Literal(text)] } }
    }

    /// The text in Argo's syntax: holes are `{{args.name}}`.
    pub fn render(&self) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text_part) | Part::Service(_, text_part) => text.push_str(text_part),
                Part::Argument(argument) => {
                    text.push_str("{{args.");
                    text.push_str(argument.name());
                    text.push_str("}}");
                }
            }
        }
        text
    }

    /// Its holes, in order, with repetitions.
    pub fn arguments(&self) -> impl Iterator<Item = &Argument> {
        self.parts.iter().filter_map(|part| match part {
            Part::Argument(argument) => Some(argument),
            Part::Literal(_) | Part::Service(..) => None,
        })
    }

    /// The same text about the stable version: every part that names the canary now names the stable version. Nothing
    /// else changes.
    pub fn on_stable(&self, stable_service: Option<&Name>) -> Self {
        let part = |part: &Part| match (part, stable_service) {
            (Part::Argument(Argument::Hash(_)), _) => Part::Argument(Argument::Hash(Side::Stable)),
            (Part::Service(..), Some(stable)) => Part::Service(Side::Stable, stable.as_str().into()),
            _ => part.clone(),
        };
        Self { parts: self.parts.iter().map(part).collect() }
    }

    /// Whether a part names the canary, so that [`Self::on_stable`] returns another text.
    pub fn names_the_canary(&self) -> bool {
        let canary =
            |part: &Part| matches!(part, Part::Argument(Argument::Hash(Side::Canary)) | Part::Service(Side::Canary, _));
        self.parts.iter().any(canary)
    }
}
