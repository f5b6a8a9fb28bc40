//! In: a Rollout with a release in flight. Out: what the release waits for, and whether a person can end that.

use serde_json::Value;

use crate::runtime::rollout::{PauseReason, Rollout};

/// What a release in flight waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// A pause, timed or not, has started at this step.
    Pause(usize),
    /// The pause of this step is about to start, within moments.
    PauseStarting(usize),
    /// The analysis of this step was inconclusive, and a person must decide.
    Inconclusive(usize),
    /// A background analysis was inconclusive.
    InconclusiveBackground,
    /// An analysis, an experiment or a plugin of this step is running.
    Judgement(usize),
    /// The controller is changing pods or routes for this step.
    Work(usize),
    /// All steps are done, and the last pods are starting.
    LastPods,
    /// Blue/green waits before the switch.
    Switch,
    /// Blue/green is creating pods, or analysing them.
    SwitchPreparing,
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// It waits for a time or for a person.
    Pause,
    /// It waits for a result.
    Judgement,
    /// It changes pods, weights or routes, and waits until the change is complete.
    Work,
}

impl StepKind {
    /// The kind of a step of a canary.
    pub fn of(step: &Value) -> Self {
        if step.get("pause").is_some() {
            Self::Pause
        } else if ["analysis", "experiment", "plugin"].iter().any(|key| step.get(key).is_some()) {
            Self::Judgement
        } else {
            Self::Work
        }
    }
}

impl Waiting {
    /// What a release waits for. The release must be in flight.
    pub fn of(rollout: &Rollout) -> Self {
        let status = &rollout.status;
        let is_paused = |reason: &PauseReason| status.pause_conditions.iter().any(|pause| pause.reason == *reason);
        if rollout.is_blue_green() {
            return if status.pause_conditions.is_empty() { Self::SwitchPreparing } else { Self::Switch };
        }
        let step = status.current_step_index.unwrap_or(0);
        let run = status.canary.current_step_analysis_run_status.as_ref();
        // The same distinction as in Argo's plugin.
        if !status.pause_conditions.is_empty()
            && status.controller_pause
            && run.is_some_and(|run| run.status == "Inconclusive")
        {
            return Self::Inconclusive(step);
        }
        let is_at_pause = rollout.steps().get(step).is_some_and(|step| StepKind::of(step) == StepKind::Pause);
        // If the controller has missed the end of a pause, the pause must still be ended.
        let was_missed = is_at_pause && status.controller_pause && status.pause_conditions.is_empty();
        if is_paused(&PauseReason::CanaryPauseStep) || was_missed {
            return Self::Pause(step);
        }
        if !status.pause_conditions.is_empty() {
            return Self::InconclusiveBackground;
        }
        match rollout.steps().get(step).map(StepKind::of) {
            None => Self::LastPods,
            Some(StepKind::Pause) => Self::PauseStarting(step),
            Some(StepKind::Judgement) => Self::Judgement(step),
            Some(StepKind::Work) => Self::Work(step),
        }
    }

    /// The step of the wait.
    pub fn step(self) -> Option<usize> {
        match self {
            Self::Pause(step)
            | Self::PauseStarting(step)
            | Self::Inconclusive(step)
            | Self::Judgement(step)
            | Self::Work(step) => Some(step),
            Self::InconclusiveBackground | Self::LastPods | Self::Switch | Self::SwitchPreparing => None,
        }
    }
}

/// The purpose of a step, for messages: `the pause of 30m`, `the gate`.
pub fn describe(rollout: &Rollout, index: usize) -> String {
    let Some(step) = rollout.steps().get(index) else { return "the last pods".to_owned() };
    let plan = rollout.plan.as_ref();
    let stage = plan.and_then(|plan| plan.stages.get(plan.stage_of(index)?));
    match StepKind::of(step) {
        StepKind::Pause => match &step["pause"]["duration"] {
            Value::String(duration) => format!("the pause of {duration}"),
            Value::Number(seconds) => format!("the pause of {seconds}s"),
            _ => "the wait for a person".to_owned(),
        },
        StepKind::Judgement if stage.is_some_and(|stage| stage.gates.contains(&index)) => "the gate".to_owned(),
        StepKind::Judgement if stage.is_some_and(|stage| stage.hold == Some(index)) => "the hold".to_owned(),
        StepKind::Judgement if step.get("analysis").is_some() => "the analysis".to_owned(),
        StepKind::Judgement if step.get("experiment").is_some() => "the experiment".to_owned(),
        StepKind::Judgement => "the plugin's work".to_owned(),
        StepKind::Work => "pods and routes".to_owned(),
    }
}
