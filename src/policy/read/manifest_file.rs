//! In: a value that names a manifest file. Out: its objects, and the wanted one, found by kind and name.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, suggest};
use crate::manifest::{self, Object};
use crate::model::Value;
use crate::policy::context::Context;
use crate::source::Span;

/// The wanted object.
pub struct Wanted<'w> {
    /// It has one of these kinds.
    pub kinds: &'w [&'w str],
    /// Its name; `None` selects the only object of these kinds.
    pub name: Option<&'w str>,
    /// Where the policy writes the name.
    pub named_at: Option<Span>,
    /// How the policy names the object.
    pub naming: Naming,
}

/// How a policy names an object of a file.
#[derive(Clone, Copy, Debug)]
pub enum Naming {
    /// `name=` beside `file=`
    Property,
    /// The argument of the `route`.
    Route,
}

impl Naming {
    fn help(self, name: &str) -> String {
        match self {
            Self::Property => format!("write `name=\"{name}\"`"),
            Self::Route => format!("write `route \"{name}\" file=…`"),
        }
    }

    fn help_with_several<'n>(self, names: impl Iterator<Item = &'n str>) -> String {
        let names = suggest::one_of(names);
        match self {
            Self::Property => format!("write `name=` with {names}"),
            Self::Route => format!("write `route \"…\" file=…` with {names}"),
        }
    }
}

/// The objects of the file that a value names. `None` after an error that leaves no objects; it was reported.
pub fn objects(cx: &mut Context<'_>, value: &Value) -> Option<Vec<Object>> {
    if !value.is_sound() {
        cx.already_said();
        return None;
    }
    let source = cx.read_manifest(value, value.as_str()?)?;
    let mut found = Diagnostics::new();
    let objects = manifest::read(&Arc::clone(&source), &mut found);
    let failed = found.has_errors();
    cx.append(found);
    if objects.is_empty() {
        if !failed {
            let message = format!("`{}` contains no object", source.path.display());
            cx.report(
                Diagnostic::new(Code::ManifestEmpty, value.blame(), message)
                    .label("an empty manifest")
                    .help("name the file that contains it"),
            );
        }
        return None;
    }
    Some(objects)
}

/// The wanted object. Reports it as missing or ambiguous.
pub fn select(cx: &mut Context<'_>, value: &Value, objects: &[Object], wanted: &Wanted<'_>) -> Option<Object> {
    let shown = value.as_str().unwrap_or_default();
    let kinds = suggest::one_of(wanted.kinds.iter().copied());
    let fitting: Vec<&Object> = objects.iter().filter(|object| wanted.kinds.contains(&object.kind())).collect();
    if fitting.is_empty() {
        let mut held: Vec<&str> = objects.iter().map(Object::kind).collect();
        held.dedup();
        cx.report(
            Diagnostic::new(Code::ManifestNoSuchObject, value.blame(), format!("`{shown}` contains no {kinds}"))
                .label(format!("contains {}", held.join(", ")))
                .help(other_kind(wanted.kinds, &held)),
        );
        return None;
    }
    let named = |name: &str| fitting.iter().find(|object| object.name() == name).map(|object| (*object).clone());
    match (wanted.name, fitting.as_slice()) {
        (Some(name), _) if named(name).is_some() => named(name),
        (None, [only]) => Some((*only).clone()),
        (Some(name), all) => {
            let names: Vec<&str> = all.iter().map(|object| object.name()).collect();
            let mut diagnostic = Diagnostic::new(
                Code::ManifestNoSuchObject,
                value.blame(),
                format!("`{shown}` contains no {kinds} named `{name}`"),
            )
            .label(format!("contains {}", suggest::one_of(names.iter().copied())))
            .help(match suggest::nearest(name, names.iter().copied()) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => wanted.naming.help(names.first().unwrap_or(&"…")),
            });
            if let Some(span) = wanted.named_at.filter(|span| *span != value.blame()) {
                diagnostic = diagnostic.also(span, "required here");
            }
            cx.report(diagnostic);
            None
        }
        (None, all) => {
            let names = all.iter().map(|object| object.name());
            cx.report(
                Diagnostic::new(
                    Code::ManifestNoSuchObject,
                    value.blame(),
                    format!("`{shown}` contains several objects of kind {kinds}, and none has the name of the release"),
                )
                .label("ambiguous")
                .help(wanted.naming.help_with_several(names)),
            );
            None
        }
    }
}

/// What to write for a file that contains another kind than the wanted one.
fn other_kind(wanted: &[&str], held: &[&str]) -> &'static str {
    let (wants, holds) = (|kind: &str| wanted.contains(&kind), |kind: &str| held.contains(&kind));
    if wants("HorizontalPodAutoscaler") && holds("ScaledObject") {
        "write `kind=\"ScaledObject\"`"
    } else if wants("ScaledObject") && holds("HorizontalPodAutoscaler") {
        "remove `kind=`: a HorizontalPodAutoscaler is the default"
    } else if wants("Deployment") && holds("Rollout") {
        "canaryc writes the Rollout itself: name the Deployment; if there is none any more, turn this file into one \
         (`apiVersion: apps/v1`, `kind: Deployment`, without `strategy`) and write `mode=\"embed\"`"
    } else {
        "name the file that contains it"
    }
}

/// Reports an object in another namespace than the release. `named` is where the policy names its file.
pub fn same_namespace(cx: &mut Context<'_>, object: &Object, named: Span) {
    let Some(file) = object.namespace() else { return };
    let Some(ours) = cx.names.namespace.known().cloned() else { return };
    if file == &*ours {
        return;
    }
    let span = object.root.at(&["metadata", "namespace"]).map_or(object.root.origin.span, |field| field.origin.span);
    let message = format!("this {} is in namespace `{file}`, but the release is in `{ours}`", object.kind());
    cx.report(
        Diagnostic::new(Code::ManifestNamespace, named, message)
            .label("this file")
            .also(span, "the namespace of the release")
            .why("A Rollout finds its workload, its Services and its routes only in its own namespace.")
            .help(format!("write `namespace=\"{file}\"` on the release, or remove the namespace from the file")),
    );
}
