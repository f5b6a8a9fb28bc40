//! A recorded release in the middle of a stage, with pods added, as a tree.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use kube::api::DynamicObject;
use serde_json::{Value, json};

use super::tree::Tree;
use super::{Pod, json as as_json, text};
use crate::diagnostic::text::Appearance;
use crate::runtime::rollout::Rollout;
use crate::runtime::track::{AnalysisRun, ReplicaSet};

/// The objects of a recording up to the first moment at which the Rollout is at this step, and some lines more.
fn recorded(step: u64, more: usize) -> (BTreeMap<(String, String), Value>, Timestamp) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/track/healthy.jsonl");
    let mut objects: BTreeMap<(String, String), Value> = BTreeMap::new();
    let (mut at, mut left) = (None, None);
    for line in fs::read_to_string(path).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| line[field].as_str().unwrap_or_default().to_owned();
        if let Some(change) = line.get("change") {
            json_patch::merge(objects.entry((text("kind"), text("name"))).or_default(), change);
        }
        at = Some(text("at").parse().unwrap());
        let status = objects.values().find(|object| object["kind"] == "Rollout").map(|rollout| &rollout["status"]);
        let is_there = status
            .is_some_and(|status| status["currentStepIndex"] == step && status["stableRS"] != status["currentPodHash"]);
        if is_there && left.is_none() {
            left = Some(more);
        }
        match &mut left {
            Some(0) => break,
            Some(left) => *left -= 1,
            None => {}
        }
    }
    (objects, at.unwrap())
}

fn pod(name: &str, owner: &str, more: Value) -> Pod {
    let mut pod = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": owner, "uid": "u"}]},
        "spec": {"containers": [{}]},
        "status": {"phase": "Running", "containerStatuses": [{"ready": true, "restartCount": 0, "state": {"running": {}}}]},
    });
    json_patch::merge(&mut pod, &more);
    Pod::read(&serde_json::from_value(pod).unwrap()).unwrap()
}

fn tree() -> (Tree, Timestamp) {
    let (objects, at) = recorded(6, 8);
    let read = |kind: &str| -> Vec<DynamicObject> {
        let of_kind = objects.iter().filter(|((of, _), _)| of == kind);
        of_kind.map(|(_, object)| serde_json::from_value(object.clone()).unwrap()).collect()
    };
    let rollout = Rollout::read(&read("Rollout")[0]);
    let mut kept = read("ReplicaSet");
    for set in &mut kept {
        let deadline = [("scale-down-deadline".to_owned(), "2026-11-25T23:59:00Z".to_owned())];
        set.metadata.annotations.get_or_insert_default().extend(deadline);
    }
    let sets: Vec<ReplicaSet> = kept.iter().filter_map(ReplicaSet::read).collect();
    let runs = read("AnalysisRun").iter().filter_map(AnalysisRun::read).collect();
    let newest = sets.iter().find(|set| set.revision == Some(2)).unwrap().name.clone();
    let waiting = json!({"reason": "CrashLoopBackOff", "message": "back-off 20s restarting failed container"});
    let fails =
        json!({"status": {"containerStatuses": [{"ready": false, "restartCount": 3, "state": {"waiting": waiting}}]}});
    let pods =
        vec![pod("web-new-2", &newest, fails), pod("web-new-1", &newest, json!({})), pod("other", "other", json!({}))];
    (Tree::of(rollout, sets, runs, pods, at).unwrap(), at)
}

#[test]
fn a_tree_contains_all_objects_of_a_release() {
    let (tree, at) = tree();
    insta::assert_snapshot!(text::text(&tree, at, Appearance::PLAIN).join("\n"));
}

#[test]
fn a_tree_as_json() {
    let (tree, _) = tree();
    insta::assert_snapshot!(serde_json::to_string_pretty(&as_json::tree(&tree)).unwrap());
}
