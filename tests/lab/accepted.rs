//! Claim: the API server accepts every emitted object under strict validation, and the linter of Argo Rollouts reports
//! nothing. In: cases, many of which are sent at once. Out: what is refused.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use crate::both_ways::Rollouts;
use crate::corpus::Case;
use crate::failure::{Failure, failed};
use crate::kubectl::lines;
use crate::lab::Lab;
use crate::suite::Suite;

/// How many cases are sent at once.
const BATCH: usize = 16;

/// A test for each case.
pub fn tests(suite: &mut Suite) {
    add(suite, Rollouts::NEWEST, "accepted", suite.cases.clone());
}

/// A test for each of some cases, in batches.
pub fn add(suite: &mut Suite, rollouts: Rollouts, family: &str, cases: Vec<Case>) {
    let count = cases.len().div_ceil(BATCH);
    // Tests run in the order in which they are added. Neighbours are in different batches, so they do not wait for each
    // other.
    let mut members = vec![Vec::new(); count];
    for (number, case) in cases.into_iter().enumerate() {
        members[number % count].push(case);
    }
    let batches: Vec<Arc<Batch>> = members.into_iter().map(|cases| Arc::new(Batch::new(cases))).collect();
    for place in 0..BATCH {
        for batch in &batches {
            let Some(case) = batch.cases.get(place) else { continue };
            let batch = Arc::clone(batch);
            suite.add_on(rollouts, None, format!("{family}/{}", case.name), move |lab| batch.judge(lab, place));
        }
    }
}

/// Cases that are sent at once by the first of their tests.
struct Batch {
    cases: Vec<Case>,
    is_accepted: OnceLock<bool>,
}

impl Batch {
    fn new(cases: Vec<Case>) -> Self {
        Self { cases, is_accepted: OnceLock::new() }
    }

    /// Checks one of its cases. If the whole batch does not pass, it is checked alone.
    fn judge(&self, lab: &Lab, place: usize) -> Result<(), Failure> {
        let case = &self.cases[place];
        let mut refused = Vec::new();
        let are_accepted = || ask(lab, &self.cases).is_ok_and(|refused| refused.is_empty());
        if !*self.is_accepted.get_or_init(are_accepted) {
            refused.extend(ask(lab, std::slice::from_ref(case))?);
        }
        refused.extend(lint(lab, std::slice::from_ref(case))?);
        if refused.is_empty() { Ok(()) } else { Err(failed(format!("{}\n\n{}", refused.join("\n"), case.yaml))) }
    }
}

/// The complaints of the API server about these cases. A warning is a mistake as well.
pub fn ask(lab: &Lab, cases: &[Case]) -> Result<Vec<String>, Failure> {
    let objects = || cases.iter().flat_map(|case| &case.objects);
    create_namespaces(lab, objects().filter_map(|object| object["metadata"]["namespace"].as_str()))?;
    let within: Vec<Value> = cases.iter().flat_map(|case| within(&case.objects)).collect();
    let mut text = String::new();
    // Sends the text as written: JSON would hide mistakes of the YAML writer.
    for document in cases.iter().map(|case| case.yaml.clone()).chain(within.iter().map(Value::to_string)) {
        text.push_str("---\n");
        text.push_str(&document);
        text.push('\n');
    }
    let strictly = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"];
    let answer = lab.kubectl.try_run(&strictly, &text)?;
    // The plugin asks for this version of the two kinds, which the newest definitions only serve with a warning.
    let is_of_the_plugin = |line: &String| {
        ["TCPRoute", "TLSRoute"]
            .iter()
            .any(|kind| line.contains(&format!("The v1alpha2 version of {kind} has been deprecated")))
    };
    let mut refused = lines(&answer.errors);
    refused.retain(|line| !is_of_the_plugin(line));
    let count = objects().count() + within.len();
    if answer.success && lines(&answer.output).len() != count {
        refused.push(format!("{count} objects were given, and this was answered:\n{}", answer.output));
    }
    Ok(refused)
}

/// The complaints of the linter about these cases.
pub fn lint(lab: &Lab, cases: &[Case]) -> Result<Option<String>, Failure> {
    let file = tempfile::NamedTempFile::with_suffix_in(".yaml", lab.folder())?;
    let documents: Vec<&str> = cases.iter().map(|case| case.yaml.as_str()).collect();
    std::fs::write(file.path(), documents.join("---\n"))?;
    let answer = lab.kubectl.argo_rollouts(&["lint", "-f", &file.path().to_string_lossy()])?;
    Ok(if answer.success { None } else { Some(format!("lint: {}{}", answer.output, answer.errors)) })
}

/// The objects that the controller creates for a release. The definitions of the custom resources hardly validate jobs
/// and pods.
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

/// Creates a namespace that may already exist.
pub fn create_namespace(lab: &Lab, name: &str) -> Result<(), Failure> {
    create_namespaces(lab, [name].into_iter())
}

/// Creates namespaces that may already exist.
pub fn create_namespaces<'a>(lab: &Lab, names: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
    let namespace = |name| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    let namespaces: Vec<Value> = names.collect::<BTreeSet<_>>().into_iter().map(namespace).collect();
    if namespaces.is_empty() {
        return Ok(());
    }
    let list = json!({"apiVersion": "v1", "kind": "List", "items": namespaces}).to_string();
    lab.kubectl.run(&["apply", "--server-side", "--validate=false", "-f", "-"], &list).map(drop)
}
