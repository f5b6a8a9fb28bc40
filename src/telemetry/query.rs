//! In: the series of a preset. Out: PromQL over them, in which no traffic means no data, never a good or a bad value.
//! `concat` builds the texts, because it computes their length first; `format!` would reallocate them piece by piece.

use super::buckets;
use super::latency_unit::LatencyUnit;
use crate::units::{Duration, Number, Percent};

/// Label matchers that select requests, without braces. There are several if a label has two names; the query then
/// counts the union.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    /// Alternatives. Each selects different series.
    pub(super) alternatives: Vec<String>,
}

impl Selection {
    /// A single alternative.
    pub(super) fn one(matchers: impl Into<String>) -> Self {
        Self { alternatives: vec![matchers.into()] }
    }

    /// For a label that Prometheus renames to `exported_<label>` if the scraped target has a label with that name.
    /// ServiceMonitors do so unless they honour labels. canaryc cannot know which name applies.
    pub(super) fn renamed(label: &str, rest: &str) -> Self {
        Self { alternatives: vec![format!("{label}{rest}"), format!("exported_{label}{rest}")] }
    }

    /// The same selection with one more matcher.
    fn and(&self, matcher: &str) -> Self {
        let join =
            |matchers: &String| if matcher.is_empty() { matchers.clone() } else { [matchers, ",", matcher].concat() };
        Self { alternatives: self.alternatives.iter().map(join).collect() }
    }
}

/// `rate(metric{…}[window])` of each metric with each alternative, all of different series, joined.
fn rates<'a>(metrics: impl Iterator<Item = (&'a str, String)>, selection: &Selection, window: Duration) -> String {
    let window = window.as_prometheus();
    let mut text = String::new();
    for (metric, matcher) in metrics {
        for matchers in &selection.and(&matcher).alternatives {
            for piece in
                [if text.is_empty() { "" } else { " or " }, "rate(", metric, "{", matchers, "}[", &window, "])"]
            {
                text.push_str(piece);
            }
        }
    }
    text
}

/// A metric that counts requests, and one that counts failed requests.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    /// The counter of all requests.
    pub(super) total: &'static str,
    /// The counter of failed requests; often the same.
    pub(super) failed: &'static str,
    /// Additional matchers for failed requests. Each selects different series.
    pub(super) failures: Vec<String>,
}

/// The metrics that count requests. Several count different requests, or are names of one metric in different versions.
pub(super) type Counters = Vec<Counted>;

fn total(counters: &[Counted], selection: &Selection, window: Duration) -> String {
    rates(counters.iter().map(|counted| (counted.total, String::new())), selection, window)
}

/// Requests per second. No series means no data.
pub(super) fn request_rate(counters: &[Counted], selection: &Selection, window: Duration) -> String {
    ["sum(", &total(counters, selection, window), ")"].concat()
}

/// Failed ÷ all. A counter of failures appears with the first failure, and counts as zero until then. A request counter
/// that does not exist makes the result empty, because `vector(0) / nothing` is nothing. One that does not change makes
/// it NaN, because `0 / 0` is NaN.
pub(super) fn error_ratio(counters: &[Counted], selection: &Selection, window: Duration) -> String {
    let failures =
        counters.iter().flat_map(|counted| counted.failures.iter().map(|failure| (counted.failed, failure.clone())));
    let failed = rates(failures, selection, window);
    ["(sum(", &failed, ") or vector(0)) / sum(", &total(counters, selection, window), ")"].concat()
}

/// 1 − failed ÷ all. Not good ÷ all: if all requests fail, no series of good requests exists, and the result would be
/// no data.
pub(super) fn success_ratio(counters: &[Counted], selection: &Selection, window: Duration) -> String {
    ["1 - ", &error_ratio(counters, selection, window)].concat()
}

/// The two series of a histogram that queries use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Histogram {
    /// `…_bucket`
    pub(super) bucket: &'static str,
    /// `…_count`
    pub(super) count: &'static str,
    /// The unit of its bounds.
    pub(super) unit: LatencyUnit,
}

/// A percentile of histograms, in `unit`. NaN without traffic. Histograms in another unit are those of other versions,
/// and are read if there is none in this unit.
pub(super) fn percentile(
    histograms: &[Histogram],
    unit: LatencyUnit,
    selection: &Selection,
    percentile: Number,
    window: Duration,
) -> String {
    let quantile = quantile_text(percentile);
    let mut texts = Vec::new();
    for of in [LatencyUnit::Seconds, LatencyUnit::Milliseconds] {
        let buckets = histograms.iter().filter(|histogram| histogram.unit == of);
        let rates = rates(buckets.map(|histogram| (histogram.bucket, String::new())), selection, window);
        if rates.is_empty() {
            continue;
        }
        let text = ["histogram_quantile(", &quantile, ", sum by (le) (", &rates, "))"].concat();
        texts.push(match (of, unit) {
            (LatencyUnit::Seconds, LatencyUnit::Milliseconds) => text + " * 1000",
            (LatencyUnit::Milliseconds, LatencyUnit::Seconds) => text + " / 1000",
            _ => text,
        });
    }
    texts.join(" or ")
}

/// Share of requests in the buckets up to a bound. NaN without traffic.
pub(super) fn share_under(
    histograms: &[Histogram],
    selection: &Selection,
    bound: Duration,
    window: Duration,
) -> String {
    let buckets = histograms.iter().map(|histogram| (histogram.bucket, buckets::matcher(bound, histogram.unit)));
    let fast = rates(buckets, selection, window);
    let all = rates(histograms.iter().map(|histogram| (histogram.count, String::new())), selection, window);
    ["sum(", &fast, ") / sum(", &all, ")"].concat()
}

/// The smaller of the burn rates over two windows: it exceeds a limit only if both do. `long <= short` keeps `long`. If
/// that keeps nothing, the result is `short`, even if it is NaN: no traffic in the short window means no data.
pub(super) fn burn_rate(
    counters: &[Counted],
    selection: &Selection,
    objective: Percent,
    short: Duration,
    long: Duration,
) -> String {
    let (short, long) = (error_ratio(counters, selection, short), error_ratio(counters, selection, long));
    format!("((({long}) <= ({short})) or ({short})) / {}", objective.complement().as_ratio_text())
}

/// Canary ÷ stable. No data on either side means no data.
pub(super) fn against(canary: &str, stable: &str) -> String {
    format!("({canary}) / ({stable})")
}

/// 99.9 is `0.999`, exactly.
fn quantile_text(percentile: Number) -> String {
    let text = percentile.text();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits = format!("{whole:0>2}{fraction}");
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() { "0".to_owned() } else { format!("0.{digits}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_exact() {
        let quantile = |text: &str| quantile_text(Number::parse(text).unwrap());
        assert_eq!(quantile("99"), "0.99");
        assert_eq!(quantile("99.9"), "0.999");
        assert_eq!(quantile("50"), "0.5");
        assert_eq!(quantile("5"), "0.05");
        assert_eq!(quantile("0.5"), "0.005");
    }
}
