//! In: a check and the place where it is applied. Out: a metric of an AnalysisTemplate.

use crate::diagnostic::{Code, Diagnostic};
use crate::emit::analysis::condition;
use crate::emit::analysis::question::{self, Question};
use crate::emit::context::{Context, derived, duration};
use crate::manifest::{Field, Origin};
use crate::plan::{Look, Purpose};
use crate::policy::CheckId;
use crate::policy::check::{Check, OnFail};
use crate::provider::arguments::{Arguments, Source};
use crate::units::Duration;

/// How long the first look waits.
pub(super) enum Delay {
    /// So long.
    Fixed(Option<Duration>),
    /// Each stage says it; here for the stage at hand.
    Argument(Option<Duration>),
}

/// A metric, and what else it needs.
pub(super) struct Metric {
    pub field: Field,
    /// The measure that needs a filter on each backend of the routes.
    pub backend_filters: Option<Origin>,
    /// How its values count.
    pub unit: Option<&'static str>,
}

/// How often one looks where the policy does not say it and it must be said.
const MINUTE: &str = "1m";

/// What a check measures, wherever it is looked at.
pub(super) struct Measured {
    question: Question,
    /// What the texts of its provider need.
    arguments: Arguments,
}

/// What the checks of a release measure: most are looked at in several places, and what is asked is the same in all.
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

/// The metric of a check. The arguments that its texts need are added to `arguments`.
pub(super) fn metric(
    purpose: Purpose,
    look: &Look,
    check: &Check,
    delay: Delay,
    measured: &Measured,
    arguments: &mut Arguments,
) -> Result<Metric, Box<Diagnostic>> {
    let question = &measured.question;
    arguments.add(&measured.arguments);
    let mut metric = Field::with_room(10, look.origin).with("name", check.name.field());
    let repeats = repeats(purpose, check);
    if repeats.interval {
        let minute = || Field::new(MINUTE, Origin::default_of(check.origin.span));
        metric.set("interval", check.interval.as_ref().map_or_else(minute, duration));
    }
    // The origin of a delay is what it was reckoned from.
    let delayed = check.initial_delay.as_ref().map_or(Origin::derived(check.measure.origin.span), |said| said.origin);
    match delay {
        Delay::Fixed(None) => {}
        Delay::Fixed(Some(delay)) => metric.set("initialDelay", Field::new(delay.text(), delayed)),
        Delay::Argument(own) => {
            let name = delay_argument(check);
            metric.set("initialDelay", Field::new(["{{args.", &name, "}}"].concat(), delayed));
            arguments.need(&name, Source::Delay(own), delayed);
        }
    }
    if let Some(count) = repeats.count {
        metric.set("count", count);
    }
    let conditions = condition::conditions(purpose, look, check, question.latency_unit);
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
    Ok(Metric { field: metric, backend_filters, unit: condition::unit(check, question.latency_unit) })
}

/// The argument that holds the delay of a check where stages differ in it.
pub(super) fn delay_argument(check: &Check) -> String {
    [check.name.value.as_str(), "-delay"].concat()
}

/// The controller takes a metric without a condition for one that always passes.
fn missing_condition(check: &Check) -> Diagnostic {
    let message = format!("{} has no condition", check.name.value);
    Diagnostic::new(Code::SupportNotYet, check.origin.span, message)
        .label("canaryc cannot write a condition for it")
        .help("add `min=`, `max=` or a plain `equals=`")
}

/// How often one looks, and what is tolerated.
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
        // No count: with one it would complete, and leave the stages after it unwatched.
        Purpose::Watch => Repeats {
            interval: true,
            count: None,
            inconclusive_limit: derived(check.failure_limit.value, &check.failure_limit),
            failure_limit: tolerated,
            success_limit: None,
        },
        // One look: without interval and count the controller takes exactly one.
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

/// Looks until it is good, `timeout` at most; no number of bad looks ends it before.
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
