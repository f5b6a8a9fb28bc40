//! In: a plan. Out: the annotation `canaryc.dev/plan` of the Rollout. With it, a reader can name the stage of each step
//! without the policy. `docs/plan-annotation.md` describes the format.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::emit::analysis::{Analyses, AnnotatedCheck};
use crate::emit::context::{Context, mapping};
use crate::manifest::{Field, Origin};
use crate::plan::{self, Action, PlannedStage, Purpose, Staged};
use crate::policy::AudienceId;
use crate::units::Percent;

/// The annotation's key.
pub const KEY: &str = "canaryc.dev/plan";
/// The version of the format. It increases only when a reader of the previous version could be wrong.
pub const VERSION: u32 = 1;

/// Ends the name of a metric that only limits how long the metric of a check waits. No check has a dot in its name.
pub const WAIT_SUFFIX: &str = ".wait";

#[derive(Serialize)]
struct Plan<'a> {
    version: u32,
    release: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a str>,
    #[serde(flatten)]
    course: Course<'a>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    checks: &'a BTreeMap<String, AnnotatedCheck>,
}

/// How the release moves to the new version. Only a course other than `steps` has the field `course`.
#[derive(Serialize)]
#[serde(untagged)]
enum Course<'a> {
    Steps { stages: Vec<Stage<'a>> },
}

#[derive(Serialize)]
struct Stage<'a> {
    name: &'a str,
    steps: [usize; 2],
    weight: serde_json::Number,
    exposure: serde_json::Number,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    audiences: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gates: Vec<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hold: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    promote: Option<usize>,
}

/// The annotation, as a mapping with one entry.
pub(super) fn annotation(context: &Context<'_>, analyses: &Analyses) -> Field {
    let course = match &context.plan.course {
        plan::Course::Steps(staged) => {
            Course::Steps { stages: staged.stages.iter().map(|planned| stage(context, staged, planned)).collect() }
        }
    };
    let release = context.release;
    let environment = release.environment.as_deref();
    let name = release.name.value.as_str();
    let plan = Plan { version: VERSION, release: name, environment, course, checks: &analyses.checks };
    let origin = context.plan.staged().stages.first().map_or(release.origin, |stage| stage.origin);
    let origin = Origin::derived(origin.span);
    // Strings, numbers and lists always serialize to JSON.
    let text = serde_json::to_string(&plan).unwrap_or_default();
    mapping(origin, [(KEY, Field::new(text, origin))])
}

fn stage<'a>(context: &Context<'a>, staged: &Staged, planned: &'a PlannedStage) -> Stage<'a> {
    let release = context.release;
    let name = |id: &AudienceId| release.audience(*id).map(|audience| audience.name.value.as_str());
    let purpose = |action: &Action| match action {
        Action::Analyse(usage) => context.plan.template(usage.template).map(|template| template.purpose),
        _ => None,
    };
    let steps = || planned.steps.clone().filter_map(|index| Some((index, &staged.steps.get(index)?.action)));
    let with_purpose = |wanted: Purpose| steps().filter(move |(_, action)| purpose(action) == Some(wanted));
    Stage {
        name: &planned.name,
        steps: [planned.steps.start, planned.steps.end],
        weight: number(planned.weight),
        exposure: number(planned.exposure),
        audiences: planned.admitted.iter().filter_map(name).collect(),
        gates: with_purpose(Purpose::Gate).map(|(index, _)| index).collect(),
        hold: with_purpose(Purpose::Hold).map(|(index, _)| index).next(),
        promote: steps().find(|(_, action)| matches!(action, Action::AwaitPromotion)).map(|(index, _)| index),
    }
}

/// Percent as a number: 5, or 0.5.
fn number(percent: Percent) -> serde_json::Number {
    match percent.whole() {
        Some(whole) => whole.into(),
        None => percent.as_percent_text().parse().unwrap_or_else(|_| serde_json::Number::from(0)),
    }
}
