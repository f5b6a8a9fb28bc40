//! In: `workload`. Out: a [`Workload`], and the known part of its [`Pods`] for the checks of other sections.

use super::manifest_file::{self, Naming, Wanted};
use super::pods::Pods;
use super::{pod_template, replicas, resource_requests, selector, startup};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object, Origin};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::workload::{PodTemplate, ScaleDown, Startup, Workload, WorkloadKind};
use crate::source::Span;
use crate::syntax::tree::Text;
use crate::units::name::Name;
use crate::vocabulary::Word;
use crate::vocabulary::choices::PodTemplateMode;

/// Reads `workload`.
pub fn workload(cx: &mut Context<'_>, release: Reader<'_>, name: &Sourced<Name>) -> (Option<Workload>, Pods) {
    let Some(block) = release.child(Word::Workload) else {
        cx.report_missing(
            release.block,
            Diagnostic::new(Code::WorkloadMissing, release.head(), "a release needs a `workload`")
                .label("no `workload` here")
                .why("Without it, canaryc knows neither which pods to release nor how many there are.")
                .help(format!(
                    "write `workload replicas=6 {{ selector app=\"{}\" }}`, or `workload file=\"deployment.yaml\"`",
                    name.value
                )),
        );
        let unknown = Pods {
            labels_at: release.head(),
            containers_at: release.head(),
            labels: None,
            ports: None,
            without_request: Vec::new(),
        };
        return (None, unknown);
    };
    let kind = block.get::<WorkloadKind>(cx, Word::Kind);
    let written_name = block.written::<Name>(cx, Word::Name);
    let manifest = kind.and_then(|kind| manifest(cx, block, kind.value, written_name.as_ref(), name));
    let file_is_wrong = block.has(Word::File) && manifest.is_none();
    let template_field = manifest.as_ref().and_then(template_of);
    let pods = Pods {
        labels_at: place_of(template_field, &["metadata", "labels"]).unwrap_or_else(|| block.head()),
        containers_at: place_of(template_field, &["spec", "containers"]).unwrap_or_else(|| block.head()),
        labels: template_field.map(labels_of),
        ports: template_field.map(pod_template::ports),
        without_request: template_field.map_or_else(Vec::new, |template| {
            ["cpu", "memory"].map(|resource| (resource, resource_requests::without(template, resource))).to_vec()
        }),
    };
    if let Some(manifest) = &manifest {
        manifest_file::same_namespace(cx, manifest, block.span_of(Word::File));
        if template_field.is_none() {
            cx.report(
                Diagnostic::new(
                    Code::WorkloadNoTemplate,
                    manifest.root.origin.span.at_start(),
                    format!("this {} has no pod template", manifest.kind()),
                )
                .also(block.span_of(Word::File), "named here")
                .help("add `spec.template`"),
            );
        }
    }
    let selector = selector::selector(cx, block, manifest.as_ref(), &pods, name, file_is_wrong);
    let mode = block.get::<PodTemplateMode>(cx, Word::Mode);
    let embeds = mode.is_some_and(|mode| mode.value == PodTemplateMode::Embed);
    let replicas = replicas::replicas(cx, release, block, manifest.as_ref(), embeds);
    let template = match mode {
        Some(mode) if mode.value == PodTemplateMode::Embed => {
            embedded(cx, block, &mode, kind.map(|kind| kind.value), template_field, file_is_wrong)
        }
        Some(_) => reference(cx, block, kind, written_name, manifest.as_ref(), name),
        None => None,
    };
    let startup = template_field.map(startup::of).unwrap_or_default();
    let workload = (|| {
        let (template, replicas, selector) = (template?, replicas?, selector?);
        Some(Workload {
            origin: block.origin(),
            template,
            replicas,
            selector,
            startup,
            recreates: manifest.as_ref().and_then(recreates),
        })
    })();
    (workload, pods)
}

/// A substitute for a workload that canaryc could not read: its number of pods is unknown.
pub fn unread(release: Reader<'_>, name: &Sourced<Name>) -> Workload {
    let origin = Origin::default_of(release.head());
    Workload {
        origin,
        template: PodTemplate::Reference {
            kind: Sourced::new(WorkloadKind::Deployment, origin),
            name: Sourced::new(name.value.clone(), origin),
            scale_down: Sourced::new(ScaleDown::Never, origin),
            own_replicas: None,
        },
        replicas: None,
        selector: Vec::new(),
        startup: Startup::default(),
        recreates: None,
    }
}

/// Where a Deployment has the strategy `Recreate`.
fn recreates(manifest: &Object) -> Option<Span> {
    let strategy = manifest.root.at(&["spec", "strategy", "type"])?;
    (strategy.as_str() == Some("Recreate")).then_some(strategy.origin.span)
}

fn manifest(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    kind: WorkloadKind,
    written: Option<&Sourced<Name>>,
    release: &Sourced<Name>,
) -> Option<Object> {
    let value = block.block.property(Word::File)?;
    let objects = manifest_file::objects(cx, value)?;
    if block.has(Word::Name) && written.is_none() {
        return None;
    }
    let fits = |object: &&Object| object.kind() == kind.kind().name();
    if !block.has(Word::Kind) && !objects.iter().any(|object| fits(&object)) {
        let other = objects.iter().find(|object| matches!(object.kind(), "DaemonSet" | "StatefulSet"));
        if let Some(other) = other {
            refuse_kind(cx, block, other);
            return None;
        }
    }
    let release_name = release.value.as_str();
    let wanted = match written {
        Some(name) => Some(name.value.as_str()),
        None => objects.iter().filter(fits).any(|object| object.name() == release_name).then_some(release_name),
    };
    let wanted = Wanted {
        kinds: &[kind.kind().name()],
        name: wanted,
        named_at: written.map(Sourced::span),
        naming: Naming::Property,
    };
    manifest_file::select(cx, value, &objects, &wanted)
}

fn refuse_kind(cx: &mut Context<'_>, block: Reader<'_>, object: &Object) {
    let kind = object.kind();
    let why = if kind == "DaemonSet" {
        "A DaemonSet runs one pod on each node, so the new version cannot have a share of the pods. Argo Rollouts does not support it."
    } else {
        "The pods of a StatefulSet have fixed identities and volumes, so two versions cannot run side by side. Argo Rollouts does not support it."
    };
    let span = object.root.get("kind").map_or(object.root.origin.span, |field| field.origin.span);
    cx.report(
        Diagnostic::new(
            Code::WorkloadKind,
            block.span_of(Word::File),
            format!("a {kind} cannot be released in stages"),
        )
        .label(format!("contains {kind} `{}`", object.name()))
        .also(span, "here")
        .why(why)
        .help("release a Deployment, a ReplicaSet or a PodTemplate, and keep the update strategy of this workload"),
    );
}

/// Where a part of the template is written, otherwise the template.
fn place_of(template: Option<&Field>, path: &[&str]) -> Option<Span> {
    template.map(|template| template.at(path).unwrap_or(template).origin.span)
}

/// The `PodTemplateSpec` of a workload.
fn template_of(object: &Object) -> Option<&Field> {
    match object.kind() {
        "PodTemplate" => object.root.get("template"),
        _ => object.root.at(&["spec", "template"]),
    }
}

fn labels_of(template: &Field) -> Vec<(Text, Text)> {
    template
        .at(&["metadata", "labels"])
        .map(|labels| {
            labels
                .entries()
                .iter()
                .filter_map(|(key, field)| Some((Text::from(&**key), Text::from(field.as_str()?))))
                .collect()
        })
        .unwrap_or_default()
}

fn embedded(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    mode: &Sourced<PodTemplateMode>,
    kind: Option<WorkloadKind>,
    template: Option<&Field>,
    file_is_wrong: bool,
) -> Option<PodTemplate> {
    if !block.has(Word::File) {
        cx.report(
            Diagnostic::new(Code::WorkloadEmbed, mode.span(), "`mode=\"embed\"` needs `file=` with the pod template")
                .label("`file=` is missing")
                .help("write `file=\"deployment.yaml\"`, or remove `mode=`; the Rollout then refers to the Deployment in the cluster"),
        );
        return None;
    }
    if file_is_wrong {
        return None;
    }
    if let Some(span) = block.property_span(Word::ScaleDown) {
        cx.report(
            Diagnostic::new(Code::WorkloadEmbed, span, "`scale-down=` has no effect with `mode=\"embed\"`")
                .label("nothing to scale down")
                .also(mode.span(), "there is no Deployment")
                .help("remove it"),
        );
    }
    let at = if kind == Some(WorkloadKind::PodTemplate) { "template" } else { "spec.template" };
    pod_template::embedded(cx, block, template?, at)
}

fn reference(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    kind: Option<Sourced<WorkloadKind>>,
    written: Option<Sourced<Name>>,
    manifest: Option<&Object>,
    release: &Sourced<Name>,
) -> Option<PodTemplate> {
    if let Some(reload) = block.child(Word::ReloadOn) {
        cx.report(
            Diagnostic::new(Code::WorkloadEmbed, reload.block.keyword, "`reload-on` needs `mode=\"embed\"`")
                .label("no pod template")
                .why("The hash of the files is an annotation of the pod template, and canaryc does not write the template of a Deployment in the cluster.")
                .help("write `mode=\"embed\"` on `workload`, or add such an annotation to the Deployment"),
        );
    }
    let scale_down = scale_down(cx, block, kind);
    if block.has(Word::Name) && written.is_none() {
        return None;
    }
    let of_file = manifest.and_then(|object| {
        let field = object.root.at(&["metadata", "name"])?;
        Some(Sourced::new(Name::parse(field.as_str()?).ok()?, field.origin))
    });
    let name =
        written.or(of_file).unwrap_or_else(|| Sourced::new(release.value.clone(), Origin::default_of(release.span())));
    let kind = kind?;
    let own_replicas = manifest.and_then(replicas::of_file);
    Some(PodTemplate::Reference { kind, name, scale_down: scale_down?, own_replicas })
}

/// `scale-down=`. The controller can only scale down a Deployment: for another kind it looks for a Deployment of that
/// name, and fails at every reconciliation of the first revision.
fn scale_down(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    kind: Option<Sourced<WorkloadKind>>,
) -> Option<Sourced<ScaleDown>> {
    let scale_down = block.get::<ScaleDown>(cx, Word::ScaleDown)?;
    let Some(kind) = kind.filter(|kind| kind.value != WorkloadKind::Deployment) else { return Some(scale_down) };
    if block.has(Word::ScaleDown) && scale_down.value != ScaleDown::Never {
        cx.report(
            Diagnostic::new(
                Code::WorkloadScaleDown,
                scale_down.span(),
                format!("the controller cannot scale down a {}", kind.value.kind().name()),
            )
            .label("only possible for a Deployment")
            .also(kind.span(), "the kind of the workload")
            .why("The controller would look for a Deployment of this name, fail, and not update the status of the Rollout until its second revision.")
            .help("remove `scale-down=`"),
        );
    }
    Some(Sourced::new(ScaleDown::Never, Origin::derived(kind.span())))
}
