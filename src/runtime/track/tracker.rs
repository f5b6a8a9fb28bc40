//! The tracker of one release: a state machine without a connection and without a clock. In: events, each with the time
//! at which it was seen. Out: what happened, each thing once, however often an object is seen; and a view at any
//! moment.
//!
//! Each event goes into the store. Then the whole store is compared with what was already reported. A list that is read
//! again, or an object that is seen twice, therefore changes nothing.

use jiff::{SignedDuration, Timestamp};

use super::cause::{Evidence, cause};
use super::ending::{Ending, Failure, Traffic};
use super::happening::{Happening, Position, StageAt, What};
use super::looks;
use super::memory::{Looks, Memory, Since};
use super::observed::Event;
use super::release::{self, Release};
use super::stage::Stage;
use super::store::Store;
use crate::kubernetes::kinds::Kind;
use crate::runtime::rollout::{Phase, Rollout};

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
    looks: Looks,
    has_begun: bool,
    pub(super) lost: Option<(Timestamp, String)>,
    silent: Since,
    said_silent: bool,
    awaited: Since,
    refused: Since,
    healthy: Since,
    unready: Since,
    asked: Option<Timestamp>,
}

impl Tracker {
    /// A tracker that has seen nothing.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            store: Store::default(),
            memory: Memory::default(),
            looks: Looks::default(),
            has_begun: false,
            lost: None,
            silent: Since::default(),
            said_silent: false,
            awaited: Since::default(),
            refused: Since::default(),
            healthy: Since::default(),
            unready: Since::default(),
            asked: None,
        }
    }

    /// Processes an event, and returns what is new.
    pub fn apply(&mut self, event: Event, now: Timestamp) -> Vec<Happening> {
        let mut said = Vec::new();
        if self.has_ended() {
            return Vec::new();
        }
        match &event {
            Event::Lost(reason) if self.lost.is_none() => {
                self.lost = Some((now, reason.clone()));
                said.push(What::ConnectionLost(reason.clone()));
            }
            Event::Back => {
                if let Some((since, _)) = self.lost.take() {
                    said.push(What::ConnectionBack(now.duration_since(since)));
                }
            }
            _ => {}
        }
        // A tick matters to waits, and reports nothing while the API server does not answer.
        let looks = event != Event::Tick || self.lost.is_none() && self.waits_for_time();
        self.store.take(event);
        if looks {
            self.look(now, &mut said);
        }
        said.into_iter().filter_map(|what| self.happening(what, now)).collect()
    }

    /// How it ended, if it has.
    pub fn ending(&self) -> Option<&Ending> {
        self.memory.ending.as_ref()
    }

    /// Whether the Rollout was deleted.
    pub fn is_gone(&self) -> bool {
        self.store.is_gone
    }

    /// The kinds that were never listed, with their known objects.
    pub fn unlisted(&self) -> Vec<(Kind, Vec<String>)> {
        self.store.unlisted()
    }

    /// Whether it follows a release only to its end, and has reached it.
    pub fn has_ended(&self) -> bool {
        self.memory.ending.is_some() && !self.options.one_of_many
    }

    /// The hash of pods whose problems are needed. The same hash is returned only once in a while.
    pub fn question(&mut self, now: Timestamp) -> Option<String> {
        if self.lost.is_some() || self.has_ended() {
            return None;
        }
        let release = Release::of(&self.store)?;
        let is_late = self.memory.was_late;
        let (wanted, ready) = release.canary_set().map_or((0, 0), |set| (set.wanted, set.ready));
        let lasts = self.unready.lasts(ready < wanted && !release.is_aborted(), now);
        let asked_lately = self.asked.is_some_and(|asked| now.duration_since(asked) < UNREADY);
        if asked_lately || lasts < UNREADY && !is_late {
            return None;
        }
        self.asked = Some(now);
        release.rollout.status.current_pod_hash.clone()
    }

    /// Ends because of the time limit.
    pub fn time_out(&mut self, after: SignedDuration, now: Timestamp) -> Vec<Happening> {
        let mut said = Vec::new();
        self.end(Ending::TimedOut(after), &mut said);
        said.into_iter().filter_map(|what| self.happening(what, now)).collect()
    }

    fn waits_for_time(&self) -> bool {
        [&self.silent, &self.awaited, &self.refused, &self.healthy].iter().any(|since| since.runs())
    }

    fn happening(&self, what: What, at: Timestamp) -> Option<Happening> {
        let rollout = self.store.rollout.as_ref()?;
        let (namespace, name) = (rollout.namespace.clone(), rollout.name.clone());
        Some(Happening { at, namespace, name, revision: rollout.revision, what })
    }

    /// Compares the store with what was reported.
    fn look(&mut self, now: Timestamp, said: &mut Vec<What>) {
        if self.store.is_gone {
            let ending = Ending::Failed(Box::new(Failure::Deleted));
            return self.end(ending, said);
        }
        let is_known = !self.options.awaits_workload || self.store.workload.is_some();
        if !self.store.is_complete() || !is_known {
            return;
        }
        // The store does not change during the comparison.
        let store = std::mem::take(&mut self.store);
        if let Some(release) = Release::of(&store) {
            self.look_at(&release, now, said);
        }
        self.store = store;
    }

    fn look_at(&mut self, release: &Release<'_>, now: Timestamp, said: &mut Vec<What>) {
        if !self.has_begun {
            self.begin(release, said);
        }
        let is_unseen = !release.is_seen();
        let silent = self.silent.lasts(is_unseen, now);
        if is_unseen {
            if silent >= SILENT && !self.said_silent {
                self.said_silent = true;
                said.push(What::ControllerSilent(silent));
            }
            return;
        }
        self.said_silent = false;
        if release.hash() != self.memory.hash && !self.change_version(release, now, said) {
            return;
        }
        looks::look(release, &mut self.looks, true, said);
        if self.look_at_trouble(release, now, said) {
            return;
        }
        if self.memory.was_aborted {
            self.memory.again();
            said.push(What::Again { retried: true });
        }
        if self.memory.steps != release.rollout.status.current_step_hash {
            let is_change = self.memory.steps.is_some() && release.is_in_flight();
            self.memory.steps.clone_from(&release.rollout.status.current_step_hash);
            if is_change {
                self.memory.again();
                said.push(What::Again { retried: false });
            }
        }
        self.look_at_stage(release, now, said);
        self.look_at_pods(release, said);
        if self.look_at_waiting(release, now, said) {
            return;
        }
        self.look_at_end(release, now, said);
    }

    /// The first comparison: the position, and what already lies behind.
    fn begin(&mut self, release: &Release<'_>, said: &mut Vec<What>) {
        self.has_begun = true;
        let rollout = release.rollout;
        self.memory = Memory::of(release.hash(), rollout.revision, rollout.status.current_step_hash.clone());
        looks::look(release, &mut self.looks, false, &mut Vec::new());
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
            Position::Unseen if self.memory.was_in_flight => {
                self.memory.stage = release.stage().unwrap_or(release.stages.len()).checked_sub(1);
            }
            _ => {}
        }
        match position {
            Position::AtRest if self.options.one_of_many => self.memory.ending = Some(Ending::Healthy),
            position => said.push(What::Followed(position)),
        }
    }

    /// Changes to another version, if the Rollout wants one. False while its pods are unknown.
    fn change_version(&mut self, release: &Release<'_>, now: Timestamp, said: &mut Vec<What>) -> bool {
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
            said.push(What::Followed(Position::AtRest));
        } else if release.is_at_stable() && left.was_in_flight {
            self.end(Ending::Failed(Box::new(Failure::TakenBack(release.version(hash)))), said);
        } else {
            said.push(What::Begun {
                version: release.version(hash),
                stages: if release.is_first() { Vec::new() } else { names(&release.stages) },
                instead_of: left.revision.filter(|_| was_open),
            });
        }
        true
    }

    /// Aborted, rejected, or stuck: true when nothing else needs a comparison.
    fn look_at_trouble(&mut self, release: &Release<'_>, now: Timestamp, said: &mut Vec<What>) -> bool {
        let standing = release.rollout.standing();
        let message = standing.message.as_str();
        let refused = message.strip_prefix("InvalidSpec: ").filter(|_| standing.phase == Phase::Degraded);
        let lasts = self.refused.lasts(refused.is_some(), now);
        if let Some(reason) = refused {
            if self.memory.refused.as_deref() != Some(reason) {
                self.memory.refused = Some(reason.to_owned());
                said.push(What::Refused(reason.to_owned()));
            }
            if lasts >= REFUSED {
                self.end(Ending::Failed(Box::new(Failure::Invalid(reason.to_owned()))), said);
            }
            return true;
        }
        self.memory.refused = None;
        self.memory.was_late |= message.starts_with("ProgressDeadlineExceeded");
        if release.is_aborted() {
            self.memory.was_aborted = true;
            if self.memory.ending.is_none() {
                self.explain_abort(release, message, now, said);
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
        self.end(Ending::Failed(Box::new(failure)), said);
        true
    }

    fn explain_abort(&mut self, release: &Release<'_>, message: &str, now: Timestamp, said: &mut Vec<What>) {
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
            is_back: release.is_switched(),
        };
        self.end(Ending::Failed(Box::new(failure)), said);
    }

    /// Which stages the release has entered, reached and passed.
    fn look_at_stage(&mut self, release: &Release<'_>, now: Timestamp, said: &mut Vec<What>) {
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
            said.push(What::PromotedFully);
        }
        let now_in = release.stage();
        let entered = now_in.unwrap_or(stages.len());
        let skipped = self.memory.promoted;
        let first = self.memory.stage.map_or(0, |stage| stage + 1);
        for index in first..entered {
            said.push(What::Passed { stage: at(stages, index), skipped });
        }
        if let Some(index) = now_in.filter(|_| now_in != self.memory.stage) {
            let stage = &stages[index];
            self.memory.since = Some(now);
            said.push(What::Entered {
                stage: at(stages, index),
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
                    said.push(What::Reached { stage: at(stages, index), weight: release.weight().actual });
                }
            }
            if let Some((start, until)) = release.timed_pause() {
                let pause = Some((release.index(), start));
                if self.memory.pause != pause {
                    self.memory.pause = pause;
                    if until > now {
                        said.push(What::Holds { stage: at(stages, index), until });
                    }
                }
            }
        } else if !self.memory.finishing {
            self.memory.finishing = true;
            said.push(What::Finishing);
        }
        self.memory.traffic = self.traffic(release);
        self.look_at_until(release, said);
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

    fn look_at_until(&mut self, release: &Release<'_>, said: &mut Vec<What>) {
        let Some(name) = &self.options.until else { return };
        let Some(wanted) = release.stages.iter().position(|stage| stage.name == *name) else { return };
        let is_behind = self.memory.stage.is_some_and(|stage| stage > wanted) || release.stage().is_none();
        if self.memory.reached == Some(wanted) || is_behind {
            self.end(Ending::Reached(name.clone()), said);
        }
    }

    fn look_at_pods(&mut self, release: &Release<'_>, said: &mut Vec<What>) {
        let Some(pods) = release.pods() else { return };
        if !pods.is_empty() && self.memory.pods != pods {
            self.memory.pods = pods.to_vec();
            said.push(What::PodsNotReady(pods.to_vec()));
        }
    }

    /// Whether it waits for a person. True while that is unknown.
    fn look_at_waiting(&mut self, release: &Release<'_>, now: Timestamp, said: &mut Vec<What>) -> bool {
        let waits = match release.waits() {
            release::Standstill::No => None,
            release::Standstill::Known(waits) => Some(waits),
            release::Standstill::Awaited(_) if self.awaited.lasts(true, now) < EVIDENCE => return true,
            release::Standstill::Awaited(waits) => Some(waits),
        };
        self.awaited.lasts(false, now);
        if waits == self.memory.waits {
            return false;
        }
        let before = std::mem::replace(&mut self.memory.waits, waits.clone());
        match waits {
            Some(waits) if self.options.keep_waiting || self.options.one_of_many => said.push(What::Waits(waits)),
            Some(waits) => self.end(Ending::Waits(waits), said),
            None if before.is_some() => said.push(What::WentOn),
            None => {}
        }
        false
    }

    /// Whether the new version has all requests.
    fn look_at_end(&mut self, release: &Release<'_>, now: Timestamp, said: &mut Vec<What>) {
        let is_healthy = release.rollout.standing().phase == Phase::Healthy && release.is_at_stable();
        let lasts = self.healthy.lasts(is_healthy && self.memory.ending.is_none(), now);
        if is_healthy && self.memory.ending.is_none() && (release.is_switched() || lasts >= SWITCH) {
            self.pass_the_rest(release, said);
            self.end(Ending::Healthy, said);
        }
    }

    /// The last stages may pass between two comparisons.
    fn pass_the_rest(&mut self, release: &Release<'_>, said: &mut Vec<What>) {
        if self.memory.was_in_flight && !self.memory.finishing {
            let first = self.memory.stage.map_or(0, |stage| stage + 1);
            let skipped = self.memory.promoted;
            for index in first..release.stages.len() {
                said.push(What::Passed { stage: at(&release.stages, index), skipped });
            }
        }
    }

    fn end(&mut self, ending: Ending, said: &mut Vec<What>) {
        if self.memory.ending.is_none() {
            self.memory.ending = Some(ending.clone());
            said.push(What::Ended(ending));
        }
    }
}

/// The position of a release at the first comparison.
fn position(release: &Release<'_>) -> Position {
    if !release.is_seen() {
        Position::Unseen
    } else if release.is_aborted() {
        Position::Aborted
    } else if release.is_first() {
        Position::First
    } else if !release.is_in_flight() {
        Position::AtRest
    } else {
        match release.stage() {
            Some(index) => Position::In(at(&release.stages, index)),
            None => Position::Finishing,
        }
    }
}

pub(super) fn at(stages: &[Stage], index: usize) -> StageAt {
    let name = stages.get(index).map(|stage| stage.name.clone()).unwrap_or_default();
    StageAt { name, number: index + 1, of: stages.len() }
}

fn names(stages: &[Stage]) -> Vec<String> {
    stages.iter().map(|stage| stage.name.clone()).collect()
}

/// Checks that a stage with this name exists.
///
/// # Errors
/// When no stage has this name; with the names of all stages.
pub fn has_stage(rollout: &Rollout, name: &str) -> Result<(), Vec<String>> {
    let names = names(&super::stage::stages(rollout));
    if names.iter().any(|known| known == name) { Ok(()) } else { Err(names) }
}
