//! In: a Rollout. Out: its stages, from its plan or, without one, one for each step; and what a step does.

use std::ops::Range;

use jiff::SignedDuration;
use serde_json::Value;

use super::observed::RunPlace;
use crate::runtime::rollout::{PlannedStage, Rollout};

/// A stage of a release.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Its name in messages: the name in the policy, or `step 3`.
    pub name: String,
    /// Its steps.
    pub steps: Range<usize>,
    /// The first of its steps that waits for something. From there on, the traffic is that of the stage.
    pub settled: usize,
    /// The percentage of the weighted traffic that goes to the new version.
    pub weight: Option<f64>,
    /// Percent of all requests that may reach the new version.
    pub exposure: Option<f64>,
    /// The audiences that the new version serves.
    pub audiences: Vec<String>,
    /// The step that holds the release until all values are good.
    pub hold: Option<usize>,
    /// Whether it is only a step, because there is no plan.
    pub is_step: bool,
}

/// A stage, and its position among all stages.
#[derive(Clone, Debug, PartialEq)]
pub struct StageAt {
    /// Its name.
    pub name: String,
    /// Its number, from 1.
    pub number: usize,
    /// The number of stages.
    pub of: usize,
}

/// Where a check is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Throughout the release.
    Watch,
    /// At a gate.
    Gate,
    /// At the end of a stage, which the release leaves when the values are good.
    Hold,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Activity {
    /// Starts or stops pods of the new version.
    Scale,
    /// Changes the weight to this percentage.
    Weight(f64),
    /// Adds or removes a header route.
    Headers,
    /// Starts or stops a mirror.
    Mirror,
    /// WaitReason for this time.
    Pause(SignedDuration),
    /// WaitReason for a person to promote.
    Person,
    /// Measures checks.
    Gate,
    /// Holds the release until the values are good.
    Data,
    /// Runs an experiment.
    Experiment,
    /// Runs a plugin of the controller, with this name.
    Plugin(String),
    /// Something that this version of canaryc does not know.
    Unknown,
}

impl StageAt {
    /// The stage with this index.
    pub fn of(stages: &[Stage], index: usize) -> Self {
        let name = stages.get(index).map(|stage| stage.name.clone()).unwrap_or_default();
        Self { name, number: index + 1, of: stages.len() }
    }
}

/// The stages of a Rollout.
pub fn stages(rollout: &Rollout) -> Vec<Stage> {
    let steps = rollout.steps();
    let planned = rollout.plan.as_ref().map(|plan| plan.stages.as_slice());
    match planned {
        // A plan that does not fit was made for other steps: somebody has changed them.
        Some(planned) if planned.last().is_some_and(|last| last.steps[1] == steps.len()) => {
            planned.iter().map(|stage| of_plan(stage, steps)).collect()
        }
        _ => (0..steps.len()).map(|index| of_step(index, steps)).collect(),
    }
}

fn of_plan(stage: &PlannedStage, steps: &[Value]) -> Stage {
    let range = stage.steps[0]..stage.steps[1];
    let prepares = |index: &usize| {
        let activity = steps.get(*index).map_or(Activity::Unknown, |step| activity(step, false));
        matches!(activity, Activity::Scale | Activity::Weight(_) | Activity::Headers | Activity::Mirror)
    };
    Stage {
        name: stage.name.clone(),
        settled: range.clone().find(|index| !prepares(index)).unwrap_or(range.end),
        steps: range,
        weight: Some(stage.weight),
        exposure: Some(stage.exposure),
        audiences: stage.audiences.clone(),
        hold: stage.hold,
        is_step: false,
    }
}

fn of_step(index: usize, steps: &[Value]) -> Stage {
    Stage {
        name: step_name(index),
        steps: index..index + 1,
        settled: index,
        weight: wanted_weight(steps, index),
        exposure: None,
        audiences: Vec::new(),
        hold: None,
        is_step: true,
    }
}

/// The name of a step outside the stages of a policy.
pub fn step_name(index: usize) -> String {
    format!("step {}", index + 1)
}

/// The desired weight at a step: that of the last `setWeight` up to it; 100% after the last step.
pub fn wanted_weight(steps: &[Value], index: usize) -> Option<f64> {
    if index >= steps.len() {
        return Some(100.0);
    }
    steps.get(..=index)?.iter().rev().find_map(|step| step["setWeight"].as_f64())
}

/// What a step does.
pub fn activity(step: &Value, is_hold: bool) -> Activity {
    let Some((kind, what)) = step.as_object().and_then(|step| step.iter().next()) else { return Activity::Unknown };
    match kind.as_str() {
        "setCanaryScale" => Activity::Scale,
        "setWeight" => what.as_f64().map_or(Activity::Unknown, Activity::Weight),
        "setHeaderRoute" => Activity::Headers,
        "setMirrorRoute" => Activity::Mirror,
        "pause" => pause(what).map_or(Activity::Person, Activity::Pause),
        "analysis" if is_hold => Activity::Data,
        "analysis" => Activity::Gate,
        "experiment" => Activity::Experiment,
        "plugin" => Activity::Plugin(what["name"].as_str().unwrap_or_default().to_owned()),
        _ => Activity::Unknown,
    }
}

/// The duration of a pause: whole seconds, or a duration in Go's syntax.
fn pause(pause: &Value) -> Option<SignedDuration> {
    let duration = pause.get("duration").filter(|duration| !duration.is_null())?;
    let seconds = duration.as_i64().or_else(|| duration.as_str()?.parse().ok());
    seconds.map(SignedDuration::from_secs).or_else(|| duration.as_str()?.parse().ok())
}

/// The stage of a step; `None` after the last.
pub fn stage_of(stages: &[Stage], step: usize) -> Option<usize> {
    stages.iter().position(|stage| stage.steps.contains(&step))
}

/// Whether an AnalysisRun is the hold of a stage.
pub fn is_hold(stages: &[Stage], place: RunPlace) -> bool {
    matches!(place, RunPlace::Step(step) if stages.iter().any(|stage| stage.hold == Some(step)))
}

/// Where an AnalysisRun measures.
pub fn place(stages: &[Stage], place: RunPlace) -> Place {
    match place {
        RunPlace::Background => Place::Watch,
        place if is_hold(stages, place) => Place::Hold,
        RunPlace::Step(_) | RunPlace::Other => Place::Gate,
    }
}

/// The names of stages.
pub fn names(stages: &[Stage]) -> Vec<String> {
    stages.iter().map(|stage| stage.name.clone()).collect()
}

/// Checks that a stage with this name exists.
///
/// # Errors
/// When no stage has this name; with the names of all stages.
pub fn has_stage(rollout: &Rollout, name: &str) -> Result<(), Vec<String>> {
    let names = names(&stages(rollout));
    if names.iter().any(|known| known == name) { Ok(()) } else { Err(names) }
}

/// The minimum total duration of the pauses after a step.
pub fn pauses_after(steps: &[Value], step: usize) -> SignedDuration {
    let later = steps.get(step + 1..).unwrap_or_default();
    later.iter().fold(SignedDuration::ZERO, |sum, step| match activity(step, false) {
        Activity::Pause(duration) => sum.saturating_add(duration),
        _ => sum,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::runtime::rollout::testing::rollout;

    fn steps() -> Value {
        json!([{"setCanaryScale": {"replicas": 2}}, {"setWeight": 5}, {"pause": {"duration": "10m"}},
            {"setWeight": 50}, {"analysis": {"templates": []}}, {"pause": {"duration": 90}}, {"pause": {}}])
    }

    fn with_plan(plan: Option<&str>) -> Rollout {
        let annotations = plan.map_or(json!({}), |plan| json!({"canaryc.dev/plan": plan}));
        rollout(json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
            "metadata": {"name": "web", "annotations": annotations}, "spec": {"strategy": {"canary": {"steps": steps()}}}}))
    }

    #[test]
    fn a_stage_is_reached_when_its_traffic_is() {
        let plan = r#"{"version": 1, "release": "web", "stages": [
            {"name": "first", "steps": [0, 3], "weight": 5, "exposure": 5},
            {"name": "half", "steps": [3, 7], "weight": 50, "exposure": 50, "hold": 4, "promote": 6}]}"#;
        let stages = stages(&with_plan(Some(plan)));
        assert_eq!(stages.iter().map(|stage| stage.settled).collect::<Vec<_>>(), [2, 4]);
        assert!(is_hold(&stages, RunPlace::Step(4)));
        assert!(!is_hold(&stages, RunPlace::Background));
        assert_eq!(stage_of(&stages, 7), None);
    }

    #[test]
    fn without_a_plan_that_fits_each_step_is_a_stage() {
        let short = r#"{"version": 1, "release": "web", "stages": [{"name": "a", "steps": [0, 3], "weight": 5, "exposure": 5}]}"#;
        for plan in [None, Some(short)] {
            let stages = stages(&with_plan(plan));
            assert_eq!((stages.len(), stages[3].name.as_str(), stages[4].weight), (7, "step 4", Some(50.0)));
        }
    }

    #[test]
    fn steps_say_what_they_do() {
        let steps = steps();
        let steps = steps.as_array().unwrap();
        assert_eq!(activity(&steps[2], false), Activity::Pause(SignedDuration::from_mins(10)));
        assert_eq!(activity(&steps[5], false), Activity::Pause(SignedDuration::from_secs(90)));
        assert_eq!(activity(&steps[6], false), Activity::Person);
        assert_eq!(pauses_after(steps, 0), SignedDuration::from_secs(690));
        assert_eq!(
            (wanted_weight(steps, 0), wanted_weight(steps, 2), wanted_weight(steps, 7)),
            (None, Some(5.0), Some(100.0))
        );
    }
}
