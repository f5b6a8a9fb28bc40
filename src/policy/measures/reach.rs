//! In: a measure and the bounds of its check. Out: a diagnostic if no value of the measure can exceed the bound, or if the
//! bound tolerates too much.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::Sourced;
use crate::policy::check::Threshold;
use crate::policy::measure::{LatencyFigure, MeasureKind, Unit};
use crate::policy::reader::Reader;
use crate::units::Percent;
use crate::vocabulary::Word;

/// A burn rate is largest when every request fails: 1 ÷ (1 − objective). A limit at or above that can only pass.
pub(super) fn unreachable(kind: &MeasureKind, max: Option<&Sourced<Threshold>>) -> Option<Diagnostic> {
    let MeasureKind::BurnRate { objective, .. } = kind else { return None };
    let (max, Threshold::Number(limit)) = (max?, max?.value) else { return None };
    let budget = objective.value.complement();
    let most = f64::from(Percent::FULL.millionths()) / f64::from(budget.millionths().max(1));
    if limit.to_f64() < most || budget.millionths() == 0 {
        return None;
    }
    Some(
        Diagnostic::new(
            Code::CheckCannotFail,
            max.span(),
            format!(
                "this check cannot fail: with an objective of {} the burn rate is at most {most:.4}",
                objective.value
            )
            .trim_end_matches('0')
            .trim_end_matches('.'),
        )
        .label("no version exceeds this")
        .also(objective.span(), "leaves this error budget")
        .why("If every request fails, the burn rate is 1 ÷ (1 − objective). A higher limit is never exceeded.")
        .help(format!("write `max={}` or less, or a stricter `objective`", (most / 2.0).floor().max(1.0))),
    )
}

/// A bound beyond the largest value of a query, such as 5 for a ratio: nothing exceeds it, or everything falls below.
pub(super) fn beyond_the_largest(
    kind: &MeasureKind,
    min: Option<&Sourced<Threshold>>,
    max: Option<&Sourced<Threshold>>,
) -> Option<Diagnostic> {
    let MeasureKind::Query(query) = kind else { return None };
    let most = query.most?;
    let is_other_scale = match query.unit.value {
        Unit::Ratio => most > 1.0,
        Unit::Percent => most <= 1.0,
        _ => false,
    };
    if is_other_scale {
        // The unit of the query is the mistake.
        return None;
    }
    let value = |threshold: Threshold| match threshold {
        Threshold::Number(number) => Some(number.to_f64()),
        Threshold::Percent(percent) if query.unit.value == Unit::Ratio => Some(percent.as_ratio().to_f64()),
        Threshold::Percent(percent) => Some(percent.as_percent().to_f64()),
        _ => None,
    };
    let is_idle = max.filter(|_| min.is_none()).filter(|max| value(max.value).is_some_and(|max| max >= most));
    let is_strict = min.filter(|min| value(min.value).is_some_and(|min| min > most));
    let what = if most > 1.0 { "a percentage from 0 to 100" } else { "a ratio from 0 to 1" };
    let unit = if most > 1.0 { "percent" } else { "ratio" };
    let (bound, word, code, message, why) = match (is_strict, is_idle) {
        (Some(min), _) => {
            let message = format!("no value can pass: this query is {what}");
            (min, Word::Min, Code::CheckCannotPass, message, "Every release would be aborted.")
        }
        (None, Some(max)) => {
            let message = format!("this check cannot fail: the query is {what}");
            (max, Word::Max, Code::CheckCannotFail, message, "A version that fails every request would be promoted.")
        }
        (None, None) => return None,
    };
    // A number beside a ratio is mostly a percentage.
    let share = value(bound.value).filter(|share| *share > 1.0 && *share < 100.0 || word == Word::Max && *share <= 1.0);
    let help = match (share, query.unit.value) {
        (Some(share), Unit::None) => {
            format!("write `{word}=\"{share}%\"` on the check and `unit=\"{unit}\"` on the query")
        }
        _ => format!("write a `{word}` that a good version meets and a bad one does not"),
    };
    Some(
        Diagnostic::new(code, bound.span(), message)
            .label(if word == Word::Max { "never exceeded" } else { "never reached" })
            .also(query.text.span(), "the query")
            .why(why)
            .help(help),
    )
}

/// A burn rate of 1 uses up the error budget in one period. A limit that uses it up within the long window comes too late.
pub(super) fn spends_the_budget(kind: &MeasureKind, max: Option<&Sourced<Threshold>>) -> Option<Diagnostic> {
    let MeasureKind::BurnRate { period, long_window, .. } = kind else { return None };
    let (max, Threshold::Number(limit)) = (max?, max?.value) else { return None };
    let most = period.value.seconds_f64() / long_window.value.seconds_f64();
    if limit.to_f64() < most {
        return None;
    }
    Some(
        Diagnostic::new(
            Code::CheckBudget,
            max.span(),
            format!("this check tolerates the whole error budget of {} in {}", period.value, long_window.value),
        )
        .label(format!("the budget is gone at a burn rate of {}", (most * 100.0).floor() / 100.0))
        .also(long_window.span(), "within this window")
        .why("A burn rate of 1 uses up the error budget in one period. When such a check fails, nothing is left of it.")
        .help(format!(
            "write a lower `max=`, such as `max={}`, which tolerates 2% of the budget, or a shorter `long-window=`",
            (most * 2.0).floor().max(1.0) / 100.0
        )),
    )
}

/// A share of successes whose lower bound is below one half: mostly the share of failures was meant.
pub(super) fn tolerates_most_failures(
    check: Reader<'_>,
    kind: &MeasureKind,
    min: Option<&Sourced<Threshold>>,
    max: Option<&Sourced<Threshold>>,
) -> Option<Diagnostic> {
    let is_share = match kind {
        MeasureKind::SuccessRatio { against, .. } | MeasureKind::Events { against, .. } => against.is_none(),
        MeasureKind::Latency { figure, against, .. } => {
            against.is_none() && matches!(figure.value, LatencyFigure::ShareUnder(_))
        }
        _ => false,
    };
    let (min, None) = (min?, max) else { return None };
    let Threshold::Percent(percent) = min.value else { return None };
    let bound = Percent::from_millionths(percent.millionths())?;
    if !is_share || bound.millionths() >= Percent::FULL.millionths() / 2 {
        return None;
    }
    let meant = bound.complement();
    Some(
        Diagnostic::new(
            Code::CheckTolerant,
            min.span(),
            format!("this check passes although {meant} of the events fail"),
        )
        .label("a share of successes")
        .also(check.head(), "the higher, the better")
        .why("`min` is the smallest share of successes that passes. A version that fails most requests would be promoted.")
        .help(format!("if {bound} is the share of failures that you tolerate, write `{}=\"{meant}\"`", Word::Min)),
    )
}
