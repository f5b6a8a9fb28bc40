//! The built-in measures, as the language has them (the reference, 6.2), with their units checked.

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
        /// What is looked back on.
        window: Duration,
    },
    /// Requests in a second.
    RequestRate {
        /// What is looked back on.
        window: Duration,
    },
    /// How much faster than allowed the error budget is spent.
    BurnRate(BurnRate),
}

/// Share of requests that did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuccessRatio {
    /// What is looked back on.
    pub window: Duration,
    /// Regular expression of the status codes that are failures. `None`: `5..`, and for gRPC the faults of the server.
    pub failed_status: Option<String>,
}

/// A form of latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// A percentile, above 0 and below 100; in the unit of the series.
    Percentile(Number),
    /// Share of requests that took no longer; a ratio 0..1.
    Under(Duration),
}

/// Speed at which the error budget is spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BurnRate {
    /// The promised success ratio; below 100 %.
    pub objective: Percent,
    /// The short window.
    pub window: Duration,
    /// The long window.
    pub long_window: Duration,
}
