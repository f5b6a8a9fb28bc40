//! In: how a release ended. Out: a paragraph for a tired person: what happened, and the current state.

use jiff::Timestamp;

use super::words::{capitalized, clock, duration, instant, percent, pods, sentence, version};
use crate::runtime::track::ending::{Cause, Ending, Failure, Traffic, Version, WaitReason};
use crate::runtime::track::event::Event;

/// The paragraph of an ending, if there is more to say than that all is well.
pub fn paragraph(ended: &Event, ending: &Ending) -> String {
    let release = format!("{}/{}", ended.namespace, ended.name);
    let this = match ended.revision {
        Some(revision) => format!("revision {revision} of {release}"),
        None => release.clone(),
    };
    match ending {
        Ending::Healthy => format!("{}: all requests go to it.", capitalized(&format!("{this} is healthy"))),
        Ending::Reached(stage) => format!("{} has reached {}.", capitalized(&this), place(stage)),
        Ending::TimedOut(after) => format!(
            "{} has not ended after {}. The release continues; `canaryc track {release}` follows it again.",
            capitalized(&this),
            duration(*after)
        ),
        Ending::Waiting(waits) => {
            format!("{} {}", capitalized(&wait_reason(waits, &this)), next_command(waits, &release))
        }
        Ending::Failed(failure) => failed(failure, &this, &release, ended.at),
    }
}

/// `stage half`, or `step 3` where stages have no names.
fn place(stage: &str) -> String {
    if stage.starts_with("step ") { stage.to_owned() } else { format!("stage {stage}") }
}

/// Why it waits.
pub fn wait_reason(waits: &WaitReason, this: &str) -> String {
    match waits {
        WaitReason::Promotion { stage } if stage.is_empty() => format!("{this} waits for a person to promote it."),
        WaitReason::Promotion { stage } => {
            format!("{this} is in {} and waits for a person to promote it.", place(stage))
        }
        WaitReason::Inconclusive { stage, checks } => {
            let one = |(name, value, required): &(String, String, Option<String>)| match required {
                _ if value == "no data" => format!("{name} has no data"),
                Some(required) if !value.is_empty() => format!("{name} is {value}, but must be {required}"),
                _ => format!("{name} is inconclusive"),
            };
            let reason = match checks.as_slice() {
                [] => "an analysis was inconclusive".to_owned(),
                checks => checks.iter().map(one).collect::<Vec<_>>().join(", and "),
            };
            let place = if stage.is_empty() { String::new() } else { format!(" in {}", place(stage)) };
            format!("{this} is paused{place}: {reason}, so a person must decide.")
        }
        WaitReason::Held { stage, since, checks } => {
            let one = |(name, value, required): &(String, String, Option<String>)| match required {
                _ if value == "no data" => format!("{name} has no data"),
                Some(required) => format!("{name} is {value}, but must be {required}"),
                None => format!("{name} is not good"),
            };
            let reason = checks.iter().map(one).collect::<Vec<_>>().join(", and ");
            let since = since.map(|since| format!(" since {}", instant(since))).unwrap_or_default();
            format!("{this} is held in {}{since}: {reason}. It continues by itself when that changes.", place(stage))
        }
        WaitReason::PausedManually => format!("{this} was paused manually."),
        WaitReason::Other(reason) => format!("{this} is paused by the controller ({reason})."),
    }
}

/// What a person can do while it waits.
pub fn next_command(waits: &WaitReason, release: &str) -> String {
    match waits {
        WaitReason::PausedManually => {
            format!("`canaryc resume {release}` continues it, and `canaryc abort {release}` aborts it.")
        }
        _ => format!("`canaryc promote {release}` continues it, and `canaryc abort {release}` aborts it."),
    }
}

fn failed(failure: &Failure, this: &str, release: &str, now: Timestamp) -> String {
    match failure {
        Failure::Aborted { cause, at, traffic, stable, is_reset } => {
            let stage = traffic.as_ref().map(|traffic| format!(" in {}", place(&traffic.stage))).unwrap_or_default();
            // The measurement was at the same time.
            let at =
                at.filter(|_| !matches!(cause, Cause::BadValue { at: Some(_), .. } | Cause::Job { at: Some(_), .. }));
            let when = at.map(|at| format!(" at {}", clock(at, now))).unwrap_or_default();
            let mut text = format!("{} was aborted{stage}{when}: {}", capitalized(this), why(cause, now));
            if let Some(traffic) = traffic {
                text.push_str(&format!(" {}", had(traffic)));
            }
            text.push_str(&match is_reset {
                true => format!(" {} receives all requests again.", capitalized(&the_stable(stable))),
                false => format!(" {} is about to receive all requests again.", capitalized(&the_stable(stable))),
            });
            text.push_str(&match cause {
                Cause::Person => format!(" `canaryc retry {release}` retries the same version."),
                _ => format!(
                    " Fix the version and apply it. If the cause was elsewhere, `canaryc retry {release}` retries the same version."
                ),
            });
            text
        }
        Failure::Deadline { message, pods: unready, traffic, stable } => {
            let mut text = format!("{} does not become ready: {}", capitalized(this), sentence(message));
            if !unready.is_empty() {
                text.push_str(&format!(" {}.", capitalized(&pods(unready))));
            }
            if let Some(traffic) = traffic {
                text.push_str(&format!(" {}", has(traffic)));
            }
            match stable {
                Some(stable) => text.push_str(&format!(
                    " {} receives the rest. The controller does not abort by itself: the release continues as soon as the pods \
                     are ready, and `canaryc abort {release}` aborts it.",
                    capitalized(&the_stable(stable))
                )),
                None => text.push_str(" It is the first version: no other version can receive requests."),
            }
            text
        }
        Failure::Invalid(reason) => format!(
            "The controller rejects the specification of {release}: {} Nothing changes until you fix it and apply it again.",
            sentence(reason)
        ),
        Failure::RolledBack(stable) => {
            let version = version(stable).map(|version| format!(" ({version})")).unwrap_or_default();
            format!(
                "The release was rolled back: somebody reset {release} to the stable version{version}, which receives all \
                 requests again."
            )
        }
        Failure::Deleted => format!("The Rollout {release} was deleted, and its pods with it."),
        Failure::Degraded(reason) => format!("{} is degraded: {}", capitalized(this), sentence(reason)),
    }
}

fn why(cause: &Cause, now: Timestamp) -> String {
    let at = |at: &Option<Timestamp>| at.map(|at| format!(" at {}", clock(at, now))).unwrap_or_default();
    match cause {
        Cause::BadValue { check, value, required, failures, at: when } => {
            let tolerated = tolerated(*failures);
            match (value.as_str(), required) {
                ("", _) => format!("{check} failed{}{tolerated}.", at(when)),
                ("no data", _) => format!("{check} had no data{}{tolerated}.", at(when)),
                (value, None) => format!("{check} was {value}{}{tolerated}.", at(when)),
                (value, Some(required)) => {
                    format!("{check} was {value}{}, but must be {required}{tolerated}.", at(when))
                }
            }
        }
        Cause::Unmeasured { check, message, errors: (errors, tolerated), at: when } => {
            let message = sentence(message);
            match (errors, tolerated) {
                (..=1, _) => format!("{check} could not be measured{}: {message}", at(when)),
                (errors, 1) => format!(
                    "{check} could not be measured {errors} times in a row (1 is tolerated), most recently{}: {message}",
                    at(when)
                ),
                (errors, tolerated) => format!(
                    "{check} could not be measured {errors} times in a row ({tolerated} are tolerated), most recently{}: \
                     {message}",
                    at(when)
                ),
            }
        }
        Cause::Job { check, job, at: when } => format!("Job {job} of check {check} failed{}.", at(when)),
        Cause::Person => "a person aborted it.".to_owned(),
        Cause::Deadline(unready) if unready.is_empty() => "its pods did not become ready in time.".to_owned(),
        Cause::Deadline(unready) => format!("its pods did not become ready in time. {}.", capitalized(&pods(unready))),
        Cause::Other(reason) => sentence(reason),
    }
}

/// `; 2 measurements failed, and 1 is tolerated`; empty for the first failure.
fn tolerated((failed, tolerated): (i64, i64)) -> String {
    match (failed, tolerated) {
        (..=1, _) => String::new(),
        (failed, 0) => format!("; {failed} measurements failed, and none is tolerated"),
        (failed, 1) => format!("; {failed} measurements failed, and 1 is tolerated"),
        (failed, tolerated) => format!("; {failed} measurements failed, and {tolerated} are tolerated"),
    }
}

fn had(traffic: &Traffic) -> String {
    shares(traffic, "received", "may have reached it")
}

fn has(traffic: &Traffic) -> String {
    shares(traffic, "receives", "may reach it")
}

fn shares(traffic: &Traffic, receives: &str, may_reach: &str) -> String {
    match (traffic.weight, traffic.exposure) {
        (Some(0.0), Some(0.0)) => "No request has reached it.".to_owned(),
        (Some(0.0), Some(exposure)) => {
            format!("It {receives} only the requests of its audiences, up to {} of all requests.", percent(exposure))
        }
        (Some(weight), Some(exposure)) if exposure > weight => format!(
            "It {receives} {} of the requests; with its audiences, up to {} of all requests {may_reach}.",
            percent(weight),
            percent(exposure)
        ),
        (Some(weight), _) => format!("It {receives} {} of the requests.", percent(weight)),
        (None, Some(exposure)) => format!("Up to {} of all requests {may_reach}.", percent(exposure)),
        (None, None) => String::new(),
    }
}

fn the_stable(stable: &Version) -> String {
    match version(stable) {
        Some(version) => format!("the stable version ({version})"),
        None => "the stable version".to_owned(),
    }
}
