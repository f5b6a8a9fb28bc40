//! In: a tree, or the views of many releases. Out: JSON. `docs/track-events.md` describes the format.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::tree::{Mark, Revision, Tree};
use crate::runtime::track::View;
use crate::runtime::track::render::json::{VERSION, check, instant, pods};

/// A release with all its objects.
pub fn tree(tree: &Tree) -> Value {
    let mut value = release(&tree.view);
    value["revisions"] = tree.revisions.iter().map(revision).collect();
    value
}

/// Many releases.
pub fn list(views: &[View]) -> Value {
    json!({"version": VERSION, "releases": views.iter().map(release).collect::<Vec<_>>()})
}

fn release(view: &View) -> Value {
    let stage = view.now.and_then(|index| view.stages.get(index));
    let count = |pods: &crate::runtime::track::Pods| json!({"revision": pods.version.revision, "images": pods.version.images, "desired": pods.wanted, "ready": pods.ready});
    json!({
        "version": VERSION,
        "namespace": view.namespace,
        "name": view.name,
        "environment": view.environment,
        "phase": view.phase.name(),
        "message": view.message,
        "stage": stage.map(|stage| &stage.name),
        "step": view.step.map(|(step, _)| step),
        "steps": view.step.map(|(_, steps)| steps),
        "stages": view.stages.iter().map(|stage| json!({
            "name": stage.name, "weight": stage.weight, "exposure": stage.exposure, "audiences": stage.audiences,
        })).collect::<Vec<_>>(),
        "weight": {"desired": view.weight.wanted, "actual": view.weight.actual},
        "new": view.canary.as_ref().map(count),
        "stable": view.stable.as_ref().map(count),
        "checks": view.checks.iter().map(check).collect::<Vec<_>>(),
        "created": time(view.created),
    })
}

fn revision(revision: &Revision) -> Value {
    let sets: Vec<Value> = revision
        .replicas
        .iter()
        .map(|replicas| {
            let set = &replicas.set;
            let pods: Vec<Value> = replicas
                .pods
                .iter()
                .map(|pod| {
                    json!({
                        "name": pod.name, "phase": pod.phase, "ready-containers": pod.ready, "containers": pod.containers,
                        "restarts": pod.restarts, "created": time(pod.created),
                        "problem": pod.problem.as_ref().map(|problem| pods(std::slice::from_ref(problem))[0].clone()),
                    })
                })
                .collect();
            json!({
                "name": set.name, "hash": set.hash, "images": set.images, "desired": set.wanted, "ready": set.ready,
                "available": set.available, "created": time(set.created), "scale-down-at": time(set.scale_down_at), "pods": pods,
            })
        })
        .collect();
    let runs: Vec<Value> = revision
        .runs
        .iter()
        .map(|run| {
            json!({
                "name": run.name, "place": run.place, "phase": run.phase.name(), "message": run.message,
                "checks": run.checks.iter().map(check).collect::<Vec<_>>(), "jobs": run.jobs, "created": time(run.created),
            })
        })
        .collect();
    let mark = match revision.mark {
        Mark::New => "new",
        Mark::Stable => "stable",
        Mark::Former => "former",
    };
    json!({"revision": revision.number, "role": mark, "replica-sets": sets, "analysis-runs": runs})
}

fn time(at: Option<Timestamp>) -> Option<String> {
    at.map(instant)
}
