//! In: `autoscaler`. Out: an [`Autoscaler`]: what owns the number of pods, and the smallest possible fleet.

use super::manifest_file::{self, Naming, Wanted};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Object, Origin};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::workload::{Autoscaler, AutoscalerSource};
use crate::units::Percent;
use crate::units::name::Name;
use crate::vocabulary::Word;
use crate::vocabulary::choices::AutoscalerKind;

/// Reads `autoscaler`. The inner `None` means that there is none, the outer `None` that it is invalid.
pub fn autoscaler(cx: &mut Context<'_>, release: Reader<'_>, name: &Sourced<Name>) -> Option<Option<Autoscaler>> {
    let Some(block) = release.child(Word::Autoscaler) else { return Some(None) };
    let own_name = match block.has(Word::Name) {
        true => block.get::<Name>(cx, Word::Name),
        false => Some(Sourced::new(name.value.clone(), Origin::default_of(name.span()))),
    };
    let kind = block.get::<AutoscalerKind>(cx, Word::Kind);
    let existing = block.flag(cx, Word::Existing);
    if let (Some(existing), Some(file)) = (existing, block.property_span(Word::File)) {
        cx.report(
            Diagnostic::new(Code::AutoscalerSource, file, "`file=` and `existing=` exclude each other")
                .label("this file")
                .also(existing.span, "already exists")
                .help("keep one of them"),
        );
    }
    let (own_name, kind) = (own_name?, kind?);
    let (min, source) = if block.has(Word::File) {
        owned_elsewhere(cx, block, &[Word::Min, Word::Max, Word::Cpu, Word::Memory], Word::File);
        from_file(cx, block, name, kind.value)?
    } else if existing.is_some() {
        owned_elsewhere(cx, block, &[Word::Max, Word::Cpu, Word::Memory], Word::Existing);
        (block.get::<u32>(cx, Word::Min), AutoscalerSource::Existing)
    } else {
        if kind.value == AutoscalerKind::ScaledObject {
            cx.report(
                Diagnostic::new(Code::AutoscalerSource, kind.span(), "canaryc cannot write a ScaledObject")
                    .label("needs `file=` or `existing=`")
                    .why("Its triggers are specific to KEDA, and the language has no keywords for them.")
                    .help("write `file=\"scaledobject.yaml\"`; canaryc sets its target to the Rollout"),
            );
            return None;
        }
        let (min, source) = emitted(cx, block)?;
        (Some(min), source)
    };
    Some(Some(Autoscaler { origin: block.origin(), name: own_name, min, source }))
}

fn emitted(cx: &mut Context<'_>, block: Reader<'_>) -> Option<(Sourced<u32>, AutoscalerSource)> {
    let min = block.required::<u32>(cx, Word::Min, "The minimum number of pods determines which weights are possible.");
    let max = block.required::<u32>(cx, Word::Max, "Without a maximum, a fault could fill the cluster with pods.");
    if !block.has(Word::Cpu) && !block.has(Word::Memory) {
        cx.report_missing(
            block.block,
            Diagnostic::new(Code::AutoscalerTarget, block.block.keyword, "an autoscaler needs a target")
                .label("neither `cpu` nor `memory`")
                .why("An autoscaler without a target never changes the number of pods.")
                .help("write `cpu=\"80%\"`"),
        );
    }
    let cpu = utilisation(cx, block, Word::Cpu);
    let memory = utilisation(cx, block, Word::Memory);
    let (min, max) = (min?, max?);
    if min.value > max.value {
        report_bounds(cx, (&min, "min"), (&max, "max"));
    }
    Some((min, AutoscalerSource::Emitted { max, cpu, memory }))
}

fn report_bounds(cx: &mut Context<'_>, (min, least): (&Sourced<u32>, &str), (max, most): (&Sourced<u32>, &str)) {
    cx.report(
        Diagnostic::new(
            Code::AutoscalerBounds,
            min.span(),
            format!("`{least}` is {} but `{most}` is {}", min.value, max.value),
        )
        .label(format!("greater than `{most}`"))
        .also(max.span(), format!("`{most}`"))
        .why("The API server rejects such an autoscaler.")
        .help(format!("write a `{least}` that is not greater than `{most}`")),
    );
}

/// The bounds of an autoscaler in a file.
fn bounds(cx: &mut Context<'_>, object: &Object, min: Option<&Sourced<u32>>, kind: AutoscalerKind) {
    let (least, most) = match kind {
        AutoscalerKind::HorizontalPodAutoscaler => ("minReplicas", "maxReplicas"),
        AutoscalerKind::ScaledObject => ("minReplicaCount", "maxReplicaCount"),
    };
    let Some(field) = object.root.at(&["spec", most]) else { return };
    let Some(max) = field.as_integer().and_then(|max| u32::try_from(max).ok()) else { return };
    let max = Sourced::new(max, field.origin);
    if let Some(min) = min.filter(|min| min.value > max.value) {
        report_bounds(cx, (min, least), (&max, most));
    }
}

fn utilisation(cx: &mut Context<'_>, block: Reader<'_>, word: Word) -> Option<Sourced<Percent>> {
    let target = block.get::<Percent>(cx, word)?;
    if target.value.whole().is_none_or(|whole| whole == 0) {
        cx.report(
            Diagnostic::new(
                Code::AutoscalerTarget,
                target.span(),
                "the target of an autoscaler must be a whole percentage of at least 1%",
            )
            .label("not a whole percentage")
            .help("write a whole percentage such as `\"80%\"`"),
        );
    }
    Some(target)
}

fn owned_elsewhere(cx: &mut Context<'_>, block: Reader<'_>, words: &[Word], owner: Word) {
    for word in words {
        let Some(span) = block.property_span(*word) else { continue };
        let owner = block.property_span(owner).unwrap_or_else(|| block.head());
        cx.report(
            Diagnostic::new(
                Code::AutoscalerSource,
                span,
                format!("`{word}=` belongs in the manifest of the autoscaler"),
            )
            .label("set twice")
            .also(owner, "canaryc does not write this autoscaler")
            .why("Two sources for one field disagree sooner or later.")
            .help("remove it here"),
        );
    }
}

fn from_file(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    release: &Sourced<Name>,
    kind: AutoscalerKind,
) -> Option<(Option<Sourced<u32>>, AutoscalerSource)> {
    let value = block.block.property(Word::File)?;
    let objects = manifest_file::objects(cx, value)?;
    let written = block.block.property(Word::Name).and_then(|value| value.as_str());
    let release_name = release.value.as_str();
    let of_release = objects
        .iter()
        .any(|object| object.kind() == kind.as_str() && object.name() == release_name)
        .then_some(release_name);
    let wanted =
        Wanted { kinds: &[kind.as_str()], name: written.or(of_release), named_at: None, naming: Naming::Property };
    let object: Object = manifest_file::select(cx, value, &objects, &wanted)?;
    manifest_file::same_namespace(cx, &object, value.blame());
    // Without this key, a HorizontalPodAutoscaler starts from one pod, and a ScaledObject from none.
    let (key, default) = match kind {
        AutoscalerKind::HorizontalPodAutoscaler => ("minReplicas", 1),
        AutoscalerKind::ScaledObject => ("minReplicaCount", 0),
    };
    let min = match object.root.at(&["spec", key]) {
        Some(field) => {
            field.as_integer().and_then(|min| u32::try_from(min).ok()).map(|min| Sourced::new(min, field.origin))
        }
        None => Some(Sourced::new(default, Origin::default_of(object.root.origin.span.at_start()))),
    };
    bounds(cx, &object, min.as_ref(), kind);
    Some((min, AutoscalerSource::File(object)))
}
