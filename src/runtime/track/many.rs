//! In: events for the objects of many releases. Out: the same events for the tracker of each release. The owning
//! Rollout determines the tracker. Events that arrive before their Rollout are kept for it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use kube::ResourceExt as _;
use kube::api::DynamicObject;
use kube::runtime::watcher;

use super::happening::{Happening, What};
use super::observed::Event;
use super::tracker::{Options, Tracker};
use crate::kubernetes::kinds::Kind;

const KINDS: [Kind; 3] = [Kind::Rollout, Kind::ReplicaSet, Kind::AnalysisRun];
/// The maximum number of kept objects without a known Rollout.
const STRAYS: usize = 2000;

type Key = (String, String);

/// The trackers of many releases.
#[derive(Default)]
pub struct Many {
    trackers: BTreeMap<Key, Tracker>,
    by_uid: BTreeMap<String, Key>,
    strays: BTreeMap<String, Vec<Event>>,
    listing: BTreeMap<Kind, BTreeMap<Key, Vec<String>>>,
    listed: BTreeSet<Kind>,
    is_lost: bool,
}

impl Many {
    /// Whether every kind has been listed once.
    pub fn is_complete(&self) -> bool {
        KINDS.iter().all(|kind| self.listed.contains(kind))
    }

    /// The trackers, by namespace and name.
    pub fn trackers(&self) -> impl Iterator<Item = &Tracker> {
        self.trackers.values()
    }

    /// Processes an event for an object.
    pub fn seen(
        &mut self,
        kind: Kind,
        event: watcher::Event<DynamicObject>,
        now: Timestamp,
        said: &mut Vec<Happening>,
    ) {
        match event {
            watcher::Event::Init => {
                self.listing.insert(kind, BTreeMap::new());
            }
            watcher::Event::InitDone => self.listed(kind, now, said),
            watcher::Event::InitApply(object) => {
                if let Some(key) = self.apply(kind, &object, now, said) {
                    self.listing.entry(kind).or_default().entry(key).or_default().push(object.name_any());
                }
            }
            watcher::Event::Apply(object) => {
                self.apply(kind, &object, now, said);
            }
            watcher::Event::Delete(object) => self.gone(kind, &object, now, said),
        }
    }

    /// Sends an event to every tracker. A lost or restored connection is reported only once, for the first release.
    pub fn tell_all(&mut self, event: &Event, now: Timestamp, said: &mut Vec<Happening>) {
        match event {
            Event::Lost(_) if std::mem::replace(&mut self.is_lost, true) => return,
            Event::Back if !std::mem::replace(&mut self.is_lost, false) => return,
            _ => {}
        }
        let mut has_said = false;
        for tracker in self.trackers.values_mut() {
            for happening in tracker.apply(event.clone(), now) {
                let of_all = matches!(happening.what, What::ConnectionLost(_) | What::ConnectionBack(_));
                if !(of_all && std::mem::replace(&mut has_said, true)) {
                    said.push(happening);
                }
            }
        }
    }

    fn apply(&mut self, kind: Kind, object: &DynamicObject, now: Timestamp, said: &mut Vec<Happening>) -> Option<Key> {
        let event = Event::of(kind, object)?;
        let owner = match &event {
            Event::Rollout(rollout) => {
                let key = (rollout.namespace.clone(), rollout.name.clone());
                self.introduce(&key, &rollout.uid);
                said.extend(self.trackers.get_mut(&key)?.apply(event, now));
                self.gather(&key, object.uid().unwrap_or_default(), now, said);
                return Some(key);
            }
            Event::ReplicaSet(set) => set.owner.clone(),
            Event::Run(run) => run.owner.clone(),
            _ => return None,
        };
        let Some(key) = self.by_uid.get(&owner).cloned() else {
            if self.strays.len() < STRAYS {
                self.strays.entry(owner).or_default().push(event);
            }
            return None;
        };
        said.extend(self.trackers.get_mut(&key)?.apply(event, now));
        Some(key)
    }

    /// Adds a tracker for a new Rollout.
    fn introduce(&mut self, key: &Key, uid: &str) {
        self.by_uid.insert(uid.to_owned(), key.clone());
        self.trackers
            .entry(key.clone())
            .or_insert_with(|| Tracker::new(Options { one_of_many: true, ..Options::default() }));
    }

    /// Processes the events that arrived before the Rollout.
    fn gather(&mut self, key: &Key, uid: String, now: Timestamp, said: &mut Vec<Happening>) {
        let strays = self.strays.remove(&uid).unwrap_or_default();
        let Some(tracker) = self.trackers.get_mut(key) else { return };
        for event in strays {
            let (kind, name) = match &event {
                Event::ReplicaSet(set) => (Kind::ReplicaSet, set.name.clone()),
                Event::Run(run) => (Kind::AnalysisRun, run.name.clone()),
                _ => continue,
            };
            if let Some(listing) = self.listing.get_mut(&kind) {
                listing.entry(key.clone()).or_default().push(name);
            }
            said.extend(tracker.apply(event, now));
        }
        // For a Rollout that appears after all lists were read, nothing remains to be listed.
        if KINDS.iter().all(|kind| self.listed.contains(kind)) {
            for (kind, names) in tracker.unlisted() {
                said.extend(tracker.apply(Event::Listed(kind, names), now));
            }
        }
    }

    fn listed(&mut self, kind: Kind, now: Timestamp, said: &mut Vec<Happening>) {
        let mut listing = self.listing.remove(&kind).unwrap_or_default();
        self.listed.insert(kind);
        for (key, tracker) in &mut self.trackers {
            let names = listing.remove(key).unwrap_or_default();
            said.extend(tracker.apply(Event::Listed(kind, names), now));
        }
        if kind == Kind::Rollout {
            self.forget_gone();
        }
    }

    fn gone(&mut self, kind: Kind, object: &DynamicObject, now: Timestamp, said: &mut Vec<Happening>) {
        let uid = match Event::of(kind, object) {
            Some(Event::Rollout(rollout)) => rollout.uid,
            Some(Event::ReplicaSet(set)) => set.owner,
            Some(Event::Run(run)) => run.owner,
            _ => return,
        };
        let Some(tracker) = self.by_uid.get(&uid).and_then(|key| self.trackers.get_mut(key)) else { return };
        said.extend(tracker.apply(Event::Gone(kind, object.name_any()), now));
        if kind == Kind::Rollout {
            self.forget_gone();
        }
    }

    fn forget_gone(&mut self) {
        self.trackers.retain(|_, tracker| !tracker.is_gone());
        self.by_uid.retain(|_, key| self.trackers.contains_key(key));
    }
}
