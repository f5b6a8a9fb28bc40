//! The bounds of a histogram's buckets. `under=` can count requests only at such a bound.

use crate::units::Duration;

use super::latency_unit::LatencyUnit;

/// The default bounds of a telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buckets {
    /// In microseconds, in ascending order.
    pub(super) microseconds: &'static [u64],
    /// Whether the operator can change them. If so, another bound may exist, and the error says so.
    pub(super) configurable: bool,
}

/// Envoy's default histogram, in milliseconds up to ten minutes. For larger bounds, Prometheus' own spelling of `le` is
/// ambiguous.
pub(super) const ENVOY: Buckets = Buckets {
    microseconds: &[
        500,
        1_000,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        30_000_000,
        60_000_000,
        300_000_000,
        600_000_000,
    ],
    configurable: true,
};

impl Buckets {
    /// No bounds.
    pub(super) const NONE: Self = Self { microseconds: &[], configurable: false };

    /// All bounds that a policy can use. It cannot write those below a millisecond.
    pub fn bounds(&self) -> impl Iterator<Item = Duration> + '_ {
        (self.microseconds.iter())
            .filter(|bound| bound.is_multiple_of(1_000))
            .filter_map(|bound| Duration::from_milliseconds(bound / 1_000))
    }

    /// Whether there is a bucket that ends here.
    pub fn contains(&self, bound: Duration) -> bool {
        self.microseconds.contains(&(bound.milliseconds() * 1_000))
    }

    /// The smallest value of a quantile, in seconds: all requests are in the first bucket.
    pub fn least(&self, quantile: f64) -> Option<f64> {
        let first = std::time::Duration::from_micros(*self.microseconds.first()?);
        Some(first.as_secs_f64() * quantile)
    }

    /// Whether the operator may have set other bounds.
    pub fn configurable(&self) -> bool {
        self.configurable
    }
}

/// A matcher for the bucket that ends at `bound`. Prometheus 3 writes `le="250"` as `le="250.0"`, so it matches both.
pub(super) fn matcher(bound: Duration, unit: LatencyUnit) -> String {
    let text = match unit {
        LatencyUnit::Milliseconds => bound.milliseconds().to_string(),
        LatencyUnit::Seconds => bound.as_seconds_text(),
    };
    if text.contains('.') { format!("le=\"{text}\"") } else { format!("le=~\"{text}(\\\\.0)?\"") }
}
