//! In: the templates of a plan and their uses. Out: AnalysisTemplates, and the fields of the Rollout that use them.

mod annotated;
mod condition;
mod metric;
mod own;
mod question;
mod repeats;

use std::collections::BTreeMap;

pub(super) use annotated::AnnotatedCheck;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::emit::context::{Context, mapping};
use crate::emit::metadata::object;
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object, Origin};
use crate::plan::{self, TemplateId, TemplateUse};
use crate::policy::Sourced;
use crate::policy::check::OnFail;
use crate::policy::measure::MeasureKind;
use crate::policy::template::{Argument, Part, Template};
use crate::provider::arguments::{Arguments, Conflict};
use crate::side::Side;
use crate::syntax::tree::Text;

/// The emitted analyses of a release.
pub(super) struct Analyses {
    /// The templates, in the order of the plan.
    pub templates: Vec<Object>,
    /// The arguments of each template of the plan. One that only refers to templates of the user has none.
    arguments: Vec<Arguments>,
    /// The measure, if any, that distinguishes backends only if each backend has its own filter.
    pub backend_filters: Option<Origin>,
    /// The entries of the plan annotation, by the name of the check.
    pub checks: BTreeMap<String, AnnotatedCheck>,
}

/// Emits the analyses of a release.
pub(super) fn analyses(context: &Context<'_>, diagnostics: &mut Diagnostics) -> Analyses {
    let planned = &context.plan.templates;
    let mut emitted = Analyses {
        templates: Vec::new(),
        arguments: Vec::with_capacity(planned.len()),
        backend_filters: None,
        checks: BTreeMap::new(),
    };
    let mut measures = metric::Measures::default();
    for planned in planned {
        let mut arguments = Arguments::default();
        let template = template(context, planned, &mut measures, &mut arguments, &mut emitted, diagnostics);
        emitted.templates.extend(template);
        for conflict in arguments.conflicts().iter().chain(&given_twice(context, planned)) {
            diagnostics.push(conflict.diagnostic());
        }
        emitted.arguments.push(arguments);
    }
    emitted
}

fn template(
    context: &Context<'_>,
    planned: &plan::Template,
    measures: &mut metric::Measures,
    arguments: &mut Arguments,
    emitted: &mut Analyses,
    diagnostics: &mut Diagnostics,
) -> Option<Object> {
    let mut metrics = Vec::with_capacity(planned.measurements.len());
    let (mut dry_run, mut retention) = (Vec::new(), Vec::with_capacity(planned.measurements.len()));
    for measurement in &planned.measurements {
        let Some(check) = context.release.check(measurement.check) else { continue };
        if matches!(check.measure.kind, MeasureKind::Template { .. }) {
            continue;
        }
        let measured = measures.of(context, measurement.check, check);
        let own =
            measured.and_then(|measured| metric::metrics(planned.purpose, measurement, check, measured, arguments));
        let own = match own {
            Ok(own) => own,
            // Several templates may have the same check, with the same mistake.
            Err(diagnostic) => {
                let known =
                    |other: &Diagnostic| other.message == diagnostic.message && other.span() == diagnostic.span();
                if !diagnostics.iter().any(known) {
                    diagnostics.push(*diagnostic);
                }
                continue;
            }
        };
        emitted.backend_filters = emitted.backend_filters.or(own.backend_filters);
        emitted.checks.extend(own.annotated.map(|entry| (check.name.value.to_string(), entry)));
        for metric in own.emitted {
            metrics.push(metric.field);
            if check.on_fail.value == OnFail::Ignore {
                dry_run.push(mapping(check.on_fail.origin, [("metricName", metric.pattern.clone())]));
            }
            let kept = [("metricName", metric.pattern), ("limit", check.retain.field())];
            retention.push(mapping(check.retain.origin, kept));
        }
    }
    if metrics.is_empty() {
        return None;
    }
    let name = Sourced::new(planned.name.clone(), Origin::derived(planned.origin.span));
    let origin = Origin::derived(planned.origin.span);
    let mut spec = Field::with_room(4, origin);
    if let Some(declared) = arguments.declared() {
        spec.set("args", declared);
    }
    spec.set("metrics", Field::sequence(metrics, origin));
    if !dry_run.is_empty() {
        spec.set("dryRun", Field::sequence(dry_run, origin));
    }
    spec.set("measurementRetention", Field::sequence(retention, origin));
    let mut object = object(context, Kind::AnalysisTemplate, &name, origin);
    object.root.set("spec", spec);
    Some(object)
}

/// `templates` and `args` where a step or the watch uses a template.
pub(super) fn reference(context: &Context<'_>, analyses: &Analyses, usage: &TemplateUse) -> Option<Field> {
    let planned = context.plan.template(usage.template)?;
    let origin = planned.origin;
    let mut templates = Vec::with_capacity(1);
    let (mut given_names, mut given_values, mut own) = (Vec::new(), Vec::new(), false);
    for measurement in &planned.measurements {
        let Some(check) = context.release.check(measurement.check) else { continue };
        let MeasureKind::Template { name, cluster, arguments } = &check.measure.kind else {
            own = true;
            continue;
        };
        let mut template = mapping(measurement.origin, [("templateName", name.field())]);
        if *cluster {
            template.set("clusterScope", Field::new(true, Origin::derived(check.measure.origin.span)));
        }
        templates.push(template);
        for (name, value) in arguments {
            if !given_names.contains(&&name.value) {
                given_names.push(&name.value);
                given_values.push(given(name.origin, &name.value, value));
            }
        }
    }
    if own {
        let name = Field::new(planned.name.clone(), Origin::derived(origin.span));
        templates.insert(0, mapping(origin, [("templateName", name)]));
    }
    let mut field = mapping(origin, [("templates", Field::sequence(templates, origin))]);
    let mut arguments = passed(context, analyses, planned, usage);
    let named = |argument: &Field| argument.get("name").and_then(Field::as_str).map(str::to_owned);
    for value in given_values {
        if !arguments.iter().any(|other| named(other) == named(&value)) {
            arguments.push(value);
        }
    }
    if !arguments.is_empty() {
        field.set("args", Field::sequence(arguments, origin));
    }
    Some(field)
}

/// The arguments that a use passes to its template, with its own delays.
fn passed(context: &Context<'_>, analyses: &Analyses, planned: &plan::Template, usage: &TemplateUse) -> Vec<Field> {
    let TemplateId(index) = usage.template;
    let Some(arguments) = analyses.arguments.get(index) else { return Vec::new() };
    let own = |argument: &str| {
        let named = |measurement: &plan::Measurement| {
            let check = context.release.check(measurement.check);
            check.is_some_and(|check| argument == metric::delay_argument(check))
        };
        let position = planned.measurements.iter().position(named)?;
        usage.initial_delays.get(position).copied().flatten()
    };
    arguments.with_delays(own).passed()
}

/// Conflicts of the user's templates in one analysis that give one argument two values.
fn given_twice(context: &Context<'_>, planned: &plan::Template) -> Vec<Conflict> {
    let mut known: Vec<&(Sourced<Text>, Sourced<Template>)> = Vec::new();
    let mut conflicts = Vec::new();
    for check in planned.measurements.iter().filter_map(|measurement| context.release.check(measurement.check)) {
        let MeasureKind::Template { arguments, .. } = &check.measure.kind else { continue };
        for argument in arguments {
            match known.iter().find(|(name, _)| *name == argument.0) {
                Some((_, value)) if value.value.render() != argument.1.value.render() => conflicts.push(Conflict {
                    name: argument.0.value.to_string(),
                    first: value.origin,
                    second: argument.1.origin,
                }),
                Some(_) => {}
                None => known.push(argument),
            }
        }
    }
    conflicts
}

/// An argument of a template of the user: text, or a hash that the controller knows.
fn given(origin: Origin, name: &str, value: &Sourced<Template>) -> Field {
    let field = Field::mapping(origin).put("name", name);
    let hash = match value.value.parts.as_slice() {
        [Part::Argument(Argument::Hash(Side::Canary))] => Some("Latest"),
        [Part::Argument(Argument::Hash(Side::Stable))] => Some("Stable"),
        _ => None,
    };
    match hash {
        Some(hash) => {
            field.with("valueFrom", mapping(value.origin, [("podTemplateHashValue", Field::new(hash, value.origin))]))
        }
        None => field.with("value", Field::new(value.value.render(), value.origin)),
    }
}
