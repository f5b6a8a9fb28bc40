//! The table of presets, and the common function from a measure to a query.

use std::fmt;

use crate::units::Duration;

use super::PRESETS;
use super::buckets::{self, Buckets};
use super::latency_unit::LatencyUnit;
use super::measure::{Latency, Measure};
use super::query::{self, Counters, Histogram, Selection};
use super::scope::{Comparison, Protocol, Scope, Side};

/// The record of a preset.
pub struct Preset {
    /// Its name in the language: the value of `telemetry=`.
    pub(super) name: &'static str,
    /// The counters of requests and of failures.
    pub(super) requests: fn(&Scope, Side, Option<&str>) -> Result<Counters, Unmeasurable>,
    /// The latency histogram.
    pub(super) latency: fn(&Scope, Side) -> Result<LatencySeries, Unmeasurable>,
    /// The requirements for the series to exist and to distinguish the canary from the stable version.
    pub(super) requires: &'static [Requirement],
}

/// A latency histogram.
pub(super) struct LatencySeries {
    pub(super) histogram: Histogram,
    pub(super) selection: Selection,
    pub(super) unit: LatencyUnit,
    pub(super) buckets: Buckets,
}

/// A requirement beyond the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Requirement {
    /// Each backendRef of the route needs its own filter, or Envoy Gateway merges the backends of a rule into one
    /// cluster.
    FilterPerBackend,
    /// Series need the label `pod`, the pod's name, from the scrape.
    PodLabel,
    /// Series need the resource attributes `k8s.namespace.name` and `k8s.pod.name` as labels.
    PodAttributes,
    /// Prometheus must scrape kube-state-metrics.
    KubeStateMetrics,
}

/// A query and how to read its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// PromQL. May contain `{{args.canary-hash}}` and `{{args.stable-hash}}`.
    pub text: String,
    /// For a percentile: the unit of its value. `None`: a ratio, a rate, a factor or a count.
    pub latency_unit: Option<LatencyUnit>,
    /// Its requirements.
    pub requires: Vec<Requirement>,
}

/// Why something cannot be measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmeasurable {
    /// The telemetry does not distinguish the canary from the stable version.
    NotTold {
        /// Why not.
        reason: &'static str,
    },
    /// The telemetry has no gRPC statuses.
    NoGrpcStatus,
    /// No bucket ends at the bound of `under=`.
    NoBucket {
        /// The requested bound.
        bound: Duration,
        /// The known bounds.
        buckets: Buckets,
    },
    /// An objective of 100% leaves no error budget.
    NoBudget,
}

/// Where the series come from: the value of `telemetry=`.
#[derive(Clone, Copy)]
pub struct Telemetry(&'static Preset);

impl Telemetry {
    /// Every preset.
    pub const ALL: &'static [Self] = &ALL;
    /// The names of all presets, in the same order.
    pub const NAMES: &'static [&'static str] = &NAMES;

    /// The query of a measure for the canary of a release.
    pub fn query(self, measure: &Measure, scope: &Scope, comparison: Comparison) -> Result<Query, Unmeasurable> {
        let (canary, latency_unit) = self.side(measure, scope, Side::Canary)?;
        let mut requires = self.0.requires.to_vec();
        if canary.contains("pod=~") {
            requires.push(Requirement::PodLabel);
        }
        match comparison {
            Comparison::Absolute => Ok(Query { text: canary, latency_unit, requires }),
            Comparison::AgainstStable => {
                let (stable, _) = self.side(measure, scope, Side::Stable)?;
                Ok(Query { text: query::against(&canary, &stable), latency_unit: None, requires })
            }
        }
    }

    fn side(self, measure: &Measure, scope: &Scope, side: Side) -> Result<(String, Option<LatencyUnit>), Unmeasurable> {
        let preset = self.0;
        let text = match measure {
            Measure::SuccessRatio(ratio) => {
                let counters = (preset.requests)(scope, side, ratio.failed_status.as_deref())?;
                query::success_ratio(&counters, ratio.window)
            }
            Measure::Latency { form: Latency::Percentile(percentile), window } => {
                let series = (preset.latency)(scope, side)?;
                let text = query::percentile(series.histogram.bucket, &series.selection, *percentile, *window);
                return Ok((text, Some(series.unit)));
            }
            Measure::Latency { form: Latency::Under(bound), window } => {
                let series = (preset.latency)(scope, side)?;
                if !series.buckets.contains(*bound) {
                    return Err(Unmeasurable::NoBucket { bound: *bound, buckets: series.buckets });
                }
                let le = buckets::matcher(*bound, series.unit);
                query::share_under(&series.histogram, &series.selection, &le, *window)
            }
            Measure::RequestRate { window } => {
                // Failures do not matter here, so it does not matter whether the telemetry can identify them.
                let http = Scope { protocol: Protocol::Http, ..scope.clone() };
                let counters = (preset.requests)(&http, side, None)?;
                query::request_rate(counters.total, &counters.selection, *window)
            }
            Measure::BurnRate(burn) => {
                if burn.objective == crate::units::Percent::FULL {
                    return Err(Unmeasurable::NoBudget);
                }
                let counters = (preset.requests)(scope, side, None)?;
                query::burn_rate(&counters, burn.objective, burn.window, burn.long_window)
            }
        };
        Ok((text, None))
    }
}

const ALL: [Telemetry; PRESETS.len()] = {
    let mut all = [Telemetry(PRESETS[0]); PRESETS.len()];
    let mut index = 1;
    while index < all.len() {
        all[index] = Telemetry(PRESETS[index]);
        index += 1;
    }
    all
};

const NAMES: [&str; PRESETS.len()] = {
    let mut names = [""; PRESETS.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = PRESETS[index].name;
        index += 1;
    }
    names
};

impl PartialEq for Telemetry {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Telemetry {}

impl fmt::Debug for Telemetry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.name)
    }
}

impl fmt::Display for Telemetry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.name)
    }
}

impl Unmeasurable {
    /// What to write instead.
    pub fn help(&self) -> String {
        let Self::NoBucket { bound, buckets } = self else {
            return "write a query, or use another telemetry".to_owned();
        };
        let below = buckets.bounds().filter(|other| other < bound).last();
        let above = buckets.bounds().find(|other| other > bound);
        let nearest: Vec<String> =
            [below, above].into_iter().flatten().map(|bound| format!("`under=\"{}\"`", bound.written())).collect();
        format!("write {}, which is a bucket boundary, or write a query", nearest.join(" or "))
    }
}

impl fmt::Display for Unmeasurable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTold { reason } => formatter.write_str(reason),
            Self::NoGrpcStatus => {
                formatter.write_str("it counts HTTP status codes, and a failed gRPC call has status 200")
            }
            Self::NoBucket { bound, buckets } => {
                let bounds: Vec<String> = buckets.bounds().map(Duration::written).collect();
                let ours = if buckets.configurable() { " unless configured otherwise" } else { "" };
                write!(
                    formatter,
                    "its histogram has no bucket boundary at {}; it has {}{ours}",
                    bound.written(),
                    bounds.join(", ")
                )
            }
            Self::NoBudget => formatter.write_str("an objective of 100% has no error budget"),
        }
    }
}

/// `label=~"pattern"`, anchored by Prometheus. Backslashes and quotes are escaped for a PromQL string.
pub(super) fn matches(label: &str, pattern: &str) -> String {
    let escaped = pattern.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    [label, "=~\"", &escaped, "\""].concat()
}

/// gRPC statuses that are the server's fault, as numbers: unknown, deadline exceeded, unimplemented, internal,
/// unavailable, data loss. OpenTelemetry uses the same set for server spans.
pub(super) const GRPC_SERVER_FAULTS: &str = "2|4|12|13|14|15";
/// HTTP codes that are the server's fault.
pub(super) const HTTP_SERVER_FAULTS: &str = "5..";

/// The pattern of failed status codes: from the policy, or the codes that are the server's fault.
pub(super) fn failed_pattern<'a>(scope: &Scope, failed_status: Option<&'a str>) -> &'a str {
    failed_status.unwrap_or(match scope.protocol {
        Protocol::Http => HTTP_SERVER_FAULTS,
        Protocol::Grpc => GRPC_SERVER_FAULTS,
    })
}
