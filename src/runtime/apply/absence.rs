//! In: a field of a Rollout that exists in only one of two states. Out: whether the difference has a meaning.
//!
//! The controller writes a Rollout back as a whole. It drops or adds values that its own types do not distinguish from
//! an absent one: it drops the zero of most fields, and adds `resources: {}`. If that counted as a difference, each
//! apply would restore what the controller drops, and in mid-release the change would look like a new version.

use serde_json::Value;

/// Fields whose zero the controller distinguishes from an absent value: pointers in its types, and in those of pods.
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

/// Whether this value of a field means the same as an absent field, in an object that the controller has written.
/// `is_live` says whether the live state has the value.
pub fn is_as_absent(key: &str, value: &Value, is_live: bool) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value && !TELLS_ZERO.contains(&key),
        Value::Number(number) => number.as_f64() == Some(0.0) && !TELLS_ZERO.contains(&key),
        Value::String(text) => text.is_empty() && !TELLS_ZERO.contains(&key),
        Value::Array(items) => items.is_empty(),
        // The controller keeps it: it would be in the live state.
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
    fn empty_fields_added_by_the_controller_are_ignored() {
        assert!(is_as_absent("resources", &json!({}), true));
        assert!(!is_as_absent("trafficRouting", &json!({}), false));
    }
}
