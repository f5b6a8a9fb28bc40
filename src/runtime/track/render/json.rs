//! In: what happened. Out: one JSON object for each happening, on a line of its own. The format is described in
//! `docs/track-events.md`; it has a version.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::paragraph::{paragraph, what_to_do};
pub use super::words::instant;
use crate::runtime::track::ending::{Cause, Ending, Failure, Traffic, Version, Waits};
use crate::runtime::track::happening::{Happening, Position, StageAt, What};
use crate::runtime::track::measurement::{Measurement, Outcome};
use crate::runtime::track::observed::PodProblem;

/// The format's version; it grows only when a reader of the version before could be wrong.
pub const VERSION: u32 = 1;

/// The event of a happening.
pub fn event(happening: &Happening) -> Value {
    let mut event = Map::new();
    event.insert("version".to_owned(), VERSION.into());
    event.insert("at".to_owned(), instant(happening.at).into());
    event.insert("namespace".to_owned(), happening.namespace.clone().into());
    event.insert("name".to_owned(), happening.name.clone().into());
    if let Some(revision) = happening.revision {
        event.insert("revision".to_owned(), revision.into());
    }
    let (kind, fields) = kind(happening);
    event.insert("event".to_owned(), kind.into());
    if let Value::Object(fields) = fields {
        // What is not known is left out.
        event.extend(fields.into_iter().filter(|(_, value)| !value.is_null()));
    }
    Value::Object(event)
}

fn kind(happening: &Happening) -> (&'static str, Value) {
    match &happening.what {
        What::Followed(position) => ("followed", followed(position)),
        What::Begun { version, stages, instead_of } => {
            ("begun", json!({"images": version.images, "stages": stages, "instead-of": instead_of}))
        }
        What::Again { retried } => {
            ("begun-again", json!({"reason": if *retried { "retried" } else { "steps-changed" }}))
        }
        What::Entered { stage: at, weight, exposure, audiences } => (
            "stage-entered",
            json!({"stage": stage(at), "weight": weight, "exposure": exposure, "audiences": audiences}),
        ),
        What::Reached { stage: at, weight } => ("stage-reached", json!({"stage": stage(at), "weight": weight})),
        What::Passed { stage: at, skipped } => {
            (if *skipped { "stage-skipped" } else { "stage-passed" }, json!({"stage": stage(at)}))
        }
        What::Holds { stage: at, until } => ("holds", json!({"stage": stage(at), "until": instant(*until)})),
        What::GatePassed { stage: at, checks, data } => {
            let kind = if *data { "data-present" } else { "gate-passed" };
            (kind, json!({"stage": at.as_ref().map(stage), "checks": checks}))
        }
        What::Looked { check, outcome, value, raw, message, threshold, left, looked, is_news: _ } => (
            "measured",
            json!({
                "check": check, "outcome": outcome_name(*outcome), "value": value, "raw": raw,
                "message": (!message.is_empty()).then_some(message), "threshold": threshold,
                "failures-left": left.map(|(left, _)| left.max(0)), "failure-limit": left.map(|(_, of)| of),
                "measured-at": looked.map(instant),
            }),
        ),
        What::Waits(why) => ("waits", waits(why, happening)),
        What::WentOn => ("went-on", Value::Null),
        What::PromotedFully => ("promoted-fully", Value::Null),
        What::Refused(message) => ("refused", json!({"message": message})),
        What::PodsNotReady(ailing) => ("pods-not-ready", json!({"pods": pods(ailing)})),
        What::Finishing => ("finishing", Value::Null),
        What::ConnectionLost(reason) => ("connection-lost", json!({"message": reason})),
        What::ConnectionBack(after) => ("connection-back", json!({"seconds": after.as_secs()})),
        What::ControllerSilent(after) => ("controller-silent", json!({"seconds": after.as_secs()})),
        What::Ended(ending) => ("ended", ended(happening, ending)),
    }
}

fn followed(position: &Position) -> Value {
    let (name, at) = match position {
        Position::AtRest => ("at-rest", None),
        Position::First => ("first-version", None),
        Position::In(at) => ("in-stage", Some(stage(at))),
        Position::Finishing => ("finishing", None),
        Position::Aborted => ("aborted", None),
        Position::Unseen => ("unseen", None),
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
        Outcome::Unclear => "unclear",
        Outcome::Error => "error",
    }
}

fn waits(why: &Waits, happening: &Happening) -> Value {
    let release = format!("{}/{}", happening.namespace, happening.name);
    let mut fields = match why {
        Waits::Promotion { stage } => json!({"reason": "promotion", "stage-name": stage}),
        Waits::Unclear { stage, checks } => {
            let checks: Vec<Value> = checks
                .iter()
                .map(|(name, value, demanded)| json!({"check": name, "value": value, "demanded": demanded}))
                .collect();
            json!({"reason": "unclear", "stage-name": stage, "checks": checks})
        }
        Waits::ByHand => json!({"reason": "paused-by-hand"}),
        Waits::Other(reason) => json!({"reason": "other", "message": reason}),
    };
    fields["help"] = what_to_do(why, &release).into();
    fields
}

fn ended(happening: &Happening, ending: &Ending) -> Value {
    let mut fields = match ending {
        Ending::Healthy => json!({"ending": "healthy"}),
        Ending::Reached(stage) => json!({"ending": "reached", "stage-name": stage}),
        Ending::Waits(why) => {
            let mut fields = json!({"ending": "waits"});
            if let (Value::Object(fields), Value::Object(why)) = (&mut fields, waits(why, happening)) {
                fields.extend(why);
            }
            fields
        }
        Ending::TimedOut(after) => json!({"ending": "timed-out", "seconds": after.as_secs()}),
        Ending::Failed(failure) => failed(failure),
    };
    fields["text"] = paragraph(happening, ending).into();
    fields
}

fn failed(failure: &Failure) -> Value {
    match failure {
        Failure::Aborted { cause, at, traffic: had, stable, is_back: _ } => json!({
            "ending": "aborted", "cause": caused(cause), "aborted-at": at.map(instant),
            "traffic": had.as_ref().map(traffic), "stable": version(stable),
        }),
        Failure::Deadline { message, pods: ailing, traffic: has, stable } => json!({
            "ending": "deadline-exceeded", "message": message, "pods": pods(ailing),
            "traffic": has.as_ref().map(traffic), "stable": stable.as_ref().map(version),
        }),
        Failure::Invalid(message) => json!({"ending": "refused", "message": message}),
        Failure::TakenBack(stable) => json!({"ending": "taken-back", "stable": version(stable)}),
        Failure::Deleted => json!({"ending": "deleted"}),
        Failure::Degraded(message) => json!({"ending": "degraded", "message": message}),
    }
}

fn caused(cause: &Cause) -> Value {
    let time = |at: &Option<Timestamp>| at.map(instant);
    match cause {
        Cause::Bad { check, value, demanded, looks: (bad, tolerated), at } => json!({
            "kind": "bad-value", "check": check, "value": value, "demanded": demanded, "failures": bad,
            "failure-limit": tolerated, "measured-at": time(at),
        }),
        Cause::Unmeasured { check, message, errors: (errors, tolerated), at } => json!({
            "kind": "errors", "check": check, "message": message, "errors": errors, "error-limit": tolerated,
            "measured-at": time(at),
        }),
        Cause::Job { check, job, at } => json!({"kind": "job", "check": check, "job": job, "measured-at": time(at)}),
        Cause::Person => json!({"kind": "person"}),
        Cause::Deadline(ailing) => json!({"kind": "deadline", "pods": pods(ailing)}),
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

/// A check as it stands.
pub fn check(check: &Measurement) -> Value {
    json!({
        "check": check.name, "phase": check.phase.name(), "outcome": check.outcome.map(outcome_name),
        "values": check.values, "threshold": check.threshold, "message": check.message,
        "failures-left": check.left.map(|(left, _)| left.max(0)), "failure-limit": check.left.map(|(_, of)| of),
        "measured-at": check.at.map(instant),
    })
}
