//! The tracker on recorded streams of events. A record is a file of JSON lines in a folder: the answers of a real API
//! server in their original order, trimmed to the fields that are read. A snapshot of each contains its lines, its
//! JSON, and pictures of its marked moments.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use super::render::{json, lines, screen};
use super::*;
use crate::diagnostic::text::Appearance;
use crate::kubernetes::kinds::Kind;

/// A line of a record.
#[derive(Clone)]
struct Recorded {
    at: Timestamp,
    event: Event,
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
    let event = if let Some(change) = line.get("change") {
        let kind = kind_of(&line["kind"]);
        let object = objects.entry((kind, text(&line["name"]))).or_default();
        json_patch::merge(object, change);
        let object = serde_json::from_value(object.clone()).unwrap();
        Event::of(kind, &object).unwrap()
    } else if let Some(gone) = line.get("gone") {
        Event::Gone(kind_of(&gone["kind"]), text(&gone["name"]))
    } else if let Some(kind) = line.get("listed") {
        Event::Listed(kind_of(kind), line["names"].as_array().unwrap().iter().map(text).collect())
    } else if let Some(reason) = line.get("lost") {
        Event::Lost(text(reason))
    } else if line.get("back").is_some() {
        Event::Back
    } else if let Some(generation) = line.get("workload") {
        Event::Workload(generation.as_i64().unwrap())
    } else if let Some(pods) = line.get("pods") {
        let trouble = |pod: &Value| PodProblem {
            name: text(&pod["name"]),
            reason: text(&pod["reason"]),
            message: text(&pod["message"]),
        };
        Event::Pods(text(&line["hash"]), pods.as_array().unwrap().iter().map(trouble).collect())
    } else {
        Event::Tick
    };
    Recorded { at: line["at"].as_str().unwrap().parse().unwrap(), event, picture: line["picture"] == true }
}

/// The tracker continues when a person has to decide.
fn options(events: &[Recorded]) -> Options {
    let awaits_workload = events.iter().any(|line| matches!(line.event, Event::Workload(_)));
    Options { awaits_workload, keep_waiting: true, ..Options::default() }
}

/// What a tracker reports about a record, and the pictures.
fn told(events: Vec<Recorded>, options: Options) -> (Vec<Happening>, Vec<String>) {
    let mut tracker = Tracker::new(options);
    let (mut said, mut pictures) = (Vec::new(), Vec::new());
    for Recorded { at, event, picture } in events {
        said.extend(tracker.apply(event, at));
        if picture {
            let lines = screen::picture(&tracker.view().unwrap(), at, Appearance::PLAIN);
            pictures.push(format!("{at}\n{}", lines.join("\n")));
        }
    }
    (said, pictures)
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

#[test]
fn records_are_told_line_by_line() {
    for path in records() {
        let events = read(&path);
        let options = options(&events);
        let (said, pictures) = told(events, options);
        let lines: Vec<String> = said.iter().filter_map(lines::line).collect();
        let text = format!("{}\n\n{}\n", lines.join("\n"), pictures.join("\n\n"));
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../../../tests/track"}, {
            insta::assert_snapshot!(name(&path), text);
        });
    }
}

#[test]
fn programs_are_told_the_same() {
    for path in
        records().into_iter().filter(|path| ["aborted-by-a-value", "held-for-no-data"].contains(&name(path).as_str()))
    {
        let events = read(&path);
        let options = options(&events);
        let (said, _) = told(events, options);
        let lines: Vec<String> = said.iter().map(|happening| json::event(happening).to_string()).collect();
        insta::with_settings!({prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../../../tests/track"}, {
            insta::assert_snapshot!(format!("{}.json", name(&path)), lines.join("\n"));
        });
    }
}

/// Repeated events and new lists at any moment do not change the report.
#[test]
fn nothing_is_said_twice() {
    for path in records() {
        let plain = {
            let events = read(&path);
            let options = options(&events);
            told(events, options).0
        };
        let twice = read(&path);
        let options_of = options(&twice);
        let mut doubled = Vec::new();
        for line in twice {
            doubled.push(Recorded { at: line.at, event: line.event.clone(), picture: false });
            doubled.push(line);
        }
        assert_eq!(told(doubled, options_of.clone()).0, plain, "{} twice", path.display());
        let events = read(&path);
        let mut relisted = events.clone();
        relisted.truncate(40);
        for count in 40..events.len() {
            relisted.push(events[count].clone());
            relisted.extend(listed(&events[..=count], events[count].at));
        }
        assert_eq!(told(relisted, options_of).0, plain, "{} listed anew", path.display());
    }
}

/// The events for an observer that starts after these events: the current state of each object, and the end of the
/// list.
fn listed(events: &[Recorded], at: Timestamp) -> Vec<Recorded> {
    let mut known: Vec<(Kind, String, Event)> = Vec::new();
    let mut others = Vec::new();
    for line in events {
        let (kind, name) = match &line.event {
            Event::Rollout(rollout) => (Kind::Rollout, &rollout.name),
            Event::ReplicaSet(set) => (Kind::ReplicaSet, &set.name),
            Event::Run(run) => (Kind::AnalysisRun, &run.name),
            Event::Gone(kind, name) => {
                known.retain(|(of, known, _)| (of, known) != (kind, name));
                continue;
            }
            Event::Workload(_) => {
                others = vec![line.event.clone()];
                continue;
            }
            _ => continue,
        };
        known.retain(|(of, known, _)| (*of, known) != (kind, name));
        known.push((kind, name.clone(), line.event.clone()));
    }
    for kind in [Kind::AnalysisRun, Kind::Rollout, Kind::ReplicaSet] {
        let of_kind = || known.iter().filter(move |(of, _, _)| *of == kind);
        others.extend(of_kind().map(|(_, _, event)| event.clone()));
        others.push(Event::Listed(kind, of_kind().map(|(_, name, _)| name.clone()).collect()));
    }
    others.into_iter().map(|event| Recorded { at, event, picture: false }).collect()
}

/// A tracker that starts late reports the current state, and nothing about the earlier stages.
#[test]
fn what_was_before_is_not_told_of() {
    let mut finishing = 0;
    for path in records() {
        let events: Vec<Recorded> = read(&path).into_iter().map(|line| Recorded { picture: false, ..line }).collect();
        for count in 1..events.len() {
            let (before, rest) = events.split_at(count);
            let (said, _) = told([listed(before, rest[0].at), rest.to_vec()].concat(), options(&events));
            let place = format!("{} from event {count} on: {said:?}", path.display());
            let passed = said.iter().any(|said| matches!(said.what, What::Passed { skipped: false, .. }));
            assert!(!passed, "{place}");
            if said.first().is_some_and(|said| said.what == What::Followed(Position::Finishing)) {
                finishing += 1;
                assert!(!said.iter().any(|said| said.what == What::Finishing), "{place}");
            }
        }
    }
    assert!(finishing > 3, "{finishing} times all stages lay behind it");
}

/// The tracker reports what happened during a lost connection, in whatever stage the connection is lost.
#[test]
fn what_went_by_meanwhile_is_told_of() {
    let record = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/track/healthy.jsonl"));
    let (plain, _) = told(record.clone(), Options::default());
    let entered = |number: usize| {
        let is_it = |what: &What| matches!(what, What::Entered { stage, .. } if stage.number == number);
        plain.iter().find(|said| is_it(&said.what)).unwrap().at
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
        let silence = [(lost, Event::Lost("connection refused".to_owned())), (back, Event::Back)];
        let silence = silence.map(|(at, event)| Recorded { at, event, picture: false });
        let heard = listed(&[seen, unseen].concat(), back);
        let (said, _) = told([seen, &silence, &heard, rest].concat(), Options::default());
        let passed = said.iter().filter_map(|said| match &said.what {
            What::Passed { stage, skipped: false } => Some(stage.number),
            _ => None,
        });
        assert_eq!(passed.collect::<Vec<_>>(), missed, "lost at {lost}, back at {back}: {said:?}");
    }
}

/// The tracker ignores an old version of an object that arrives late.
#[test]
fn what_comes_late_is_not_taken() {
    for path in records() {
        let events = read(&path);
        let options = options(&events);
        let plain = told(events, options.clone()).0;
        let mut late = Vec::new();
        let mut earlier: Vec<Event> = Vec::new();
        for line in read(&path) {
            let at = line.at;
            let event = line.event.clone();
            late.push(line);
            if let Some(old) = earlier.iter().rev().nth(3) {
                let is_object = matches!(old, Event::Rollout(_) | Event::Run(_) | Event::ReplicaSet(_));
                // A deleted object may be created again under its name.
                let deletes = earlier.iter().any(|event| matches!(event, Event::Gone(..) | Event::Listed(..)));
                if is_object && !deletes {
                    late.push(Recorded { at, event: old.clone(), picture: false });
                }
            }
            earlier.push(event);
        }
        assert_eq!(told(late, options).0, plain, "{}", path.display());
    }
}

#[test]
fn a_stage_that_is_waited_for_ends_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/track/healthy.jsonl");
    let until = |stage: &str| Options { until: Some(stage.to_owned()), ..Options::default() };
    let (said, _) = told(read(&path), until("half"));
    assert_eq!(said.last().unwrap().what, What::Ended(Ending::Reached("half".to_owned())));
    let entered = said.iter().filter(|said| matches!(&said.what, What::Reached { .. })).count();
    assert!(entered >= 2, "{said:?}");
}

#[test]
fn it_ends_where_a_person_is_to_decide() {
    for (name, stage) in [("held-for-no-data", "first"), ("promoted-by-a-person", "half"), ("paused-by-hand", "first")]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/track/{name}.jsonl"));
        let (said, _) = told(read(&path), Options::default());
        let What::Ended(Ending::Waits(waits)) = &said.last().unwrap().what else { panic!("{name}: {said:?}") };
        match waits {
            Waits::Promotion { stage: at } | Waits::Unclear { stage: at, .. } => assert_eq!(at, stage),
            waits => assert_eq!((waits, name), (&Waits::ByHand, "paused-by-hand")),
        }
    }
}

/// After an abort the workload names the stable version again. Its pods exist, so no stage follows.
#[test]
fn the_stable_version_named_again_is_no_release() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/track/aborted-by-a-person.jsonl");
    let mut tracker = Tracker::new(Options { one_of_many: true, ..Options::default() });
    let mut at = Timestamp::default();
    for line in read(&path) {
        at = line.at;
        tracker.apply(line.event, at);
    }
    let mut rollout = tracker.store.rollout.clone().unwrap();
    let status = &mut rollout.status;
    (status.abort, status.message, status.phase) = (false, None, Some("Healthy".to_owned()));
    status.current_pod_hash.clone_from(&status.stable_hash);
    rollout.resource_version = "999999999".to_owned();
    let said = tracker.apply(Event::Rollout(Box::new(rollout)), at);
    assert_eq!(said.first().map(|said| &said.what), Some(&What::Followed(Position::AtRest)), "{said:?}");
    assert!(!said.iter().any(|said| matches!(said.what, What::Begun { .. })), "{said:?}");
}

/// If one release of many is followed, the tracker reports each version, also after an abort.
#[test]
fn one_of_many_is_followed_for_ever() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/track/retried.jsonl");
    let (said, _) = told(read(&path), Options { one_of_many: true, ..Options::default() });
    let whats: Vec<&What> = said.iter().map(|said| &said.what).collect();
    let position = |is: fn(&What) -> bool| whats.iter().position(|what| is(what)).unwrap();
    let aborted = position(|what| matches!(what, What::Ended(Ending::Failed(_))));
    let again = position(|what| matches!(what, What::Again { retried: true }));
    let healthy = position(|what| matches!(what, What::Ended(Ending::Healthy)));
    assert!(aborted < again && again < healthy, "{whats:?}");
}

#[test]
fn who_keeps_waiting_sees_the_end() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/track/held-for-no-data.jsonl");
    let (said, _) = told(read(&path), Options { keep_waiting: true, ..Options::default() });
    let kinds: Vec<bool> = said
        .iter()
        .filter_map(|said| match said.what {
            What::Waits(_) => Some(true),
            What::WentOn => Some(false),
            _ => None,
        })
        .collect();
    assert!(kinds.starts_with(&[true, false]), "{kinds:?}");
    assert_eq!(said.last().unwrap().what, What::Ended(Ending::Healthy));
}
