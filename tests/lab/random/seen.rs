//! Claim: the controller finds nothing invalid. In: cases. Out: those whose Rollout it reports. They are created with
//! everything that they refer to, and paused: the controller validates a paused Rollout like any other, but creates no
//! pods for it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::accepted::create_namespaces;
use crate::corpus::Case;
use crate::failure::{Failure, failed};
use crate::fixtures::missing;
use crate::lab::Lab;
use crate::watch::Watch;

/// The maximum time for the controller to process everything.
const PATIENCE: Duration = Duration::from_secs(240);

/// Creates everything, and waits until the controller has seen every Rollout. Nothing is deleted, because the lab
/// deletes everything at its end.
pub fn judge(lab: &Lab, cases: &[Case]) -> Result<Vec<String>, Failure> {
    let mut around = Vec::new();
    let mut rollouts = Vec::new();
    for case in cases {
        let objects: Vec<Value> = case.objects.iter().map(|object| at_home(object, case)).collect();
        around.extend(missing(&objects));
        for mut object in objects {
            if object["kind"] == "Rollout" {
                object["spec"]["paused"] = true.into();
                rollouts.push(object);
            } else {
                around.push(object);
            }
        }
    }
    let broken = broken(rollouts.first().ok_or_else(|| failed("there is no Rollout"))?);
    rollouts.push(broken);
    let mut watches: BTreeMap<&str, Watch> = BTreeMap::new();
    for rollout in &rollouts {
        let namespace = rollout["metadata"]["namespace"].as_str().unwrap_or_default();
        if !watches.contains_key(namespace) {
            watches.insert(namespace, lab.watch(namespace)?);
        }
    }
    create_namespaces(lab, watches.keys().copied())?;
    create(lab, &around)?;
    create(lab, &rollouts)?;
    // One watch reports several Rollouts of one namespace.
    let mut heard: BTreeMap<(&str, String), Option<String>> = BTreeMap::new();
    let until = Instant::now() + PATIENCE;
    let mut found = Vec::new();
    for rollout in &rollouts {
        let (namespace, name) = (&rollout["metadata"]["namespace"], &rollout["metadata"]["name"]);
        let (namespace, name) = (namespace.as_str().unwrap_or_default(), name.as_str().unwrap_or_default());
        let key = (namespace, name.to_owned());
        while !heard.contains_key(&key) {
            let left = until.saturating_duration_since(Instant::now());
            let event = watches[namespace].events.recv_timeout(left);
            let event = event.map_err(|_| failed(format!("the controller has not seen {namespace}/{name}")))?;
            if event["kind"] == "Rollout" && (is_seen(&event) || invalid(&event).is_some()) {
                let name = event["metadata"]["name"].as_str().unwrap_or_default().to_owned();
                heard.insert((namespace, name), invalid(&event));
            }
        }
        match heard.get(&key) {
            Some(None) if name == BROKEN => {
                found.push("what is said of the Rollouts means nothing: a broken one passes".to_owned());
            }
            Some(Some(invalid)) if name != BROKEN => found.push(format!("{namespace}/{name}: {invalid}\n{rollout:#}")),
            _ => {}
        }
    }
    Ok(found)
}

/// Puts an object in an otherwise empty namespace, because some of these policies are also released.
fn at_home(object: &Value, case: &Case) -> Value {
    let mut object = object.clone();
    let said = object["metadata"]["namespace"].as_str().map(str::to_owned);
    let release = || case.objects.iter().find(|object| object["kind"] == "Rollout")?["metadata"]["name"].as_str();
    let namespace = said.or_else(|| release().map(str::to_owned)).unwrap_or_default();
    object["metadata"]["namespace"] = format!("seen-{namespace}").into();
    object
}

fn create(lab: &Lab, objects: &[Value]) -> Result<(), Failure> {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
    let arguments = ["apply", "--server-side", "--validate=false", "--field-manager=canaryc", "-f", "-"];
    lab.kubectl.run(&arguments, &list).map(drop)
}

const BROKEN: &str = "broken";

/// A Rollout that must be found invalid. Otherwise the test would prove nothing about the others.
fn broken(rollout: &Value) -> Value {
    let mut broken = rollout.clone();
    broken["metadata"]["name"] = BROKEN.into();
    broken["spec"]["strategy"]["canary"]["canaryService"] = "there-is-none".into();
    broken
}

/// Whether the controller has processed this version of it.
fn is_seen(rollout: &Value) -> bool {
    rollout["status"]["observedGeneration"].as_str() == Some(&rollout["metadata"]["generation"].to_string())
}

fn invalid(rollout: &Value) -> Option<String> {
    let mut conditions = rollout["status"]["conditions"].as_array()?.iter();
    conditions.find(|condition| condition["type"] == "InvalidSpec").map(|condition| condition["message"].to_string())
}
