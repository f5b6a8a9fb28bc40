//! In: an object in its desired state, its live state, and the state that the API server predicts; and the state of the
//! release. Out: what to do about it, and why. Nothing here contacts the cluster.

use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde_json::Value;

use super::desired::{Desired, Identity};
use super::difference::{Difference, Writer, differences};
use super::ownership::{Conflict, Ownership};
use super::refusal;
use super::release_state::ReleaseState;
use super::{rollout, service};
use crate::diagnostic::Diagnostic;
use crate::emit::metadata;
use crate::kubernetes::kinds::Kind;
use crate::router::live::{StaleHeaderRules, Traffic, WrittenField};

/// What the person allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    /// A release in flight may be restarted.
    pub restart_release: bool,
    /// Objects and fields of other tools may be taken over.
    pub take_over: bool,
}

/// What to do about an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The object.
    pub identity: Identity,
    /// The action.
    pub action: Action,
    /// The fields that differ.
    pub differences: Vec<Difference>,
    /// A note for the person, if any.
    pub note: Option<String>,
    /// The request for it.
    pub write: Option<Write>,
}

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// It does not exist yet.
    Create,
    /// It differs.
    Change,
    /// It is in the desired state, and canaryc becomes an owner of its fields.
    Adopt,
    /// It is in the desired state.
    Unchanged,
    /// It is no longer in the policy.
    Delete,
    /// It is no longer in the policy, but something still uses it.
    Keep,
    /// The action would not be safe.
    Refuse(Box<Diagnostic>),
}

/// A request. It fails if the object has changed since it was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// A server-side apply.
    Apply {
        /// The fields.
        body: Value,
        /// Whether to force the apply: all conflicts were judged, and may be overruled.
        force: bool,
    },
    /// A deletion.
    Delete {
        /// The UID of the object, so that no other object with the same name is deleted.
        uid: Option<String>,
    },
}

/// What an apply would do, according to the API server.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The whole object, if every conflict were overruled.
    pub result: Value,
    /// The conflicts that the apply would overrule.
    pub conflicts: Vec<Conflict>,
}

/// The basis of a decision about an object.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The name of the release.
    pub release: &'a str,
    /// The desired object.
    pub desired: &'a Desired,
    /// The live object.
    pub live: &'a DynamicObject,
    /// The state of the release.
    pub release_state: &'a ReleaseState,
    /// Whether an autoscaler controls the number of pods.
    pub is_scaled: bool,
    /// What the person allows.
    pub permissions: Permissions,
}

impl Action {
    /// Whether the action changes the content of the cluster.
    pub fn is_difference(&self) -> bool {
        matches!(self, Self::Create | Self::Change | Self::Delete | Self::Refuse(_))
    }
}

/// The decision about an object that does not exist: it is created with this body.
pub fn create(desired: &Desired, body: Value, note: Option<String>) -> Decision {
    let write = Write::Apply { body, force: false };
    Decision {
        identity: desired.identity.clone(),
        action: Action::Create,
        differences: Vec::new(),
        note,
        write: Some(write),
    }
}

impl Case<'_> {
    /// A refusal that does not depend on the result of an apply.
    pub fn refused_at_once(&self) -> Option<Decision> {
        let (desired, labels) = (self.desired, self.live.labels());
        let label = |key: &str| labels.get(key).map(String::as_str);
        let is_canaryc = label(metadata::MANAGED_BY) == Some("canaryc");
        match label(metadata::RELEASE) {
            Some(other) if is_canaryc && other != self.release => {
                return Some(self.refuse(refusal::of_another_release(desired, other)));
            }
            Some(_) if is_canaryc => {}
            _ if self.ownership().is_applied_by_us() || self.permissions.take_over => {}
            _ => return Some(self.refuse(refusal::made_by_others(desired, &self.ownership()))),
        }
        let (wanted, live) = (&desired.body["spec"]["selector"], self.live.data["spec"].get("selector"));
        let is_other = live.is_some_and(|live| live != wanted);
        (desired.identity.kind == Kind::Rollout && is_other)
            .then(|| self.refuse(refusal::of_rollout(desired, rollout::Obstacle::Selector)))
    }

    /// The body of the apply, before the server's prediction is known.
    pub fn compose(&self) -> Value {
        let (body, live) = (self.desired.body.clone(), &self.live.data);
        match self.desired.identity.kind {
            Kind::Service => service::compose(body, live, &self.ownership()),
            Kind::Rollout => rollout::compose(body, live, &self.ownership(), self.is_scaled),
            _ => body,
        }
    }

    /// The decision, now that the server has predicted the result of applying `sent`.
    pub fn decide(&self, mut sent: Value, preview: &Preview) -> Decision {
        let kind = &self.desired.identity.kind;
        let live = serde_json::to_value(self.live).unwrap_or_default();
        let mut wanted = preview.result.clone();
        if let Some((traffic, written)) = self.written() {
            let field = |object: &Value| at(object, written.path).cloned().unwrap_or_default();
            match (written.keep)(&field(&wanted), &field(&live), traffic) {
                Ok(kept) => {
                    set(&mut wanted, written.path, kept.clone());
                    set(&mut sent, written.path, kept);
                }
                Err(StaleHeaderRules) => return self.refuse(refusal::of_header_rules(self.desired)),
            }
        }
        let writer = if *kind == Kind::Rollout { Writer::Controller } else { Writer::Appliers };
        let differences = differences(&live, &wanted, writer);
        if differences.is_empty() {
            let adopts = !self.ownership().is_applied_by_us() && preview.conflicts.is_empty();
            let action = if adopts { Action::Adopt } else { Action::Unchanged };
            return self.decision(action, differences, adopts.then_some((sent, false)));
        }
        let refused = |diagnostic| Decision { differences: differences.clone(), ..self.refuse(diagnostic) };
        if *kind == Kind::Rollout
            && let Some(obstacle) = rollout::obstacle(&live, &wanted, &differences, self.release_state)
            && !(obstacle.is_restart() && self.permissions.restart_release)
        {
            return refused(refusal::of_rollout(self.desired, obstacle));
        }
        let standing: Vec<&Conflict> =
            preview.conflicts.iter().filter(|conflict| !self.may_overrule(conflict)).collect();
        if !standing.is_empty() {
            return refused(refusal::of_conflicts(self.desired, &standing));
        }
        self.decision(Action::Change, differences, Some((sent, !preview.conflicts.is_empty())))
    }

    /// The field of this object that a router of the release writes.
    fn written(&self) -> Option<(&Traffic, WrittenField)> {
        let Identity { kind, name, .. } = &self.desired.identity;
        let traffic = self.release_state.traffic.as_ref()?;
        Some((traffic, traffic.written(*kind, name)?))
    }

    /// Whether a conflict may be overruled. A router's field is, because it is sent with the router's additions;
    /// another tool's fields are if the person allows it.
    fn may_overrule(&self, conflict: &Conflict) -> bool {
        match conflict.is_with_controller() {
            true => self.written().is_some_and(|(_, written)| conflict.field == written.shown()),
            false => conflict.is_with_ourselves() || self.permissions.take_over,
        }
    }

    fn ownership(&self) -> Ownership {
        Ownership::of(self.live)
    }

    fn decision(&self, action: Action, differences: Vec<Difference>, write: Option<(Value, bool)>) -> Decision {
        let ownership = self.ownership();
        let others = ownership.others();
        let is_first = write.is_some() && !ownership.is_applied_by_us() && !others.is_empty();
        Decision {
            identity: self.desired.identity.clone(),
            action,
            differences,
            note: is_first.then(|| {
                format!(
                    "{} also owns fields of it, which remain when the policy removes them",
                    refusal::listed(&others)
                )
            }),
            write: write.map(|(mut body, force)| {
                body["metadata"]["resourceVersion"] = self.live.resource_version().unwrap_or_default().into();
                Write::Apply { body, force }
            }),
        }
    }

    fn refuse(&self, diagnostic: Diagnostic) -> Decision {
        Decision {
            identity: self.desired.identity.clone(),
            action: Action::Refuse(Box::new(diagnostic)),
            differences: Vec::new(),
            note: None,
            write: None,
        }
    }
}

fn at<'a>(object: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(object, |value, key| value.get(key))
}

fn set(object: &mut Value, path: &[&str], field: Value) {
    let place = path.iter().fold(object, |value, key| &mut value[*key]);
    *place = field;
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
