//! In: `failed-status=` of a policy. Out: which HTTP codes and which gRPC statuses are failures, as matchers of labels.

use std::borrow::Cow;

use super::preset::matches;
use super::scope::{Protocol, Scope};

/// HTTP codes that are the server's fault.
pub(super) const HTTP_SERVER_FAULTS: &str = "5..";
/// gRPC statuses that are the server's fault: unknown, deadline exceeded, unimplemented, internal,
/// unavailable, data loss. OpenTelemetry uses the same set for server spans.
const GRPC_SERVER_FAULTS: [usize; 6] = [2, 4, 12, 13, 14, 15];

/// The names of the gRPC statuses, by number.
const GRPC_NAMES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

/// Which statuses are failures, as regular expressions.
#[derive(Clone, Debug)]
pub(super) struct FailedStatus<'a> {
    /// HTTP codes.
    pub(super) http: Cow<'a, str>,
    /// gRPC statuses, by number.
    grpc: Vec<usize>,
    /// Whether the policy names gRPC statuses.
    pub(super) names_grpc: bool,
    /// Whether the policy leaves it to the default.
    pub(super) is_default: bool,
}

impl<'a> FailedStatus<'a> {
    /// Reads `failed-status=`. Each alternative of the expression that is the number or the name of a gRPC status means
    /// gRPC, and everything else HTTP codes. A protocol without an alternative keeps its default.
    pub(super) fn new(written: Option<&'a str>) -> Self {
        let default = Self {
            http: Cow::Borrowed(HTTP_SERVER_FAULTS),
            grpc: GRPC_SERVER_FAULTS.to_vec(),
            names_grpc: false,
            is_default: written.is_none(),
        };
        let Some(written) = written else { return default };
        let (grpc, http): (Vec<&str>, Vec<&str>) = written.split('|').partition(|word| number(word).is_some());
        if grpc.is_empty() || written.contains('(') {
            return Self { http: Cow::Borrowed(written), ..default };
        }
        let http = if http.is_empty() { default.http } else { Cow::Owned(http.join("|")) };
        Self { http, grpc: grpc.into_iter().filter_map(number).collect(), names_grpc: true, is_default: false }
    }

    /// The gRPC statuses as numbers.
    pub(super) fn grpc_numbers(&self) -> String {
        self.grpc.iter().map(usize::to_string).collect::<Vec<_>>().join("|")
    }

    /// The gRPC statuses as names.
    pub(super) fn grpc_names(&self) -> String {
        self.grpc.iter().filter_map(|number| GRPC_NAMES.get(*number).copied()).collect::<Vec<_>>().join("|")
    }
}

/// The parts of `failed-status=` that mean HTTP codes.
pub fn http_alternatives(written: &str) -> Vec<&str> {
    if written.contains('(') {
        return vec![written];
    }
    written.split('|').filter(|word| number(word).is_none()).collect()
}

/// The number of a gRPC status, written as a number or as a name.
fn number(word: &str) -> Option<usize> {
    let named = GRPC_NAMES.iter().position(|name| *name == word);
    named.or_else(|| word.parse().ok().filter(|number| *number < GRPC_NAMES.len()))
}

/// Disjoint matchers for failures, where one series has both statuses: a failed gRPC call has the HTTP code 200. An HTTP
/// route may lead to a gRPC server, so the default covers both.
pub(super) fn failures(scope: &Scope, http: &str, grpc: &str, status: &FailedStatus<'_>) -> Vec<String> {
    let mut failures = vec![matches(http, &status.http)];
    if status.is_default || status.names_grpc || scope.has(Protocol::Grpc) {
        let other = matches(http, &status.http).replacen("=~", "!~", 1);
        failures.push([&other, ",", &matches(grpc, &status.grpc_numbers())].concat());
    }
    failures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_mean_grpc() {
        let status = FailedStatus::new(Some("14|INTERNAL"));
        assert_eq!((&*status.http, status.grpc_numbers().as_str()), ("5..", "14|13"));
        assert_eq!(status.grpc_names(), "UNAVAILABLE|INTERNAL");
        let status = FailedStatus::new(Some("5..|429"));
        assert_eq!((&*status.http, status.grpc_numbers().as_str()), ("5..|429", "2|4|12|13|14|15"));
        assert!(!status.names_grpc && !status.is_default);
        let status = FailedStatus::new(Some("5..|14"));
        assert_eq!((&*status.http, status.grpc_numbers().as_str()), ("5..", "14"));
        assert_eq!(FailedStatus::new(Some("(5..|14)")).http, "(5..|14)");
    }
}
