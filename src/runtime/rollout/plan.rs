//! In: the annotation `canaryc.dev/plan` of a Rollout. Out: the stages and checks of its policy. `docs/plan-annotation.md`
//! describes the format, and how readers treat unknown parts.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::emit::plan_annotation::VERSION;

/// The stages of a release.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Plan {
    version: u32,
    #[serde(default)]
    course: Course,
    /// The name of the release.
    pub release: String,
    /// The environment that it was compiled for.
    pub environment: Option<String>,
    /// The stages in order. Their steps are contiguous.
    pub stages: Vec<PlannedStage>,
    /// What the values of the checks must be, by the name of the check. Checks that the provider judges are absent.
    #[serde(default)]
    pub checks: BTreeMap<String, PlannedCheck>,
}

/// How a release gets from one version to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Course {
    /// Stage by stage, each a range of the Rollout's steps. This is the default.
    #[default]
    Steps,
    /// All requests at once, or a course that this reader does not know.
    #[serde(other)]
    Other,
}

/// The unit of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A share of 1: 0.995 is 99.5%.
    Ratio,
    /// Percent.
    Percent,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Events per second.
    PerSecond,
    /// No unit.
    #[default]
    #[serde(other)]
    Plain,
}

/// What the values of a check must be.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PlannedCheck {
    /// The unit of the values and of the bounds.
    #[serde(default)]
    pub unit: Unit,
    /// The lower bound, inclusive.
    pub min: Option<f64>,
    /// The upper bound, inclusive.
    pub max: Option<f64>,
    /// The only good value: a number, a string or a boolean.
    pub equals: Option<Value>,
    /// The condition, if the policy writes it in the expression language of Argo Rollouts.
    pub condition: Option<String>,
    /// Whether all values of an answer count, and not only the first.
    #[serde(default)]
    pub every: bool,
    #[serde(default)]
    on_fail: OnFail,
}

/// What a bad value leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OnFail {
    /// The release waits for a person.
    Pause,
    /// Anything else.
    #[default]
    #[serde(other)]
    Other,
}

impl PlannedCheck {
    /// Whether a bad value pauses the release. Then the hold of a stage judges the values, and not the watch.
    pub fn pauses(&self) -> bool {
        self.on_fail == OnFail::Pause
    }
}

/// A stage, and its steps in the Rollout.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct PlannedStage {
    /// What people call it.
    pub name: String,
    /// Its first step, and the one after its last.
    pub steps: [usize; 2],
    /// The percentage of the weighted traffic that goes to the new version.
    pub weight: f64,
    /// Percent of all requests that may reach the new version.
    pub exposure: f64,
    /// The audiences that the new version serves so far.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// The steps that are gates.
    #[serde(default)]
    pub gates: Vec<usize>,
    /// The step that holds the release until all values are good.
    pub hold: Option<usize>,
    /// The step that waits for a person to promote.
    pub promote: Option<usize>,
}

impl Plan {
    /// Reads the annotation; `None` for another text, or for a version or a course that this reader does not support.
    pub fn read(text: &str) -> Option<Self> {
        let is_known = |plan: &Self| plan.version == VERSION && plan.course == Course::Steps;
        serde_json::from_str(text).ok().filter(is_known)
    }

    /// The index of the stage that a step belongs to; `None` after the last.
    pub fn stage_of(&self, step: usize) -> Option<usize> {
        self.stages.iter().position(|stage| (stage.steps[0]..stage.steps[1]).contains(&step))
    }

    /// The index of the stage with this name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.stages.iter().position(|stage| stage.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"version": 1, "release": "web", "later": [], "stages": [
        {"name": "staff", "steps": [0, 3], "weight": 0, "exposure": 1, "audiences": ["staff"]},
        {"name": "half", "steps": [3, 7], "weight": 50, "exposure": 50.5, "gates": [5], "promote": 6}]}"#;

    #[test]
    fn a_step_has_a_stage() {
        let plan = Plan::read(TEXT).unwrap();
        let stages: Vec<_> = (0..8).map(|step| plan.stage_of(step)).collect();
        assert_eq!(stages, [Some(0), Some(0), Some(0), Some(1), Some(1), Some(1), Some(1), None]);
        assert_eq!(plan.stages[1].promote, Some(6));
    }

    #[test]
    fn a_check_has_bounds_and_a_unit() {
        let check = r#"{"unit": "ratio", "min": 0.995, "on-fail": "pause", "later": 1}"#;
        let text = TEXT.replace("\"later\": []", &format!("\"checks\": {{\"availability\": {check}}}"));
        let checks = Plan::read(&text).unwrap().checks;
        let availability = &checks["availability"];
        assert_eq!((availability.unit, availability.min, availability.max), (Unit::Ratio, Some(0.995), None));
        assert!(availability.pauses() && !availability.every);
    }

    #[test]
    fn an_earlier_annotation_has_no_checks() {
        let text = TEXT.replace("\"later\": []", "\"units\": {\"availability\": \"ratio\"}");
        let plan = Plan::read(&text).unwrap();
        assert_eq!((plan.stages.len(), plan.checks.len()), (2, 0));
    }

    #[test]
    fn a_later_version_is_not_read() {
        assert_eq!(Plan::read(&TEXT.replace("\"version\": 1", "\"version\": 2")), None);
        assert_eq!(Plan::read("{}"), None);
    }

    #[test]
    fn stages_are_read_only_where_the_course_is_steps() {
        let with = |course: &str| TEXT.replace("\"later\": []", &format!("\"course\": \"{course}\""));
        assert_eq!(Plan::read(&with("steps")).map(|plan| plan.stages.len()), Some(2));
        assert_eq!(Plan::read(&with("switch")), None);
        assert_eq!(Plan::read(&with("something-later")), None);
    }
}
