//! Simulated requests, for a person who tries canaryc in the lab. In: the current Rollouts of the cluster. Out: the
//! counters of Istio's proxies at their Services. The tag of a version's image determines its behaviour: `bad` fails,
//! `slow` is slow, all others are good.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::failure::Failure;
use crate::kubectl::Kubectl;
use crate::metrics::{Metrics, Requests};
use crate::watch::Labelled;

/// Requests per second to each release.
const RATE: f64 = 100.0;

/// The share of an audience in the requests while no weight is set.
const AUDIENCE: f64 = 0.01;

/// Simulates requests at the Services of all releases until the process ends.
pub fn pretend(kubectl: &Kubectl, metrics: Metrics) -> Result<(), Failure> {
    let watched = Labelled::start(
        kubectl,
        &[("rollouts", "canaryc.dev/release"), ("replicasets", "rollouts-pod-template-hash")],
    )?;
    std::thread::spawn(move || {
        let (mut rollouts, mut images) = (BTreeMap::new(), BTreeMap::new());
        for object in &watched.events {
            let key = |name: &Value| (text(&object["metadata"]["namespace"]), text(name));
            if object["kind"] == "Rollout" {
                rollouts.insert(key(&object["metadata"]["name"]), object.clone());
            } else {
                let hash = &object["metadata"]["labels"]["rollouts-pod-template-hash"];
                images.insert(key(hash), text(&object["spec"]["template"]["spec"]["containers"][0]["image"]));
            }
            for ((namespace, _), rollout) in &rollouts {
                for (service, requests) in at_services(rollout, |hash| images.get(&(namespace.clone(), hash.into()))) {
                    metrics.set(namespace, &service, requests);
                }
            }
        }
    });
    Ok(())
}

/// The requests at the two Services of a release.
fn at_services<'a>(rollout: &Value, image: impl Fn(&str) -> Option<&'a String>) -> Vec<(String, Requests)> {
    let (canary, status) = (&rollout["spec"]["strategy"]["canary"], &rollout["status"]);
    let answers = |hash: &Value, share: f64| {
        let image = hash.as_str().and_then(&image).map_or("", String::as_str);
        let tag = image.rsplit_once(':').map_or("", |(_, tag)| tag);
        let share_if = |word: &str, share: f64| if tag.contains(word) { share } else { 0.0 };
        Requests { rate: RATE * share, failed: share_if("bad", 0.05), slow: share_if("slow", 0.5) }
    };
    let is_in_flight = status["currentPodHash"] != status["stableRS"] && status["abort"] != true;
    let weight = status["canary"]["weights"]["canary"]["weight"].as_f64().unwrap_or_default() / 100.0;
    let share = if is_in_flight { weight.max(AUDIENCE) } else { 0.0 };
    let named = |service: &Value, requests| service.as_str().map(|name| (name.to_owned(), requests));
    let both = [
        named(&canary["stableService"], answers(&status["stableRS"], 1.0 - share)),
        named(&canary["canaryService"], answers(&status["currentPodHash"], share)),
    ];
    both.into_iter().flatten().collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
