//! The tracker on recorded streams of events. A record is a file of JSON lines in a folder: the answers of a real API
//! server in their original order, trimmed to the fields that are read. A snapshot of each contains its lines, its
//! JSON, and pictures of its marked moments.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use super::ending::WaitReason;
use super::event::Position;
use super::render::{json, lines, screen};
use super::*;
use crate::diagnostic::text::Appearance;
use crate::kubernetes::kinds::Kind;

/// A line of a record.
#[derive(Clone)]
struct Recorded {
    at: Timestamp,
    observation: Observation,
    /// Whether to take a picture here.
    picture: bool,
}

fn records() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/track");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
    paths.sort();
    assert!(paths.len() >= 10, "{} records", paths.len());
    paths
}

/// Lines have these forms: `{"at": …, "kind": …, "name": …, "change": {…}}` with the change to the object as a merge
/// patch; `{"at": …, "gone": {kind, name}}`, `{"at": …, "listed": kind, "names": […]}`, `{"at": …, "lost": reason}`,
/// `{"at": …, "back": true}`, `{"at": …, "workload": n}`, `{"at": …, "hash": …, "pods": […]}`, and `{"at": …}` for a
/// tick. Each may have `"picture": true`.
fn read(path: &Path) -> Vec<Recorded> {
    let text = fs::read_to_string(path).unwrap();
    let mut objects = BTreeMap::new();
    text.lines().map(|line| recorded(&serde_json::from_str(line).unwrap(), &mut objects)).collect()
}

fn recorded(line: &Value, objects: &mut BTreeMap<(Kind, String), Value>) -> Recorded {
    let kind_of = |value: &Value| {
        Kind::ALL.iter().copied().find(|kind| value == kind.name()).unwrap_or_else(|| panic!("no kind {value}"))
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let observation = if let Some(change) = line.get("change") {
        let kind = kind_of(&line["kind"]);
        let object = objects.entry((kind, text(&line["name"]))).or_default();
        json_patch::merge(object, change);
        let object = serde_json::from_value(object.clone()).unwrap();
        Observation::of(kind, &object).unwrap()
    } else if let Some(gone) = line.get("gone") {
        Observation::Deleted(kind_of(&gone["kind"]), text(&gone["name"]))
    } else if let Some(kind) = line.get("listed") {
        Observation::Listed(kind_of(kind), line["names"].as_array().unwrap().iter().map(text).collect())
    } else if let Some(reason) = line.get("lost") {
        Observation::ConnectionLost(text(reason))
    } else if line.get("back").is_some() {
        Observation::ConnectionRestored
    } else if let Some(generation) = line.get("workload") {
        Observation::Workload(generation.as_i64().unwrap())
    } else if let Some(pods) = line.get("pods") {
        let problem = |pod: &Value| PodProblem {
            name: text(&pod["name"]),
            reason: text(&pod["reason"]),
            message: text(&pod["message"]),
        };
        Observation::Pods(text(&line["hash"]), pods.as_array().unwrap().iter().map(problem).collect())
    } else {
        Observation::Tick
    };
    Recorded { at: line["at"].as_str().unwrap().parse().unwrap(), observation, picture: line["picture"] == true }
}

/// The tracker continues when a person has to decide.
fn options(events: &[Recorded]) -> Options {
    let awaits_workload = events.iter().any(|line| matches!(line.observation, Observation::Workload(_)));
    Options { awaits_workload, keep_waiting: true, ..Options::default() }
}

/// The events of a recording, and the pictures.
fn track(records: Vec<Recorded>, options: Options) -> (Vec<Event>, Vec<String>) {
    let mut tracker = Tracker::new(options);
    let (mut reported, mut pictures) = (Vec::new(), Vec::new());
    for Recorded { at, observation, picture } in records {
        reported.extend(tracker.apply(observation, at));
        if picture {
            let lines = screen::picture(&tracker.view().unwrap(), at, Appearance::PLAIN);
            pictures.push(format!("{at}\n{}", lines.join("\n")));
        }
    }
    (reported, pictures)
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

#[test]
fn a_recorded_release_is_reported_in_lines() {
    for path in records() {
        let events = read(&path);
        let options = options(&events);
        let (reported, pictures) = track(events, options);
        let lines: Vec<String> = reported.iter().filter_map(lines::line).collect();
        let text = format!("{}\n\n{}\n", lines.join("\n"), pictures.join("\n\n"));
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../../../tests/track"}, {
            insta::assert_snapshot!(name(&path), text);
        });
    }
}

#[test]
fn a_recorded_release_is_reported_in_json() {
    for path in
        records().into_iter().filter(|path| ["aborted-by-a-value", "held-for-no-data"].contains(&name(path).as_str()))
    {
        let events = read(&path);
        let options = options(&events);
        let (reported, _) = track(events, options);
        let lines: Vec<String> = reported.iter().map(|event| json::event(event).to_string()).collect();
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../../../tests/track"}, {
            insta::assert_snapshot!(format!("{}.json", name(&path)), lines.join("\n"));
        });
    }
}

/// Repeated events and new lists at any moment do not change the report.
#[test]
fn no_event_is_reported_twice() {
    for path in records() {
        let plain = {
            let events = read(&path);
            let options = options(&events);
            track(events, options).0
        };
        let twice = read(&path);
        let options_of = options(&twice);
        let mut doubled = Vec::new();
        for line in twice {
            doubled.push(Recorded { at: line.at, observation: line.observation.clone(), picture: false });
            doubled.push(line);
        }
        assert_eq!(track(doubled, options_of.clone()).0, plain, "{} twice", path.display());
        let events = read(&path);
        let mut relisted = events.clone();
        relisted.truncate(40);
        for count in 40..events.len() {
            relisted.push(events[count].clone());
            relisted.extend(listed(&events[..=count], events[count].at));
        }
        assert_eq!(track(relisted, options_of).0, plain, "{} listed again", path.display());
    }
}

/// The events for an observer that starts after these events: the current state of each object, and the end of the
/// list.
fn listed(events: &[Recorded], at: Timestamp) -> Vec<Recorded> {
    let mut known: Vec<(Kind, String, Observation)> = Vec::new();
    let mut others = Vec::new();
    for line in events {
        let (kind, name) = match &line.observation {
            Observation::Rollout(rollout) => (Kind::Rollout, &rollout.name),
            Observation::ReplicaSet(set) => (Kind::ReplicaSet, &set.name),
            Observation::Run(run) => (Kind::AnalysisRun, &run.name),
            Observation::Deleted(kind, name) => {
                known.retain(|(of, known, _)| (of, known) != (kind, name));
                continue;
            }
            Observation::Workload(_) => {
                others = vec![line.observation.clone()];
                continue;
            }
            _ => continue,
        };
        known.retain(|(of, known, _)| (*of, known) != (kind, name));
        known.push((kind, name.clone(), line.observation.clone()));
    }
    for kind in [Kind::AnalysisRun, Kind::Rollout, Kind::ReplicaSet] {
        let of_kind = || known.iter().filter(move |(of, _, _)| *of == kind);
        others.extend(of_kind().map(|(_, _, observation)| observation.clone()));
        others.push(Observation::Listed(kind, of_kind().map(|(_, name, _)| name.clone()).collect()));
    }
    others.into_iter().map(|observation| Recorded { at, observation, picture: false }).collect()
}

/// A tracker that starts late reports the current state, and nothing about the earlier stages.
#[test]
fn earlier_stages_are_not_reported() {
    let mut finishing = 0;
    for path in records() {
        let events: Vec<Recorded> = read(&path).into_iter().map(|line| Recorded { picture: false, ..line }).collect();
        for count in 1..events.len() {
            let (before, rest) = events.split_at(count);
            let (reported, _) = track([listed(before, rest[0].at), rest.to_vec()].concat(), options(&events));
            let place = format!("{} from observation {count} on: {reported:?}", path.display());
            let passed =
                reported.iter().any(|event| matches!(event.kind, EventKind::StagePassed { skipped: false, .. }));
            assert!(!passed, "{place}");
            if reported.first().is_some_and(|event| event.kind == EventKind::Followed(Position::Finishing)) {
                finishing += 1;
                assert!(!reported.iter().any(|event| event.kind == EventKind::Finishing), "{place}");
            }
        }
    }
    assert!(finishing > 3, "{finishing} times all stages lay behind it");
}

/// The tracker reports what happened during a lost connection, in whatever stage the connection is lost.
#[test]
fn stages_passed_during_a_lost_connection_are_reported() {
    let record = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/track/healthy.jsonl"));
    let (plain, _) = track(record.clone(), Options::default());
    let entered = |number: usize| {
        let is_it = |kind: &EventKind| matches!(kind, EventKind::StageEntered { stage, .. } if stage.number == number);
        plain.iter().find(|event| is_it(&event.kind)).unwrap().at
    };
    let healthy = plain.last().unwrap().at;
    for (lost, back, missed) in [
        (entered(1), entered(3), vec![2]),
        (entered(1), healthy, vec![2, 3]),
        (entered(2), healthy, vec![3]),
        (entered(2), entered(3), vec![]),
    ] {
        let (seen, after) = record.split_at(record.partition_point(|line| line.at <= lost));
        let (unseen, rest) = after.split_at(after.partition_point(|line| line.at <= back));
        let silence = [
            (lost, Observation::ConnectionLost("connection refused".to_owned())),
            (back, Observation::ConnectionRestored),
        ];
        let silence = silence.map(|(at, observation)| Recorded { at, observation, picture: false });
        let relisted = listed(&[seen, unseen].concat(), back);
        let (reported, _) = track([seen, &silence, &relisted, rest].concat(), Options::default());
        let passed = reported.iter().filter_map(|event| match &event.kind {
            EventKind::StagePassed { stage, skipped: false } => Some(stage.number),
            _ => None,
        });
        assert_eq!(passed.collect::<Vec<_>>(), missed, "lost at {lost}, back at {back}: {reported:?}");
    }
}

/// The tracker ignores an old version of an object that arrives late.
#[test]
fn an_old_version_that_arrives_late_is_ignored() {
    for path in records() {
        let events = read(&path);
        let options = options(&events);
        let plain = track(events, options.clone()).0;
        let mut late = Vec::new();
        let mut earlier: Vec<Observation> = Vec::new();
        for line in read(&path) {
            let at = line.at;
            let observation = line.observation.clone();
            late.push(line);
            if let Some(old) = earlier.iter().rev().nth(3) {
                let is_object =
                    matches!(old, Observation::Rollout(_) | Observation::Run(_) | Observation::ReplicaSet(_));
                // A deleted object may be created again under its name.
                let deletes = earlier
                    .iter()
                    .any(|observation| matches!(observation, Observation::Deleted(..) | Observation::Listed(..)));
                if is_object && !deletes {
                    late.push(Recorded { at, observation: old.clone(), picture: false });
                }
            }
            earlier.push(observation);
        }
        assert_eq!(track(late, options).0, plain, "{}", path.display());
    }
}

#[test]
fn tracking_ends_at_the_requested_stage() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/track/healthy.jsonl");
    let until = |stage: &str| Options { until: Some(stage.to_owned()), ..Options::default() };
    let (reported, _) = track(read(&path), until("half"));
    assert_eq!(reported.last().unwrap().kind, EventKind::Ended(Ending::Reached("half".to_owned())));
    let entered = reported.iter().filter(|event| matches!(&event.kind, EventKind::StageReached { .. })).count();
    assert!(entered >= 2, "{reported:?}");
}

#[test]
fn tracking_ends_when_a_person_must_decide() {
    for (name, stage) in [("held-for-no-data", "first"), ("promoted-by-a-person", "half"), ("paused-manually", "first")]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/track/{name}.jsonl"));
        let (reported, _) = track(read(&path), Options::default());
        let EventKind::Ended(Ending::Waiting(waits)) = &reported.last().unwrap().kind else {
            panic!("{name}: {reported:?}")
        };
        match waits {
            WaitReason::Promotion { stage: at } | WaitReason::Inconclusive { stage: at, .. } => assert_eq!(at, stage),
            waits => assert_eq!((waits, name), (&WaitReason::PausedManually, "paused-manually")),
        }
    }
}

/// After an abort the workload names the stable version again. Its pods exist, so no stage follows.
#[test]
fn going_back_to_the_stable_version_starts_no_release() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/track/aborted-by-a-person.jsonl");
    let mut tracker = Tracker::new(Options { one_of_many: true, ..Options::default() });
    let mut at = Timestamp::default();
    for line in read(&path) {
        at = line.at;
        tracker.apply(line.observation, at);
    }
    let mut rollout = tracker.store.rollout.clone().unwrap();
    let status = &mut rollout.status;
    (status.abort, status.message, status.phase) = (false, None, Some("Healthy".to_owned()));
    status.current_pod_hash.clone_from(&status.stable_hash);
    rollout.resource_version = "999999999".to_owned();
    let reported = tracker.apply(Observation::Rollout(Box::new(rollout)), at);
    assert_eq!(reported.first().map(|event| &event.kind), Some(&EventKind::Followed(Position::AtRest)), "{reported:?}");
    assert!(!reported.iter().any(|event| matches!(event.kind, EventKind::Started { .. })), "{reported:?}");
}

/// If one release of many is followed, the tracker reports each version, also after an abort.
#[test]
fn one_of_many_is_followed_beyond_its_end() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/track/retried.jsonl");
    let (reported, _) = track(read(&path), Options { one_of_many: true, ..Options::default() });
    let kinds: Vec<&EventKind> = reported.iter().map(|event| &event.kind).collect();
    let position = |is: fn(&EventKind) -> bool| kinds.iter().position(|kind| is(kind)).unwrap();
    let aborted = position(|kind| matches!(kind, EventKind::Ended(Ending::Failed(_))));
    let again = position(|kind| matches!(kind, EventKind::Restarted { retried: true }));
    let healthy = position(|kind| matches!(kind, EventKind::Ended(Ending::Healthy)));
    assert!(aborted < again && again < healthy, "{kinds:?}");
}

#[test]
fn keep_waiting_continues_to_the_end() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/track/held-for-no-data.jsonl");
    let (reported, _) = track(read(&path), Options { keep_waiting: true, ..Options::default() });
    let kinds: Vec<bool> = reported
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::Waiting(_) => Some(true),
            EventKind::Continued => Some(false),
            _ => None,
        })
        .collect();
    assert!(kinds.starts_with(&[true, false]), "{kinds:?}");
    assert_eq!(reported.last().unwrap().kind, EventKind::Ended(Ending::Healthy));
}
