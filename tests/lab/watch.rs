//! What happens to the objects of a release. In: kinds, each of which is watched once for all namespaces. Out: for a
//! namespace, every version of its objects, those of one kind in the order in which they were stored.

use std::collections::BTreeMap;
use std::io::BufReader;
use std::process::Child;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::failure::{Failure, failed};
use crate::kubectl::Kubectl;

const KINDS: &[&str] = &[
    "rollouts.argoproj.io",
    "analysisruns.argoproj.io",
    "httproutes",
    "grpcroutes",
    "tcproutes",
    "tlsroutes",
    "services",
    "replicasets",
];

/// Who listens, by namespace.
#[derive(Debug, Default)]
struct Listeners(Mutex<Option<BTreeMap<String, Sender<Value>>>>);

impl Listeners {
    /// None, once a watch has ended: then nobody hears anything any more, and is to know it.
    fn with<T>(&self, change: impl FnOnce(&mut Option<BTreeMap<String, Sender<Value>>>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn tell(&self, object: &Value) {
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
        self.with(|listeners| {
            if let Some(listener) = listeners.as_ref().and_then(|listeners| listeners.get(namespace)) {
                // One that has just gone away needs no more news.
                let _ = listener.send(object.clone());
            }
        });
    }
}

/// Watches of every kind, which end when this is dropped.
#[derive(Debug)]
pub struct Watches {
    children: Vec<Child>,
    listeners: Arc<Listeners>,
}

impl Watches {
    /// Starts them.
    pub fn start(kubectl: &Kubectl) -> Result<Self, Failure> {
        let listeners = Arc::new(Listeners(Mutex::new(Some(BTreeMap::new()))));
        let mut watches = Self { children: Vec::new(), listeners };
        for kind in KINDS {
            let arguments = ["get", kind, "--all-namespaces", "--watch", "--output-watch-events", "-o", "json"];
            let mut child = kubectl.stream(&arguments)?;
            let output = child.stdout.take().ok_or_else(|| failed("no standard output"))?;
            watches.children.push(child);
            let listeners = Arc::clone(&watches.listeners);
            std::thread::spawn(move || {
                let values = serde_json::Deserializer::from_reader(BufReader::new(output)).into_iter::<Value>();
                for value in values.map_while(Result::ok) {
                    listeners.tell(&value["object"]);
                }
                listeners.with(|listeners| *listeners = None);
            });
        }
        Ok(watches)
    }

    /// What happens in a namespace from now on.
    pub fn of(&self, namespace: &str) -> Result<Watch, Failure> {
        let (sender, events) = channel();
        self.listeners.with(|listeners| {
            let listeners = listeners.as_mut().ok_or_else(|| failed("a watch has ended"))?;
            listeners.insert(namespace.to_owned(), sender);
            Ok(Watch { namespace: namespace.to_owned(), listeners: Arc::clone(&self.listeners), events })
        })
    }
}

impl Drop for Watches {
    fn drop(&mut self) {
        for child in &mut self.children {
            // One that has ended already cannot be ended.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The news of one namespace.
#[derive(Debug)]
pub struct Watch {
    namespace: String,
    listeners: Arc<Listeners>,
    /// The objects, each as it was stored.
    pub events: Receiver<Value>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.listeners.with(|listeners| listeners.as_mut().and_then(|listeners| listeners.remove(&self.namespace)));
    }
}
