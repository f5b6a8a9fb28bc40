//! In: a ConfigMap or Secret that is copied. Out: the first mistake for which the API server would reject the copy. What it
//! says names keys, and never a value.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object, Value};
use crate::source::Span;
use crate::units::base64;

/// The most bytes of all values together.
const LARGEST: usize = 1024 * 1024;
/// The longest key.
const LONGEST_KEY: usize = 253;

/// How values are written in a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Base64,
}

const OF_SECRET: [(&str, Form); 2] = [("data", Form::Base64), ("stringData", Form::Text)];
const OF_CONFIG_MAP: [(&str, Form); 2] = [("data", Form::Text), ("binaryData", Form::Base64)];
/// The fields of one kind that the other does not have.
const OTHERS_OF_SECRET: [&str; 1] = ["binaryData"];
const OTHERS_OF_CONFIG_MAP: [&str; 2] = ["stringData", "type"];

/// The values by their keys.
type Content<'a> = BTreeMap<&'a str, (Span, Cow<'a, [u8]>)>;

/// Why the API server would reject a copy of this object.
pub(super) fn mistake(object: &Object) -> Option<Diagnostic> {
    judged(object).err().map(|diagnostic| *diagnostic)
}

fn judged(object: &Object) -> Result<(), Box<Diagnostic>> {
    let is_secret = object.kind() == "Secret";
    let others: &[&str] = if is_secret { &OTHERS_OF_SECRET } else { &OTHERS_OF_CONFIG_MAP };
    for name in others {
        if let Some(field) = object.root.get(name) {
            let message = format!("a {} has no field `{name}`", object.kind());
            let help = if is_secret { "write it as `data`" } else { "remove it, or make the object a Secret" };
            return Err(rejected(field.origin.span, message, help));
        }
    }
    let mut content = Content::new();
    for (name, form) in if is_secret { OF_SECRET } else { OF_CONFIG_MAP } {
        if let Some(field) = object.root.get(name) {
            read(object, name, form, field, &mut content)?;
        }
    }
    if content.values().map(|(_, bytes)| bytes.len()).sum::<usize>() > LARGEST {
        let message = format!("the values of {} have more than {LARGEST} bytes", object.shown());
        return Err(rejected(object.root.origin.span.at_start(), message, "keep large files outside the cluster"));
    }
    match object.root.get("type") {
        Some(field) if is_secret => of_type(object, field, &content),
        _ => Ok(()),
    }
}

/// Adds the values of a field, if they are sound.
fn read<'a>(
    object: &Object,
    name: &str,
    form: Form,
    field: &'a Field,
    content: &mut Content<'a>,
) -> Result<(), Box<Diagnostic>> {
    if !matches!(field.value, Value::Mapping(_) | Value::Null) {
        let message = format!("`{name}` of {} is not a mapping", object.shown());
        return Err(rejected(field.origin.span, message, "write each value with its key: `key: value`"));
    }
    for (key, value) in field.entries() {
        let path = format!("`{name}.{key}` of {}", object.shown());
        let at = value.origin.span;
        let Some(text) = value.as_str() else {
            return Err(rejected(at, format!("{path} is not a string"), "put the value in quotes"));
        };
        if !is_key(key) {
            let help = format!(
                "write the key in at most {LONGEST_KEY} letters, digits, `-`, `_` and `.`, without `..` at its start"
            );
            return Err(rejected(at, format!("{path} has a key that is not allowed"), &help));
        }
        let bytes = match form {
            Form::Text => Some(Cow::Borrowed(text.as_bytes())),
            Form::Base64 => base64::decode(text).map(Cow::Owned),
        };
        let Some(bytes) = bytes else {
            let help = match object.kind() {
                "Secret" => "write plain text in `stringData`, or the output of `base64` in `data`",
                _ => "write plain text in `data`, or the output of `base64` in `binaryData`",
            };
            return Err(rejected(at, format!("{path} is not Base64"), help));
        };
        // In a Secret, `stringData` replaces `data`.
        if content.insert(key, (at, bytes)).is_some() && object.kind() == "ConfigMap" {
            let message = format!("{path} is in `data` too");
            return Err(rejected(at, message, "delete one of them"));
        }
    }
    Ok(())
}

/// What the type of a Secret asks of its values.
fn of_type(object: &Object, field: &Field, content: &Content<'_>) -> Result<(), Box<Diagnostic>> {
    let at = field.origin.span;
    let Some(name) = field.as_str() else {
        return match field.value {
            Value::Null => Ok(()),
            _ => Err(rejected(at, format!("the type of {} is not a string", object.shown()), "write `type: Opaque`")),
        };
    };
    let needs = |key: &str| {
        let message = format!("{} has the type `{name}` and no `{key}`", object.shown());
        rejected(at, message, &format!("add `{key}`, or write `type: Opaque`"))
    };
    let holds_json = |key: &str| {
        let (at, bytes) = content.get(key).ok_or_else(|| needs(key))?;
        if serde_json::from_slice::<Option<Map<String, Json>>>(bytes).is_ok() {
            return Ok(());
        }
        let message = format!("`{key}` of {} is not a JSON object", object.shown());
        Err(rejected(*at, message, "write the content of the configuration of Docker"))
    };
    match name {
        "kubernetes.io/dockercfg" => holds_json(".dockercfg"),
        "kubernetes.io/dockerconfigjson" => holds_json(".dockerconfigjson"),
        "kubernetes.io/basic-auth" if !["username", "password"].iter().any(|key| content.contains_key(key)) => {
            Err(needs("password"))
        }
        "kubernetes.io/ssh-auth" if content.get("ssh-privatekey").is_none_or(|(_, bytes)| bytes.is_empty()) => {
            Err(needs("ssh-privatekey"))
        }
        "kubernetes.io/tls" => match ["tls.crt", "tls.key"].into_iter().find(|key| !content.contains_key(key)) {
            Some(key) => Err(needs(key)),
            None => Ok(()),
        },
        "kubernetes.io/service-account-token" => {
            const ACCOUNT: &str = "kubernetes.io/service-account.name";
            let account = object.root.at(&["metadata", "annotations", ACCOUNT]).and_then(Field::as_str);
            if account.is_none_or(str::is_empty) { Err(needs(ACCOUNT)) } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

fn rejected(at: Span, message: String, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::WorkloadCopy, at, message).label("the API server rejects it").help(help))
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= LONGEST_KEY
        && key != "."
        && !key.starts_with("..")
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::manifest;
    use crate::source::Source;

    fn said(kind: &str, fields: &str) -> String {
        let text = format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: s}}\n{fields}\n");
        let mut diagnostics = Diagnostics::new();
        let objects = manifest::read(&Source::new("s.yaml", text), &mut diagnostics);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        mistake(&objects[0]).map_or_else(String::new, |diagnostic| diagnostic.message.to_string())
    }

    #[test]
    fn what_the_api_server_rejects_is_said() {
        let long = "k".repeat(254);
        for (kind, fields, message) in [
            ("Secret", "data: {k: plain text}".to_owned(), "`data.k` of Secret `s` is not Base64"),
            ("Secret", "data: {k: Zg}".to_owned(), "`data.k` of Secret `s` is not Base64"),
            ("Secret", "data: [x]".to_owned(), "`data` of Secret `s` is not a mapping"),
            ("Secret", "stringData: {k: 1}".to_owned(), "`stringData.k` of Secret `s` is not a string"),
            (
                "Secret",
                "stringData: {a/b: x}".to_owned(),
                "`stringData.a/b` of Secret `s` has a key that is not allowed",
            ),
            (
                "Secret",
                "stringData: {..k: x}".to_owned(),
                "`stringData...k` of Secret `s` has a key that is not allowed",
            ),
            ("Secret", "stringData: {.: x}".to_owned(), "`stringData..` of Secret `s` has a key that is not allowed"),
            ("Secret", format!("stringData: {{{long}: x}}"), "has a key that is not allowed"),
            ("Secret", "binaryData: {k: Zg==}".to_owned(), "a Secret has no field `binaryData`"),
            ("Secret", "type: [x]".to_owned(), "the type of Secret `s` is not a string"),
            ("Secret", "type: kubernetes.io/tls\nstringData: {tls.crt: x}".to_owned(), "no `tls.key`"),
            ("Secret", "type: kubernetes.io/basic-auth\nstringData: {user: x}".to_owned(), "no `password`"),
            (
                "Secret",
                "type: kubernetes.io/ssh-auth\nstringData: {ssh-privatekey: ''}".to_owned(),
                "no `ssh-privatekey`",
            ),
            ("Secret", "type: kubernetes.io/dockerconfigjson\nstringData: {k: x}".to_owned(), "no `.dockerconfigjson`"),
            (
                "Secret",
                "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: x}".to_owned(),
                "`.dockerconfigjson` of Secret `s` is not a JSON object",
            ),
            (
                "Secret",
                "type: kubernetes.io/service-account-token".to_owned(),
                "no `kubernetes.io/service-account.name`",
            ),
            (
                "ConfigMap",
                "data: {k: x}\nbinaryData: {k: Zg==}".to_owned(),
                "`binaryData.k` of ConfigMap `s` is in `data` too",
            ),
            ("ConfigMap", "binaryData: {k: x}".to_owned(), "`binaryData.k` of ConfigMap `s` is not Base64"),
            ("ConfigMap", "stringData: {k: x}".to_owned(), "a ConfigMap has no field `stringData`"),
            ("ConfigMap", format!("data: {{k: {}}}", "x".repeat(LARGEST + 1)), "have more than 1048576 bytes"),
        ] {
            let said = said(kind, &fields);
            assert!(said.contains(message), "{kind} {fields:.60}: {said:?}");
        }
    }

    #[test]
    fn what_the_api_server_accepts_is_not() {
        for (kind, fields) in [
            ("Secret", "data: {k: Zg==}\nstringData: {k: x, .k: 'a: b', a.b_c-D: ''}\ntype: Opaque".to_owned()),
            ("Secret", "data:\nstringData:\ntype:".to_owned()),
            ("Secret", "type: kubernetes.io/tls\nstringData: {tls.crt: x}\ndata: {tls.key: ''}".to_owned()),
            ("Secret", "type: kubernetes.io/basic-auth\nstringData: {username: x}".to_owned()),
            ("Secret", "type: kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: e30=}".to_owned()),
            ("Secret", "type: example.com/own\nstringData: {k: x}".to_owned()),
            ("ConfigMap", format!("data: {{k: {}}}\nbinaryData: {{l: ''}}", "x".repeat(LARGEST))),
        ] {
            assert_eq!(said(kind, &fields), "", "{kind} {fields:.60}");
        }
    }
}
