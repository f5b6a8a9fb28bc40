//! Environment variables of a container.

use std::collections::BTreeMap;

use super::{Judge, chosen, given, list, refuse, text};
use crate::diagnostic::{Code, suggest};
use crate::manifest::Field;
use crate::units::name::NameKind;

/// Where a variable's value can come from.
const SOURCES: &[&str] = &["configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef"];

/// Fields of the pod that a variable can hold.
const FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// Resources of the container that a variable can hold.
const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
];

impl Judge<'_> {
    pub(super) fn environment(&mut self, container: &Field, called: &str) {
        let mut seen: BTreeMap<&str, &Field> = BTreeMap::new();
        for variable in list(container, "env") {
            if let Some((field, name)) = text(variable, "name") {
                self.variable_name(field, name);
                if let Some(first) = seen.insert(name, field) {
                    let diagnostic = refuse(Code::PodRepeatedVariable, field, format!("{called} sets `{name}` twice"))
                        .label("this value is used")
                        .also(first.origin.span, "this value is ignored")
                        .why("The last value is used, and the API server does not report it.");
                    self.say(diagnostic.help("remove one of them"));
                }
            }
            let Some(source) = given(variable, "valueFrom") else { continue };
            if let Some((value, text)) = text(variable, "value")
                && !text.is_empty()
            {
                let diagnostic = refuse(Code::PodEnvironment, source, "a variable has both `value` and `valueFrom`");
                self.say(diagnostic.label("`valueFrom`").also(value.origin.span, "`value`").help("keep one of them"));
            }
            self.one_source(source, SOURCES, "a variable");
            self.references(source);
        }
        for source in list(container, "envFrom") {
            self.one_source(source, &["configMapRef", "secretRef"], "an entry of `envFrom`");
            self.references(source);
        }
    }

    /// Printable ASCII without `=`.
    fn variable_name(&mut self, field: &Field, name: &str) {
        let wrong = name.chars().find(|character| *character == '=' || !(' '..='~').contains(character));
        if name.is_empty() || wrong.is_some() {
            let message = match wrong {
                Some(character) => format!("the name of a variable cannot contain `{}`", character.escape_debug()),
                None => "a variable has no name".to_owned(),
            };
            let diagnostic = refuse(Code::PodEnvironment, field, message);
            self.say(diagnostic.label("not a name").help("use letters, digits and underscores, such as `LOG_LEVEL`"));
        }
    }

    /// Requires exactly one of several sources.
    pub(super) fn one_source(&mut self, field: &Field, sources: &[&str], owner: &str) {
        let chosen = chosen(field, sources);
        match chosen.as_slice() {
            [_] => {}
            [(first, one), (second, other), ..] => {
                let diagnostic =
                    refuse(Code::PodEnvironment, other, format!("{owner} has two sources, `{first}` and `{second}`"));
                self.say(
                    diagnostic
                        .label(format!("`{second}`"))
                        .also(one.origin.span, format!("`{first}`"))
                        .help("keep one of them"),
                );
            }
            [] => {
                let diagnostic = refuse(Code::PodEnvironment, field, format!("{owner} has no source"));
                self.say(
                    diagnostic.label("no source").help(format!("add {}", suggest::one_of(sources.iter().copied()))),
                );
            }
        }
    }

    /// Names and fields in a source.
    fn references(&mut self, source: &Field) {
        for key in ["configMapKeyRef", "secretKeyRef", "configMapRef", "secretRef"] {
            let Some(reference) = source.get(key) else { continue };
            if let Some((field, name)) = text(reference, "name") {
                self.name(field, name, NameKind::Dns1123Subdomain, "name");
            }
            if let Some((field, value)) = text(reference, "key") {
                self.data_key(field, value);
            }
        }
        if let Some((field, path)) = source.get("fieldRef").and_then(|reference| text(reference, "fieldPath")) {
            let subscripted = ["metadata.labels['", "metadata.annotations['"]
                .iter()
                .any(|start| path.starts_with(start) && path.ends_with("']"));
            if !subscripted && !FIELDS.contains(&path) {
                self.unknown_field_path(field, path, FIELDS);
            }
        }
        if let Some((field, path)) = source.get("resourceFieldRef").and_then(|reference| text(reference, "resource"))
            && !RESOURCES.contains(&path)
            && !path.starts_with("limits.hugepages-")
            && !path.starts_with("requests.hugepages-")
        {
            self.unknown_field_path(field, path, RESOURCES);
        }
    }

    fn unknown_field_path(&mut self, field: &Field, path: &str, known: &[&str]) {
        let label = suggest::did_you_mean(path, known.iter().copied()).unwrap_or_else(|| "not available".into());
        let diagnostic = refuse(Code::PodEnvironment, field, format!("a variable cannot refer to `{path}`"));
        self.say(diagnostic.label(label).help(format!("write {}", suggest::one_of(known.iter().copied()))));
    }

    /// The key of a ConfigMap or Secret.
    pub(super) fn data_key(&mut self, field: &Field, key: &str) {
        let allowed = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
        if key.is_empty() || key.len() > 253 || !key.chars().all(allowed) || key == "." || key.starts_with("..") {
            let diagnostic =
                refuse(Code::PodName, field, format!("`{key}` is not a valid key of a ConfigMap or Secret"));
            self.say(diagnostic.label("not a key").help("use letters, digits, `-`, `_` and `.`"));
        }
    }
}
