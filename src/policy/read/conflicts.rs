//! In: audiences, routes and stages, each valid by itself. Out: conflicts between them and the routers.

use crate::policy::audience::Audience;
use crate::policy::context::Context;
use crate::policy::routing::Route;
use crate::policy::service::Service;
use crate::policy::stage::Stage;
use crate::policy::{AudienceId, Sourced};
use crate::router::{Asked, Declaration};
use crate::source::Span;
use crate::units::name::Name;

/// Judges audiences and routes against the stages that admit them, and against the routers.
pub fn judge(
    cx: &mut Context<'_>,
    release: &Sourced<Name>,
    audiences: &[Option<Audience>],
    stages: &[Stage],
    routes: &[Route],
    routers: &Declaration,
    service: Option<&Service>,
) {
    let admitted = managed(audiences, stages);
    let asked = Asked { release, audiences, admitted: &admitted, routes, service };
    for declared in &routers.routers {
        declared.split.judge(cx, &asked);
    }
}

/// The audiences that get a header route, in order of admission.
fn managed<'a>(audiences: &'a [Option<Audience>], stages: &[Stage]) -> Vec<(&'a Audience, Span)> {
    let mut order: Vec<(AudienceId, Span)> = Vec::new();
    for stage in stages {
        let Some(audience) = &stage.audience else { continue };
        let Some(Some(admitted)) = audiences.get(audience.value.0) else { continue };
        for id in admitted.admitted(audience.value) {
            if !order.iter().any(|(other, _)| *other == id) {
                order.push((id, audience.span()));
            }
        }
    }
    order.into_iter().filter_map(|(id, span)| Some((audiences.get(id.0)?.as_ref()?, span))).collect()
}
