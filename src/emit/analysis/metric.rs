//! In: a check and its place. Out: a metric of an AnalysisTemplate.

use crate::diagnostic::{Code, Diagnostic};
use crate::emit::analysis::annotated::{AnnotatedCheck, annotated};
use crate::emit::analysis::condition;
use crate::emit::analysis::question::{self, Question};
use crate::emit::context::{Context, derived, duration};
use crate::manifest::{Field, Origin};
use crate::plan::{InitialDelay, Measurement, Purpose};
use crate::policy::CheckId;
use crate::policy::check::{Check, OnFail};
use crate::provider::arguments::{Arguments, Source};

/// A metric, and what else it needs.
pub(super) struct Metric {
    pub field: Field,
    /// The measure that needs a filter on each backend of the routes.
    pub backend_filters: Option<Origin>,
    /// Its entry in the plan annotation.
    pub annotated: Option<AnnotatedCheck>,
}

/// The interval if the policy has none and the metric needs one.
const MINUTE: &str = "1m";

/// What a check measures, the same in every place.
pub(super) struct Measured {
    question: Question,
    /// The arguments that the texts of its provider need.
    arguments: Arguments,
}

/// What the checks of a release measure. Most checks are measured in several places, and the query is the same in all.
#[derive(Default)]
pub(super) struct Measures(Vec<(CheckId, Measured)>);

impl Measures {
    /// What a check measures.
    pub(super) fn of(
        &mut self,
        context: &Context<'_>,
        id: CheckId,
        check: &Check,
    ) -> Result<&Measured, Box<Diagnostic>> {
        let known = self.0.iter().position(|(known, _)| *known == id);
        let index = known.unwrap_or(self.0.len());
        if known.is_none() {
            let mut arguments = Arguments::default();
            let question = question::question(context, check, &mut arguments)?;
            self.0.push((id, Measured { question, arguments }));
        }
        Ok(&self.0[index].1)
    }
}

/// The metric of a check. Adds the arguments that its texts need to `arguments`.
pub(super) fn metric(
    purpose: Purpose,
    measurement: &Measurement,
    check: &Check,
    measured: &Measured,
    arguments: &mut Arguments,
) -> Result<Metric, Box<Diagnostic>> {
    let question = &measured.question;
    arguments.add(&measured.arguments);
    let mut metric = Field::with_room(10, measurement.origin).with("name", check.name.field());
    let repeats = repeats(purpose, check);
    if repeats.interval {
        let minute = || Field::new(MINUTE, Origin::default_of(check.origin.span));
        metric.set("interval", check.interval.as_ref().map_or_else(minute, duration));
    }
    // The origin of a delay is the value that it was computed from.
    let delayed = check.initial_delay.as_ref().map_or(Origin::derived(check.measure.origin.span), |said| said.origin);
    match measurement.initial_delay {
        InitialDelay::Fixed(None) => {}
        InitialDelay::Fixed(Some(delay)) => metric.set("initialDelay", Field::new(delay.text(), delayed)),
        InitialDelay::Argument(first) => {
            let name = delay_argument(check);
            metric.set("initialDelay", Field::new(["{{args.", &name, "}}"].concat(), delayed));
            arguments.need(&name, Source::Delay(first), delayed);
        }
    }
    if let Some(count) = repeats.count {
        metric.set("count", count);
    }
    let conditions = condition::conditions(purpose, measurement, check, question.latency_unit);
    if check.measure.answer.is_some() && conditions.success.is_none() {
        return Err(Box::new(missing_condition(check)));
    }
    if let Some(success) = conditions.success {
        metric.set("successCondition", success);
    }
    if let Some(failure) = conditions.failure {
        metric.set("failureCondition", failure);
    }
    metric.set("failureLimit", repeats.failure_limit);
    metric.set("inconclusiveLimit", repeats.inconclusive_limit);
    if let Some(limit) = repeats.success_limit {
        metric.set("consecutiveSuccessLimit", limit);
    }
    metric.set("consecutiveErrorLimit", check.error_limit.field());
    metric.set("provider", question.provider.clone());
    let backend_filters = question.backend_filters.then_some(Origin::derived(check.measure.origin.span));
    Ok(Metric { field: metric, backend_filters, annotated: annotated(check, question.latency_unit) })
}

/// The argument for the delay of a check whose stages have different delays.
pub(super) fn delay_argument(check: &Check) -> String {
    [check.name.value.as_str(), "-delay"].concat()
}

/// The controller treats a metric without a condition as one that always passes.
fn missing_condition(check: &Check) -> Diagnostic {
    let message = format!("{} has no condition", check.name.value);
    Diagnostic::new(Code::SupportNotYet, check.origin.span, message)
        .label("canaryc cannot write a condition for it")
        .help("add `min=`, `max=` or a plain `equals=`")
}

/// How often a metric is measured, and what is tolerated.
struct Repeats {
    interval: bool,
    count: Option<Field>,
    failure_limit: Field,
    inconclusive_limit: Field,
    success_limit: Option<Field>,
}

fn repeats(purpose: Purpose, check: &Check) -> Repeats {
    let tolerated = check.failure_limit.field();
    let none = || derived(0u32, &check.failure_limit);
    match purpose {
        // No count: with a count the metric would complete, and nothing would watch the stages after it.
        Purpose::Watch => Repeats {
            interval: true,
            count: None,
            inconclusive_limit: derived(check.failure_limit.value, &check.failure_limit),
            failure_limit: tolerated,
            success_limit: None,
        },
        // One measurement: without interval and count the controller takes exactly one.
        Purpose::Hold => Repeats {
            interval: false,
            count: None,
            failure_limit: none(),
            inconclusive_limit: none(),
            success_limit: None,
        },
        Purpose::Gate if check.on_fail.value == OnFail::Wait => waiting(check),
        Purpose::Gate => {
            let bad = check.failure_limit.value;
            let count = match &check.count {
                Some(count) => count.field(),
                None => {
                    let in_a_row = check.success_limit.as_ref().map_or(1, |limit| limit.value.max(1));
                    derived(bad.saturating_add(1).saturating_mul(in_a_row), &check.failure_limit)
                }
            };
            let success_limit = match (&check.success_limit, &check.count) {
                (Some(limit), _) => Some(limit.field()),
                (None, None) => Some(Field::new(1u32, Origin::default_of(check.origin.span))),
                (None, Some(_)) => None,
            };
            Repeats {
                interval: count.as_integer() != Some(1),
                count: Some(count),
                inconclusive_limit: derived(bad, &check.failure_limit),
                failure_limit: tolerated,
                success_limit,
            }
        }
    }
}

/// Measures until the value is good, for `timeout` at most. No number of failures ends it earlier.
fn waiting(check: &Check) -> Repeats {
    let interval = check.interval.as_ref().map_or(60_000, |interval| interval.value.milliseconds()).max(1);
    let timeout = check.timeout.as_ref().map_or(0, |timeout| timeout.value.milliseconds());
    let in_a_row = check.success_limit.as_ref().map_or(1, |limit| limit.value.max(1));
    let count = i64::try_from(timeout / interval).unwrap_or(i64::MAX).max(i64::from(in_a_row));
    let origin = check.timeout.as_ref().map_or(check.on_fail.origin, |timeout| timeout.origin);
    Repeats {
        interval: count > 1,
        count: Some(Field::new(count, Origin::derived(origin.span))),
        failure_limit: derived(-1i64, &check.on_fail),
        inconclusive_limit: derived(0u32, &check.on_fail),
        success_limit: Some(
            check.success_limit.as_ref().map_or_else(|| derived(1u32, &check.on_fail), |limit| limit.field()),
        ),
    }
}
