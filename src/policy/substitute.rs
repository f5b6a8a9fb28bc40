//! In: a value that may contain `{{names}}`. Out: its text with the built-in names filled in. Only the controller knows
//! hashes and secrets, so they remain as holes of a [`Template`]. The `layers` phase has already filled in parameters.

use std::ops::Range;

use super::context::{BuiltIn, Context};
use super::template::{Argument, Part, Template};
use crate::braces;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Value;
use crate::policy::sourced::Sourced;
use crate::side::Side;
use crate::source::Span;
use crate::syntax::tree::{Scalar, Text};

/// What a text may contain besides the names that canaryc fills in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'s> {
    /// Whether the controller fills in `{{stable-hash}}` and `{{canary-hash}}`; only in measures.
    pub hashes: bool,
    /// The names of the measure's secrets.
    pub secrets: &'s [Text],
    /// The value of `{{window}}`.
    pub window: Window<'s>,
}

/// `{{window}}`
#[derive(Clone, Copy, Debug, Default)]
pub enum Window<'s> {
    /// The text does not belong to a measure with a window.
    #[default]
    Elsewhere,
    /// The measure could have `window=`, but has none. This is its node.
    Unsaid(Span),
    /// The measure's window is invalid, and a diagnostic was reported.
    Wrong,
    /// The measure's window, in the syntax of its query language.
    Is(&'s str),
}

/// The text of a value that the controller does not change.
pub fn plain(cx: &mut Context<'_>, value: &Value) -> Option<Text> {
    let template = fill(cx, value, Scope::default())?;
    Some(template.render().into())
}

/// The text of a value, with holes for what only the controller knows.
pub fn template(cx: &mut Context<'_>, value: &Value, scope: Scope<'_>) -> Option<Sourced<Template>> {
    fill(cx, value, scope).map(|template| Sourced::new(template, value.origin()))
}

fn fill(cx: &mut Context<'_>, value: &Value, scope: Scope<'_>) -> Option<Template> {
    if !value.is_sound() {
        cx.already_said();
        return None;
    }
    let Scalar::String(text) = &value.scalar else {
        let message = format!("expected a string, found {}", value.scalar.kind());
        cx.report(
            Diagnostic::new(Code::ValueType, value.blame(), message).label("not a string").help("put it in quotes"),
        );
        return None;
    };
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut sound = true;
    let mut at = 0;
    while let Some(open) = braces::opening(&text[at..]).map(|offset| at + offset) {
        literal.push_str(&text[at..open]);
        let Some(close) = braces::closing(&text[open..]).map(|offset| open + offset) else {
            // The layers phase has reported it where it is written.
            cx.already_said();
            return None;
        };
        let range = open..close + 2;
        match hole(cx, value, text[open + 2..close].trim(), range.clone(), scope) {
            Some(Part::Literal(filled)) => literal.push_str(&filled),
            Some(part) => {
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal).into()));
                }
                parts.push(part);
            }
            None => sound = false,
        }
        at = range.end;
    }
    literal.push_str(&text[at..]);
    if !literal.is_empty() {
        parts.push(Part::Literal(literal.into()));
    }
    sound.then_some(Template { parts })
}

fn hole(cx: &mut Context<'_>, value: &Value, name: &str, range: Range<usize>, scope: Scope<'_>) -> Option<Part> {
    let built_in = match name {
        "release" => return Some(Part::Literal(Text::clone(&cx.names.release))),
        "namespace" => cx.names.namespace.clone(),
        "environment" => cx.names.environment.clone(),
        "service" => cx.names.service.clone(),
        "stable-service" => cx.names.stable_service.clone(),
        "canary-service" => cx.names.canary_service.clone(),
        "stable-hash" | "canary-hash" | "baseline-hash" => return hash(cx, value, name, range, scope),
        "window" => return window(cx, value, range, scope.window),
        _ => {
            if let Some(secret) = scope.secrets.iter().find(|secret| &***secret == name) {
                return Some(Part::Argument(Argument::Secret(Text::clone(secret))));
            }
            // The layers phase has reported it where it is written: it knows the parameters in scope.
            cx.already_said();
            return None;
        }
    };
    match built_in {
        BuiltIn::Is(text) => Some(match name {
            "canary-service" => Part::Service(Side::Canary, text),
            "stable-service" => Part::Service(Side::Stable, text),
            _ => Part::Literal(text),
        }),
        BuiltIn::Undecided => {
            cx.already_said();
            None
        }
        // Kustomize and Argo CD may set the namespace later, and the Rollout passes its own.
        BuiltIn::Missing { .. } if name == "namespace" && scope.hashes => Some(Part::Argument(Argument::Namespace)),
        BuiltIn::Missing { because, help } => {
            let span = cx.locate(value, range);
            cx.report(
                Diagnostic::new(
                    Code::SubstituteUnavailable,
                    span,
                    format!("`{{{{{name}}}}}` has no value here: {because}"),
                )
                .label("no value")
                .help(help),
            );
            None
        }
    }
}

fn hash(cx: &mut Context<'_>, value: &Value, name: &str, range: Range<usize>, scope: Scope<'_>) -> Option<Part> {
    let side = match name {
        "canary-hash" => Some(Side::Canary),
        "stable-hash" => Some(Side::Stable),
        _ => None,
    };
    if let Some(side) = side.filter(|_| scope.hashes) {
        return Some(Part::Argument(Argument::Hash(side)));
    }
    let span = cx.locate(value, range);
    let diagnostic = if side.is_none() && scope.hashes {
        Diagnostic::new(Code::SubstituteUnavailable, span, "`{{baseline-hash}}` is only available in an experiment")
            .label("no baseline here")
            .why("Only an experiment starts a baseline. Elsewhere the query would match no pods.")
            .help("use `{{stable-hash}}`, or name this check in an `experiment`")
    } else {
        Diagnostic::new(Code::SubstituteUnavailable, span, format!("`{{{{{name}}}}}` is only available in a measure"))
            .label("unknown at build time")
            .why("Only the controller knows the hash of a pod template: it substitutes the hash when it takes a measurement.")
            .help("use it in the query, address or body of a measure")
    };
    cx.report(diagnostic);
    None
}

fn window(cx: &mut Context<'_>, value: &Value, range: Range<usize>, window: Window<'_>) -> Option<Part> {
    let span = cx.locate(value, range);
    match window {
        Window::Is(text) => return Some(Part::Literal(text.into())),
        Window::Wrong => cx.already_said(),
        Window::Unsaid(measure) => cx.report(
            Diagnostic::new(
                Code::SubstituteUnavailable,
                span,
                "`{{window}}` has no value: this measure has no `window=`",
            )
            .label("no value")
            .also(measure, "no `window=` here")
            .why("The window also sets the delay of the first measurement, so that it only covers the new version.")
            .help("write `window=\"5m\"` on the measure"),
        ),
        Window::Elsewhere => cx.report(
            Diagnostic::new(
                Code::SubstituteUnavailable,
                span,
                "`{{window}}` is only available in a measure with a window",
            )
            .label("no window here")
            .help("write the duration"),
        ),
    }
    None
}
