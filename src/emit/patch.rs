//! In: the `patch`es of a policy and the emitted objects. Out: the patched objects, or the patches that have no effect
//! or that change a field of canaryc.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, suggest};
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Derivation, Field, Object, Pointer, patch};
use crate::policy::Release;
use crate::policy::settings::Patch;
use crate::source::Span;

/// Applies every patch to the object that it names.
pub(super) fn apply(release: &Release, objects: &mut [Object], diagnostics: &mut Diagnostics) {
    // Judged against the emitted objects: one patch may build on another.
    let emitted: Vec<_> = release.patches.iter().map(|patch| target(patch, objects)).collect();
    let mut found = Vec::with_capacity(emitted.len());
    for (patch, target) in release.patches.iter().zip(emitted) {
        match target {
            Ok(index) => {
                let before = diagnostics.len();
                if let Some(object) = objects.get(index) {
                    owned(release, patch, object, diagnostics);
                }
                if diagnostics.len() == before {
                    found.push((index, patch));
                }
            }
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    for (index, patch) in found {
        if let Some(object) = objects.get_mut(index) {
            patch::apply(object, &patch.change, diagnostics);
            whole_rules(release, patch, object, diagnostics);
        }
    }
}

/// The object that a patch targets.
fn target(patch: &Patch, objects: &[Object]) -> Result<usize, Box<Diagnostic>> {
    let kind = &patch.kind.value;
    let of_kind: Vec<_> = objects.iter().enumerate().filter(|(_, object)| object.kind() == &**kind).collect();
    let kinds = || {
        let mut kinds: Vec<&str> = objects.iter().map(Object::kind).collect();
        kinds.dedup();
        kinds
    };
    let names = || of_kind.iter().map(|(_, object)| object.name());
    let nothing = |span: Span, message: String| {
        Diagnostic::new(Code::PatchTarget, span, message)
            .why("A patch that matches nothing has no effect, and nobody would notice.")
    };
    let Some(name) = &patch.name else {
        return match of_kind.as_slice() {
            [(index, _)] => Ok(*index),
            [] => {
                let message = format!("this release has no {kind}");
                let label = suggest::did_you_mean(kind, kinds()).unwrap_or_else(|| "no match".to_owned());
                let help = format!("the release has {}", suggest::one_of(kinds()));
                Err(Box::new(nothing(patch.kind.span(), message).label(label).help(help)))
            }
            _ => {
                let message = format!("this release has {} objects of kind {kind}", of_kind.len());
                let help = format!("add `name=` with {}", suggest::one_of(names()));
                Err(Box::new(nothing(patch.kind.span(), message).label("ambiguous").help(help)))
            }
        };
    };
    let index = of_kind.iter().find(|(_, object)| object.name() == &*name.value).map(|(index, _)| *index);
    index.ok_or_else(|| {
        let message = format!("this release has no {kind} named `{}`", name.value);
        let label = suggest::did_you_mean(&name.value, names()).unwrap_or_else(|| "no match".to_owned());
        let all = if of_kind.is_empty() { suggest::one_of(kinds()) } else { suggest::one_of(names()) };
        Box::new(nothing(name.span(), message).label(label).help(format!("the release has {all}")))
    })
}

/// Refuses fields that canaryc owns: those that an object already has, and those that only the controller may set.
fn owned(release: &Release, patch: &Patch, object: &Object, diagnostics: &mut Diagnostics) {
    for pointer in patch::touched(&patch.change) {
        let place = || place(&patch.change, &pointer).unwrap_or(patch.origin.span);
        let shown = format!("`{pointer}` of {} `{}`", object.kind(), object.name());
        if let Some(field) = pointer.find(&object.root) {
            let ours = Diagnostic::new(Code::PatchOwned, place(), format!("{shown} is already set by canaryc"));
            let (label, help) = match field.origin.derivation {
                Derivation::Written => ("set here", "change it there"),
                Derivation::Default => ("a default of this", "set it in the policy, where its default comes from"),
                Derivation::Derived => ("derived from this", "change the value that it is derived from"),
            };
            diagnostics.push(
                ours.label("patched here")
                    .also(field.origin.span, label)
                    .why("All fields that canaryc writes come from the policy. A patch would contradict the policy, and readers would not expect it.")
                    .help(help),
            );
        } else if let Some(controlled) = controlled(release, object, &pointer) {
            diagnostics.push(
                Diagnostic::new(Code::PatchOwned, place(), format!("{shown} cannot be patched"))
                    .label(controlled.label)
                    .why(controlled.why)
                    .help(controlled.help),
            );
        }
    }
}

/// A field that a patch may not set, even if it is still absent.
struct Controlled {
    label: &'static str,
    why: &'static str,
    help: &'static str,
}

fn controlled(release: &Release, object: &Object, pointer: &Pointer) -> Option<Controlled> {
    let parts: Vec<&str> = pointer.parts().iter().map(String::as_str).collect();
    let kind = Kind::in_any_version(object.api_version(), object.kind());
    match (kind, parts.as_slice()) {
        (Some(Kind::Rollout), ["spec", "strategy", "canary", "steps", ..]) => Some(Controlled {
            label: "a step",
            why: "The order of the steps ensures that header routes and weights only reach ready pods.",
            help: "write a `stage` in the policy",
        }),
        (Some(Kind::Rollout), ["spec", "strategy", "blueGreen", ..]) => Some(Controlled {
            label: "another strategy",
            why: "A Rollout has exactly one strategy.",
            help: "write `strategy=` in the policy",
        }),
        (Some(Kind::Rollout), ["spec", "replicas"]) => Some(Controlled {
            label: "the number of pods",
            why: "An autoscaler owns it. A second owner would reset it at every apply.",
            help: "change `min=` and `max=` of the autoscaler",
        }),
        (Some(Kind::Rollout), ["spec", "paused"]) => Some(Controlled {
            label: "the pause of a person",
            why: "The controller and people change it while a release runs. In a manifest it stops every release, and each apply stops it again.",
            help: "run `kubectl argo rollouts pause`, or write `promote=\"manual\"` on a `stage`",
        }),
        (Some(Kind::Rollout), ["spec", "restartAt"]) => Some(Controlled {
            label: "a restart",
            why: "It is a command to the controller. In a manifest, every apply asks for it again.",
            help: "run `kubectl argo rollouts restart`",
        }),
        (Some(Kind::Service), ["spec", "externalName"]) => Some(Controlled {
            label: "another host",
            why: "A Service with an external name selects no pods, so the controller cannot point it at a version.",
            help: "remove it",
        }),
        (_, ["spec", "selector", ..]) => Some(Controlled {
            label: "a selector",
            why: "The controller writes the pod hash to the selector. A selector from an apply would send requests to the wrong pods.",
            help: "set it in `workload { selector … }`",
        }),
        (_, ["spec", "rules", _, "backendRefs", _]) => Some(Controlled {
            label: "another backend",
            why: "The controller only sets the weights of the stable and the canary Service. A third Service would distort the shares.",
            help: "write a separate rule or route",
        }),
        (_, [.., "weight"]) if is_routed(release, object) => {
            Some(Controlled { label: "a weight", why: "The controller sets it.", help: "write `weight=` on a `stage`" })
        }
        _ => None,
    }
}

/// Refuses a rule of a managed route that leads to only one of the two Services: in the end the plugin would set its
/// weight to 0, or delete it.
fn whole_rules(release: &Release, patch: &Patch, object: &Object, diagnostics: &mut Diagnostics) {
    let managed = release.routes.iter().any(|route| route.name.value.as_str() == object.name());
    let Some(service) = release.service.as_ref().filter(|_| managed && is_routed(release, object)) else {
        return;
    };
    let rules = object.root.at(&["spec", "rules"]).map(Field::items).unwrap_or_default();
    for rule in rules {
        let backends = rule.get("backendRefs").map(Field::items).unwrap_or_default();
        let leads =
            |name: &str| backends.iter().any(|backend| backend.get("name").and_then(Field::as_str) == Some(name));
        let (stable, canary) = (service.stable.value.as_str(), service.canary.value.as_str());
        if leads(stable) != leads(canary) {
            let only = if leads(stable) { stable } else { canary };
            diagnostics.push(
                Diagnostic::new(Code::PatchOwned, patch.origin.span, format!("a patched rule only refers to `{only}`"))
                    .label("adds this rule")
                    .also(rule.origin.span, "the rule")
                    .why("The controller sets the weight of both Services in every rule of this route. It would set a single Service to 0, or delete the rule.")
                    .help("pin an `audience` in the policy, which gets a separate route"),
            );
        }
    }
}

/// Whether a router of the release uses objects of this kind.
fn is_routed(release: &Release, object: &Object) -> bool {
    let mut references = release.traffic.routers().iter().flat_map(|declared| declared.router.entry.references);
    references.any(|reference| reference.kind == object.kind())
}

/// Where a patch names a path.
fn place(change: &Field, pointer: &Pointer) -> Option<Span> {
    if change.items().is_empty() {
        return pointer.find(change).map(|field| field.origin.span);
    }
    let names =
        |path: &&Field| path.as_str().and_then(|text| Pointer::parse(text).ok()).is_some_and(|named| named == *pointer);
    let paths = change.items().iter().flat_map(|operation| [operation.get("path"), operation.get("from")]).flatten();
    paths.filter(names).map(|path| path.origin.span).next()
}
