//! In: the steps of a plan. Out: `strategy.canary.steps`, one for each step.

use crate::emit::analysis::Analyses;
use crate::emit::context::{Context, mapping};
use crate::emit::{analysis, traffic};
use crate::manifest::{Field, Origin};
use crate::plan::{Action, CanaryScale, PlannedStep};
use crate::policy::audience::Members;

pub(super) fn steps(context: &Context<'_>, analyses: &Analyses) -> Field {
    let origin = context.plan.staged().stages.first().map_or(context.release.origin, |stage| stage.origin);
    Field::sequence(
        context.plan.staged().steps.iter().map(|planned| step(context, analyses, planned)).collect(),
        Origin::derived(origin.span),
    )
}

fn step(context: &Context<'_>, analyses: &Analyses, planned: &PlannedStep) -> Field {
    let origin = planned.origin;
    let stage = context.release.canary().stages.get(planned.stage.0);
    let one = |key: &'static str, field: Field| mapping(origin, [(key, field)]);
    match &planned.action {
        Action::ScaleCanary(scale) => {
            let scale = match scale {
                CanaryScale::Replicas(replicas) => ("replicas", Field::new(*replicas, origin)),
                CanaryScale::Weight(weight) => ("weight", Field::new(u32::from(*weight), origin)),
            };
            one("setCanaryScale", mapping(origin, [scale]))
        }
        Action::FollowWeight => one("setCanaryScale", one("matchTrafficWeight", Field::new(true, origin))),
        Action::AdmitAudience(route) => one("setHeaderRoute", header_route(context, *route, origin)),
        Action::SetWeight(weight) => one("setWeight", Field::new(u32::from(*weight), origin)),
        Action::Analyse(usage) => {
            let reference = analysis::reference(context, analyses, usage);
            one("analysis", reference.unwrap_or_else(|| Field::mapping(origin)))
        }
        Action::Plugin(index) => {
            let plugin = stage.and_then(|stage| stage.plugins.get(*index));
            let mut field = Field::mapping(origin);
            if let Some(plugin) = plugin {
                field.set("name", plugin.name.field());
                if let Some(config) = &plugin.config {
                    field.set("config", config.clone());
                }
            }
            one("plugin", field)
        }
        Action::Pause(duration) => one("pause", one("duration", Field::new(duration.text(), origin))),
        Action::AwaitPromotion => one("pause", Field::mapping(origin)),
    }
}

fn header_route(context: &Context<'_>, route: usize, origin: Origin) -> Field {
    let mut field = Field::with_room(2, origin);
    let Some(route) = context.plan.staged().managed_routes.get(route) else { return field };
    field.set("name", route.name.field());
    if let Some(Members::Matching(matchers)) = context.release.audience(route.audience).map(|found| &found.members) {
        let matches = matchers.headers.iter().map(|header| {
            let value = traffic::header_value(context, &header.value);
            mapping(header.origin, [("headerName", header.name.field()), ("headerValue", value)])
        });
        field.set("match", Field::sequence(matches.collect(), origin));
    }
    field
}
