//! The stored objects of a namespace at one moment of a release. In: the objects in the order in which they were
//! stored. Out: answers to the questions of a test about that moment.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Objects by kind and name.
#[derive(Debug, Default)]
pub struct World {
    objects: BTreeMap<(String, String), Value>,
}

/// The revision of an object in the cluster's store. All kinds share one counter, so it orders events.
pub fn revision(object: &Value) -> u64 {
    object["metadata"]["resourceVersion"].as_str().and_then(|text| text.parse().ok()).unwrap_or(0)
}

impl World {
    /// Processes one event.
    pub fn apply(&mut self, object: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let key = (text(&object["kind"]), text(&object["metadata"]["name"]));
        // Several watches may deliver one object's versions in any order.
        if self.objects.get(&key).is_none_or(|known| revision(known) <= revision(object)) {
            self.objects.insert(key, object.clone());
        }
    }

    /// Whether this version of an object, or a newer one, is known.
    pub fn has_heard_of(&self, object: &Value) -> bool {
        let name = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        revision(self.get(&name(&object["kind"]), &name(&object["metadata"]["name"]))) >= revision(object)
    }

    fn get(&self, kind: &str, name: &str) -> &Value {
        self.objects.get(&(kind.to_owned(), name.to_owned())).unwrap_or(&Value::Null)
    }

    /// The Rollout.
    pub fn rollout(&self) -> &Value {
        self.objects.iter().find(|((kind, _), _)| kind == "Rollout").map_or(&Value::Null, |(_, object)| object)
    }

    fn canary_strategy(&self) -> &Value {
        &self.rollout()["spec"]["strategy"]["canary"]
    }

    /// The steps of the release.
    pub fn steps(&self) -> &[Value] {
        self.canary_strategy()["steps"].as_array().map_or(&[], Vec::as_slice)
    }

    /// One of the steps.
    pub fn canary_step(&self, index: u64) -> &Value {
        &self.canary_strategy()["steps"][usize::try_from(index).unwrap_or(usize::MAX)]
    }

    /// Whether a router splits the traffic.
    pub fn has_router(&self) -> bool {
        self.canary_strategy().get("trafficRouting").is_some()
    }

    /// Whether the controller has observed the current spec, and everything is at the newest version.
    pub fn is_healthy(&self) -> bool {
        let (rollout, status) = (self.rollout(), &self.rollout()["status"]);
        status["phase"] == "Healthy"
            && status["observedGeneration"].as_str() == Some(&rollout["metadata"]["generation"].to_string())
            && status["stableRS"].is_string()
            && status["stableRS"] == status["currentPodHash"]
    }

    /// The hash of the pods that a Service selects.
    pub fn hash_of(&self, service: &str) -> Option<&str> {
        self.get("Service", service)["spec"]["selector"]["rollouts-pod-template-hash"].as_str()
    }

    /// The hash of the pods of the newest version.
    pub fn newest(&self) -> &str {
        self.rollout()["status"]["currentPodHash"].as_str().unwrap_or_default()
    }

    fn replica_set(&self, hash: &str) -> &Value {
        let has_hash = |object: &Value| object["metadata"]["labels"]["rollouts-pod-template-hash"] == hash;
        self.objects
            .iter()
            .find(|((kind, _), object)| kind == "ReplicaSet" && has_hash(object))
            .map_or(&Value::Null, |(_, object)| object)
    }

    /// The desired number of pods of a version.
    pub fn wanted(&self, hash: &str) -> u64 {
        self.replica_set(hash)["spec"]["replicas"].as_u64().unwrap_or(0)
    }

    /// The number of available pods of a version.
    pub fn available(&self, hash: &str) -> u64 {
        self.replica_set(hash)["status"]["availableReplicas"].as_u64().unwrap_or(0)
    }

    /// The names of the two Services.
    pub fn services(&self) -> (&str, &str) {
        let name = |field| self.canary_strategy()[field].as_str().unwrap_or_default();
        (name("stableService"), name("canaryService"))
    }

    /// The routes whose weights the controller writes.
    pub fn split_routes(&self) -> Vec<&Value> {
        let plugin = &self.canary_strategy()["trafficRouting"]["plugins"]["argoproj-labs/gatewayAPI"];
        let of = |field: &str, kind: &str| -> Vec<&Value> {
            let listed = plugin[field].as_array().into_iter().flatten();
            listed.filter_map(|route| route["name"].as_str()).map(|name| self.get(kind, name)).collect()
        };
        let kinds = [
            ("httpRoutes", "HTTPRoute"),
            ("grpcRoutes", "GRPCRoute"),
            ("tcpRoutes", "TCPRoute"),
            ("tlsRoutes", "TLSRoute"),
        ];
        kinds.iter().flat_map(|(field, kind)| of(field, kind)).collect()
    }

    /// The canary's weights in the rules of a route that contain both Services. They are all equal unless there is a
    /// mistake.
    pub fn weights(&self, route: &Value) -> BTreeSet<(u64, u64)> {
        let (stable, canary) = self.services();
        let mut weights = BTreeSet::new();
        for rule in route["spec"]["rules"].as_array().into_iter().flatten() {
            if let (Some(stable), Some(canary)) = (weight(rule, stable), weight(rule, canary)) {
                weights.insert((stable, canary));
            }
        }
        weights
    }

    /// The managed routes that have a rule in a route.
    pub fn header_rules(&self, route: &Value) -> BTreeSet<String> {
        let managed = self.canary_strategy()["trafficRouting"]["managedRoutes"].as_array();
        let managed: Vec<&str> = managed.into_iter().flatten().filter_map(|route| route["name"].as_str()).collect();
        let rules = route["spec"]["rules"].as_array().into_iter().flatten();
        let names = rules.filter_map(|rule| rule["name"].as_str());
        names
            .filter_map(|name| {
                let is_numbered =
                    |rest: &str| rest.strip_prefix('-').is_some_and(|number| number.parse::<u32>().is_ok());
                managed
                    .iter()
                    .find(|route| name.strip_prefix(**route).is_some_and(|rest| rest.is_empty() || is_numbered(rest)))
            })
            .map(|name| (*name).to_owned())
            .collect()
    }

    /// Every measurement of a metric, in all its runs.
    pub fn looks<'a>(&'a self, metric: &'a str) -> impl Iterator<Item = &'a Value> {
        let results = self.runs().filter_map(|run| run["status"]["metricResults"].as_array()).flatten();
        let results = results.filter(move |result| result["name"] == metric);
        results.filter_map(|result| result["measurements"].as_array()).flatten()
    }

    /// How many measurements of a metric had this result.
    pub fn ended(&self, metric: &str, phase: &str) -> usize {
        self.looks(metric).filter(|look| look["phase"] == phase).count()
    }

    /// The runs of its analyses.
    pub fn runs(&self) -> impl Iterator<Item = &Value> {
        self.objects.iter().filter(|((kind, _), _)| kind == "AnalysisRun").map(|(_, object)| object)
    }

    /// The position of the release: its step, and the number of reasons to wait there.
    pub fn standing(&self) -> (u64, usize) {
        let status = &self.rollout()["status"];
        let reasons = status["pauseConditions"].as_array().map_or(0, Vec::len);
        (status["currentStepIndex"].as_u64().unwrap_or(0), reasons)
    }

    /// The hash of the pods of the stable version.
    pub fn stable(&self) -> &str {
        self.rollout()["status"]["stableRS"].as_str().unwrap_or_default()
    }

    /// The routes that do not send all traffic to the stable version.
    fn diverted(&self) -> Vec<String> {
        let mut left = Vec::new();
        for route in self.split_routes() {
            let name = &route["metadata"]["name"];
            if self.weights(route) != BTreeSet::from([(100, 0)]) {
                left.push(format!("route {name} has the weights {:?}", self.weights(route)));
            }
            if !self.header_rules(route).is_empty() {
                left.push(format!("route {name} has the header rules {:?}", self.header_rules(route)));
            }
            if route["metadata"]["labels"].get("rollouts.argoproj.io/gatewayapi-canary").is_some() {
                left.push(format!("route {name} is labelled as in progress"));
            }
        }
        left
    }

    /// What differs from the state after an abort.
    pub fn not_yet_aborted(&self) -> Vec<String> {
        let status = &self.rollout()["status"];
        let mut left = self.diverted();
        if status["phase"] != "Degraded" || status["abort"] != true {
            left.push(format!("the Rollout is {}: {}", status["phase"], status["message"]));
        }
        let (stable, canary) = self.services();
        for service in [stable, canary] {
            let hash = self.hash_of(service);
            if self.has_router() && hash != Some(self.stable()) {
                left.push(format!("Service {service} selects {hash:?}, the stable pods are {}", self.stable()));
            }
        }
        left
    }

    /// What differs from the state without a release in progress.
    pub fn unsettled(&self) -> Vec<String> {
        let mut left = Vec::new();
        if !self.is_healthy() {
            left.push(format!(
                "the Rollout is {}: {}",
                self.rollout()["status"]["phase"],
                self.rollout()["status"]["message"]
            ));
        }
        let (stable, _) = self.services();
        if !stable.is_empty() && self.has_router() && self.hash_of(stable) != Some(self.newest()) {
            left.push(format!(
                "Service {stable} selects {:?}, the newest pods are {}",
                self.hash_of(stable),
                self.newest()
            ));
        }
        left.extend(self.diverted());
        left
    }

    /// What a release has left behind, once none is in progress.
    pub fn left_over(&self) -> Vec<String> {
        let mut left = self.unsettled();
        let (_, canary) = self.services();
        if self.has_router() && self.hash_of(canary) != Some(self.newest()) {
            left.push(format!(
                "Service {canary} selects {:?}, the newest pods are {}",
                self.hash_of(canary),
                self.newest()
            ));
        }
        for ((_, name), set) in self.objects.iter().filter(|((kind, _), _)| kind == "ReplicaSet") {
            let pods = set["spec"]["replicas"].as_u64().max(set["status"]["replicas"].as_u64()).unwrap_or(0);
            let hash = &set["metadata"]["labels"]["rollouts-pod-template-hash"];
            // A referenced Deployment has its own ReplicaSets.
            if hash.is_string() && hash != self.newest() && pods > 0 {
                left.push(format!("ReplicaSet {name} has {pods} pods"));
            }
        }
        for run in self.runs() {
            let phase = run["status"]["phase"].as_str().unwrap_or_default();
            if !["Successful", "Failed", "Error", "Inconclusive"].contains(&phase) {
                left.push(format!("AnalysisRun {} is {phase}", run["metadata"]["name"]));
            }
        }
        left
    }
}

fn weight(rule: &Value, service: &str) -> Option<u64> {
    let references = rule["backendRefs"].as_array()?;
    references.iter().find(|reference| reference["name"] == service)?["weight"].as_u64()
}
