//! In: what happened. Out: one line of text for each event, for a log: the time, the release, and the event.

use super::paragraph::{next_command, paragraph, wait_reason};
use super::words::{clock, duration, instant, left, percent, pods, sentence, stage, version};
use crate::hidden;
use crate::runtime::track::check_view::Outcome;
use crate::runtime::track::ending::Ending;
use crate::runtime::track::event::{Event, EventKind, Position};

/// The most characters of a line. What a server says has no limit of its own.
const LONGEST: usize = 4_000;

/// The line of an event; `None` for one without news.
pub fn line(event: &Event) -> Option<String> {
    let text = sentence_of(event)?;
    let line = format!("{} {}/{}: {text}", instant(event.at), event.namespace, event.name);
    Some(hidden::excerpt(&line, LONGEST))
}

/// What happened, without the time and the release.
pub fn sentence_of(event: &Event) -> Option<String> {
    let release = format!("{}/{}", event.namespace, event.name);
    Some(match &event.kind {
        EventKind::Followed(position) => followed(position, event.revision),
        EventKind::Started { version: begun, stages, replaces } => {
            let version = version(begun).unwrap_or_else(|| "a new version".to_owned());
            let replaced = replaces.map(|revision| format!(", replacing revision {revision}"));
            let way = match stages.as_slice() {
                [] => "it goes directly to all users".to_owned(),
                stages => format!("{} → all", stages.join(" → ")),
            };
            format!("a release starts ({version}{}): {way}", replaced.unwrap_or_default())
        }
        EventKind::Restarted { retried: true } => "the release is retried from the first stage".to_owned(),
        EventKind::Restarted { retried: false } => "the steps have changed, so the release restarts".to_owned(),
        EventKind::StageEntered { stage: entered, weight, exposure, audiences } => {
            let audiences = audiences.join(", ");
            let exposed = exposure.filter(|exposure| Some(*exposure) != *weight);
            let exposed =
                exposed.map(|exposure| format!("; {} of all requests may reach the new version", percent(exposure)));
            let exposed = exposed.unwrap_or_default();
            let who = match (weight, audiences.as_str()) {
                (None, _) => String::new(),
                (Some(weight), "") => format!(": {} of the requests", percent(*weight)),
                (Some(0.0), audiences) => format!(": only {audiences}"),
                (Some(weight), audiences) => format!(": {} of the requests and {audiences}", percent(*weight)),
            };
            format!("{} starts{who}{exposed}", stage(entered))
        }
        EventKind::StageReached { stage: reached, weight } => match weight {
            Some(weight) if *weight > 0.0 => {
                format!("{} is reached: the new version gets {}", stage(reached), percent(*weight))
            }
            _ => format!("{} is reached", stage(reached)),
        },
        EventKind::StagePassed { stage: passed, skipped: true } => format!("{} is skipped", stage(passed)),
        EventKind::StagePassed { stage: passed, skipped: false } => {
            format!("{} was passed in the meantime", stage(passed))
        }
        EventKind::PauseStarted { stage: at, until } => {
            let left = until.duration_since(event.at);
            format!("{} pauses for {}, until {}", stage(at), duration(left), clock(*until, event.at))
        }
        EventKind::GatePassed { checks, data: true, .. } => format!("the hold passed: {}", checks.join(", ")),
        EventKind::GatePassed { checks, data: false, .. } => format!("the gate passed: {}", checks.join(", ")),
        EventKind::Measured { is_news: false, .. } => return None,
        EventKind::Measured { check, outcome, value, message, threshold, left: tolerated, .. } => {
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
                Outcome::Inconclusive if value == "no data" => format!("{check} has no data and is inconclusive"),
                Outcome::Inconclusive => format!("{check} {value}{threshold} is inconclusive"),
                Outcome::Error if message.is_empty() => format!("{check} could not be measured"),
                Outcome::Error => format!("{check} could not be measured: {}", message.trim()),
            }
        }
        EventKind::Waiting(waits) => format!("{} {}", wait_reason(waits, "the release"), next_command(waits, &release)),
        EventKind::Continued => "the release continues".to_owned(),
        EventKind::PromotedFully => "somebody promoted the release fully".to_owned(),
        EventKind::Rejected(reason) => format!("the controller rejects the specification: {}", sentence(reason)),
        EventKind::PodsNotReady(unready) => format!("pods of the new version are not ready: {}", pods(unready)),
        EventKind::Finishing => "all stages are done: the new version takes over".to_owned(),
        EventKind::ConnectionLost(reason) => format!("lost the connection to the API server: {reason}"),
        EventKind::ConnectionRestored(after) => format!("the API server answers again after {}", duration(*after)),
        EventKind::ControllerSilent(after) => {
            format!("the controller has not processed the change for {}: is it running?", duration(*after))
        }
        EventKind::Ended(Ending::Healthy) => match event.revision {
            Some(revision) => format!("healthy: all requests go to revision {revision}"),
            None => "healthy".to_owned(),
        },
        EventKind::Ended(ending) => paragraph(event, ending),
    })
}

fn followed(position: &Position, revision: Option<u64>) -> String {
    let revision = revision.map(|revision| format!("revision {revision}")).unwrap_or_else(|| "it".to_owned());
    match position {
        Position::AtRest => format!("{revision} is stable, and no release is in progress"),
        Position::First => format!("{revision} is the first version: it goes directly to all users"),
        Position::In(at) => format!("{revision} is in {}", stage(at)),
        Position::Finishing => format!("{revision} has passed all stages and takes over"),
        Position::Aborted => format!("{revision} was aborted before"),
        Position::NotObserved => "the controller has not processed the newest specification yet".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_stays_on_its_line() {
        let hostile = "\u{1b}[31m\u{7}\n::error::pwn\r\u{202e}\u{9b}\u{2028}";
        let event = |kind| Event {
            at: "2026-01-01T00:00:00Z".parse().unwrap(),
            namespace: "shop".to_owned(),
            name: format!("web{hostile}"),
            revision: None,
            kind,
        };
        for kind in [EventKind::Rejected(hostile.to_owned()), EventKind::Ended(Ending::Reached(hostile.to_owned()))] {
            let line = line(&event(kind)).unwrap();
            assert!(line.starts_with("2026-01-01T00:00:00Z shop/web?[31m? ::error::pwn ???: "), "{line}");
            assert!(!line.contains(hidden::is_hidden), "{line:?}");
        }
        let long = line(&event(EventKind::ConnectionLost("x".repeat(1_000_000)))).unwrap();
        assert_eq!(long.chars().count(), LONGEST + 1);
    }
}
