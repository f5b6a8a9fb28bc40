//! In: a field of a Rollout that is there in one state and not in the other. Out: whether that means anything.
//!
//! The controller writes a Rollout back as a whole, and drops or adds what its own types cannot tell from nothing: a zero of
//! most fields goes, and `resources: {}` comes. Were that a difference, an apply would put back for ever what the controller
//! takes out, and in mid-release it would be taken for a new version.

use serde_json::Value;

/// Fields of which the controller can tell a zero from nothing: pointers in its types, and in those of pods.
const TELLS_ZERO: &[&str] = &[
    "abortScaleDownDelaySeconds",
    "activeDeadlineSeconds",
    "allowPrivilegeEscalation",
    "automountServiceAccountToken",
    "defaultMode",
    "duration",
    "enableServiceLinks",
    "expirationSeconds",
    "fsGroup",
    "hostProcess",
    "hostUsers",
    "maxSurge",
    "maxTrafficWeight",
    "maxUnavailable",
    "minDomains",
    "minPodsPerReplicaSet",
    "mode",
    "optional",
    "percentage",
    "priority",
    "privileged",
    "progressDeadlineSeconds",
    "readOnlyRootFilesystem",
    "replicas",
    "revisionHistoryLimit",
    "runAsGroup",
    "runAsNonRoot",
    "runAsUser",
    "scaleDownDelayRevisionLimit",
    "scaleDownDelaySeconds",
    "setHostnameAsFQDN",
    "setWeight",
    "shareProcessNamespace",
    "startingStep",
    "storageClassName",
    "successfulRunHistoryLimit",
    "terminationGracePeriodSeconds",
    "tolerationSeconds",
    "unsuccessfulRunHistoryLimit",
    "weight",
];

/// Is this value of a field the same as the field's absence, where the controller has written the object? `is_live` says
/// whether it is the live state that has it.
pub fn is_as_absent(key: &str, value: &Value, is_live: bool) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value && !TELLS_ZERO.contains(&key),
        Value::Number(number) => number.as_f64() == Some(0.0) && !TELLS_ZERO.contains(&key),
        Value::String(text) => text.is_empty() && !TELLS_ZERO.contains(&key),
        Value::Array(items) => items.is_empty(),
        // One that the controller keeps: it would be live.
        Value::Object(fields) => fields.is_empty() && is_live,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_zero_that_the_controller_drops_means_nothing() {
        for (key, value) in [("minReadySeconds", json!(0)), ("dynamicStableScale", json!(false)), ("env", json!([]))] {
            assert!(is_as_absent(key, &value, false), "{key}");
        }
        for (key, value) in [("minReadySeconds", json!(5)), ("paused", json!(true)), ("image", json!("x"))] {
            assert!(!is_as_absent(key, &value, false), "{key}");
        }
    }

    #[test]
    fn a_zero_that_the_controller_reads_counts() {
        for (key, value) in [("abortScaleDownDelaySeconds", json!(0)), ("allowPrivilegeEscalation", json!(false))] {
            assert!(!is_as_absent(key, &value, false), "{key}");
        }
    }

    #[test]
    fn what_the_controller_adds_empty_means_nothing() {
        assert!(is_as_absent("resources", &json!({}), true));
        assert!(!is_as_absent("trafficRouting", &json!({}), false));
    }
}
