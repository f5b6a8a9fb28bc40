//! In: the unit in which a telemetry measures latencies. Out: thresholds in that unit.

use crate::units::{Duration, Number};

/// The unit of latencies in a telemetry. Thresholds are converted to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LatencyUnit {
    /// 1000 in a second.
    Milliseconds,
    /// The base unit.
    Seconds,
}

impl LatencyUnit {
    /// A duration as a number in this unit, for conditions; exact.
    pub fn number(self, duration: Duration) -> Number {
        match self {
            Self::Milliseconds => duration.in_milliseconds(),
            Self::Seconds => duration.in_seconds(),
        }
    }
}
