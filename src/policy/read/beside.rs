//! In: the manifests that the policy names, and what was read of the workload, the Services and the autoscaler. Out:
//! diagnostics about the objects in these files that scale, select or protect the same pods and contradict the release.

use std::path::PathBuf;

use super::manifest_file;
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object};
use crate::model::Value;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::service::Service;
use crate::policy::workload::{Autoscaler, AutoscalerSource, PodTemplate, Workload};
use crate::source::Span;
use crate::units::name::Name;
use crate::vocabulary::Word;

/// What the policy says about the release.
pub struct Known<'a> {
    /// The release.
    pub release: Reader<'a>,
    /// Its name, which is that of the Rollout.
    pub name: &'a Sourced<Name>,
    /// Its workload.
    pub workload: Option<&'a Workload>,
    /// Its Services.
    pub service: Option<&'a Service>,
    /// Its autoscaler: the inner `None` means that there is none, the outer that canaryc could not read it.
    pub autoscaler: Option<&'a Option<Autoscaler>>,
}

/// The objects of a file that the policy names.
struct File<'a> {
    /// As the policy writes it.
    shown: &'a str,
    /// Where.
    at: Span,
    objects: Vec<Object>,
    /// Whether it is applied beside the manifests of canaryc: it has a workload to which the Rollout refers, or Services.
    is_applied: bool,
}

/// Judges the objects of the files.
pub fn judge(cx: &mut Context<'_>, known: &Known<'_>) {
    for file in files(cx, known) {
        for object in &file.objects {
            if cx.names.namespace.known().zip(object.namespace()).is_some_and(|(ours, other)| **ours != *other) {
                continue;
            }
            match object.kind() {
                "HorizontalPodAutoscaler" | "ScaledObject" => scaler(cx, known, &file, object),
                "Service" => service(cx, known, &file, object),
                "PodDisruptionBudget" => budget(cx, known, &file, object),
                _ => {}
            }
        }
    }
}

/// Each file of the workload, the Services and the autoscaler once. Their mistakes are already reported.
fn files<'a>(cx: &mut Context<'_>, known: &Known<'a>) -> Vec<File<'a>> {
    let embeds = known.workload.is_some_and(|workload| matches!(workload.template, PodTemplate::Embedded { .. }));
    let mut read: Vec<(PathBuf, File<'a>)> = Vec::new();
    for (word, is_applied) in [(Word::Workload, !embeds), (Word::Service, true), (Word::Autoscaler, false)] {
        let value: Option<&'a Value> = known.release.block.child(word).and_then(|block| block.property(Word::File));
        let Some((value, shown)) = value.filter(|value| value.is_sound()).and_then(|it| Some((it, it.as_str()?)))
        else {
            continue;
        };
        let path = cx.path(value, shown);
        if let Some((_, file)) = read.iter_mut().find(|(other, _)| *other == path) {
            file.is_applied |= is_applied;
            continue;
        }
        let (objects, _) = cx.with_soundness(|cx| cx.without_reporting(|cx| manifest_file::objects(cx, value)));
        let Some(objects) = objects else { continue };
        read.push((path, File { shown, at: value.blame(), objects, is_applied }));
    }
    read.into_iter().map(|(_, file)| file).collect()
}

/// What an autoscaler scales.
fn target<'o>(object: &'o Object, key: &str) -> Option<&'o Field> {
    object.root.at(&["spec", "scaleTargetRef", key])
}

fn scaler(cx: &mut Context<'_>, known: &Known<'_>, file: &File<'_>, object: &Object) {
    let Some(name) = target(object, "name").and_then(Field::as_str) else { return };
    // KEDA scales a Deployment if the kind is missing.
    let kind = target(object, "kind").and_then(Field::as_str).unwrap_or("Deployment");
    let is_ours = match (kind, known.workload.map(|workload| &workload.template)) {
        ("Rollout", _) => name == known.name.value.as_str(),
        (_, Some(PodTemplate::Reference { kind: own, name: own_name, .. })) => {
            kind == own.value.kind().name() && name == own_name.value.as_str()
        }
        (_, Some(PodTemplate::Embedded { .. })) => {
            kind == "Deployment" && file.objects.iter().any(|other| other.kind() == kind && other.name() == name)
        }
        (_, None) => false,
    };
    if !is_ours {
        return;
    }
    let span = object.root.at(&["spec", "scaleTargetRef"]).map_or(object.root.origin.span, |field| field.origin.span);
    let (what, shown) = (format!("{} `{}`", object.kind(), object.name()), file.shown);
    let kinds = if object.kind() == "ScaledObject" { " kind=\"ScaledObject\"" } else { "" };
    let named =
        if object.name() == known.name.value.as_str() { String::new() } else { format!(" name=\"{}\"", object.name()) };
    let Some(autoscaler) = known.autoscaler else { return };
    let Some(autoscaler) = autoscaler else {
        let (message, why) = if kind == "Rollout" {
            (
                format!("`{shown}` also contains {what}, and the policy has no `autoscaler`"),
                "The Rollout states its number of pods, so every apply would undo the work of the autoscaler."
                    .to_owned(),
            )
        } else {
            (
                format!("`{shown}` also contains {what}, which scales the {kind} instead of the Rollout"),
                format!(
                    "The Rollout has the pods, and the {kind} has none: the number of pods would stay the same under every load."
                ),
            )
        };
        let help = if kind == "Rollout" {
            format!("add `autoscaler{kinds}{named} existing=#true`")
        } else {
            format!(
                "add `autoscaler{kinds}{named} file=\"autoscaler.yaml\"` with this manifest in a file of its own, which canaryc writes with the Rollout as its target; remove it from `{shown}`"
            )
        };
        cx.report(
            Diagnostic::new(Code::AutoscalerUnseen, span, message)
                .label(format!("scales {kind} `{name}`"))
                .also(file.at, "named here")
                .why(why)
                .help(help),
        );
        return;
    };
    let is_same = object.name() == autoscaler.name.value.as_str();
    match &autoscaler.source {
        // The manifest that canaryc writes with another target, or a file that only holds the pod template.
        AutoscalerSource::File(_) | AutoscalerSource::Emitted { .. } if !file.is_applied => {}
        AutoscalerSource::Existing if kind == "Rollout" => {}
        AutoscalerSource::Existing if is_same => {
            let rollout = known.name.value.as_str();
            cx.report(
                Diagnostic::new(Code::AutoscalerElsewhere, span, format!("{what} scales the {kind} instead of the Rollout"))
                    .label(format!("scales {kind} `{name}`"))
                    .also(autoscaler.origin.span, "exists, says the policy")
                    .why("The Rollout states no number of pods, because the autoscaler owns it. Nothing would scale the Rollout, and it would have one pod.")
                    .help(format!(
                        "write `scaleTargetRef: {{apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: {rollout}}}`"
                    )),
            );
        }
        AutoscalerSource::File(_) | AutoscalerSource::Emitted { .. } | AutoscalerSource::Existing => {
            let other = if is_same { "the same object, with the Rollout as its target" } else { "scales the Rollout" };
            cx.report(
                Diagnostic::new(Code::AutoscalerElsewhere, span, format!("`{shown}` is applied with {what} in it, which scales the {kind}"))
                    .label(format!("scales {kind} `{name}`"))
                    .also(autoscaler.origin.span, other)
                    .why("Two manifests scale the pods of this release: whichever is applied last decides, or both do.")
                    .help(format!("move it into a file of its own that only the policy names, such as `file=\"autoscaler.yaml\"`, or remove it from `{shown}`")),
            );
        }
    }
}

fn service(cx: &mut Context<'_>, known: &Known<'_>, file: &File<'_>, object: &Object) {
    let Some(service) = known.service.filter(|_| file.is_applied) else { return };
    let has_router = known.release.block.child(Word::Router).is_some();
    let names: &[&Sourced<Name>] =
        if has_router { &[&service.name, &service.stable, &service.canary] } else { &[&service.name] };
    let Some(name) = names.iter().find(|name| name.value.as_str() == object.name()) else { return };
    if !service.emits(&name.value) {
        return;
    }
    let span = object.root.at(&["metadata", "name"]).map_or(object.root.origin.span, |field| field.origin.span);
    let is_callers = name.value == service.name.value;
    let why = if has_router {
        "Two manifests of one Service disagree: the controller sets the selector, and what canaryc writes has none, so whichever is applied last removes what the other needs. Requests then fail or reach the wrong version."
    } else {
        "Two manifests of one Service disagree sooner or later, and whichever is applied last decides."
    };
    let help = if is_callers {
        let written =
            if has_router { format!(", and canaryc writes only `{}`", service.canary.value) } else { String::new() };
        format!("write `service file=\"{}\"` without `port`: the Service stays yours{written}", file.shown)
    } else {
        format!("remove Service `{}` from `{}`, because canaryc writes it", object.name(), file.shown)
    };
    cx.report(
        Diagnostic::new(
            Code::ServiceTwoSources,
            service.origin.span,
            format!("Service `{}` is also in `{}`", object.name(), file.shown),
        )
        .label("canaryc writes it")
        .also(span, "the same Service")
        .why(why)
        .help(help),
    );
}

/// A budget that forbids every eviction: it asks for as many pods as there are.
fn budget(cx: &mut Context<'_>, known: &Known<'_>, file: &File<'_>, object: &Object) {
    let Some(workload) = known.workload else { return };
    let selector = object.root.at(&["spec", "selector", "matchLabels"]).map(Field::entries).unwrap_or_default();
    let selects = |(key, field): &(crate::manifest::Key, Field)| {
        let selected = workload.selector.iter().find(|(own, _)| *own.value == **key);
        selected.is_some_and(|(_, value)| field.as_str() == Some(&*value.value))
    };
    if selector.is_empty() || !selector.iter().all(selects) {
        return;
    }
    let least = match (&workload.replicas, known.autoscaler.and_then(Option::as_ref)) {
        (Some(replicas), _) => *replicas,
        (None, Some(Autoscaler { min: Some(min), .. })) => *min,
        _ => return,
    };
    let number = |key: &str| object.root.at(&["spec", key]);
    let keeps_all = number("minAvailable").filter(|field| {
        field.as_str() == Some("100%") || field.as_integer().is_some_and(|wanted| wanted >= i64::from(least.value))
    });
    let none = number("maxUnavailable").filter(|field| field.as_str() == Some("0%") || field.as_integer() == Some(0));
    let Some(field) = keeps_all.or(none) else { return };
    cx.report(
        Diagnostic::new(
            Code::WorkloadDisruptionBudget,
            field.origin.span,
            format!("PodDisruptionBudget `{}` keeps every pod of this release", object.name()),
        )
        .label(if none.is_some() { "no pod may be evicted".to_owned() } else { "all pods".to_owned() })
        .also(least.span(), "the number of pods")
        .also(file.at, "named here")
        .why("Without a release in progress no pod may be evicted, so no node can be drained; and during one, the pods of the new version count as well, so that those of the stable version are not protected.")
        .help("write `maxUnavailable: 1` instead"),
    );
}
