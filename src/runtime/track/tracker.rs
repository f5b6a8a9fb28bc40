//! The tracker of one release: a state machine without a connection and without a clock. In: observations, each with its
//! time. Out: events, each once, however often an object is observed; and a view at any moment.
//!
//! Each observation goes into the store. Then the tracker compares the whole store with what it has already reported. A
//! list that is read again, or an object that is observed twice, therefore changes nothing.

use jiff::{SignedDuration, Timestamp};

use super::cause::{Evidence, cause};
use super::ending::{Ending, Failure, Traffic};
use super::event::{Event, EventKind, Position};
use super::memory::{Memory, ReportedMeasurements, Since};
use super::new_measurements;
use super::observed::Observation;
use super::release::{self, Release};
use super::stage::{StageAt, names};
use super::store::Store;
use crate::kubernetes::kinds::Kind;
use crate::runtime::rollout::Phase;

/// How late evidence may arrive after the event that it explains: the watches of several kinds have no common order.
const EVIDENCE: SignedDuration = SignedDuration::from_secs(5);
/// How long a rejected specification may wait for a missing object: the controller notices the object within 17 s.
const REFUSED: SignedDuration = SignedDuration::from_secs(20);
/// How long Services and routes may take to switch after the controller reports Healthy or aborted.
const SWITCH: SignedDuration = SignedDuration::from_secs(30);
/// How long the controller may take to see a change before it counts as silent.
const SILENT: SignedDuration = SignedDuration::from_secs(30);
/// How long pods may take to become ready before their problems are read.
const UNREADY: SignedDuration = SignedDuration::from_secs(15);

/// The options of a tracker.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The stage at which to stop.
    pub until: Option<String>,
    /// Whether to continue when a person must decide.
    pub keep_waiting: bool,
    /// Whether the release is one of many. If so, a release at rest is not reported, and nothing ends.
    pub one_of_many: bool,
    /// Whether to expect the generation of an object of `workloadRef`.
    pub awaits_workload: bool,
}

/// The tracker of one release.
#[derive(Debug)]
pub struct Tracker {
    options: Options,
    pub(super) store: Store,
    pub(super) memory: Memory,
    measurements: ReportedMeasurements,
    has_begun: bool,
    pub(super) lost: Option<(Timestamp, String)>,
    silent: Since,
    reported_silent: bool,
    awaited: Since,
    refused: Since,
    healthy: Since,
    unready: Since,
    pods_read_at: Option<Timestamp>,
}

impl Tracker {
    /// A tracker that has seen nothing.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            store: Store::default(),
            memory: Memory::default(),
            measurements: ReportedMeasurements::default(),
            has_begun: false,
            lost: None,
            silent: Since::default(),
            reported_silent: false,
            awaited: Since::default(),
            refused: Since::default(),
            healthy: Since::default(),
            unready: Since::default(),
            pods_read_at: None,
        }
    }

    /// Processes an observation, and returns what is new.
    pub fn apply(&mut self, observation: Observation, now: Timestamp) -> Vec<Event> {
        let mut events = Vec::new();
        if self.has_ended() {
            return Vec::new();
        }
        match &observation {
            Observation::ConnectionLost(reason) if self.lost.is_none() => {
                self.lost = Some((now, reason.clone()));
                events.push(EventKind::ConnectionLost(reason.clone()));
            }
            Observation::ConnectionRestored => {
                if let Some((since, _)) = self.lost.take() {
                    events.push(EventKind::ConnectionRestored(now.duration_since(since)));
                }
            }
            _ => {}
        }
        // A tick matters to waits, and reports nothing while the API server does not answer.
        let compares = observation != Observation::Tick || self.lost.is_none() && self.waits_for_time();
        self.store.apply(observation);
        if compares {
            self.compare(now, &mut events);
        }
        events.into_iter().filter_map(|kind| self.event(kind, now)).collect()
    }

    /// How it ended, if it has.
    pub fn ending(&self) -> Option<&Ending> {
        self.memory.ending.as_ref()
    }

    /// Whether the Rollout was deleted.
    pub fn is_deleted(&self) -> bool {
        self.store.is_deleted
    }

    /// The kinds that were never listed, with their known objects.
    pub fn unlisted(&self) -> Vec<(Kind, Vec<String>)> {
        self.store.unlisted()
    }

    /// Whether it follows a release only to its end, and has reached it.
    pub fn has_ended(&self) -> bool {
        self.memory.ending.is_some() && !self.options.one_of_many
    }

    /// The hash of the pods to read, if their problems are needed; at most once in a while.
    pub fn pods_to_read(&mut self, now: Timestamp) -> Option<String> {
        if self.lost.is_some() || self.has_ended() {
            return None;
        }
        let release = Release::of(&self.store)?;
        let is_late = self.memory.was_late;
        let (wanted, ready) = release.canary_set().map_or((0, 0), |set| (set.wanted, set.ready));
        let lasts = self.unready.lasts(ready < wanted && !release.is_aborted(), now);
        let was_read_lately = self.pods_read_at.is_some_and(|at| now.duration_since(at) < UNREADY);
        if was_read_lately || lasts < UNREADY && !is_late {
            return None;
        }
        self.pods_read_at = Some(now);
        release.rollout.status.current_pod_hash.clone()
    }

    /// Ends because of the time limit.
    pub fn time_out(&mut self, after: SignedDuration, now: Timestamp) -> Vec<Event> {
        let mut events = Vec::new();
        self.end(Ending::TimedOut(after), &mut events);
        events.into_iter().filter_map(|kind| self.event(kind, now)).collect()
    }

    fn waits_for_time(&self) -> bool {
        [&self.silent, &self.awaited, &self.refused, &self.healthy].iter().any(|since| since.runs())
    }

    fn event(&self, kind: EventKind, at: Timestamp) -> Option<Event> {
        let rollout = self.store.rollout.as_ref()?;
        let (namespace, name) = (rollout.namespace.clone(), rollout.name.clone());
        Some(Event { at, namespace, name, revision: rollout.revision, kind })
    }

    /// Compares the store with what was reported.
    fn compare(&mut self, now: Timestamp, events: &mut Vec<EventKind>) {
        if self.store.is_deleted {
            let ending = Ending::Failed(Box::new(Failure::Deleted));
            return self.end(ending, events);
        }
        let is_known = !self.options.awaits_workload || self.store.workload.is_some();
        if !self.store.is_complete() || !is_known {
            return;
        }
        // The store does not change during the comparison.
        let store = std::mem::take(&mut self.store);
        if let Some(release) = Release::of(&store) {
            self.compare_release(&release, now, events);
        }
        self.store = store;
    }

    fn compare_release(&mut self, release: &Release<'_>, now: Timestamp, events: &mut Vec<EventKind>) {
        if !self.has_begun {
            self.begin(release, events);
        }
        let is_unobserved = !release.is_observed();
        let silent = self.silent.lasts(is_unobserved, now);
        if is_unobserved {
            if silent >= SILENT && !self.reported_silent {
                self.reported_silent = true;
                events.push(EventKind::ControllerSilent(silent));
            }
            return;
        }
        self.reported_silent = false;
        if release.hash() != self.memory.hash && !self.change_version(release, now, events) {
            return;
        }
        new_measurements::report(release, &mut self.measurements, false, events);
        if self.compare_failure(release, now, events) {
            return;
        }
        if self.memory.was_aborted {
            self.memory.again();
            events.push(EventKind::Restarted { retried: true });
        }
        if self.memory.steps != release.rollout.status.current_step_hash {
            let is_change = self.memory.steps.is_some() && release.is_in_flight();
            self.memory.steps.clone_from(&release.rollout.status.current_step_hash);
            if is_change {
                self.memory.again();
                events.push(EventKind::Restarted { retried: false });
            }
        }
        self.compare_stage(release, now, events);
        self.compare_pods(release, events);
        if self.compare_waiting(release, now, events) {
            return;
        }
        self.compare_end(release, now, events);
    }

    /// The first comparison: the position, and what already lies behind.
    fn begin(&mut self, release: &Release<'_>, events: &mut Vec<EventKind>) {
        self.has_begun = true;
        let rollout = release.rollout;
        self.memory = Memory::of(release.hash(), rollout.revision, rollout.status.current_step_hash.clone());
        new_measurements::report(release, &mut self.measurements, true, &mut Vec::new());
        let position = position(release);
        self.memory.was_in_flight = release.is_in_flight();
        self.memory.was_aborted = release.is_aborted();
        match &position {
            Position::In(stage) => {
                let index = stage.number - 1;
                self.memory.stage = Some(index);
                if release.stages.get(index).is_some_and(|stage| release.index() >= stage.settled) {
                    self.memory.reached = Some(index);
                }
            }
            Position::Finishing => {
                self.memory.stage = release.stages.len().checked_sub(1);
                self.memory.finishing = true;
            }
            // The current stage is reported once the controller has seen the change; earlier ones are not.
            Position::NotObserved if self.memory.was_in_flight => {
                self.memory.stage = release.stage().unwrap_or(release.stages.len()).checked_sub(1);
            }
            _ => {}
        }
        match position {
            Position::AtRest if self.options.one_of_many => self.memory.ending = Some(Ending::Healthy),
            position => events.push(EventKind::Followed(position)),
        }
    }

    /// Changes to another version, if the Rollout wants one. False while its pods are unknown.
    fn change_version(&mut self, release: &Release<'_>, now: Timestamp, events: &mut Vec<EventKind>) -> bool {
        let hash = release.hash();
        if release.canary_set().is_none() && self.awaited.lasts(true, now) < EVIDENCE {
            return false;
        }
        self.awaited.lasts(false, now);
        let status = &release.rollout.status;
        let left = std::mem::replace(
            &mut self.memory,
            Memory::of(hash, release.rollout.revision, status.current_step_hash.clone()),
        );
        let was_open = left.was_in_flight && left.ending.is_none();
        if release.is_at_stable() && left.was_aborted {
            // The Rollout names the stable version again, so no stage follows.
            events.push(EventKind::Followed(Position::AtRest));
        } else if release.is_at_stable() && left.was_in_flight {
            self.end(Ending::Failed(Box::new(Failure::RolledBack(release.version(hash)))), events);
        } else {
            events.push(EventKind::Started {
                version: release.version(hash),
                stages: if release.is_first() { Vec::new() } else { names(&release.stages) },
                replaces: left.revision.filter(|_| was_open),
            });
        }
        true
    }

    /// Aborted, rejected, or stuck: true when nothing else needs a comparison.
    fn compare_failure(&mut self, release: &Release<'_>, now: Timestamp, events: &mut Vec<EventKind>) -> bool {
        let standing = release.rollout.standing();
        let message = standing.message.as_str();
        let refused = message.strip_prefix("InvalidSpec: ").filter(|_| standing.phase == Phase::Degraded);
        let lasts = self.refused.lasts(refused.is_some(), now);
        if let Some(reason) = refused {
            if self.memory.refused.as_deref() != Some(reason) {
                self.memory.refused = Some(reason.to_owned());
                events.push(EventKind::Rejected(reason.to_owned()));
            }
            if lasts >= REFUSED {
                self.end(Ending::Failed(Box::new(Failure::Invalid(reason.to_owned()))), events);
            }
            return true;
        }
        self.memory.refused = None;
        self.memory.was_late |= message.starts_with("ProgressDeadlineExceeded");
        if release.is_aborted() {
            self.memory.was_aborted = true;
            if self.memory.ending.is_none() {
                self.explain_abort(release, message, now, events);
            }
            return true;
        }
        if standing.phase != Phase::Degraded {
            return false;
        }
        if self.memory.ending.is_some() {
            return true;
        }
        let is_late = message.starts_with("ProgressDeadlineExceeded");
        if is_late && release.pods().is_none() && self.awaited.lasts(true, now) < EVIDENCE {
            return true;
        }
        self.awaited.lasts(false, now);
        let failure = if is_late {
            Failure::Deadline {
                message: message.split_once(": ").map_or(message, |(_, message)| message).to_owned(),
                pods: release.pods().map(<[_]>::to_vec).unwrap_or_default(),
                traffic: self.traffic(release),
                stable: release.stable_hash().map(|hash| release.version(hash)),
            }
        } else {
            Failure::Degraded(message.to_owned())
        };
        self.end(Ending::Failed(Box::new(failure)), events);
        true
    }

    fn explain_abort(&mut self, release: &Release<'_>, message: &str, now: Timestamp, events: &mut Vec<EventKind>) {
        // The request to abort is stored before the controller carries it out.
        let is_done = message.starts_with("RolloutAborted") && release.is_switched();
        let (cause, patience) = match cause(release.store, release.rollout, message, self.memory.was_late) {
            Evidence::Known(cause) if is_done => (cause, SignedDuration::ZERO),
            Evidence::Known(cause) => (cause, SWITCH),
            Evidence::Awaited(cause) => (cause, EVIDENCE),
        };
        if self.awaited.lasts(!patience.is_zero(), now) < patience {
            return;
        }
        self.awaited.lasts(false, now);
        let status = &release.rollout.status;
        let failure = Failure::Aborted {
            cause,
            at: status.aborted_at.as_ref().and_then(|at| at.parse().ok()),
            traffic: self.memory.traffic.clone(),
            stable: release.stable_hash().map(|hash| release.version(hash)).unwrap_or_default(),
            is_reset: release.is_switched(),
        };
        self.end(Ending::Failed(Box::new(failure)), events);
    }

    /// Which stages the release has entered, reached and passed.
    fn compare_stage(&mut self, release: &Release<'_>, now: Timestamp, events: &mut Vec<EventKind>) {
        if !release.is_in_flight() {
            return;
        }
        self.memory.was_in_flight = true;
        if self.options.one_of_many {
            self.memory.ending = None;
        }
        let stages = &release.stages;
        let status = &release.rollout.status;
        if status.promote_full && !self.memory.promoted {
            self.memory.promoted = true;
            events.push(EventKind::PromotedFully);
        }
        let now_in = release.stage();
        let entered = now_in.unwrap_or(stages.len());
        let skipped = self.memory.promoted;
        let first = self.memory.stage.map_or(0, |stage| stage + 1);
        for index in first..entered {
            events.push(EventKind::StagePassed { stage: StageAt::of(stages, index), skipped });
        }
        if let Some(index) = now_in.filter(|_| now_in != self.memory.stage) {
            let stage = &stages[index];
            self.memory.since = Some(now);
            events.push(EventKind::StageEntered {
                stage: StageAt::of(stages, index),
                weight: stage.weight,
                exposure: stage.exposure,
                audiences: stage.audiences.clone(),
            });
        }
        if now_in.is_some() || entered > first {
            self.memory.stage = now_in.or_else(|| stages.len().checked_sub(1));
        }
        if let Some(index) = now_in {
            if self.memory.reached != Some(index) && release.index() >= stages[index].settled {
                self.memory.reached = Some(index);
                if !stages[index].is_step {
                    events.push(EventKind::StageReached {
                        stage: StageAt::of(stages, index),
                        weight: release.weight().actual,
                    });
                }
            }
            if let Some((start, until)) = release.timed_pause() {
                let pause = Some((release.index(), start));
                if self.memory.pause != pause {
                    self.memory.pause = pause;
                    if until > now {
                        events.push(EventKind::PauseStarted { stage: StageAt::of(stages, index), until });
                    }
                }
            }
        } else if !self.memory.finishing {
            self.memory.finishing = true;
            events.push(EventKind::Finishing);
        }
        self.memory.traffic = self.traffic(release);
        self.compare_until(release, events);
    }

    fn traffic(&self, release: &Release<'_>) -> Option<Traffic> {
        let index = release.stage()?;
        let stage = release.stages.get(index)?;
        // Until a stage is reached, it exposes no more than the previous one.
        let exposing = if self.memory.reached == Some(index) { Some(index) } else { index.checked_sub(1) };
        let exposure = exposing.map_or(Some(0.0), |index| release.stages.get(index)?.exposure);
        Some(Traffic {
            stage: stage.name.clone(),
            weight: release.weight().actual,
            exposure: exposure.filter(|_| !stage.is_step),
        })
    }

    fn compare_until(&mut self, release: &Release<'_>, events: &mut Vec<EventKind>) {
        let Some(name) = &self.options.until else { return };
        let Some(wanted) = release.stages.iter().position(|stage| stage.name == *name) else { return };
        let is_behind = self.memory.stage.is_some_and(|stage| stage > wanted) || release.stage().is_none();
        if self.memory.reached == Some(wanted) || is_behind {
            self.end(Ending::Reached(name.clone()), events);
        }
    }

    fn compare_pods(&mut self, release: &Release<'_>, events: &mut Vec<EventKind>) {
        let Some(pods) = release.pods() else { return };
        if !pods.is_empty() && self.memory.pods != pods {
            self.memory.pods = pods.to_vec();
            events.push(EventKind::PodsNotReady(pods.to_vec()));
        }
    }

    /// Whether it waits for a person. True while that is unknown.
    fn compare_waiting(&mut self, release: &Release<'_>, now: Timestamp, events: &mut Vec<EventKind>) -> bool {
        let waits = match release.waits() {
            release::Waiting::No => None,
            release::Waiting::Known(waits) => Some(waits),
            release::Waiting::Awaited(_) if self.awaited.lasts(true, now) < EVIDENCE => return true,
            release::Waiting::Awaited(waits) => Some(waits),
        };
        self.awaited.lasts(false, now);
        let is_same = match (&waits, &self.memory.waits) {
            (Some(waits), Some(known)) => waits.is_same(known),
            (waits, known) => waits.is_none() && known.is_none(),
        };
        if is_same {
            self.memory.waits = waits;
            return false;
        }
        let before = std::mem::replace(&mut self.memory.waits, waits.clone());
        match waits {
            Some(waits) if self.options.keep_waiting || self.options.one_of_many => {
                events.push(EventKind::Waiting(waits))
            }
            Some(waits) => self.end(Ending::Waiting(waits), events),
            None if before.is_some() => events.push(EventKind::Continued),
            None => {}
        }
        false
    }

    /// Whether the new version has all requests.
    fn compare_end(&mut self, release: &Release<'_>, now: Timestamp, events: &mut Vec<EventKind>) {
        let is_healthy = release.rollout.standing().phase == Phase::Healthy && release.is_at_stable();
        let lasts = self.healthy.lasts(is_healthy && self.memory.ending.is_none(), now);
        if is_healthy && self.memory.ending.is_none() && (release.is_switched() || lasts >= SWITCH) {
            self.pass_the_rest(release, events);
            self.end(Ending::Healthy, events);
        }
    }

    /// The last stages may pass between two comparisons.
    fn pass_the_rest(&mut self, release: &Release<'_>, events: &mut Vec<EventKind>) {
        if self.memory.was_in_flight && !self.memory.finishing {
            let first = self.memory.stage.map_or(0, |stage| stage + 1);
            let skipped = self.memory.promoted;
            for index in first..release.stages.len() {
                events.push(EventKind::StagePassed { stage: StageAt::of(&release.stages, index), skipped });
            }
        }
    }

    fn end(&mut self, ending: Ending, events: &mut Vec<EventKind>) {
        if self.memory.ending.is_none() {
            self.memory.ending = Some(ending.clone());
            events.push(EventKind::Ended(ending));
        }
    }
}

/// The position of a release at the first comparison.
fn position(release: &Release<'_>) -> Position {
    if !release.is_observed() {
        Position::NotObserved
    } else if release.is_aborted() {
        Position::Aborted
    } else if release.is_first() {
        Position::First
    } else if !release.is_in_flight() {
        Position::AtRest
    } else {
        match release.stage() {
            Some(index) => Position::In(StageAt::of(&release.stages, index)),
            None => Position::Finishing,
        }
    }
}
