//! Commands that change a release: promote, abort, retry, pause, resume, restart, undo. In: a Rollout, and the request
//! of a person. Out: the next write, and how to recognise that the controller has acted on it; or why the command makes
//! no sense.
//!
//! The files of the commands make decisions and are pure. Only `perform` communicates with the cluster.

mod abort;
mod change;
mod effect;
mod pause;
mod perform;
mod place;
mod promote;
mod refusal;
mod restart;
mod resume;
mod retry;
mod revision;
mod stop;
mod undo;
mod waiting;

pub use abort::abort;
pub use change::{Change, Write};
pub use effect::{Effect, Overtaken, Progress, Release};
pub use pause::pause;
pub use perform::{Actor, Listener};
pub use place::Place;
pub use promote::{Promotion, To};
pub use refusal::Refusal;
pub use restart::{now, restart};
pub use resume::resume;
pub use retry::retry;
pub use revision::Revision;
pub use stop::Stop;
pub use undo::{Workload, undo};
pub use waiting::{StepKind, Waiting};

use super::rollout::Rollout;

/// A command in progress.
pub trait Act {
    /// The next action, for the current Rollout.
    ///
    /// # Errors
    /// When something happened that makes the command impossible.
    fn next(&self, rollout: &Rollout) -> Result<Next, Overtaken>;

    /// Notes that the controller has acted on a write.
    fn took(&mut self, effect: &Effect);

    /// What it is about to do, after "would": `end the pause of 30m at stage staff`.
    fn would(&self) -> String;

    /// What it has done: ``promoted from stage `5%` to stage `25%` ``.
    fn has_done(&self, after: &Rollout) -> String;

    /// Notes for the person.
    fn notes(&self) -> &[String];
}

/// The next action of a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// It writes.
    Write(Box<Change>),
    /// It waits for the Rollout to change; the text follows "waits for".
    Wait(String),
    /// It is done.
    Done,
}

/// A command that writes once.
#[derive(Clone, Debug, PartialEq)]
pub struct Once {
    change: Change,
    would: String,
    has_done: String,
    notes: Vec<String>,
    taken: bool,
}

impl Once {
    fn new(change: Change, would: impl Into<String>, has_done: impl Into<String>) -> Self {
        Self { change, would: would.into(), has_done: has_done.into(), notes: Vec::new(), taken: false }
    }

    #[must_use]
    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

impl Act for Once {
    fn next(&self, _: &Rollout) -> Result<Next, Overtaken> {
        Ok(if self.taken { Next::Done } else { Next::Write(Box::new(self.change.clone())) })
    }

    fn took(&mut self, _: &Effect) {
        self.taken = true;
    }

    fn would(&self) -> String {
        self.would.clone()
    }

    fn has_done(&self, _: &Rollout) -> String {
        self.has_done.clone()
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// Refuses a command that cannot work while the controller rejects the specification.
fn refuse_invalid(rollout: &Rollout) -> Result<(), Refusal> {
    match rollout.invalid_spec() {
        Some(reason) => Err(Refusal::InvalidSpec(reason.to_owned())),
        None => Ok(()),
    }
}

/// Refuses a command that needs a release in flight.
fn refuse_without_release(rollout: &Rollout) -> Result<(), Refusal> {
    if rollout.is_in_flight() {
        Ok(())
    } else if rollout.status.stable_hash.is_none() {
        Err(Refusal::FirstVersion)
    } else {
        Err(Refusal::NothingInFlight)
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use serde_json::{Value, json};

    use super::*;
    use crate::runtime::rollout::testing;

    /// A plan of two stages, an audience and half of all requests, and its steps.
    pub(crate) const PLAN: &str = r#"{"version":1,"release":"web","stages":[
        {"name":"staff","steps":[0,4],"weight":0,"exposure":1,"audiences":["staff"],"gates":[2]},
        {"name":"half","steps":[4,8],"weight":50,"exposure":50,"hold":6,"promote":7}]}"#;

    pub(crate) fn steps() -> Value {
        json!([
            {"setCanaryScale": {"replicas": 2}}, {"setHeaderRoute": {"name": "staff"}}, {"analysis": {}},
            {"pause": {"duration": "30m"}}, {"setWeight": 50}, {"pause": {"duration": 90}}, {"analysis": {}},
            {"pause": {}},
        ])
    }

    /// A Rollout with a release in flight, changed by a merge patch.
    pub(crate) fn rollout(patch: Value) -> Rollout {
        let mut object = json!({
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
            "metadata": {"name": "web", "namespace": "shop", "uid": "u1", "generation": 4, "resourceVersion": "70",
                "annotations": {"canaryc.dev/plan": PLAN, "rollout.argoproj.io/revision": "2"}},
            "spec": {"replicas": 4, "strategy": {"canary": {"steps": steps()}}},
            "status": {"observedGeneration": "4", "currentPodHash": "new", "stableRS": "old", "currentStepHash": "s",
                "phase": "Progressing", "currentStepIndex": 0, "replicas": 6, "updatedReplicas": 2,
                "availableReplicas": 6},
        });
        json_patch::merge(&mut object, &patch);
        testing::rollout(object)
    }

    /// A Rollout at the pause of the first stage.
    pub(crate) fn paused() -> Rollout {
        paused_at(3)
    }

    pub(crate) fn paused_at(step: usize) -> Rollout {
        rollout(json!({"status": {"currentStepIndex": step, "controllerPause": true,
            "pauseConditions": [{"reason": "CanaryPauseStep", "startTime": "2026-01-01T00:00:00Z"}]}}))
    }

    pub(crate) fn aborted() -> Rollout {
        rollout(json!({"status": {"abort": true, "abortedAt": "2026-01-01T00:00:00Z", "conditions": [{
            "type": "Progressing", "status": "False", "reason": "RolloutAborted", "message": "it failed"}]}}))
    }

    pub(crate) fn healthy() -> Rollout {
        rollout(json!({"status": {"currentPodHash": "old", "currentStepIndex": 8, "phase": "Healthy"}}))
    }

    pub(crate) fn first_version() -> Rollout {
        rollout(json!({"status": {"stableRS": null, "currentStepIndex": 8}}))
    }

    pub(crate) fn invalid() -> Rollout {
        rollout(json!({"status": {"conditions": [{
            "type": "InvalidSpec", "status": "True", "reason": "InvalidSpec", "message": "no selector"}]}}))
    }

    /// The write of a command that must have one.
    pub(crate) fn write_of(act: &dyn Act, rollout: &Rollout) -> Change {
        match act.next(rollout) {
            Ok(Next::Write(change)) => *change,
            other => panic!("{other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::kubernetes::kinds::Kind;
    use crate::runtime::rights::is_known;

    /// A permission that commands need, in the syntax of a role.
    struct Right {
        commands: &'static [&'static str],
        verb: &'static str,
        kind: Kind,
        subresource: Option<&'static str>,
    }

    const ALL: &[&str] = &["promote", "abort", "retry", "pause", "resume", "restart", "undo"];

    const fn right(commands: &'static [&'static str], verb: &'static str, kind: Kind) -> Right {
        Right { commands, verb, kind, subresource: None }
    }

    /// To `undo` the workload of a `workloadRef`, a command needs only the rules for its kind among the last six.
    const RIGHTS: &[Right] = &[
        right(ALL, "get", Kind::Rollout),
        right(ALL, "list", Kind::Rollout),
        right(ALL, "watch", Kind::Rollout),
        Right {
            commands: &["promote", "abort", "retry"],
            verb: "patch",
            kind: Kind::Rollout,
            subresource: Some("status"),
        },
        right(&["promote", "pause", "resume", "restart", "undo"], "patch", Kind::Rollout),
        right(&["undo"], "list", Kind::ReplicaSet),
        right(&["undo"], "get", Kind::Deployment),
        right(&["undo"], "patch", Kind::Deployment),
        right(&["undo"], "get", Kind::ReplicaSet),
        right(&["undo"], "patch", Kind::ReplicaSet),
        right(&["undo"], "get", Kind::PodTemplate),
        right(&["undo"], "patch", Kind::PodTemplate),
    ];

    #[test]
    fn each_command_has_rights() {
        for command in ALL {
            assert!(RIGHTS.iter().any(|right| right.verb == "patch" && right.commands.contains(command)), "{command}");
        }
        let unknown = RIGHTS.iter().flat_map(|right| right.commands).find(|command| !ALL.contains(command));
        assert_eq!(unknown, None);
    }

    #[test]
    fn the_role_for_all_commands_has_them() {
        for Right { verb, kind, subresource, .. } in RIGHTS {
            assert!(is_known(verb, *kind, *subresource), "{verb} {kind:?} {subresource:?}");
        }
    }
}
