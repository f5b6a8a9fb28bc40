//! The closed sets of words of checks and measures.
//! In: nothing. Out: an enum for each, with its spellings.

choices! {
    /// `on-fail=`
    OnFail {
        /// The release is aborted.
        Abort "abort",
        /// The release waits for a person.
        Pause "pause",
        /// The gate measures again until it passes or `timeout` expires.
        Wait "wait",
        /// The result has no effect.
        Ignore "ignore",
    }

    /// `no-data=`
    NoData {
        /// The release waits for a person.
        Pause "pause",
        /// The measurement fails.
        Abort "abort",
        /// The measurement passes.
        Pass "pass",
    }

    /// `against=`
    Against {
        /// The version that is running now.
        Stable "stable",
        /// Its copy in an experiment.
        Baseline "baseline",
    }

    /// `scope=` of a query
    QueryScope {
        /// The query must select the canary.
        Canary "canary",
        /// The query may measure both versions.
        Any "any",
    }

    /// `test=`
    VerdictTest {
        /// Each measurement is compared with the threshold.
        Threshold "threshold",
        /// A sequential probability test over all requests.
        Sequential "sequential",
    }

    /// `unit=`
    Unit {
        /// 0..1, thresholds in percent.
        Ratio "ratio",
        /// 0..100, thresholds in percent.
        Percent "percent",
        /// Thresholds are durations.
        Seconds "seconds",
        /// Thresholds are durations.
        Milliseconds "milliseconds",
        /// Thresholds are numbers.
        None "none",
    }

    /// `method=` of an HTTP request
    Method {
        /// GET
        Get "GET",
        /// POST
        Post "POST",
        /// PUT
        Put "PUT",
    }
}
