//! The users of a Service, as the control plane sees them. In: the label of its pods. Out: the smallest number of pods that
//! could answer a request at any time, where every stored version of an endpoint or a pod is one request.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use serde_json::Value;

use crate::failure::{Failure, failed};
use crate::kubectl::Kubectl;
use crate::watch::Labelled;

/// How long nothing may happen before all events are here.
const QUIET: Duration = Duration::from_secs(2);

/// A Service that is being watched.
pub struct Served {
    namespace: String,
    watch: Labelled,
}

/// What the requests of the users found.
#[derive(Debug, Default)]
pub struct Requests {
    /// Their number, from the first moment at which there were as many pods as expected.
    pub count: usize,
    /// The smallest number of pods that could answer one.
    pub fewest: usize,
    /// The name of the owner of every pod that was asked.
    pub owners: BTreeSet<String>,
}

impl Served {
    /// Watches the endpoints of the Service `service` and the pods with the label `pods`.
    pub fn start(kubectl: &Kubectl, namespace: &str, service: &str, pods: &str) -> Result<Self, Failure> {
        let endpoints = format!("kubernetes.io/service-name={service}");
        let watch = Labelled::start(kubectl, &[("endpointslices", &endpoints), ("pods", pods)])?;
        Ok(Self { namespace: namespace.to_owned(), watch })
    }

    /// The requests so far. They begin when `expected` pods can answer.
    pub fn requests(&self, expected: usize) -> Result<Requests, Failure> {
        let (mut slices, mut pods) = (BTreeMap::new(), BTreeMap::new());
        let mut requests = Requests::default();
        loop {
            let object = match self.watch.events.recv_timeout(QUIET) {
                Ok(object) => object,
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return Err(failed("a watch has ended")),
            };
            if object["metadata"]["namespace"] != self.namespace.as_str() {
                continue;
            }
            let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
            match object["kind"] == "Pod" {
                true => pods.insert(name, object),
                false => slices.insert(name, object),
            };
            let answering: Vec<&Value> = slices.values().flat_map(|slice| answering(slice, &pods)).collect();
            if requests.count > 0 || answering.len() >= expected {
                requests.fewest =
                    if requests.count == 0 { answering.len() } else { requests.fewest.min(answering.len()) };
                requests.count += 1;
                let owner =
                    |pod: &Value| pod["metadata"]["ownerReferences"][0]["name"].as_str().unwrap_or_default().to_owned();
                requests.owners.extend(answering.into_iter().map(owner));
            }
        }
        Ok(requests)
    }
}

/// The pods behind a slice that are ready and do not end.
fn answering<'a>(slice: &Value, pods: &'a BTreeMap<String, Value>) -> Vec<&'a Value> {
    let endpoints = slice["endpoints"].as_array().into_iter().flatten();
    endpoints
        .filter(|endpoint| endpoint["conditions"]["ready"] == true)
        .filter_map(|endpoint| pods.get(endpoint["targetRef"]["name"].as_str()?))
        .filter(|pod| pod["metadata"]["deletionTimestamp"].is_null())
        .collect()
}
