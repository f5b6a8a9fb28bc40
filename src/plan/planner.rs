//! In: a release. Out: its steps, in an order in which no header route and no weight is without a ready pod. Pods
//! come first, then header routes, then the weight, and then pods that follow the weight again. Analyses come last.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostics;
use crate::manifest::Origin;
use crate::plan::controller::{Canary, Controller, Scale};
use crate::plan::fleet::Fleet;
use crate::plan::measurements::{Measured, WatchPhase};
use crate::plan::size;
use crate::plan::templates::Templates;
use crate::plan::{
    Action, CanaryScale, Course, ManagedRoute, Plan, PlannedStage, PlannedStep, PlannedWatch, Purpose, Staged,
    TemplateUse, measurements,
};
use crate::policy::names::{GeneratedName, TooLong, taken_template};
use crate::policy::stage::{Gate, GateTime, Stage, Watch};
use crate::policy::{AudienceId, Release, StageId};
use crate::source::Span;
use crate::units::name::Name;
use crate::units::{Duration, Percent};

/// The steps so far, and the state of the canary after them.
pub(super) struct Planner<'a> {
    release: &'a Release,
    fleet: Fleet,
    controller: Controller,
    course: Staged,
    canary: Canary,
    admitted: Vec<AudienceId>,
    /// Where each audience was first admitted.
    admissions: BTreeMap<AudienceId, Origin>,
    /// The index of the managed route of an audience.
    routes: BTreeMap<AudienceId, usize>,
    is_watched: bool,
    templates: Templates,
    gate_names: Vec<(String, Span)>,
    too_long: Vec<TooLong>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Planner<'a> {
    pub(super) fn new(release: &'a Release, diagnostics: &'a mut Diagnostics) -> Self {
        let stages = release.canary().stages.len();
        let mut admissions = BTreeMap::new();
        for named in release.canary().stages.iter().filter_map(|stage| stage.audience.as_ref()) {
            admissions.entry(named.value).or_insert_with(|| Origin::derived(named.span()));
        }
        Self {
            release,
            fleet: Fleet::of(release),
            controller: Controller::of(release),
            course: Staged {
                stages: Vec::with_capacity(stages),
                steps: Vec::with_capacity(4 * stages),
                managed_routes: Vec::new(),
                watch: None,
            },
            canary: Canary::START,
            admitted: Vec::new(),
            admissions,
            routes: BTreeMap::new(),
            is_watched: false,
            templates: Templates::default(),
            gate_names: Vec::new(),
            too_long: Vec::new(),
            diagnostics,
        }
    }

    pub(super) fn build(mut self) -> Plan {
        let release = self.release;
        for (index, stage) in release.canary().stages.iter().enumerate() {
            self.stage(StageId(index), stage);
        }
        let of_steps = self.course.steps.iter().filter_map(|step| match &step.action {
            Action::Analyse(usage) => Some(usage),
            _ => None,
        });
        let uses = of_steps.chain(self.course.watch.as_ref().map(|watch| &watch.usage));
        let templates = self.templates.finish(uses);
        Plan {
            fleet: self.fleet,
            controller: self.controller,
            course: Course::Steps(self.course),
            templates,
            too_long: self.too_long,
        }
    }

    /// A generated name; `None` if it does not fit.
    fn name(&mut self, generated: GeneratedName<'_>, cause: Span) -> Option<Name> {
        let name = generated.needed(&self.release.name, Some(cause));
        name.map_err(|too_long| self.too_long.push(*too_long)).ok()
    }

    fn push(&mut self, stage: StageId, action: Action, origin: Origin) {
        self.canary.apply(&action);
        self.course.steps.push(PlannedStep { stage, action, origin });
    }

    fn stage(&mut self, id: StageId, stage: &Stage) {
        let first = self.course.steps.len();
        if let Some(audience) = &stage.audience
            && !self.admitted.contains(&audience.value)
        {
            self.admitted.push(audience.value);
        }
        let exposure = stage.weight.value.saturating_add(size::share(self.release, &self.admitted));
        self.expose(id, stage, exposure);
        let before_hold = self.ask(id, stage);
        let least = before_hold.checked_add(self.hold(id, stage)).unwrap_or(before_hold);
        if let Some(origin) = stage.manual {
            self.push(id, Action::AwaitPromotion, origin);
        }
        let duration = stage.manual.is_none().then_some(least);
        let planned = PlannedStage {
            name: stage.name.value.clone(),
            origin: stage.origin,
            weight: stage.weight.value,
            admitted: self.admitted.clone(),
            exposure,
            canary_pods: self.canary_pods(),
            steps: first..self.course.steps.len(),
            duration,
            least,
            before_hold,
        };
        self.course.stages.push(planned);
    }

    /// All steps until the stage's users are on the canary and its number of pods is final.
    fn expose(&mut self, id: StageId, stage: &Stage, exposure: Percent) {
        let wanted = size::scale(self.release, self.fleet, stage, &self.admitted);
        let weight = size::whole(stage.weight.value);
        let origin = Origin::derived(self.scale_origin(stage));
        let later = self.resize(id, wanted, weight, origin);
        self.admit(id, stage);
        if weight != self.canary.weight {
            self.push(id, Action::SetWeight(weight), stage.weight.origin);
        }
        let starts = |watch: &&Watch| watch.from.map_or(exposure > Percent::ZERO, |from| from.value == id);
        if let Some(watch) = self.release.canary().watch.as_ref().filter(|_| !self.is_watched).filter(starts) {
            self.is_watched = true;
            let measured = measurements::watch(self.release, watch);
            let name = self.name(GeneratedName::WatchTemplate, watch.origin.span);
            let usage = name.and_then(|name| self.templates.add(name, Purpose::Watch, measured, watch.origin));
            let starting_step = self.course.steps.len();
            self.course.watch =
                usage.map(|usage| PlannedWatch { usage, starting_step, from: id, origin: watch.origin });
        }
        if let Some(action) = later {
            self.push(id, action, origin);
        }
    }

    /// Enlarges the canary now, before it gets users. Returns a change that shrinks it, for later.
    fn resize(&mut self, id: StageId, wanted: Scale, weight: u8, origin: Origin) -> Option<Action> {
        match (self.canary.scale, wanted) {
            (Scale::Set(current), Scale::Set(wanted)) if current == wanted => None,
            (_, Scale::Set(scale)) => {
                let action = Action::ScaleCanary(scale);
                if self.shrinks(scale) {
                    return Some(action);
                }
                self.push(id, action, origin);
                None
            }
            // If the canary followed the weight too early, it would first scale to the old weight, perhaps to no pods.
            (Scale::Set(current), Scale::Follow) => {
                let enough = matches!(current, CanaryScale::Weight(percent) if percent >= weight)
                    || weight == self.canary.weight
                    || self.shrinks(CanaryScale::Weight(weight));
                if !enough {
                    self.push(id, Action::ScaleCanary(CanaryScale::Weight(weight)), origin);
                }
                Some(Action::FollowWeight)
            }
            (Scale::Follow, Scale::Follow) => None,
        }
    }

    /// Whether the canary is certain to have more pods now than `scale` gives it.
    fn shrinks(&self, scale: CanaryScale) -> bool {
        let (controller, canary) = (self.controller, self.canary);
        let fixed = self.fleet.fixed();
        fixed.is_some_and(|fleet| controller.pods(canary, fleet) > controller.scaled(scale, fleet))
    }

    /// Sets the header routes of all audiences admitted so far. Setting those of earlier stages again restores a lost
    /// route.
    fn admit(&mut self, id: StageId, stage: &Stage) {
        let of_stage = self.course.steps.iter().rev().take_while(|step| step.stage == id);
        let mut done: BTreeSet<usize> = of_stage
            .filter_map(|step| match step.action {
                Action::AdmitAudience(route) => Some(route),
                _ => None,
            })
            .collect();
        for audience in self.admitted.clone() {
            let newly = stage.audience.as_ref().filter(|named| named.value == audience);
            let first = || self.admissions.get(&audience).copied();
            let origin = newly.map(|named| named.origin).or_else(first).unwrap_or(stage.origin);
            for member in self.members(audience) {
                let known = self.routes.get(&member).copied();
                let Some(route) = known.or_else(|| self.manage(member)) else { continue };
                if done.insert(route) {
                    self.push(id, Action::AdmitAudience(route), origin);
                }
            }
        }
    }

    fn members(&self, audience: AudienceId) -> Vec<AudienceId> {
        self.release.audience(audience).map_or_else(Vec::new, |found| found.admitted(audience))
    }

    fn manage(&mut self, audience: AudienceId) -> Option<usize> {
        let name = self.release.audience(audience)?.name.clone();
        let index = self.course.managed_routes.len();
        self.course.managed_routes.push(ManagedRoute { name, audience });
        self.routes.insert(audience, index);
        Some(index)
    }

    /// Adds the pause and the gates. Returns the shortest time that they take.
    fn ask(&mut self, id: StageId, stage: &Stage) -> Duration {
        let mut asked = Duration::ZERO;
        let mut takes = |time: Duration| asked = asked.checked_add(time).unwrap_or(asked);
        for (index, plugin) in stage.plugins.iter().enumerate() {
            self.push(id, Action::Plugin(index), plugin.origin);
        }
        takes(self.gate(id, stage, GateTime::Start));
        if let Some(pause) = &stage.pause {
            self.push(id, Action::Pause(pause.value), pause.origin);
            takes(pause.value);
        }
        takes(self.gate(id, stage, GateTime::End));
        asked
    }

    fn gate(&mut self, id: StageId, stage: &Stage, at: GateTime) -> Duration {
        let Some(gate) = stage.gates.iter().find(|gate| gate.at.value == at) else { return Duration::ZERO };
        let Some(name) = self.gate_name(stage, at) else { return Duration::ZERO };
        let measured = measurements::gates(self.release, stage, at);
        let least = measurements::least_of_gate(self.release, &measured);
        let usage = self.templates.add(name, Purpose::Gate, measured, gate.origin);
        self.analyse(id, usage, gate.origin, least)
    }

    /// The name of the template of a stage's gates. Reports a name that is taken: those of the watch and of its holds are.
    fn gate_name(&mut self, stage: &Stage, at: GateTime) -> Option<Name> {
        let generated = GeneratedName::GateTemplate { stage: &stage.label, at };
        let (suffix, place) = (generated.suffix(), stage.name.span());
        let taken = if suffix == GeneratedName::WatchTemplate.suffix() {
            self.release.canary().watch.as_ref().map(|watch| watch.origin.span)
        } else if suffix == GeneratedName::HoldTemplate.suffix() {
            Some(place)
        } else {
            self.gate_names.iter().find(|(other, _)| *other == suffix).map(|(_, taken)| *taken)
        };
        if let Some(taken) = taken {
            self.diagnostics.push(taken_template(&self.release.name.value, &suffix, place, taken));
        }
        self.gate_names.push((suffix, place));
        self.name(generated, place)
    }

    /// Adds a hold at the end of a stage, which stays running while something watched is unknown or bad. The watch cannot
    /// wait: timed pauses end in spite of it. A stage in which nothing reaches the canary has nothing to hold for.
    fn hold(&mut self, id: StageId, stage: &Stage) -> Duration {
        let release = self.release;
        let Some(watch) = release.canary().watch.as_ref().filter(|_| self.is_watched) else { return Duration::ZERO };
        let reached = self.canary.weight > 0 || !self.admitted.is_empty();
        if !reached && size::pinned_to_canary(release).is_empty() {
            return Duration::ZERO;
        }
        let starts = self.course.watch.as_ref().map_or(id, |planned| planned.from);
        let measured = measurements::holds(release, watch, stage, WatchPhase::of(id, starts));
        if measured.is_empty() {
            return Duration::ZERO;
        }
        let least = measurements::least_of_hold(&measured);
        let origin = Origin::derived(watch.origin.span);
        let usage = match self.templates.hold(&measured) {
            Some(usage) => Some(usage),
            None => {
                let name = self.hold_name(watch, stage, &measured);
                name.and_then(|name| self.templates.add(name, Purpose::Hold, measured, origin))
            }
        };
        self.analyse(id, usage, origin, least)
    }

    /// The name of a new template of holds. The template for all checks that some stage holds for has the short name.
    fn hold_name(&mut self, watch: &Watch, stage: &Stage, measured: &[Measured]) -> Option<Name> {
        if measurements::holds_for_all(self.release, watch, self.watched_stages(), measured) {
            return self.name(GeneratedName::HoldTemplate, watch.origin.span);
        }
        let name = self.name(GeneratedName::StageHoldTemplate { stage: &stage.label }, stage.name.span());
        name.filter(|name| self.is_free(name, stage))
    }

    /// The stages from the one on at which the watch starts.
    fn watched_stages(&self) -> &'a [Stage] {
        let stages = &self.release.canary().stages;
        let starts = self.course.watch.as_ref().and_then(|watch| stages.get(watch.from.0..));
        starts.unwrap_or(stages)
    }

    /// Whether no stage's gates use the name: the name of a stage can collide with the hold of another.
    fn is_free(&mut self, name: &Name, stage: &Stage) -> bool {
        let release = self.release;
        let named = |other: &&Stage| {
            let of = |gate: &Gate| GeneratedName::GateTemplate { stage: &other.label, at: gate.at.value };
            other.gates.iter().any(|gate| of(gate).of(&release.name.value).as_ref() == Ok(name))
        };
        let Some(taken) = release.canary().stages.iter().find(named) else { return true };
        let suffix = GeneratedName::StageHoldTemplate { stage: &stage.label }.suffix();
        self.diagnostics.push(taken_template(&release.name.value, &suffix, taken.name.span(), stage.name.span()));
        false
    }

    /// Adds the step that uses a template. Returns the shortest time that it takes.
    fn analyse(&mut self, id: StageId, usage: Option<TemplateUse>, origin: Origin, least: Duration) -> Duration {
        let Some(usage) = usage else { return Duration::ZERO };
        self.push(id, Action::Analyse(usage), origin);
        least
    }

    /// The text that determines the number of pods.
    fn scale_origin(&self, stage: &Stage) -> Span {
        if let Some(replicas) = &stage.replicas {
            return replicas.span();
        }
        match &stage.audience {
            Some(audience) if !stage.sets_weight => audience.span(),
            _ => stage.weight.span(),
        }
    }

    fn canary_pods(&self) -> Option<u32> {
        if let Scale::Set(CanaryScale::Replicas(replicas)) = self.canary.scale {
            return Some(replicas);
        }
        Some(self.controller.pods(self.canary, self.fleet.least?.value))
    }
}
