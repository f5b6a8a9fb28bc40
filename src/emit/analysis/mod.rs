//! In: the analyses of a plan. Out: AnalysisTemplates, and the fields of the Rollout that use them.

mod annotated;
mod condition;
mod metric;
mod own;
mod question;

use std::collections::BTreeMap;

pub(super) use annotated::AnnotatedCheck;

use crate::diagnostic::Diagnostics;
use crate::emit::context::{Context, mapping};
use crate::emit::metadata::object;
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object, Origin};
use crate::plan::{Analysis, Look};
use crate::policy::Sourced;
use crate::policy::check::OnFail;
use crate::policy::measure::MeasureKind;
use crate::policy::template::{Argument, Part, Template};
use crate::provider::arguments::{Arguments, Conflict};
use crate::side::Side;
use crate::syntax::tree::Text;
use crate::units::Duration;

/// The emitted analyses of a release.
pub(super) struct Analyses {
    /// The templates, in the order of the plan. Holds of several stages with the same name share one template.
    pub templates: Vec<Object>,
    /// For each analysis of the plan, the arguments of its template. An analysis without a template has none.
    arguments: Vec<Arguments>,
    /// The measure, if any, that distinguishes backends only if each backend has its own filter.
    pub backend_filters: Option<Origin>,
    /// The entries of the plan annotation, by the name of the check.
    pub checks: BTreeMap<String, AnnotatedCheck>,
}

/// Emits the analyses of a release.
pub(super) fn analyses(context: &Context<'_>, diagnostics: &mut Diagnostics) -> Analyses {
    let planned = &context.plan.analyses;
    let mut emitted = Analyses {
        templates: Vec::new(),
        arguments: Vec::with_capacity(planned.len()),
        backend_filters: None,
        checks: BTreeMap::new(),
    };
    let mut measures = metric::Measures::default();
    for (index, analysis) in planned.iter().enumerate() {
        let first = planned[..index].iter().position(|other| other.name == analysis.name);
        let arguments = match first.and_then(|first| emitted.arguments.get(first)) {
            Some(arguments) => arguments.with_delays(|name| own_delay(context, analysis, name)),
            None => {
                let same: Vec<_> = planned.iter().filter(|other| other.name == analysis.name).collect();
                let mut arguments = Arguments::default();
                let template =
                    template(context, analysis, &same, &mut measures, &mut arguments, &mut emitted, diagnostics);
                emitted.templates.extend(template);
                for conflict in arguments.conflicts().iter().chain(&given_twice(context, analysis)) {
                    diagnostics.push(conflict.diagnostic());
                }
                arguments
            }
        };
        emitted.arguments.push(arguments);
    }
    emitted
}

/// The delay of an analysis for the check of an argument.
fn own_delay(context: &Context<'_>, analysis: &Analysis, argument: &str) -> Option<Duration> {
    let named =
        |look: &&Look| context.release.check(look.check).is_some_and(|check| argument == metric::delay_argument(check));
    analysis.looks.iter().find(named).and_then(|look| look.initial_delay)
}

fn template(
    context: &Context<'_>,
    analysis: &Analysis,
    same: &[&Analysis],
    measures: &mut metric::Measures,
    arguments: &mut Arguments,
    emitted: &mut Analyses,
    diagnostics: &mut Diagnostics,
) -> Option<Object> {
    let mut metrics = Vec::with_capacity(analysis.looks.len());
    let (mut dry_run, mut retention) = (Vec::new(), Vec::with_capacity(analysis.looks.len()));
    for (index, look) in analysis.looks.iter().enumerate() {
        let Some(check) = context.release.check(look.check) else { continue };
        if matches!(check.measure.kind, MeasureKind::Template { .. }) {
            continue;
        }
        let delay = delay(analysis, same, index);
        let measured = measures.of(context, look.check, check);
        match measured.and_then(|measured| metric::metric(analysis.purpose, look, check, delay, measured, arguments)) {
            Ok(metric) => {
                metrics.push(metric.field);
                emitted.backend_filters = emitted.backend_filters.or(metric.backend_filters);
                emitted.checks.extend(metric.annotated.map(|entry| (check.name.value.to_string(), entry)));
            }
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
        // The controller treats these names as regular expressions.
        let pattern = || Field::new(["^", check.name.value.as_str(), "$"].concat(), check.name.origin);
        if check.on_fail.value == OnFail::Ignore {
            dry_run.push(mapping(check.on_fail.origin, [("metricName", pattern())]));
        }
        let kept = [("metricName", pattern()), ("limit", check.retain.field())];
        retention.push(mapping(check.retain.origin, kept));
    }
    if metrics.is_empty() {
        return None;
    }
    let name = Sourced::new(analysis.name.clone(), Origin::derived(analysis.origin.span));
    let origin = Origin::derived(analysis.origin.span);
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

/// If stages that share a template have different delays for a check, the delay is an argument of the template.
fn delay(analysis: &Analysis, same: &[&Analysis], index: usize) -> metric::Delay {
    let own = analysis.looks.get(index).and_then(|look| look.initial_delay);
    let differs = same.iter().any(|other| other.looks.get(index).map(|look| look.initial_delay) != Some(own));
    if differs { metric::Delay::Argument(own) } else { metric::Delay::Fixed(own) }
}

/// `templates` and `args` where something uses an analysis.
pub(super) fn reference(context: &Context<'_>, analyses: &Analyses, index: usize) -> Option<Field> {
    let analysis = context.plan.analyses.get(index)?;
    let origin = analysis.origin;
    let mut templates = Vec::with_capacity(1);
    let (mut given_names, mut given_values, mut own) = (Vec::new(), Vec::new(), false);
    for look in &analysis.looks {
        let Some(check) = context.release.check(look.check) else { continue };
        let MeasureKind::Template { name, cluster, arguments } = &check.measure.kind else {
            own = true;
            continue;
        };
        let mut template = mapping(look.origin, [("templateName", name.field())]);
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
        let name = Field::new(analysis.name.clone(), Origin::derived(origin.span));
        templates.insert(0, mapping(origin, [("templateName", name)]));
    }
    let mut field = mapping(origin, [("templates", Field::sequence(templates, origin))]);
    let mut arguments = analyses.arguments.get(index).map(Arguments::passed).unwrap_or_default();
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

/// Conflicts of the user's templates in one analysis that give one argument two values.
fn given_twice(context: &Context<'_>, analysis: &Analysis) -> Vec<Conflict> {
    let mut known: Vec<&(Sourced<Text>, Sourced<Template>)> = Vec::new();
    let mut conflicts = Vec::new();
    for check in analysis.looks.iter().filter_map(|look| context.release.check(look.check)) {
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
