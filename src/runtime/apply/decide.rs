//! In: an object as it is wanted, as it is, and as the API server says it would be; and what is under way. Out: what is to be
//! done about it, and why. Nothing here asks anybody.

use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde_json::Value;

use super::desired::{Desired, Identity};
use super::difference::{Difference, Writer, differences};
use super::ownership::{Conflict, Ownership};
use super::refusal;
use super::release_state::{ReleaseState, Traffic};
use super::{rollout, route, service};
use crate::diagnostic::Diagnostic;
use crate::emit::metadata;
use crate::kubernetes::kinds::Kind;

/// What the person has allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    /// A release under way may be begun anew.
    pub restart_release: bool,
    /// Objects and fields of other tools may be taken over.
    pub take_over: bool,
}

/// What is to be done about an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Which object.
    pub identity: Identity,
    /// What.
    pub action: Action,
    /// The fields that differ.
    pub differences: Vec<Difference>,
    /// A sentence for the person, if there is more to say.
    pub note: Option<String>,
    /// How it is done.
    pub write: Option<Write>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// It is not there yet.
    Create,
    /// It differs.
    Change,
    /// It is as it should be, and canaryc becomes an owner of its fields.
    Adopt,
    /// It is as it should be.
    Unchanged,
    /// The policy no longer has it.
    Delete,
    /// The policy no longer has it, and something still uses it.
    Keep,
    /// It cannot be done safely.
    Refuse(Box<Diagnostic>),
}

/// A request that does it. It fails when the object has changed since it was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// A server-side apply.
    Apply {
        /// The fields.
        body: Value,
        /// Every conflict that there is has been judged, and is to be overruled.
        force: bool,
    },
    /// A deletion.
    Delete {
        /// The object that is meant, and no other of the same name.
        uid: Option<String>,
    },
}

/// What the API server would make of an apply.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The whole object, as it would be if every conflict were overruled.
    pub result: Value,
    /// Who would be overruled.
    pub conflicts: Vec<Conflict>,
}

/// All that a decision about an object rests on.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The name of the release.
    pub release: &'a str,
    /// The object as it is wanted.
    pub desired: &'a Desired,
    /// The object as it is.
    pub live: &'a DynamicObject,
    /// What is under way.
    pub release_state: &'a ReleaseState,
    /// Does an autoscaler decide how many pods there are?
    pub is_scaled: bool,
    /// What the person has allowed.
    pub permissions: Permissions,
}

impl Action {
    /// Does carrying it out change the content of the cluster?
    pub fn is_difference(&self) -> bool {
        matches!(self, Self::Create | Self::Change | Self::Delete | Self::Refuse(_))
    }
}

/// The decision about an object that is not there.
pub fn create(desired: &Desired) -> Decision {
    let write = Write::Apply { body: desired.body.clone(), force: false };
    Decision {
        identity: desired.identity.clone(),
        action: Action::Create,
        differences: Vec::new(),
        note: None,
        write: Some(write),
    }
}

impl Case<'_> {
    /// What can be decided without asking what an apply would do.
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

    /// What is sent, as far as it does not depend on what the server makes of it.
    pub fn compose(&self) -> Value {
        let (body, live) = (self.desired.body.clone(), &self.live.data);
        match self.desired.identity.kind {
            Kind::Service => service::compose(body, live, &self.ownership()),
            Kind::Rollout => rollout::compose(body, live, &self.ownership(), self.is_scaled),
            _ => body,
        }
    }

    /// What is to be done, now that the server has said what the apply of `sent` would lead to.
    pub fn decide(&self, mut sent: Value, preview: &Preview) -> Decision {
        let Identity { kind, name, .. } = &self.desired.identity;
        let live = serde_json::to_value(self.live).unwrap_or_default();
        let mut wanted = preview.result.clone();
        if let Some(traffic) = self.splits(*kind, name) {
            let rules = |object: &Value| object["spec"]["rules"].as_array().cloned().unwrap_or_default();
            match route::carried(&rules(&wanted), &rules(&live), &traffic) {
                Ok(rules) => {
                    wanted["spec"]["rules"] = rules.clone().into();
                    sent["spec"]["rules"] = rules.into();
                }
                Err(route::StaleHeaderRules) => return self.refuse(refusal::of_header_rules(self.desired)),
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

    /// How requests are split by this object, if it is a route of the release.
    fn splits(&self, kind: Kind, name: &str) -> Option<Traffic> {
        self.release_state.traffic.clone().filter(|traffic| traffic.splits(kind, name))
    }

    /// Rules of a route are stored with what the controller has put there; another tool's fields when the person allows it.
    fn may_overrule(&self, conflict: &Conflict) -> bool {
        let Identity { kind, name, .. } = &self.desired.identity;
        match conflict.is_with_controller() {
            true => conflict.field == ".spec.rules" && self.splits(*kind, name).is_some(),
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
                format!("{} owns fields of it as well: those stay when the policy drops them", refusal::listed(&others))
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

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
