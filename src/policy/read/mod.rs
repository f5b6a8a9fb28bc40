//! In: one resolved policy. Out: a [`Release`], in which errors of this phase are unrepresentable. Each section has a
//! file. The phase reads all sections before it gives up, so one run reports every independent mistake.

mod audience;
mod autoscaler;
mod conflicts;
mod gate;
mod manifest_file;
mod matchers;
mod names;
mod pod_share;
mod pod_template;
mod pods;
mod ramp;
mod rollout;
mod route;
mod router;
mod selector;
mod service;
mod service_pods;
mod service_ports;
mod settings;
mod stage;
mod stage_order;
mod unsupported;
mod usage;
mod watched;
mod workload;

use super::audience::Audience;
use super::backends::Backends;
use super::context::{BuiltIn, Context, Names};
use super::reader::Reader;
use super::routing::{Route, Traffic};
use super::stage::Watch;
use super::workload::{Autoscaler, Workload};
use super::{Release, Sourced, Strategy, measures};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::files::Files;
use crate::layers::Resolved;
use crate::router::Declaration;
use crate::source::Sources;
use crate::syntax::tree::Text;
use crate::units::name::Name;
use crate::units::{Duration, Percent};
use crate::vocabulary::Word;

/// The release that a resolved policy describes; `None` after an error, which was reported. Adds the files that the
/// policy names to `sources`.
pub fn release(
    resolved: &Resolved,
    files: &dyn Files,
    backends: Backends,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Release> {
    let block = Reader::new(&resolved.release);
    let mut cx = Context::new(resolved, built_in_names(resolved), files, sources, diagnostics);
    let release = read(&mut cx, block, backends);
    if cx.is_unsound() { None } else { release }
}

fn built_in_names(resolved: &Resolved) -> Names {
    let block = &resolved.release;
    let namespace = block.property(Word::Namespace).and_then(|value| value.as_str());
    Names {
        release: block.name().unwrap_or_default().into(),
        namespace: match namespace {
            Some(namespace) => BuiltIn::Is(namespace.into()),
            None => BuiltIn::Missing {
                because: "the release has no `namespace=`",
                help: "write `namespace=` on the release",
            },
        },
        environment: match &resolved.environment {
            Some(environment) => BuiltIn::Is(Text::clone(environment)),
            None => BuiltIn::Missing {
                because: "no `environments` are declared",
                help: "declare them, as in `environments \"dev\" \"prod\"`, and build for one",
            },
        },
        service: BuiltIn::Undecided,
        stable_service: BuiltIn::Undecided,
        canary_service: BuiltIn::Undecided,
    }
}

fn read(cx: &mut Context<'_>, block: Reader<'_>, backends: Backends) -> Option<Release> {
    let name = block.argument::<Name>(cx);
    let name = name?;
    let namespace = block.get::<Name>(cx, Word::Namespace);
    let strategy = block.get::<Strategy>(cx, Word::Strategy);
    unsupported::refuse_all(cx, block);
    let routers = router::routers(cx, block, backends.routers);
    let service = service::service(cx, block, &name, &routers);
    let (workload, pods) = workload::workload(cx, block, &name);
    if let Some(service) = &service {
        service_pods::judge(cx, service, &pods);
    }
    let autoscaler = autoscaler::autoscaler(cx, block, &name);
    let routes = route::routes(cx, block, &name, &routers, service.as_ref());
    let has_router = block.block.child(Word::Router).is_some();
    let blue_green = strategy.as_ref().is_some_and(|strategy| strategy.value == Strategy::BlueGreen);
    let settings = rollout::rollout(cx, block, has_router || blue_green);
    if let (Some(settings), Some(workload)) = (&settings, &workload) {
        rollout::metadata_spares_selector(cx, settings, &workload.selector);
    }
    let audiences = audience::audiences(cx, block, &routers);

    cx.checks = measures::known(block.block);
    let checks = measures::read(cx, block.block, backends);

    let fleet = fleet(workload.as_ref(), autoscaler.as_ref());
    let around = Around { name: &name, audiences: &audiences, routes: &routes, routers: &routers, fleet };
    let timeline = if blue_green { None } else { timeline(cx, block, &around) };
    if let Some(timeline) = &timeline {
        usage::watched(cx, block, &timeline.drafts);
        usage::unused(cx, block);
        if let Some(watch) = &timeline.watch {
            watched::judge(cx, watch, &checks, &timeline.drafts);
        }
        if let (Some(fleet), Some(settings)) = (fleet, &settings) {
            let surge = settings.max_surge.value;
            if !has_router && !block.block.misread {
                pod_share::judge(cx, &timeline.drafts, &fleet, surge);
            }
            rollout::threshold_is_reached(cx, settings, &timeline.drafts, &timeline.exposures, fleet.value, has_router);
        }
    }
    let load = settings::load(cx, block);
    let notifications = settings::notifications(cx, block);
    let patches = settings::patches(cx, block);
    let labels = settings::metadata(cx, block, Word::Labels);
    let annotations = settings::metadata(cx, block, Word::Annotations);
    if cx.is_unsound() {
        return None;
    }
    let timeline = timeline?;
    Some(Release {
        origin: block.origin(),
        name,
        namespace,
        environment: cx.resolved.environment.clone(),
        strategy: strategy?,
        workload: workload?,
        autoscaler: autoscaler?,
        service,
        routes,
        traffic: if routers.is_empty() { Traffic::Pods } else { Traffic::Split(routers.routers) },
        audiences: audiences.into_iter().collect::<Option<_>>()?,
        checks,
        load,
        stages: timeline.drafts.into_iter().map(|draft| draft.stage).collect(),
        watch: timeline.watch,
        notifications,
        rollout: settings?,
        patches,
        labels,
        annotations,
    })
}

/// The sections that stages refer to.
struct Around<'a> {
    name: &'a Sourced<Name>,
    audiences: &'a [Option<Audience>],
    routes: &'a [Route],
    routers: &'a Declaration,
    fleet: Option<Sourced<u32>>,
}

/// Stages and watch.
struct Timeline {
    drafts: Vec<stage::Draft>,
    exposures: Vec<Percent>,
    watch: Option<Watch>,
}

fn timeline(cx: &mut Context<'_>, block: Reader<'_>, around: &Around<'_>) -> Option<Timeline> {
    let Around { name, audiences, routes, routers, fleet } = *around;
    let around = stage::Around {
        audiences,
        names: block.all(Word::Audience).map(|audience| audience.block.name()).collect(),
        router: block.block.child(Word::Router).is_some(),
        routers,
    };
    let mut drafts = stage::stages(cx, block, &around);
    let exposures = stage_order::judge(cx, block, &mut drafts, audiences, fleet.map(|fleet| fleet.value));
    conflicts::judge(cx, block, name, audiences, &drafts, routes, routers);
    let watch = gate::watch(cx, block, &drafts, &exposures);
    names::templates(cx, name, &drafts, watch.as_ref().and_then(Option::as_ref));
    Some(Timeline { drafts, exposures, watch: watch? })
}

/// The smallest possible fleet, if the policy determines it.
fn fleet(workload: Option<&Workload>, autoscaler: Option<&Option<Autoscaler>>) -> Option<Sourced<u32>> {
    let of_autoscaler = autoscaler.and_then(Option::as_ref).and_then(|autoscaler| autoscaler.min);
    workload.and_then(|workload| workload.replicas).or(of_autoscaler)
}

/// Reports a time with a fraction of a second: Argo counts whole seconds and would read `0.5s` as none.
fn whole_seconds(cx: &mut Context<'_>, duration: &Sourced<Duration>, what: impl std::fmt::Display) {
    if duration.value.as_seconds().is_ok() {
        return;
    }
    cx.report(
        Diagnostic::new(
            Code::DurationWholeSeconds,
            duration.span(),
            format!("{what} must be whole seconds, found {}", duration.value),
        )
        .label("has a fraction of a second")
        .why("The controller drops the fraction, so `0.5s` would become zero.")
        .help(format!("write `\"{}s\"`", (duration.value.milliseconds().div_ceil(1000)).max(1))),
    );
}
