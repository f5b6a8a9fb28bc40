//! The built-in measures of the language (section 6.2 of the reference), with checked units.

use crate::units::{Duration, Number, Percent};

/// What is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Share of requests that did not fail; a ratio 0..1.
    SuccessRatio(SuccessRatio),
    /// How long requests take.
    Latency {
        /// As a percentile or as a share.
        form: Latency,
        /// The time range that it covers.
        window: Duration,
    },
    /// Requests in a second.
    RequestRate {
        /// The time range that it covers.
        window: Duration,
    },
    /// The speed at which the error budget is spent, relative to the allowed speed.
    BurnRate(BurnRate),
}

/// Share of requests that did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuccessRatio {
    /// The time range that it covers.
    pub window: Duration,
    /// A regular expression for the status codes of failures. `None`: `5..`, and for gRPC the statuses that are the
    /// server's fault.
    pub failed_status: Option<String>,
}

/// A form of latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// A percentile, above 0 and below 100. Its value has the unit of the series.
    Percentile(Number),
    /// Share of requests that took at most this time; a ratio 0..1.
    Under(Duration),
}

/// Speed at which the error budget is spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BurnRate {
    /// The promised success ratio, below 100%.
    pub objective: Percent,
    /// The short window.
    pub window: Duration,
    /// The long window.
    pub long_window: Duration,
}
