//! In: the holes of a template's texts. Out: the arguments that the template declares and those that the Rollout passes.

use crate::emit::context::mapping;
use crate::manifest::{Field, Origin};
use crate::policy::measure::Secret;
use crate::units::Duration;

/// Where the value of an argument comes from.
#[derive(Clone, Debug)]
pub(in crate::emit) enum Source {
    /// The hash of the new pods.
    CanaryHash,
    /// The hash of the stable pods.
    StableHash,
    /// The namespace of the Rollout, where the policy does not say it.
    Namespace,
    /// A Secret, read by the controller.
    Secret(Secret),
    /// The delay of a look, which differs between stages.
    Delay(Option<Duration>),
}

/// The arguments of one template, each once, in the order of first use.
#[derive(Clone, Debug, Default)]
pub(in crate::emit) struct Arguments(Vec<(String, Source, Origin)>);

impl Arguments {
    /// Adds an argument; `origin` is the text that needs it.
    pub(in crate::emit) fn need(&mut self, name: &str, source: Source, origin: Origin) {
        if !self.0.iter().any(|(known, ..)| known == name) {
            self.0.push((name.to_owned(), source, Origin::derived(origin.span)));
        }
    }

    /// The same arguments with other delays.
    pub(super) fn with_delays(&self, delay: impl Fn(&str) -> Option<Duration>) -> Self {
        let change = |(name, source, origin): &(String, Source, Origin)| {
            let source = match source {
                Source::Delay(_) => Source::Delay(delay(name)),
                other => other.clone(),
            };
            (name.clone(), source, *origin)
        };
        Self(self.0.iter().map(change).collect())
    }

    /// `spec.args` of the template. A delay has a default: the controller judges a duration before it passes arguments.
    pub(super) fn declared(&self) -> Option<Field> {
        let declare = |(name, source, origin): &(String, Source, Origin)| {
            let field = Field::mapping(*origin).put("name", name.as_str());
            match source {
                Source::CanaryHash | Source::StableHash | Source::Namespace => field,
                Source::Delay(delay) => field.put("value", delay_text(*delay)),
                Source::Secret(secret) => {
                    let reference =
                        mapping(secret.origin, [("name", secret.from.field()), ("key", secret.key.field())]);
                    field.with("valueFrom", mapping(secret.origin, [("secretKeyRef", reference)]))
                }
            }
        };
        let first = self.0.first()?;
        Some(Field::sequence(self.0.iter().map(declare).collect(), first.2))
    }

    /// `args` where the Rollout uses the template.
    pub(super) fn passed(&self) -> Vec<Field> {
        let pass = |(name, source, origin): &(String, Source, Origin)| {
            let field = Field::mapping(*origin).put("name", name.as_str());
            let hash = |hash| Field::mapping(*origin).put("podTemplateHashValue", hash);
            Some(match source {
                Source::CanaryHash => field.with("valueFrom", hash("Latest")),
                Source::StableHash => field.with("valueFrom", hash("Stable")),
                Source::Namespace => {
                    let path = Field::mapping(*origin).put("fieldPath", "metadata.namespace");
                    field.with("valueFrom", mapping(*origin, [("fieldRef", path)]))
                }
                Source::Delay(delay) => field.put("value", delay_text(*delay)),
                Source::Secret(_) => return None,
            })
        };
        self.0.iter().filter_map(pass).collect()
    }
}

fn delay_text(delay: Option<Duration>) -> String {
    delay.unwrap_or(Duration::ZERO).to_string()
}
