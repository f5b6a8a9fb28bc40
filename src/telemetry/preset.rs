//! The table of presets, and the common function from a measure to a query.

use std::fmt;

use crate::units::Duration;

use super::PRESETS;
use super::buckets::Buckets;
use super::counted_by::{CountedBy, Splitter};
use super::latency_unit::LatencyUnit;
use super::measure::{Latency, Measure};
use super::query::{self, Counters, Histogram, Selection};
use super::scope::{Comparison, LONGEST_ROLLOUT, Protocol, Scope, Side};
use super::status::FailedStatus;

/// The record of a preset.
pub struct Preset {
    /// Its name in the language: the value of `telemetry=`.
    pub(super) name: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "a test writes the documentation from it"))]
    /// What the documentation says of it: what counts, and what must hold in the scrape configuration.
    pub(super) page: &'static str,
    /// The matchers for all requests to a side.
    pub(super) selection: fn(&Scope, Side) -> Result<Selection, Unmeasurable>,
    /// The counters of requests and of failures.
    pub(super) counters: fn(&Scope, &FailedStatus<'_>) -> Counters,
    /// The latency histograms.
    pub(super) latencies: fn(&Scope) -> Latencies,
    /// The bounds of their buckets.
    pub(super) buckets: Buckets,
    /// What counts the requests.
    pub(super) counted_by: CountedBy,
    /// Whether it knows the status of a gRPC call.
    pub(super) grpc_status: bool,
    /// Whether it counts requests that a route of connections (TCP, TLS) leads to the release.
    pub(super) sees_connections: bool,
    /// Whether its series have the names of routes and the positions of their rules.
    pub(super) reads_routes: bool,
    /// The requirements for the series to exist and to distinguish the canary from the stable version.
    pub(super) requires: &'static [Requirement],
}

impl Preset {
    /// What presets share that count requests at the pods. It lacks everything that has no default.
    pub(super) const POD: Self = Self {
        name: "",
        page: "",
        selection: |_, _| Err(ONE_SERVICE),
        counters: |_, _| Vec::new(),
        latencies: |_| Latencies { histograms: Vec::new(), unit: LatencyUnit::Seconds },
        buckets: Buckets::NONE,
        counted_by: CountedBy::Service,
        grpc_status: true,
        sees_connections: false,
        reads_routes: false,
        requires: &[],
    };
    /// What presets share that count requests at a gateway.
    pub(super) const GATEWAY: Self = Self::POD;
}

/// Latency histograms: several count different requests, or are names of one in different versions.
pub(super) struct Latencies {
    pub(super) histograms: Vec<Histogram>,
    /// The unit in which a percentile is answered.
    pub(super) unit: LatencyUnit,
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

/// Why a gateway cannot measure without a Service for each version.
pub(super) const ONE_SERVICE: Unmeasurable = Unmeasurable::NotTold {
    reason: "a gateway identifies a version by its Service, and both versions have the same Service",
};

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
    /// All routes pass connections, in which the telemetry sees no requests.
    Connections,
    /// The pods' names do not contain the whole hash, because the Rollout's name is too long.
    LongName {
        /// The length of the Rollout's name.
        length: usize,
    },
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

    /// The bounds of the buckets of its latencies.
    pub fn buckets(self) -> Buckets {
        self.0.buckets
    }

    /// Whether a scope needs the rules of the routes.
    pub fn reads_routes(self) -> bool {
        self.0.reads_routes
    }

    /// Whether the telemetry counts the gRPC calls of a release, but not which of them failed.
    pub fn misses_grpc_failures(self, scope: &Scope) -> bool {
        !self.0.grpc_status && scope.has(Protocol::Grpc) && scope.has(Protocol::Http)
    }

    /// Why the telemetry counts no request that this router splits; `None` if it does.
    pub fn excluded_by(self, splitter: &Splitter<'_>) -> Option<String> {
        self.0.counted_by.excluded_by(splitter)
    }

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

    /// The matchers for the requests to a side.
    fn selection(self, scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
        if scope.ports.is_empty() && !self.0.sees_connections {
            return Err(Unmeasurable::Connections);
        }
        let selection = (self.0.selection)(scope, side)?;
        if selection.alternatives.iter().any(|matchers| matchers.contains(super::CANARY_HASH)) {
            named_by_hash(scope)?;
        }
        Ok(selection)
    }

    fn side(self, measure: &Measure, scope: &Scope, side: Side) -> Result<(String, Option<LatencyUnit>), Unmeasurable> {
        let preset = self.0;
        let text = match measure {
            Measure::SuccessRatio(ratio) => {
                let status = FailedStatus::new(ratio.failed_status.as_deref());
                let scope = self.judged(scope, &status)?;
                let selection = self.selection(&scope, side)?;
                query::success_ratio(&(preset.counters)(&scope, &status), &selection, ratio.window)
            }
            Measure::Latency { form: Latency::Percentile(percentile), window } => {
                let selection = self.selection(scope, side)?;
                let Latencies { histograms, unit, .. } = (preset.latencies)(scope);
                let text = query::percentile(&histograms, unit, &selection, *percentile, *window);
                return Ok((text, Some(unit)));
            }
            Measure::Latency { form: Latency::Under(bound), window } => {
                let selection = self.selection(scope, side)?;
                let Latencies { histograms, .. } = (preset.latencies)(scope);
                let buckets = preset.buckets;
                if !buckets.contains(*bound) {
                    return Err(Unmeasurable::NoBucket { bound: *bound, buckets });
                }
                query::share_under(&histograms, &selection, *bound, *window)
            }
            Measure::RequestRate { window } => {
                // Failures do not matter here, so it does not matter whether the telemetry can identify them.
                let selection = self.selection(scope, side)?;
                query::request_rate(&(preset.counters)(scope, &FailedStatus::new(None)), &selection, *window)
            }
            Measure::BurnRate(burn) => {
                if burn.objective == crate::units::Percent::FULL {
                    return Err(Unmeasurable::NoBudget);
                }
                let status = FailedStatus::new(None);
                let scope = self.judged(scope, &status)?;
                let selection = self.selection(&scope, side)?;
                let counters = (preset.counters)(&scope, &status);
                query::burn_rate(&counters, &selection, burn.objective, burn.window, burn.long_window)
            }
        };
        Ok((text, None))
    }

    /// The part of a release in which the telemetry can tell failures: without gRPC calls, if it has no gRPC statuses.
    fn judged(self, scope: &Scope, status: &FailedStatus<'_>) -> Result<Scope, Unmeasurable> {
        if self.0.grpc_status || !scope.has(Protocol::Grpc) && !status.names_grpc {
            return Ok(scope.clone());
        }
        let part = scope.only(Protocol::Http);
        if status.names_grpc || part.ports.is_empty() { Err(Unmeasurable::NoGrpcStatus) } else { Ok(part) }
    }
}

/// Refuses a release whose pods cannot be recognised by their names.
pub(super) fn named_by_hash(scope: &Scope) -> Result<(), Unmeasurable> {
    if scope.pods_have_hash() { Ok(()) } else { Err(Unmeasurable::LongName { length: scope.rollout.as_str().len() }) }
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
        let (bound, buckets) = match self {
            Self::NoBucket { bound, buckets } => (bound, buckets),
            Self::LongName { .. } => {
                return format!(
                    "shorten the release's name to {LONGEST_ROLLOUT} characters, or write a query that selects the canary by another label, such as `rollouts_pod_template_hash=\"{{{{canary-hash}}}}\"`"
                );
            }
            _ => return "write a query, or use another telemetry".to_owned(),
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
            Self::Connections => formatter.write_str(
                "the routes pass TCP or TLS connections, and it counts requests, which it does not see in them",
            ),
            Self::LongName { length } => write!(
                formatter,
                "it recognises the canary by the names of its pods, and with a release name of {length} characters, Kubernetes cuts off the hash in them"
            ),
            Self::NoBudget => formatter.write_str("an objective of 100% has no error budget"),
        }
    }
}

/// `label=~"pattern"`, anchored by Prometheus. Backslashes and quotes are escaped for a PromQL string.
pub(super) fn matches(label: &str, pattern: &str) -> String {
    let escaped = pattern.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    [label, "=~\"", &escaped, "\""].concat()
}
