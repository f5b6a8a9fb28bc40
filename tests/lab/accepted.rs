//! Claim: the API server accepts every object that is emitted, under strict validation, and the linter of Argo Rollouts
//! has nothing to say. In: a case. Out: what they refuse.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::corpus::Case;
use crate::failure::{Failure, failed};
use crate::kubectl::lines;
use crate::lab::Lab;

/// Judges the manifests of one release.
pub fn judge(lab: &Lab, case: &Case) -> Result<(), Failure> {
    let namespaces: BTreeSet<&str> =
        case.objects.iter().filter_map(|object| object["metadata"]["namespace"].as_str()).collect();
    for namespace in namespaces {
        create_namespace(lab, namespace)?;
    }
    let mut refused = Vec::new();
    let strictly = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"];
    let answer = lab.kubectl.try_run(&strictly, &case.yaml)?;
    // A warning of the API server is a mistake of ours as well.
    refused.extend(lines(&answer.errors));
    if answer.success && lines(&answer.output).len() != case.objects.len() {
        refused.push(format!("{} objects were given, and this was answered:\n{}", case.objects.len(), answer.output));
    }
    for within in within(&case.objects) {
        let answer = lab.kubectl.try_run(&strictly, &within.to_string())?;
        refused.extend(lines(&answer.errors));
    }
    let file = tempfile::NamedTempFile::with_suffix(".yaml")?;
    std::fs::write(file.path(), &case.yaml)?;
    let lint = lab.kubectl.argo_rollouts(&["lint", "-f", &file.path().to_string_lossy()])?;
    if !lint.success {
        refused.push(format!("lint: {}{}", lint.output, lint.errors));
    }
    if refused.is_empty() { Ok(()) } else { Err(failed(format!("{}\n\n{}", refused.join("\n"), case.yaml))) }
}

/// What the controller makes of a release's objects: the definitions of the custom resources say little of jobs and pods.
fn within(objects: &[Value]) -> Vec<Value> {
    let mut found = Vec::new();
    for object in objects {
        let metadata = json!({"name": object["metadata"]["name"], "namespace": object["metadata"]["namespace"]});
        if object["kind"] == "Rollout" && object["spec"].get("template").is_some() {
            let spec = json!({"selector": object["spec"]["selector"], "template": object["spec"]["template"]});
            found.push(json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}));
        }
        for metric in object["spec"]["metrics"].as_array().into_iter().flatten() {
            if let Some(spec) = metric["provider"]["job"].get("spec") {
                found.push(json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}));
            }
        }
    }
    found
}

/// A namespace that may be there already.
pub fn create_namespace(lab: &Lab, name: &str) -> Result<(), Failure> {
    let answer = lab.kubectl.try_run(&["create", "namespace", name], "")?;
    if answer.success || answer.errors.contains("AlreadyExists") {
        return Ok(());
    }
    Err(failed(answer.errors))
}
