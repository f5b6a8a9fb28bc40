//! In: the name in a `{{name}}` that no policy declares. Out: the built-in name that replaces it, if it is one that
//! Flagger, Argo Rollouts, Helm or Grafana fill in; or whether it names a secret.

use std::ops::Range;

use super::parameters::BUILT_IN;
use crate::diagnostic::suggest::kebab_case;

/// A built-in name, and what it is.
type BuiltIn = (&'static str, &'static str);

const CANARY_SERVICE: BuiltIn = ("canary-service", "the Service of the canary");
const WINDOW: BuiltIn = ("window", "the `window=` of the measure");
const CANARY_HASH: BuiltIn = ("canary-hash", "the pod-template hash of the canary");
const RELEASE: BuiltIn = ("release", "the name of the release, which is that of the Rollout");
const NAMESPACE: BuiltIn = ("namespace", "the namespace of the release");

/// The built-in name for a name of another tool: `interval`, `args.service-name`, `.Release.Namespace`.
pub fn built_in(written: &str) -> Option<BuiltIn> {
    let (prefix, last) = written.rsplit_once('.').unwrap_or(("", written));
    if !matches!(prefix, "" | "args" | ".Release" | "Release" | "$") {
        return None;
    }
    let plain: String =
        last.chars().filter(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).collect();
    let name = kebab_case(&plain);
    let own = |name: &str| BUILT_IN.iter().find(|own| **own == name).map(|own| (*own, "canaryc fills it in"));
    Some(match name.trim_matches('-') {
        "interval" | "rate-interval" | "range" => WINDOW,
        "target" | "service-name" | "canary" | "canary-svc" | "canary-name" | "canary-service-name" => CANARY_SERVICE,
        "primary" | "stable" | "stable-svc" | "stable-service-name" => {
            ("stable-service", "the Service of the stable version")
        }
        "pod-template-hash"
        | "latest-hash"
        | "rollouts-pod-template-hash"
        | "canary-pod-hash"
        | "latest-pod-hash"
        | "canary-pod-template-hash"
        | "latest-pod-template-hash"
        | "hash" => CANARY_HASH,
        "stable-pod-hash" | "stable-pod-template-hash" => {
            ("stable-hash", "the pod-template hash of the stable version")
        }
        "name" | "app" | "app-name" | "rollout" | "rollout-name" | "deployment" | "deployment-name" | "workload" => {
            RELEASE
        }
        "ns" | "target-namespace" | "release-namespace" => NAMESPACE,
        "env" => ("environment", "the name of the environment"),
        name if !prefix.is_empty() => own(name)?,
        _ => return None,
    })
}

/// The text that the built-in name replaces: with `{{target}}-canary`, also the ending.
pub fn range(text: &str, hole: Range<usize>, name: &str) -> Range<usize> {
    const ENDING: &str = "-canary";
    let rest = text.get(hole.end..).unwrap_or_default();
    let is_ending =
        rest.strip_prefix(ENDING).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()));
    if is_ending && built_in(name) == Some(CANARY_SERVICE) { hole.start..hole.end + ENDING.len() } else { hole }
}

/// Whether a name is that of a secret.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["token", "password", "passwd", "secret", "api-key", "apikey", "api_key", "credential"]
        .iter()
        .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_tools_are_built_in_names() {
        let name = |written: &str| built_in(written).map(|(name, _)| name);
        assert_eq!(name("interval"), Some("window"));
        assert_eq!(name("$__rate_interval"), Some("window"));
        assert_eq!(name("args.service-name"), Some("canary-service"));
        assert_eq!(name("args.canary-hash"), Some("canary-hash"));
        assert_eq!(name("podTemplateHash"), Some("canary-hash"));
        assert_eq!(name(".Release.Name"), Some("release"));
        assert_eq!(name(".Values.interval"), None);
        assert_eq!(name("tok"), None);
        let replaced = |text: &str| text[range(text, 3..15, "target")].to_owned();
        assert_eq!(replaced("a=\"{{ target }}-canary\""), "{{ target }}-canary");
        assert_eq!(replaced("a=\"{{ target }}-canary2\""), "{{ target }}");
    }
}
