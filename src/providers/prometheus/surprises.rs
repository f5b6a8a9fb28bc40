//! In: what the value of a query looks like, and what the check says about it. Out: where the two do not fit.

use std::ops::Range;

use crate::embedded::TextProblem;
use crate::policy::measure::Unit;
use crate::promql::{Missing, Scale, ShareOf, When};
use crate::provider::endpoint::QueryText;
use crate::vocabulary::Word;

/// The longest latency that a limit in plain seconds can mean.
const SECONDS_AT_MOST: f64 = 60.0;

/// The surprises of a query whose value is that of the check. Parts of a ratio are judged together with the other part.
pub(super) fn of_value(
    query: &QueryText<'_>,
    missing: Option<Missing>,
    scale: Option<(Scale, Range<usize>)>,
    share: Option<(ShareOf, Range<usize>)>,
) -> Vec<TextProblem> {
    let Some(unit) = query.unit else { return Vec::new() };
    let empty = missing.and_then(|missing| without_result(query, missing));
    let minutes = scale.clone().and_then(|(scale, range)| too_many_seconds(query, scale, range));
    let scale = scale.and_then(|(scale, range)| other_scale(unit, scale, range)).or(minutes);
    let bound = share.and_then(|(share, range)| other_bound(query.only_bound?, share, range));
    empty.into_iter().chain(scale).chain(bound).collect()
}

/// The problem of a query whose result is missing although there is traffic.
fn without_result(query: &QueryText<'_>, missing: Missing) -> Option<TextProblem> {
    let part = query.text.get(missing.range.clone()).unwrap_or_default();
    let short = if part.len() <= 48 { part } else { "…" };
    let problem = |message: &str| TextProblem::new(missing.range.clone(), message);
    let held = "No data holds every stage until a person acts (`no-data=\"pause\"`), or aborts the release.";
    Some(match missing.when {
        // What is missing passes, as it should.
        When::NoFailure | When::NotAbsent | When::Filtered | When::Replaced if query.no_data_passes => return None,
        When::NoEvent if query.no_data_passes || query.only_bound != Some(Word::Max) => return None,
        When::NoFailure => problem("this is empty as long as nothing fails, so a healthy version has no data")
            .label("no series before the first failure")
            .why(held)
            .help("write `(sum(…) or vector(0))` around the sum of the failures, or use `slo … { events good=… total=… }`"),
        When::NoEvent => problem("this is empty until the first such event, so a healthy version has no data")
            .label("no series before the first event")
            .why(held)
            .help("write `(sum(…) or vector(0))` around the numerator"),
        When::Replaced => problem("this stands in place of no data, so `no-data=` never acts")
            .label("0 without traffic")
            .why("A version without traffic is judged as if it were measured.")
            .help("remove it, and write `(sum(…) or vector(0))` around the numerator alone; if no data should pass, write `no-data=\"pass\"`"),
        When::NotAbsent => problem("`absent` is empty as long as the series exist, so a healthy version has no data")
            .label("empty or 1")
            .why(held)
            .help(format!("write `(sum({short}) or vector(0))` and `max=0`")),
        When::Filtered => problem("this comparison drops values, so the result is empty as long as nothing satisfies it")
            .label("filters")
            .why(held)
            .help("write `(… or vector(0))` around the aggregation, or `bool` after the comparison"),
        When::NoSuccess if query.no_data_passes => {
            problem("this is empty when every request fails, and no data passes")
                .label("no series of successes")
                .why("A version that fails every request has no successful ones, and would be promoted.")
                .help("write `(sum(…) or vector(0))` around the sum of the successes, or `no-data=\"abort\"`")
        }
        When::NoSuccess => return None,
    })
}

/// A limit without a unit on seconds that means milliseconds: no request takes that long.
fn too_many_seconds(query: &QueryText<'_>, scale: Scale, range: Range<usize>) -> Option<TextProblem> {
    let limit = query.plain_max.filter(|limit| *limit > SECONDS_AT_MOST)?;
    if scale != Scale::Seconds || query.unit != Some(Unit::None) {
        return None;
    }
    Some(
        TextProblem::new(range, "this result is in seconds, and the limit has no unit")
            .label(format!("passes up to {limit} seconds"))
            .why("A latency is compared with the limit as it is, so the check never fails.")
            .help(format!(
                "write `unit=\"seconds\"` on the query and a duration as the limit, such as `max=\"{limit}ms\"`"
            )),
    )
}

/// The problem of a result whose scale is another than `unit=` says.
fn other_scale(unit: Unit, scale: Scale, range: Range<usize>) -> Option<TextProblem> {
    let (is, due, effect) = match (unit, scale) {
        (Unit::Ratio, Scale::Percent) => ("multiplied by 100", "percent", "the value is 100 times too large"),
        (Unit::Percent, Scale::Ratio) => ("a ratio from 0 to 1", "ratio", "the value is 100 times too small"),
        (Unit::Seconds, Scale::Milliseconds) => {
            ("in milliseconds", "milliseconds", "the value is 1,000 times too large")
        }
        (Unit::Milliseconds, Scale::Seconds) => ("in seconds", "seconds", "the value is 1,000 times too small"),
        _ => return None,
    };
    Some(
        TextProblem::new(range, format!("this result is {is}, but the query says `unit=\"{}\"`", unit.as_str()))
            .label(effect)
            .why("The threshold is converted to the unit of the query, so the check always passes or always fails.")
            .help(format!("write `unit=\"{due}\"`")),
    )
}

/// The problem of a share whose only bound is on the side on which a version is good.
fn other_bound(bound: Word, share: ShareOf, range: Range<usize>) -> Option<TextProblem> {
    let (of, due) = match share {
        ShareOf::Failures => ("failures", Word::Max),
        ShareOf::Successes => ("successes", Word::Min),
    };
    if bound == due {
        return None;
    }
    Some(
        TextProblem::new(range, format!("this is a share of {of}, but the only bound is `{bound}`"))
            .label(format!("counts {of}"))
            .why("Every healthy version would be aborted, and one that fails most requests would pass.")
            .help(format!("write `{due}=` instead of `{bound}=`, with the value that a bad version exceeds")),
    )
}
