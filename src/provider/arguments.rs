//! In: the holes of a template's texts. Out: the arguments that the template declares, and those that the Rollout
//! passes.

use super::secret::Secret;
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Origin};
use crate::side::Side;
use crate::units::Duration;

/// Where the value of an argument comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The pod-template hash of a side.
    Hash(Side),
    /// The namespace of the Rollout, if the policy does not set it.
    Namespace,
    /// A Secret, which the controller reads.
    Secret(Secret),
    /// The delay of a measurement, which differs between stages.
    Delay(Option<Duration>),
}

impl Source {
    /// Whether both have the same value.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Hash(one), Self::Hash(other)) => one == other,
            (Self::Namespace, Self::Namespace) | (Self::Delay(_), Self::Delay(_)) => true,
            (Self::Secret(one), Self::Secret(other)) => one.from == other.from && one.key == other.key,
            _ => false,
        }
    }

    /// The node that declares it.
    fn origin(&self) -> Option<Origin> {
        match self {
            Self::Secret(secret) => Some(secret.origin),
            _ => None,
        }
    }
}

/// The arguments of one template, each once, in the order of first use.
#[derive(Clone, Debug, Default)]
pub struct Arguments(Vec<(String, Source, Origin)>, Vec<Conflict>);

/// One name with two values: the second would silently get the first value.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The name.
    pub name: String,
    /// The origin of its first value.
    pub first: Origin,
    /// The origin of its second value.
    pub second: Origin,
}

impl Conflict {
    /// The diagnostic about the conflict.
    pub fn diagnostic(&self) -> Diagnostic {
        let message = format!("`{}` has two values in one analysis", self.name);
        Diagnostic::new(Code::AnalysisArgument, self.second.span, message)
            .label("second")
            .also(self.first.span, "first")
            .why("Checks that run together are one analysis, in which each name has one value: the second check would silently get the value of the first.")
            .help("rename one of them, or use the two checks in different stages")
    }
}

impl Arguments {
    /// Adds an argument. `origin` is the text that needs it.
    pub fn need(&mut self, name: &str, source: Source, origin: Origin) {
        match self.0.iter().find(|(known, ..)| known == name) {
            None => self.0.push((name.to_owned(), source, Origin::derived(origin.span))),
            Some((_, known, first)) if !known.is_same(&source) => {
                let (first, second) = (known.origin().unwrap_or(*first), source.origin().unwrap_or(origin));
                self.1.push(Conflict { name: name.to_owned(), first, second });
            }
            Some(_) => {}
        }
    }

    /// Adds other arguments and their conflicts.
    pub fn add(&mut self, others: &Self) {
        self.1.extend_from_slice(&others.1);
        for (name, source, origin) in &others.0 {
            self.need(name, source.clone(), *origin);
        }
    }

    /// The same arguments with other delays.
    pub fn with_delays(&self, delay: impl Fn(&str) -> Option<Duration>) -> Self {
        let change = |(name, source, origin): &(String, Source, Origin)| {
            let source = match source {
                Source::Delay(_) => Source::Delay(delay(name)),
                other => other.clone(),
            };
            (name.clone(), source, *origin)
        };
        Self(self.0.iter().map(change).collect(), Vec::new())
    }

    /// The names that have two values.
    pub fn conflicts(&self) -> &[Conflict] {
        &self.1
    }

    /// `spec.args` of the template. A delay has a default, because the controller validates a duration before it passes
    /// arguments.
    pub fn declared(&self) -> Option<Field> {
        let declare = |(name, source, origin): &(String, Source, Origin)| {
            let field = Field::with_room(2, *origin).put("name", name.as_str());
            match source {
                Source::Hash(_) | Source::Namespace => field,
                Source::Delay(delay) => field.put("value", delay_text(*delay)),
                Source::Secret(secret) => {
                    let reference =
                        Field::of(secret.origin, [("name", secret.from.field()), ("key", secret.key.field())]);
                    field.with("valueFrom", Field::of(secret.origin, [("secretKeyRef", reference)]))
                }
            }
        };
        let first = self.0.first()?;
        Some(Field::sequence(self.0.iter().map(declare).collect(), first.2))
    }

    /// `args` where the Rollout uses the template.
    pub fn passed(&self) -> Vec<Field> {
        let pass = |(name, source, origin): &(String, Source, Origin)| {
            let field = Field::with_room(2, *origin).put("name", name.as_str());
            let hash = |hash| Field::mapping(*origin).put("podTemplateHashValue", hash);
            Some(match source {
                Source::Hash(Side::Canary) => field.with("valueFrom", hash("Latest")),
                Source::Hash(Side::Stable) => field.with("valueFrom", hash("Stable")),
                Source::Namespace => {
                    let path = Field::mapping(*origin).put("fieldPath", "metadata.namespace");
                    field.with("valueFrom", Field::of(*origin, [("fieldRef", path)]))
                }
                Source::Delay(delay) => field.put("value", delay_text(*delay)),
                Source::Secret(_) => return None,
            })
        };
        self.0.iter().filter_map(pass).collect()
    }
}

fn delay_text(delay: Option<Duration>) -> String {
    delay.unwrap_or(Duration::ZERO).text()
}
