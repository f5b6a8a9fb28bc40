//! In: a release, its plan and its objects. Out: comments where a reviewer of the manifests asks: which steps belong to
//! which stage, what a hold is, and why something stands there, or does not.

use std::borrow::Cow;

use crate::kubernetes::kinds::Kind;
use crate::manifest::{Comments, Field, Object};
use crate::plan::{Action, Plan, Purpose};
use crate::policy::Release;
use crate::telemetry::BACKEND_HEADER;

/// The comments of each object, in the same order.
pub fn comments(release: &Release, plan: &Plan, objects: &[Object]) -> Vec<Comments> {
    objects.iter().map(|object| of(release, plan, object)).collect()
}

fn of(release: &Release, plan: &Plan, object: &Object) -> Comments {
    let mut comments = Comments::default();
    let is = |kind: Kind| object.kind() == kind.name();
    if is(Kind::Rollout) {
        rollout(release, object, &mut comments);
        steps(release, plan, &mut comments);
    } else if is(Kind::Service) {
        let spec = object.root.get("spec");
        if spec.is_some_and(|spec| spec.get("selector").is_none()) {
            let line = "No selector: the controller sets it, so that each Service has the pods of one version.";
            comments.add(&path(&["spec"]), line.to_owned());
        }
    } else if is(Kind::HTTPRoute) || is(Kind::GRPCRoute) {
        filters(object, &mut comments);
    }
    comments
}

fn path(keys: &[&'static str]) -> Vec<Cow<'static, str>> {
    keys.iter().map(|key| Cow::Borrowed(*key)).collect()
}

/// A Rollout whose number of pods belongs to somebody else.
fn rollout(release: &Release, object: &Object, comments: &mut Comments) {
    let absent = object.root.at(&["spec", "replicas"]).is_none();
    if release.autoscaler.is_some() && absent {
        let line = "No replicas: the autoscaler owns the number of pods, and an apply must not reset it.";
        comments.add(&path(&["spec"]), line.to_owned());
    }
}

fn steps(release: &Release, plan: &Plan, comments: &mut Comments) {
    let mut stage = None;
    let mut admitted = Vec::new();
    for (position, planned) in plan.staged().steps.iter().enumerate() {
        let begins = stage.replace(planned.stage) != Some(planned.stage);
        let name = release.canary().stages.get(planned.stage.0).filter(|_| begins);
        let name = name.map(|stage| format!("Stage {}", stage.name.value));
        let line = match (name, why(release, plan, &planned.action, &mut admitted)) {
            (Some(name), Some(why)) => format!("{name}. {why}"),
            (Some(line), None) | (None, Some(line)) => line,
            (None, None) => continue,
        };
        let mut path = path(&["spec", "strategy", "canary", "steps"]);
        path.push(Cow::Owned(position.to_string()));
        comments.add(&path, line);
    }
}

/// Why a step stands there, where that is not plain. `admitted` are the header routes of the steps before.
fn why(release: &Release, plan: &Plan, action: &Action, admitted: &mut Vec<usize>) -> Option<String> {
    match action {
        Action::AdmitAudience(route) if admitted.contains(route) => Some(
            "Again, because the controller may have lost the header rule; otherwise it changes nothing.".to_owned(),
        ),
        Action::AdmitAudience(route) => {
            admitted.push(*route);
            None
        }
        Action::Analyse(usage) => {
            let template = plan.template(usage.template)?;
            let measured = template.measurements.iter().filter_map(|measurement| release.check(measurement.check));
            let names: Vec<&str> = measured.map(|check| check.name.value.as_str()).collect();
            match template.purpose {
                Purpose::Hold => Some(format!("Hold: the stage does not end before these pass: {}.", names.join(", "))),
                Purpose::Gate => Some(format!("Gate: the release goes on when this passes: {}.", names.join(", "))),
                Purpose::Watch => None,
            }
        }
        _ => None,
    }
}

/// The filters of a route that only measurements need.
fn filters(object: &Object, comments: &mut Comments) {
    let rules = object.root.at(&["spec", "rules"]).map(Field::items).unwrap_or_default();
    for (rule, backends) in rules.iter().map(|rule| rule.get("backendRefs").map(Field::items)).enumerate() {
        for (backend, field) in backends.unwrap_or_default().iter().enumerate() {
            let text = |field: &Field| {
                field
                    .select(&["[]", "requestHeaderModifier", "set", "[]", "name"])
                    .iter()
                    .any(|name| name.as_str() == Some(BACKEND_HEADER))
            };
            if !field.get("filters").is_some_and(text) {
                continue;
            }
            let mut at = path(&["spec", "rules"]);
            at.push(Cow::Owned(rule.to_string()));
            at.push(Cow::Borrowed("backendRefs"));
            at.push(Cow::Owned(backend.to_string()));
            at.push(Cow::Borrowed("filters"));
            let line = "The gateway counts the requests of this backend separately only if it has a filter.";
            comments.add(&at, line.to_owned());
        }
    }
}
