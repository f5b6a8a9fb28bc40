//! In: a plan. Out: its stages as rows of a table: the exposure, the number of pods, the duration, and what decides.

use crate::plan::stops::stops_after;
use crate::plan::{Action, Plan};
use crate::policy::{Release, StageId};
use crate::units::Duration;

/// One stage in a form for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The stage's name.
    pub stage: String,
    /// The weight, such as `5%`.
    pub weight: String,
    /// Weight and admitted audiences combined.
    pub exposure: String,
    /// Canary pods; `None` when only the cluster knows the number of replicas.
    pub pods: Option<u32>,
    /// The minimum duration; `None` when a person decides.
    pub duration: Option<Duration>,
    /// The minimum duration before a person can decide; `None` when there is none.
    pub least: Option<Duration>,
    /// The time from the start of the stage after which a bad version is aborted at the latest; `None` if nothing aborts it.
    pub stops: Option<Duration>,
    /// What must pass, in order: `smoke`, `metrics`, `approval`.
    pub decides: Vec<String>,
    /// The range of its step indices; the end is exclusive.
    pub steps: (usize, usize),
}

/// The stages of a plan.
pub fn timeline(release: &Release, plan: &Plan) -> Vec<Moment> {
    plan.staged()
        .stages
        .iter()
        .enumerate()
        .map(|(index, stage)| {
            let steps = plan.staged().steps.get(stage.steps.clone()).unwrap_or_default();
            let mut decides = Vec::new();
            for step in steps {
                match &step.action {
                    Action::Analyse(usage) => decides.extend(plan.template(usage.template).map(|template| {
                        let measurements = template.measurements.iter();
                        let names = measurements.filter_map(|measurement| release.check(measurement.check));
                        let names: Vec<&str> = names.map(|check| check.name.value.as_str()).collect();
                        match template.purpose {
                            crate::plan::Purpose::Hold => "metrics".to_owned(),
                            _ => names.join(" + "),
                        }
                    })),
                    Action::AwaitPromotion => decides.push("approval".to_owned()),
                    _ => {}
                }
            }
            Moment {
                stage: stage.name.to_string(),
                weight: stage.weight.to_string(),
                exposure: stage.exposure.to_string(),
                pods: stage.canary_pods,
                duration: stage.duration,
                least: Some(stage.least).filter(|least| !least.is_zero()),
                stops: stops_after(release, plan, StageId(index)),
                decides,
                steps: (stage.steps.start, stage.steps.end),
            }
        })
        .collect()
}
