//! In: a measure and the bound of its check. Out: whether the bound is on the side on which a version is bad. A bound on
//! the other side takes back every healthy version and lets every broken one pass.

use super::Subject;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::policy::Sourced;
use crate::policy::check::Threshold;
use crate::policy::measure::{LatencyFigure, MeasureKind};
use crate::units::Percent;
use crate::vocabulary::Word;

/// On which side the values of a measure are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Good {
    /// The higher, the better: `min=` bounds it.
    High,
    /// The lower, the better: `max=` bounds it.
    Low,
}

impl Good {
    /// The good side of a measure; `None` if both may be meant. A comparison with another version keeps the side.
    pub(super) fn of(kind: &MeasureKind) -> Option<Self> {
        match kind {
            MeasureKind::SuccessRatio { .. } | MeasureKind::Events { .. } => Some(Self::High),
            MeasureKind::Latency { figure, .. } => Some(match figure.value {
                LatencyFigure::Percentile(_) => Self::Low,
                LatencyFigure::ShareUnder(_) => Self::High,
            }),
            MeasureKind::BurnRate { .. } | MeasureKind::Restarts { .. } => Some(Self::Low),
            MeasureKind::RequestRate { .. }
            | MeasureKind::Query(_)
            | MeasureKind::Direct(_)
            | MeasureKind::Template { .. } => None,
        }
    }

    /// The bound that a bad value exceeds.
    pub(super) const fn bound(self) -> Word {
        match self {
            Self::High => Word::Min,
            Self::Low => Word::Max,
        }
    }
}

/// The diagnostic about a check whose only bound is on the wrong side. Both bounds together are a range, which may be
/// meant.
pub(super) fn wrong_bound(
    subject: &Subject<'_>,
    kind: &MeasureKind,
    min: Option<&Sourced<Threshold>>,
    max: Option<&Sourced<Threshold>>,
) -> Option<Diagnostic> {
    let good = Good::of(kind)?;
    let (written, threshold) = match (min, max) {
        (Some(min), None) => (Word::Min, min),
        (None, Some(max)) => (Word::Max, max),
        _ => return None,
    };
    let due = good.bound();
    if written == due {
        return None;
    }
    let Noun { measure, bad } = Noun::of(kind);
    let (may_not, better) = match good {
        Good::High => ("exceed", "higher"),
        Good::Low => ("fall below", "lower"),
    };
    let bounded = threshold_text(threshold.value);
    let name = subject.check.property_name_span(written).unwrap_or(threshold.span());
    let meant = complement(good, threshold.value);
    let diagnostic = Diagnostic::new(
        Code::CheckDirection,
        name,
        format!("`{written}` is the wrong bound: {measure} that may not {may_not} {bounded}"),
    )
    .label(format!("`{due}` is the bound of a bad version"))
    .also(subject.node.head(), format!("the {better}, the better"))
    .why(format!("Every healthy version would be aborted, and one with {bad} would pass."));
    Some(match meant {
        // A small share is a share of failures: the bound is its complement.
        Some(meant) => diagnostic.help(format!("write `{due}=\"{meant}\"`")),
        None => diagnostic
            .help(format!("write `{due}={}`", quoted(&bounded)))
            .fix(name, due.as_str())
            .applicability(Applicability::MaybeIncorrect),
    })
}

/// The diagnostic about a comparison whose bound a version as good as the other one does not meet.
pub(super) fn stricter_than_equal(
    kind: &MeasureKind,
    min: Option<&Sourced<Threshold>>,
    max: Option<&Sourced<Threshold>>,
) -> Option<Diagnostic> {
    let against = match kind {
        MeasureKind::SuccessRatio { against, .. }
        | MeasureKind::Latency { against, .. }
        | MeasureKind::Events { against, .. } => against.as_ref()?,
        _ => return None,
    };
    let of = |bound: Option<&Sourced<Threshold>>| match bound?.value {
        Threshold::Percent(percent) => Some((bound?.span(), percent.millionths())),
        _ => None,
    };
    let full = Percent::FULL.millionths();
    let (word, span, example) = match (Good::of(kind)?, of(min), of(max)) {
        (Good::Low, None, Some((span, most))) if most < full => (Word::Max, span, "120%"),
        (Good::High, Some((span, least)), None) if least > full => (Word::Min, span, "99%"),
        _ => return None,
    };
    Some(
        Diagnostic::new(Code::CheckDirection, span, "this bound aborts a version that is as good as the stable one")
            .label("100% means equal")
            .also(against.span(), "the value is the canary's, divided by this one's")
            .why("Every healthy version would be aborted.")
            .help(format!("write what you tolerate: `{word}=\"{example}\"`")),
    )
}

/// How messages speak of a measure.
struct Noun {
    measure: &'static str,
    bad: &'static str,
}

impl Noun {
    const fn of(kind: &MeasureKind) -> Self {
        let (measure, bad) = match kind {
            MeasureKind::SuccessRatio { .. } => ("a success ratio", "many errors"),
            MeasureKind::Latency { .. } => ("a latency", "slow responses"),
            MeasureKind::BurnRate { .. } => ("a burn rate", "many errors"),
            MeasureKind::Restarts { .. } => ("a number of restarts", "many restarts"),
            _ => ("a share of good events", "many failures"),
        };
        match kind {
            MeasureKind::Latency { figure, .. } if matches!(figure.value, LatencyFigure::ShareUnder(_)) => {
                Self { measure: "a share of fast requests", bad }
            }
            _ => Self { measure, bad },
        }
    }
}

/// A share of failures, which is meant by a small upper bound of a share of successes: `max="0.5%"` means `min="99.5%"`.
fn complement(good: Good, threshold: Threshold) -> Option<Percent> {
    let Threshold::Percent(percent) = threshold else { return None };
    let share = Percent::from_millionths(percent.millionths())?;
    (good == Good::High && share.millionths() < 500_000).then(|| share.complement())
}

/// As [`complement`], for a share as text.
pub(super) fn of_failures(share: &str) -> Option<String> {
    let percent = Percent::parse(share).ok()?;
    let is_of_failures = percent.millionths() < 500_000;
    Some(if is_of_failures { percent.complement() } else { percent }.to_string())
}

fn threshold_text(threshold: Threshold) -> String {
    match threshold {
        Threshold::Percent(percent) => percent.to_string(),
        Threshold::Duration(duration) => duration.written(),
        Threshold::Rate(rate) => rate.to_string(),
        Threshold::Number(number) => number.text(),
    }
}

/// A threshold as a policy writes it: only a number needs no quotes.
fn quoted(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') { text.to_owned() } else { format!("\"{text}\"") }
}
