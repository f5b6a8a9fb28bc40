//! In: a check and its place. Out: its metrics in an AnalysisTemplate: one, or two if it may wait for data.

use crate::diagnostic::{Code, Diagnostic};
use crate::emit::analysis::annotated::{AnnotatedCheck, annotated};
use crate::emit::analysis::condition::{self, Judgement};
use crate::emit::analysis::question::{self, Question};
use crate::emit::analysis::repeats::{self, Repeats};
use crate::emit::context::{Context, derived};
use crate::emit::plan_annotation::WAIT_SUFFIX;
use crate::manifest::{Field, Origin};
use crate::plan::{InitialDelay, Measurement, Purpose};
use crate::policy::CheckId;
use crate::policy::check::Check;
use crate::provider::arguments::{Arguments, Source};

/// The metrics of a check, and what else they need.
pub(super) struct Metrics {
    pub emitted: Vec<Emitted>,
    /// The measure that needs a filter on each backend of the routes.
    pub backend_filters: Option<Origin>,
    /// The entry of the check in the plan annotation.
    pub annotated: Option<AnnotatedCheck>,
}

/// A metric, and the pattern that matches its name alone.
pub(super) struct Emitted {
    pub field: Field,
    pub pattern: Field,
}

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

/// The metrics of a check. Adds the arguments that its texts need to `arguments`.
pub(super) fn metrics(
    purpose: Purpose,
    measurement: &Measurement,
    check: &Check,
    measured: &Measured,
    arguments: &mut Arguments,
) -> Result<Metrics, Box<Diagnostic>> {
    let question = &measured.question;
    arguments.add(&measured.arguments);
    let judgement = condition::judgement(purpose, measurement, check, question.latency_unit);
    if check.measure.answer.is_some() && judgement.is_none() {
        return Err(Box::new(missing_condition(check)));
    }
    let delay = delay(measurement, check, arguments);
    let field =
        |name, repeats, conditions| field(measurement, question, check, delay.as_ref(), name, repeats, conditions);
    let name = check.name.field();
    let own = |repeats, conditions| Emitted { field: field(name, repeats, conditions), pattern: pattern(check, "") };
    let emitted = match judgement {
        None if purpose == Purpose::Watch => vec![own(repeats::watch(check), (None, None))],
        None => vec![own(repeats::waits(check).unwrap_or(repeats::judging_gate)(check), (None, None))],
        Some(Judgement::Decides(success)) => {
            let of = if purpose == Purpose::Watch { repeats::watch } else { repeats::deciding_gate };
            vec![own(of(check), (Some(success), None))]
        }
        Some(Judgement::Waits { success, failure: None }) => {
            let hold = |check: &Check| repeats::hold(check, None);
            let of = if purpose == Purpose::Hold { None } else { repeats::waits(check) };
            vec![own(of.map_or_else(|| hold(check), |of| of(check)), (Some(success), None))]
        }
        // Values that are neither good nor bad may go on for any time. The second metric limits it.
        Some(Judgement::Waits { success, failure: Some(failure) }) => {
            let name = derived([check.name.value.as_str(), WAIT_SUFFIX].concat(), &check.name);
            let wait = field(name, repeats::hold(check, Some(repeats::in_a_row(check))), (Some(success.clone()), None));
            let decides = own(repeats::undecided_gate(check), (Some(success), Some(failure)));
            vec![decides, Emitted { field: wait, pattern: pattern(check, WAIT_SUFFIX) }]
        }
    };
    let backend_filters = question.backend_filters.then_some(Origin::derived(check.measure.origin.span));
    Ok(Metrics { emitted, backend_filters, annotated: annotated(check, question.latency_unit) })
}

/// A pattern for the name of one metric: the controller treats such names as regular expressions.
fn pattern(check: &Check, suffix: &str) -> Field {
    Field::new(["^", check.name.value.as_str(), &suffix.replace('.', "[.]"), "$"].concat(), check.name.origin)
}

/// `initialDelay`. Its origin is the value that it was computed from.
fn delay(measurement: &Measurement, check: &Check, arguments: &mut Arguments) -> Option<Field> {
    let delayed = check.initial_delay.as_ref().map_or(Origin::derived(check.measure.origin.span), |said| said.origin);
    match measurement.initial_delay {
        InitialDelay::Fixed(delay) => Some(Field::new(delay?.text(), delayed)),
        InitialDelay::Argument(first) => {
            let name = delay_argument(check);
            arguments.need(&name, Source::Delay(first), delayed);
            Some(Field::new(["{{args.", &name, "}}"].concat(), delayed))
        }
    }
}

/// A metric of a check.
fn field(
    measurement: &Measurement,
    question: &Question,
    check: &Check,
    delay: Option<&Field>,
    name: Field,
    repeats: Repeats,
    (success, failure): (Option<Field>, Option<Field>),
) -> Field {
    let mut metric = Field::with_room(10, measurement.origin).with("name", name);
    let entries = [
        ("interval", repeats.interval),
        ("initialDelay", delay.cloned()),
        ("count", repeats.count),
        ("successCondition", success),
        ("failureCondition", failure),
        ("failureLimit", Some(repeats.failure_limit)),
        ("inconclusiveLimit", repeats.inconclusive_limit),
        ("consecutiveSuccessLimit", repeats.success_limit),
        ("consecutiveErrorLimit", Some(check.error_limit.field())),
        ("provider", Some(question.provider.clone())),
    ];
    for (key, value) in entries {
        if let Some(value) = value {
            metric.set(key, value);
        }
    }
    metric
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
