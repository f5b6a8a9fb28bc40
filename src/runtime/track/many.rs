//! In: watch events for the objects of many releases. Out: observations for the tracker of each release. The owning
//! Rollout determines the tracker. Observations that arrive before their Rollout are kept for it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use kube::ResourceExt as _;
use kube::api::DynamicObject;
use kube::runtime::watcher;

use super::event::{Event, EventKind};
use super::observed::Observation;
use super::tracker::{Options, Tracker};
use crate::kubernetes::kinds::Kind;

const KINDS: [Kind; 3] = [Kind::Rollout, Kind::ReplicaSet, Kind::AnalysisRun];
/// The maximum number of kept objects without a known Rollout.
const ORPHANS: usize = 2000;

type Key = (String, String);

/// The trackers of many releases.
#[derive(Default)]
pub struct Many {
    trackers: BTreeMap<Key, Tracker>,
    by_uid: BTreeMap<String, Key>,
    orphans: BTreeMap<String, Vec<Observation>>,
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

    /// Processes a watch event.
    pub fn observe(
        &mut self,
        kind: Kind,
        event: watcher::Event<DynamicObject>,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) {
        match event {
            watcher::Event::Init => {
                self.listing.insert(kind, BTreeMap::new());
            }
            watcher::Event::InitDone => self.listed(kind, now, events),
            watcher::Event::InitApply(object) => {
                if let Some(key) = self.apply(kind, &object, now, events) {
                    self.listing.entry(kind).or_default().entry(key).or_default().push(object.name_any());
                }
            }
            watcher::Event::Apply(object) => {
                self.apply(kind, &object, now, events);
            }
            watcher::Event::Delete(object) => self.delete(kind, &object, now, events),
        }
    }

    /// Sends an observation to every tracker. A lost or restored connection is reported only once, for the first release.
    pub fn apply_to_all(&mut self, observation: &Observation, now: Timestamp, events: &mut Vec<Event>) {
        match observation {
            Observation::ConnectionLost(_) if std::mem::replace(&mut self.is_lost, true) => return,
            Observation::ConnectionRestored if !std::mem::replace(&mut self.is_lost, false) => return,
            _ => {}
        }
        let mut has_reported = false;
        for tracker in self.trackers.values_mut() {
            for event in tracker.apply(observation.clone(), now) {
                let of_all = matches!(event.kind, EventKind::ConnectionLost(_) | EventKind::ConnectionRestored(_));
                if !(of_all && std::mem::replace(&mut has_reported, true)) {
                    events.push(event);
                }
            }
        }
    }

    fn apply(&mut self, kind: Kind, object: &DynamicObject, now: Timestamp, events: &mut Vec<Event>) -> Option<Key> {
        let observation = Observation::of(kind, object)?;
        let owner = match &observation {
            Observation::Rollout(rollout) => {
                let key = (rollout.namespace.clone(), rollout.name.clone());
                self.add_tracker(&key, &rollout.uid);
                events.extend(self.trackers.get_mut(&key)?.apply(observation, now));
                self.apply_kept(&key, object.uid().unwrap_or_default(), now, events);
                return Some(key);
            }
            Observation::ReplicaSet(set) => set.owner.clone(),
            Observation::Run(run) => run.owner.clone(),
            _ => return None,
        };
        let Some(key) = self.by_uid.get(&owner).cloned() else {
            if self.orphans.len() < ORPHANS {
                self.orphans.entry(owner).or_default().push(observation);
            }
            return None;
        };
        events.extend(self.trackers.get_mut(&key)?.apply(observation, now));
        Some(key)
    }

    /// Adds a tracker for a new Rollout.
    fn add_tracker(&mut self, key: &Key, uid: &str) {
        self.by_uid.insert(uid.to_owned(), key.clone());
        self.trackers
            .entry(key.clone())
            .or_insert_with(|| Tracker::new(Options { one_of_many: true, ..Options::default() }));
    }

    /// Processes the observations that arrived before the Rollout.
    fn apply_kept(&mut self, key: &Key, uid: String, now: Timestamp, events: &mut Vec<Event>) {
        let orphans = self.orphans.remove(&uid).unwrap_or_default();
        let Some(tracker) = self.trackers.get_mut(key) else { return };
        for observation in orphans {
            let (kind, name) = match &observation {
                Observation::ReplicaSet(set) => (Kind::ReplicaSet, set.name.clone()),
                Observation::Run(run) => (Kind::AnalysisRun, run.name.clone()),
                _ => continue,
            };
            if let Some(listing) = self.listing.get_mut(&kind) {
                listing.entry(key.clone()).or_default().push(name);
            }
            events.extend(tracker.apply(observation, now));
        }
        // For a Rollout that appears after all lists were read, nothing remains to be listed.
        if KINDS.iter().all(|kind| self.listed.contains(kind)) {
            for (kind, names) in tracker.unlisted() {
                events.extend(tracker.apply(Observation::Listed(kind, names), now));
            }
        }
    }

    fn listed(&mut self, kind: Kind, now: Timestamp, events: &mut Vec<Event>) {
        let mut listing = self.listing.remove(&kind).unwrap_or_default();
        self.listed.insert(kind);
        for (key, tracker) in &mut self.trackers {
            let names = listing.remove(key).unwrap_or_default();
            events.extend(tracker.apply(Observation::Listed(kind, names), now));
        }
        if kind == Kind::Rollout {
            self.forget_deleted();
        }
    }

    fn delete(&mut self, kind: Kind, object: &DynamicObject, now: Timestamp, events: &mut Vec<Event>) {
        let uid = match Observation::of(kind, object) {
            Some(Observation::Rollout(rollout)) => rollout.uid,
            Some(Observation::ReplicaSet(set)) => set.owner,
            Some(Observation::Run(run)) => run.owner,
            _ => return,
        };
        let Some(tracker) = self.by_uid.get(&uid).and_then(|key| self.trackers.get_mut(key)) else { return };
        events.extend(tracker.apply(Observation::Deleted(kind, object.name_any()), now));
        if kind == Kind::Rollout {
            self.forget_deleted();
        }
    }

    fn forget_deleted(&mut self) {
        self.trackers.retain(|_, tracker| !tracker.is_deleted());
        self.by_uid.retain(|_, key| self.trackers.contains_key(key));
    }
}
