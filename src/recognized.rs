//! In: a file that a policy names. Out: the same file, if it says itself that it is a policy or a manifest. Messages quote
//! files, and a file of another kind may hold secrets: the environment of a process, a key, the credentials of a registry.

use std::sync::Arc;

use crate::files::{Expected, FileError};
use crate::source::{Source, Syntax};
use crate::vocabulary::DOCUMENT;

/// What stands at the top of a manifest or of a patch of one.
const MANIFEST_KEYS: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "data"];

/// A file that a policy includes.
pub fn policy(source: Arc<Source>) -> Result<Arc<Source>, FileError> {
    let is_key = |key: &str| DOCUMENT.children.iter().any(|child| child.node.word.as_str() == key);
    let is_policy = match source.syntax() {
        Syntax::Kdl => source.path.extension().is_some_and(|extension| extension == "kdl"),
        Syntax::Yaml => says(&source.text, is_key),
    };
    if is_policy { Ok(source) } else { Err(FileError::Unrecognized(Expected::Policy)) }
}

/// A file of objects, or a patch of one.
pub fn manifest(source: Arc<Source>) -> Result<Arc<Source>, FileError> {
    let is_manifest = source.syntax() == Syntax::Yaml && says(&source.text, |key| MANIFEST_KEYS.contains(&key));
    if is_manifest { Ok(source) } else { Err(FileError::Unrecognized(Expected::Manifest)) }
}

/// Whether a text has such a key at its top, or nothing at all. The text need not be valid YAML: a mistake in a policy or
/// a manifest is shown.
fn says(text: &str, is_key: impl Fn(&str) -> bool) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines().filter(|line| is_content(line)).peekable();
    let Some(first) = lines.peek() else { return true };
    if first.trim_start().starts_with(['{', '[']) {
        return text.split(['{', '[', ',', '\n']).any(|piece| key(piece).is_some_and(&is_key));
    }
    let indent = first.len() - first.trim_start().len();
    lines.any(|line| {
        let line = line.get(indent..).filter(|rest| line.len() - line.trim_start().len() == indent && !rest.is_empty());
        let Some(line) = line else { return false };
        key(line.strip_prefix("- ").unwrap_or(line)).is_some_and(&is_key)
    })
}

/// Whether a line holds more than a comment, a directive or the mark of a document.
fn is_content(line: &str) -> bool {
    let line = line.trim();
    !(line.is_empty() || line.starts_with(['#', '%']) || line == "---" || line == "...")
}

/// `kind` of `kind: Rollout` and of `"kind": "Rollout"`.
fn key(text: &str) -> Option<&str> {
    let key = text.split_once(':')?.0.trim();
    let unquoted = |quote: char| key.strip_prefix(quote)?.strip_suffix(quote);
    Some(unquoted('"').or_else(|| unquoted('\'')).unwrap_or(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_policy(name: &str, text: &str) -> bool {
        policy(Source::new(name, text)).is_ok()
    }

    fn is_manifest(name: &str, text: &str) -> bool {
        manifest(Source::new(name, text)).is_ok()
    }

    #[test]
    fn a_policy_says_so() {
        assert!(is_policy("org.kdl", "metric \"x\""));
        assert!(is_policy("org.yaml", "# ours\n---\nmetric:\n- name: x\n"));
        assert!(is_policy("org.json", r#"{"profile": [{"name": "a"}]}"#));
        assert!(is_policy("org.yaml", "  include: [x]\n  metric: 1\n"));
        assert!(is_policy("empty.yaml", "# nothing yet\n"));
        for (name, text) in [
            (".env", "TOKEN=1"),
            ("id_rsa", "-----BEGIN"),
            ("credentials.yaml", "password: hunter2\nusers:\n  metric: x\n"),
            ("config.json", r#"{"auths": {"registry.example.com": {"auth": "aHVudGVyMg=="}}}"#),
            ("key.yaml", "-----BEGIN PRIVATE KEY-----\nmetric\n"),
            ("value.json", r#"{"a": "metric: b"}"#),
        ] {
            assert!(!is_policy(name, text), "{name}");
        }
    }

    #[test]
    fn a_manifest_says_so() {
        assert!(is_manifest("a.yaml", "---\napiVersion: apps/v1\nkind: Deployment\n"));
        assert!(is_manifest("a.yaml", "\u{feff}kind: [Deployment\n"), "its syntax errors are shown");
        assert!(is_manifest("a.json", "{\n  \"kind\" : \"List\",\n"));
        assert!(is_manifest("a.yaml", "- kind: Deployment\n"));
        assert!(is_manifest("patch.yml", "spec:\n  revisionHistoryLimit: 3\n"));
        for (name, text) in [
            ("environ", "apiVersion: v1"),
            ("a.yaml", "token: x\nnested:\n  kind: y\n"),
            ("a.json", r#"{"type": "service_account", "private_key": "x"}"#),
            ("a.yaml", "hunter2"),
        ] {
            assert!(!is_manifest(name, text), "{name} {text}");
        }
    }
}
