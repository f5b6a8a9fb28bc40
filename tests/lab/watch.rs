//! The events of the objects of a release. In: kinds, each of which is watched once for all namespaces. Out: for a
//! namespace, every version of its objects; those of one kind are in the order in which they were stored.

use std::collections::BTreeMap;
use std::io::BufReader;
use std::process::Child;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::failure::{Failure, failed};
use crate::kubectl::Kubectl;

/// The kinds of the objects of a release.
pub const KINDS: &[&str] = &[
    "rollouts.argoproj.io",
    "analysisruns.argoproj.io",
    "httproutes",
    "grpcroutes",
    "tcproutes",
    "tlsroutes",
    "services",
    "replicasets",
];

/// The listeners, by namespace.
#[derive(Debug, Default)]
struct Listeners(Mutex<Option<BTreeMap<String, Sender<Value>>>>);

impl Listeners {
    /// `None` once a watch has ended: no listener gets events any more, and each must know that.
    fn with<T>(&self, change: impl FnOnce(&mut Option<BTreeMap<String, Sender<Value>>>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn tell(&self, object: &Value) {
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
        self.with(|listeners| {
            if let Some(listener) = listeners.as_ref().and_then(|listeners| listeners.get(namespace)) {
                // A listener that has just ended needs no more events.
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
            let (listeners, at_end) = (Arc::clone(&watches.listeners), Arc::clone(&watches.listeners));
            let tell = move |object: Value| {
                listeners.tell(&object);
                true
            };
            let child = read(kubectl, &[*kind], tell, move || at_end.with(|listeners| *listeners = None))?;
            watches.children.push(child);
        }
        Ok(watches)
    }

    /// The events in a namespace from now on.
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
        end(&mut self.children);
    }
}

/// The events of objects with certain labels, in all namespaces.
#[derive(Debug)]
pub struct Labelled {
    children: Vec<Child>,
    /// The objects, each as it was stored.
    pub events: Receiver<Value>,
}

impl Labelled {
    /// Starts a watch for each kind with its label selector.
    pub fn start(kubectl: &Kubectl, kinds: &[(&str, &str)]) -> Result<Self, Failure> {
        let (sender, events) = channel();
        let mut watch = Self { children: Vec::new(), events };
        for (kind, selector) in kinds {
            let sender = sender.clone();
            watch.children.push(read(
                kubectl,
                &[kind, "-l", selector],
                move |object| sender.send(object).is_ok(),
                || (),
            )?);
        }
        Ok(watch)
    }
}

impl Drop for Labelled {
    fn drop(&mut self) {
        end(&mut self.children);
    }
}

/// Reads every version of some objects in all namespaces, as long as there is a listener.
fn read(
    kubectl: &Kubectl,
    what: &[&str],
    mut wants: impl FnMut(Value) -> bool + Send + 'static,
    at_end: impl FnOnce() + Send + 'static,
) -> Result<Child, Failure> {
    let how = ["--all-namespaces", "--watch", "--output-watch-events", "-o", "json"];
    let mut child = kubectl.stream(&[&["get"], what, &how].concat())?;
    let output = child.stdout.take().ok_or_else(|| failed("no standard output"))?;
    std::thread::spawn(move || {
        let values = serde_json::Deserializer::from_reader(BufReader::new(output)).into_iter::<Value>();
        for mut value in values.map_while(Result::ok) {
            if !wants(value["object"].take()) {
                break;
            }
        }
        at_end();
    });
    Ok(child)
}

fn end(children: &mut [Child]) {
    for child in children {
        // Killing a process that has already ended fails.
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// The events of one namespace.
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
