//! In: events. Out: one JSON object for each, on its own line. `docs/track-events.md` describes the format, which has a
//! version.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::paragraph::{next_command, paragraph};
pub use super::words::instant;
use crate::runtime::track::check_view::{CheckView, Outcome};
use crate::runtime::track::ending::{Cause, Ending, Failure, Traffic, Version, WaitReason};
use crate::runtime::track::event::{Event, EventKind, Position};
use crate::runtime::track::observed::PodProblem;
use crate::runtime::track::stage::StageAt;

/// The version of the format. It increases only when a reader of the previous version could be wrong.
pub const VERSION: u32 = 1;

/// The event of a event.
pub fn event(event: &Event) -> Value {
    let mut json = Map::new();
    json.insert("version".to_owned(), VERSION.into());
    json.insert("at".to_owned(), instant(event.at).into());
    json.insert("namespace".to_owned(), event.namespace.clone().into());
    json.insert("name".to_owned(), event.name.clone().into());
    if let Some(revision) = event.revision {
        json.insert("revision".to_owned(), revision.into());
    }
    let (kind, fields) = kind(event);
    json.insert("event".to_owned(), kind.into());
    if let Value::Object(fields) = fields {
        // Unknown fields are omitted.
        json.extend(fields.into_iter().filter(|(_, value)| !value.is_null()));
    }
    Value::Object(json)
}

fn kind(event: &Event) -> (&'static str, Value) {
    match &event.kind {
        EventKind::Followed(position) => ("followed", followed(position)),
        EventKind::Started { version, stages, replaces } => {
            ("started", json!({"images": version.images, "stages": stages, "replaces": replaces}))
        }
        EventKind::Restarted { retried } => {
            ("restarted", json!({"reason": if *retried { "retried" } else { "steps-changed" }}))
        }
        EventKind::StageEntered { stage: at, weight, exposure, audiences } => (
            "stage-entered",
            json!({"stage": stage(at), "weight": weight, "exposure": exposure, "audiences": audiences}),
        ),
        EventKind::StageReached { stage: at, weight } => {
            ("stage-reached", json!({"stage": stage(at), "weight": weight}))
        }
        EventKind::StagePassed { stage: at, skipped } => {
            (if *skipped { "stage-skipped" } else { "stage-passed" }, json!({"stage": stage(at)}))
        }
        EventKind::PauseStarted { stage: at, until } => {
            ("pause-started", json!({"stage": stage(at), "until": instant(*until)}))
        }
        EventKind::GatePassed { stage: at, checks, data } => {
            let kind = if *data { "data-present" } else { "gate-passed" };
            (kind, json!({"stage": at.as_ref().map(stage), "checks": checks}))
        }
        EventKind::Measured { check, outcome, value, raw, message, threshold, left, measured_at, is_news: _ } => (
            "measured",
            json!({
                "check": check, "outcome": outcome_name(*outcome), "value": value, "raw": raw,
                "message": (!message.is_empty()).then_some(message), "threshold": threshold,
                "failures-left": left.map(|(left, _)| left.max(0)), "failure-limit": left.map(|(_, of)| of),
                "measured-at": measured_at.map(instant),
            }),
        ),
        EventKind::Waiting(why) => ("waiting", waits(why, event)),
        EventKind::Continued => ("continued", Value::Null),
        EventKind::PromotedFully => ("promoted-fully", Value::Null),
        EventKind::Rejected(message) => ("rejected", json!({"message": message})),
        EventKind::PodsNotReady(unready) => ("pods-not-ready", json!({"pods": pods(unready)})),
        EventKind::Finishing => ("finishing", Value::Null),
        EventKind::ConnectionLost(reason) => ("connection-lost", json!({"message": reason})),
        EventKind::ConnectionRestored(after) => ("connection-restored", json!({"seconds": after.as_secs()})),
        EventKind::ControllerSilent(after) => ("controller-silent", json!({"seconds": after.as_secs()})),
        EventKind::Ended(ending) => ("ended", ended(event, ending)),
    }
}

fn followed(position: &Position) -> Value {
    let (name, at) = match position {
        Position::AtRest => ("at-rest", None),
        Position::First => ("first-version", None),
        Position::In(at) => ("in-stage", Some(stage(at))),
        Position::Finishing => ("finishing", None),
        Position::Aborted => ("aborted", None),
        Position::NotObserved => ("not-observed", None),
    };
    json!({"position": name, "stage": at})
}

fn stage(stage: &StageAt) -> Value {
    json!({"name": stage.name, "number": stage.number, "of": stage.of})
}

const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Good => "good",
        Outcome::Bad => "bad",
        Outcome::NoData => "no-data",
        Outcome::Inconclusive => "inconclusive",
        Outcome::Error => "error",
    }
}

fn waits(why: &WaitReason, event: &Event) -> Value {
    let release = format!("{}/{}", event.namespace, event.name);
    let mut fields = match why {
        WaitReason::Promotion { stage } => json!({"reason": "promotion", "stage-name": stage}),
        WaitReason::Inconclusive { stage, checks } => {
            let checks: Vec<Value> = checks
                .iter()
                .map(|(name, value, required)| json!({"check": name, "value": value, "required": required}))
                .collect();
            json!({"reason": "inconclusive", "stage-name": stage, "checks": checks})
        }
        WaitReason::Held { stage, since, checks } => {
            let checks: Vec<Value> = checks
                .iter()
                .map(|(name, value, required)| json!({"check": name, "value": value, "required": required}))
                .collect();
            json!({"reason": "held", "stage-name": stage, "since": since.map(instant), "checks": checks})
        }
        WaitReason::PausedManually => json!({"reason": "paused-manually"}),
        WaitReason::Other(reason) => json!({"reason": "other", "message": reason}),
    };
    fields["help"] = next_command(why, &release).into();
    fields
}

fn ended(event: &Event, ending: &Ending) -> Value {
    let mut fields = match ending {
        Ending::Healthy => json!({"ending": "healthy"}),
        Ending::Reached(stage) => json!({"ending": "reached", "stage-name": stage}),
        Ending::Waiting(why) => {
            let mut fields = json!({"ending": "waiting"});
            if let (Value::Object(fields), Value::Object(why)) = (&mut fields, waits(why, event)) {
                fields.extend(why);
            }
            fields
        }
        Ending::TimedOut(after) => json!({"ending": "timed-out", "seconds": after.as_secs()}),
        Ending::Failed(failure) => failed(failure),
    };
    fields["text"] = paragraph(event, ending).into();
    fields
}

fn failed(failure: &Failure) -> Value {
    match failure {
        Failure::Aborted { cause, at, traffic: had, stable, is_reset: _ } => json!({
            "ending": "aborted", "cause": caused(cause), "aborted-at": at.map(instant),
            "traffic": had.as_ref().map(traffic), "stable": version(stable),
        }),
        Failure::Deadline { message, pods: unready, traffic: has, stable } => json!({
            "ending": "deadline-exceeded", "message": message, "pods": pods(unready),
            "traffic": has.as_ref().map(traffic), "stable": stable.as_ref().map(version),
        }),
        Failure::Invalid(message) => json!({"ending": "rejected", "message": message}),
        Failure::RolledBack(stable) => json!({"ending": "rolled-back", "stable": version(stable)}),
        Failure::Deleted => json!({"ending": "deleted"}),
        Failure::Degraded(message) => json!({"ending": "degraded", "message": message}),
    }
}

fn caused(cause: &Cause) -> Value {
    let time = |at: &Option<Timestamp>| at.map(instant);
    match cause {
        Cause::BadValue { check, value, required, failures: (bad, tolerated), at } => json!({
            "kind": "bad-value", "check": check, "value": value, "required": required, "failures": bad,
            "failure-limit": tolerated, "measured-at": time(at),
        }),
        Cause::Unmeasured { check, message, errors: (errors, tolerated), at } => json!({
            "kind": "errors", "check": check, "message": message, "errors": errors, "error-limit": tolerated,
            "measured-at": time(at),
        }),
        Cause::Job { check, job, at } => json!({"kind": "job", "check": check, "job": job, "measured-at": time(at)}),
        Cause::Person => json!({"kind": "person"}),
        Cause::Deadline(unready) => json!({"kind": "deadline", "pods": pods(unready)}),
        Cause::Other(message) => json!({"kind": "other", "message": message}),
    }
}

fn traffic(traffic: &Traffic) -> Value {
    json!({"stage-name": traffic.stage, "weight": traffic.weight, "exposure": traffic.exposure})
}

fn version(version: &Version) -> Value {
    json!({"revision": version.revision, "images": version.images})
}

/// Pods that are not ready.
pub fn pods(pods: &[PodProblem]) -> Vec<Value> {
    pods.iter().map(|pod| json!({"name": pod.name, "reason": pod.reason, "message": pod.message})).collect()
}

/// The current state of a check.
pub fn check(check: &CheckView) -> Value {
    json!({
        "check": check.name, "phase": check.phase.name(), "outcome": check.outcome.map(outcome_name),
        "values": check.values, "threshold": check.threshold, "message": check.message,
        "failures-left": check.left.map(|(left, _)| left.max(0)), "failure-limit": check.left.map(|(_, of)| of),
        "measured-at": check.at.map(instant),
    })
}
