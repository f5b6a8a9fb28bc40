//! In: one resolved policy. Out: a [`Reading`] of its release. Each section has a file. A section that canaryc cannot
//! read gets a harmless substitute and is noted as unread, so that rules can judge the rest of the release.

mod audience;
mod autoscaler;
mod beside;
mod conflicts;
mod copied_content;
mod copies;
mod gate;
mod manifest_file;
mod matchers;
mod pod_template;
mod pods;
mod ramp;
mod replicas;
mod resource_requests;
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
mod startup;
mod unsupported;
mod workload;

pub use unsupported::WORDS as REFUSED_WORDS;

use super::audience::Audience;
use super::backends::Backends;
use super::context::{BuiltIn, Context, Names};
use super::reader::Reader;
use super::routing::Route;
use super::service::Service;
use super::stage::{Stage, Watch};
use super::strategy::Canary;
use super::traffic::Traffic;
use super::unread::{Section, Unread};
use super::{AudienceId, Reading, Release, Sourced, Strategy, measures};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::files::Files;
use crate::layers::Resolved;
use crate::manifest::Origin;
use crate::router::Declaration;
use crate::source::Sources;
use crate::syntax::tree::Text;
use crate::units::Duration;
use crate::units::name::Name;
use crate::vocabulary::{Word, choices};
use rollout::Settings;

/// The release that a resolved policy describes, as far as canaryc can read it; `None` if nothing can be planned. Reports
/// every mistake, and adds the files that the policy names to `sources`.
pub fn release(
    resolved: &Resolved,
    files: &dyn Files,
    backends: Backends,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Reading> {
    let block = Reader::new(&resolved.release);
    let mut cx = Context::new(resolved, built_in_names(resolved), files, sources, diagnostics);
    read(&mut cx, block, backends)
}

fn built_in_names(resolved: &Resolved) -> Names {
    let block = &resolved.release;
    let namespace = block.property(Word::Namespace).and_then(|value| value.as_str());
    Names {
        release: block.name().unwrap_or_default().into(),
        namespace: match namespace {
            Some(namespace) => BuiltIn::Is(namespace.into()),
            None if block.is_doubtful() => BuiltIn::Undecided,
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

fn read(cx: &mut Context<'_>, block: Reader<'_>, backends: Backends) -> Option<Reading> {
    let name = block.argument::<Name>(cx)?;
    let namespace = block.get::<Name>(cx, Word::Namespace);
    let strategy = block.get::<choices::Strategy>(cx, Word::Strategy);
    unsupported::refuse_all(cx, block);
    let routers = router::routers(cx, block, backends.routers);
    let service = service::service(cx, block, &name, &routers);
    let (workload, pods) = workload::workload(cx, block, &name);
    if let Some(service) = &service {
        service_pods::judge(cx, service, &pods);
    }
    let autoscaler = autoscaler::autoscaler(cx, block, &name);
    if let Some(Some(autoscaler)) = &autoscaler {
        resource_requests::judge(cx, autoscaler, &pods);
    }
    beside::judge(
        cx,
        &beside::Known {
            release: block,
            name: &name,
            workload: workload.as_ref(),
            service: service.as_ref(),
            autoscaler: autoscaler.as_ref(),
        },
    );
    let routes = route::routes(cx, block, &name, &routers, service.as_ref());
    let has_router = block.block.child(Word::Router).is_some();
    // The stages of a strategy that was not understood are not judged.
    let blue_green = strategy.as_ref().is_none_or(|strategy| strategy.value == choices::Strategy::BlueGreen);
    let is_split = has_router || blue_green;
    let settings = rollout::rollout(cx, block, is_split);
    cx.checks = measures::known(block.block);
    let (audiences, audiences_are_sound) = cx.with_soundness(|cx| audience::audiences(cx, block, &routers));
    let checks = measures::read(cx, block.block, backends);
    let sections =
        Sections { name: &name, audiences: &audiences, routes: &routes, routers: &routers, service: service.as_ref() };
    let (stages_and_watch, stages_are_sound) =
        cx.with_soundness(|cx| (!blue_green).then(|| stages_and_watch(cx, block, &sections)));
    let notifications = settings::notifications(cx, block);
    let patches = settings::patches(cx, block);
    let labels = settings::metadata(cx, block, Word::Labels);
    let annotations = settings::metadata(cx, block, Word::Annotations);
    let Some((stages, watch)) = stages_and_watch else {
        for name in std::mem::take(&mut cx.too_long) {
            cx.report(name.diagnostic());
        }
        return None;
    };
    let is_complete = strategy.is_some()
        && workload.is_some()
        && autoscaler.is_some()
        && settings.is_some()
        && audiences.iter().all(Option::is_some);
    let mut unread = Unread::default();
    unread.add(Section::Release, cx.resolved.misread || block.block.is_doubtful());
    unread.add(Section::Router, block.block.misread && !has_router);
    unread.add(Section::Rollout, settings.is_none());
    let is_doubtful = block.all(Word::Stage).any(|stage| stage.block.is_doubtful());
    unread.add(Section::Stages, !audiences_are_sound || !stages_are_sound || is_doubtful);
    unread.add(Section::Admissions, names_unread_audience(block, &stages));
    let measures = watch.is_some() || stages.iter().any(|stage| !stage.gates.is_empty());
    let has_watch = block.block.child(Word::Watch).is_some();
    unread.add(Section::Measurements, has_watch && watch.is_none() || !measures && names_measurements(block));
    let strategy_origin = strategy.map_or_else(|| Origin::default_of(block.head()), |strategy| strategy.origin);
    let Settings { rollout, canary: settings } =
        settings.or_else(|| cx.without_reporting(|cx| rollout::defaults(cx, block, is_split)))?;
    let canary = Canary { stages, watch, settings };
    let release = Release {
        origin: block.origin(),
        namespace,
        environment: cx.resolved.environment.clone(),
        strategy: Sourced::new(Strategy::Canary(canary), strategy_origin),
        workload: workload.unwrap_or_else(|| workload::unread(block, &name)),
        autoscaler: autoscaler.flatten(),
        service,
        routes,
        traffic: if has_router { Traffic::Split(routers.routers) } else { Traffic::Pods },
        audiences: audiences
            .into_iter()
            .enumerate()
            .filter_map(|(index, audience)| Some((AudienceId(index), audience?)))
            .collect(),
        checks,
        unused_checks: measures::unused_checks(cx, block.block),
        notifications,
        rollout,
        patches,
        labels,
        annotations,
        too_long: std::mem::take(&mut cx.too_long),
        unread,
        name,
    };
    Some(Reading::new(release, is_complete && !cx.is_unsound()))
}

/// Whether the policy names something that measures the release, valid or not.
fn names_measurements(release: Reader<'_>) -> bool {
    let measures = |stage: Reader<'_>| stage.child(Word::Gate).or(stage.child(Word::Experiment)).is_some();
    release.child(Word::Watch).is_some() || release.all(Word::Stage).any(measures)
}

/// Whether a stage admits an audience that canaryc could not read.
fn names_unread_audience(release: Reader<'_>, stages: &[Stage]) -> bool {
    let is_read =
        |block: Reader<'_>| stages.iter().any(|stage| stage.origin == block.origin() && stage.audience.is_some());
    release.all(Word::Stage).any(|stage| stage.has(Word::Audience) && !is_read(stage))
}

/// The sections that stages refer to.
struct Sections<'a> {
    name: &'a Sourced<Name>,
    audiences: &'a [Option<Audience>],
    routes: &'a [Route],
    routers: &'a Declaration,
    service: Option<&'a Service>,
}

/// Reads the stages and the watch.
fn stages_and_watch(cx: &mut Context<'_>, block: Reader<'_>, sections: &Sections<'_>) -> (Vec<Stage>, Option<Watch>) {
    let Sections { name, audiences, routes, routers, service } = *sections;
    let references = stage::References {
        audiences,
        names: block.all(Word::Audience).map(|audience| audience.block.name()).collect(),
        router: block.block.child(Word::Router).is_some(),
        routers,
    };
    let mut stages = stage::stages(cx, block, &references);
    stage_order::carry_weights(cx, block, &mut stages);
    conflicts::judge(cx, name, audiences, &stages, routes, routers, service);
    let watch = gate::watch(cx, block, &stages);
    (stages, watch)
}

/// The longest time in seconds. `RolloutPause.DurationSeconds` returns an `int32`, as do the fields of the settings.
const LONGEST: u64 = i32::MAX as u64;

/// Reports a time with a fraction of a second, and one that is too long: Argo counts whole seconds in 32 bits and would
/// read `0.5s` as none.
fn whole_seconds(cx: &mut Context<'_>, duration: &Sourced<Duration>, what: impl std::fmt::Display) {
    if let Ok(seconds) = duration.value.as_seconds() {
        if seconds > LONGEST {
            let message = format!("{what} must be at most {LONGEST}s, found {}", duration.value);
            cx.report(
                Diagnostic::new(Code::ValueRange, duration.span(), message)
                    .label("longer than 68 years")
                    .why(
                        "The controller counts seconds in 32 bits. A longer time becomes negative and is over at once.",
                    )
                    .help("write a shorter time; if a person has to decide, write `promote=\"manual\"`"),
            );
        }
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
