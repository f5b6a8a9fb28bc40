//! In: a Rollout. Out: the position of its release, in the terms of the policy: a stage if the plan names one,
//! otherwise a step.

use std::fmt;

use serde::Serialize;

use crate::runtime::rollout::Rollout;

/// The position of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The stage of the policy; `None` without a plan, and after the last stage.
    pub stage: Option<String>,
    /// The step of the Rollout, from 0; at the end, the number of steps. `None` for blue/green.
    pub step: Option<usize>,
    /// The number of steps.
    pub steps: usize,
}

impl Place {
    /// The position of a Rollout.
    pub fn of(rollout: &Rollout) -> Self {
        let steps = rollout.steps().len();
        let step = (steps > 0).then(|| rollout.status.current_step_index.unwrap_or(0).min(steps));
        Self::at(rollout, step)
    }

    /// The position of a step.
    pub fn at(rollout: &Rollout, step: Option<usize>) -> Self {
        let plan = rollout.plan.as_ref();
        let stage = plan.and_then(|plan| plan.stages.get(plan.stage_of(step?)?)).map(|stage| stage.name.clone());
        Self { stage, step, steps: rollout.steps().len() }
    }

    /// Whether it is after the last step, where all requests reach the new version.
    pub fn is_end(&self) -> bool {
        self.step == Some(self.steps)
    }
}

impl fmt::Display for Place {
    /// ``stage `5%` ``, `step 3 of 12`, `the end`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.stage, self.step) {
            (Some(stage), _) => write!(f, "stage `{stage}`"),
            (None, Some(_)) if self.is_end() => write!(f, "the end"),
            (None, Some(step)) => write!(f, "step {} of {}", step + 1, self.steps),
            (None, None) => write!(f, "its only step"),
        }
    }
}
