//! In: what happened. Out: one line of text for each event, for a log: the time, the release, and the event.

use super::paragraph::{paragraph, standstill, what_to_do};
use super::words::{clock, duration, instant, left, percent, pods, sentence, stage, version};
use crate::runtime::track::ending::Ending;
use crate::runtime::track::happening::{Happening, Position, What};
use crate::runtime::track::measurement::Outcome;

/// The line of an event; `None` for one without news. An ending may take a paragraph.
pub fn line(happening: &Happening) -> Option<String> {
    let text = sentence_of(happening)?;
    Some(format!("{} {}/{}: {text}", instant(happening.at), happening.namespace, happening.name))
}

/// What happened, without the time and the release.
pub fn sentence_of(happening: &Happening) -> Option<String> {
    let release = format!("{}/{}", happening.namespace, happening.name);
    Some(match &happening.what {
        What::Followed(position) => followed(position, happening.revision),
        What::Begun { version: begun, stages, instead_of } => {
            let version = version(begun).unwrap_or_else(|| "a new version".to_owned());
            let instead = instead_of.map(|revision| format!(", and revision {revision} is abandoned for it"));
            let way = match stages.as_slice() {
                [] => "it goes straight to all users".to_owned(),
                stages => format!("{} → all", stages.join(" → ")),
            };
            format!("a release begins ({version}{}): {way}", instead.unwrap_or_default())
        }
        What::Again { retried: true } => "it is retried, from the first stage".to_owned(),
        What::Again { retried: false } => "its steps have changed: it starts again".to_owned(),
        What::Entered { stage: entered, weight, exposure, audiences } => {
            let audiences = audiences.join(", ");
            let exposed = exposure.filter(|exposure| Some(*exposure) != *weight);
            let exposed = exposed.map(|exposure| format!("; {} of all may reach the new version", percent(exposure)));
            let exposed = exposed.unwrap_or_default();
            let who = match (weight, audiences.as_str()) {
                (None, _) => String::new(),
                (Some(weight), "") => format!(": {} of the requests", percent(*weight)),
                (Some(0.0), audiences) => format!(": {audiences} alone"),
                (Some(weight), audiences) => format!(": {} of the requests, and {audiences}", percent(*weight)),
            };
            format!("{} begins{who}{exposed}", stage(entered))
        }
        What::Reached { stage: reached, weight } => match weight {
            Some(weight) if *weight > 0.0 => {
                format!("{} is reached: the new version gets {}", stage(reached), percent(*weight))
            }
            _ => format!("{} is reached", stage(reached)),
        },
        What::Passed { stage: passed, skipped: true } => format!("{} is skipped", stage(passed)),
        What::Passed { stage: passed, skipped: false } => format!("{} was passed in the meantime", stage(passed)),
        What::Holds { stage: at, until } => {
            let left = until.duration_since(happening.at);
            format!("{} holds for {}, until {}", stage(at), duration(left), clock(*until, happening.at))
        }
        What::GatePassed { checks, data: true, .. } => format!("there is data on {}", checks.join(", ")),
        What::GatePassed { checks, data: false, .. } => format!("the gate passed: {}", checks.join(", ")),
        What::Looked { is_news: false, .. } => return None,
        What::Looked { check, outcome, value, message, threshold, left: tolerated, .. } => {
            let threshold = threshold.as_ref().map(|threshold| format!(" ({threshold})")).unwrap_or_default();
            match outcome {
                Outcome::Good => format!("{check} {value}{threshold}"),
                Outcome::Bad => {
                    let tolerated = left(*tolerated).map(|tolerated| format!("; {tolerated}")).unwrap_or_default();
                    match value.as_str() {
                        "failed" => format!("{check} failed{tolerated}"),
                        value => format!("{check} {value}{threshold} failed{tolerated}"),
                    }
                }
                Outcome::NoData => format!("{check} has no data"),
                Outcome::Unclear if value == "no data" => format!("{check} has no data, and cannot be judged"),
                Outcome::Unclear => format!("{check} {value}{threshold} cannot be judged"),
                Outcome::Error if message.is_empty() => format!("{check} could not be measured"),
                Outcome::Error => format!("{check} could not be measured: {}", message.trim()),
            }
        }
        What::Waits(waits) => format!("{} {}", standstill(waits, "it"), what_to_do(waits, &release)),
        What::WentOn => "it goes on".to_owned(),
        What::PromotedFully => "somebody has promoted it through all stages".to_owned(),
        What::Refused(reason) => format!("the controller rejects the specification: {}", sentence(reason)),
        What::PodsNotReady(ailing) => format!("pods of the new version are not ready: {}", pods(ailing)),
        What::Finishing => "all stages are done: the new version takes over".to_owned(),
        What::ConnectionLost(reason) => format!("lost the connection to the API server: {reason}"),
        What::ConnectionBack(after) => format!("the connection is back after {}", duration(*after)),
        What::ControllerSilent(after) => {
            format!("the controller has not processed the change for {}: is it running?", duration(*after))
        }
        What::Ended(Ending::Healthy) => match happening.revision {
            Some(revision) => format!("healthy: all requests go to revision {revision}"),
            None => "healthy".to_owned(),
        },
        What::Ended(ending) => paragraph(happening, ending),
    })
}

fn followed(position: &Position, revision: Option<u64>) -> String {
    let revision = revision.map(|revision| format!("revision {revision}")).unwrap_or_else(|| "it".to_owned());
    match position {
        Position::AtRest => format!("{revision} is stable, and no release is in progress"),
        Position::First => format!("{revision} is the first version: it goes straight to all users"),
        Position::In(at) => format!("{revision} is in {}", stage(at)),
        Position::Finishing => format!("{revision} has passed all stages and takes over"),
        Position::Aborted => format!("{revision} was aborted before"),
        Position::Unseen => "the controller has not processed the newest specification yet".to_owned(),
    }
}
