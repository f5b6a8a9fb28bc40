//! In: a manifest in YAML or JSON. Out: its objects; each field has its position in the file. Plain scalars have the
//! types of kubectl: `yes` is a boolean and `010` is eight.

use super::{Field, Object, Origin, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::hidden;
use crate::secrets;
use crate::source::{Source, Span};
use crate::syntax::yaml::{self, Reading, Style, Yaml};

/// The first words of actions that only occur in Helm templates.
const HELM_WORDS: [&str; 17] = [
    ".Values",
    ".Release",
    ".Chart",
    ".Capabilities",
    ".Template",
    ".Files",
    "$",
    "include",
    "template",
    "tpl",
    "toYaml",
    "if",
    "else",
    "end",
    "with",
    "range",
    "define",
];

/// Reads all objects of a manifest: it reads several documents, expands lists, and skips empty documents. It skips and
/// reports a document that is not an object.
pub fn read(source: &Source, diagnostics: &mut Diagnostics) -> Vec<Object> {
    let mut found = Diagnostics::new();
    let documents = yaml::read(source, &mut found);
    let template = if found.has_errors() {
        first_action(&source.text).map(|(start, end)| source.range(start, end))
    } else {
        documents.iter().find_map(|document| template_in(source, document))
    };
    if let Some(span) = template {
        diagnostics.push(helm(source, span));
        return Vec::new();
    }
    diagnostics.append(found);
    let mut objects = Vec::new();
    let mut found = Diagnostics::new();
    for document in &documents {
        collect(document, &mut objects, &mut found);
    }
    secrets::redact(found.as_mut_slice(), source);
    diagnostics.append(found);
    objects
}

/// Converts a YAML value with the types of kubectl. Numbers that JSON does not support are reported and become `null`.
pub fn field(yaml: &Yaml, diagnostics: &mut Diagnostics) -> Field {
    let value = match (&yaml.value, &yaml.style) {
        (yaml::Value::Sequence(items), _) => {
            Value::Sequence(items.iter().map(|item| field(item, diagnostics)).collect())
        }
        (yaml::Value::Mapping(entries), _) => Value::Mapping(
            entries.iter().map(|(key, value)| (key.value.to_string().into(), field(value, diagnostics))).collect(),
        ),
        (_, Style::Plain { raw }) => scalar(raw, yaml, diagnostics),
        (yaml::Value::String(text), _) => Value::String(text.clone()),
        (yaml::Value::Boolean(value), _) => Value::Boolean(*value),
        (yaml::Value::Integer(number), _) => Value::Integer(*number),
        (yaml::Value::Number(number), _) if number.is_finite() => Value::Number(*number),
        (yaml::Value::Null | yaml::Value::Number(_), _) => Value::Null,
    };
    Field { value, origin: Origin::written(yaml.span) }
}

fn scalar(raw: &crate::syntax::tree::Text, yaml: &Yaml, diagnostics: &mut Diagnostics) -> Value {
    match yaml::readings(raw).kubectl {
        Reading::Null => Value::Null,
        Reading::Boolean(value) => Value::Boolean(value),
        Reading::Integer(number) => Value::Integer(number),
        Reading::Number(number) => {
            let whole = !raw.contains('.') && (raw.starts_with("0x") || !raw.contains(['e', 'E']));
            if number.is_finite() && !(whole && number.abs() >= 9.2e18) {
                return Value::Number(number);
            }
            diagnostics.push(
                Diagnostic::new(
                    Code::ManifestNumber,
                    yaml.span,
                    format!("Kubernetes does not support the number `{}`", short(raw)),
                )
                .label("too large or not finite")
                .help("write a number that fits into 64 bits, or quote it to make it a string"),
            );
            Value::Null
        }
        Reading::Timestamp | Reading::Special | Reading::String => Value::String(raw.clone()),
    }
}

/// The start of a text that may be very long.
fn short(text: &str) -> String {
    if text.chars().count() > 40 {
        format!("{}…", text.chars().take(40).collect::<String>())
    } else {
        text.to_owned()
    }
}

/// Adds the objects of a document, or of an item of a list.
fn collect(yaml: &Yaml, objects: &mut Vec<Object>, diagnostics: &mut Diagnostics) {
    if yaml.value == yaml::Value::Null {
        return;
    }
    if !matches!(yaml.value, yaml::Value::Mapping(_)) {
        diagnostics.push(
            Diagnostic::new(
                Code::ManifestIncomplete,
                head(yaml),
                format!("expected a Kubernetes object, found {}", yaml.kind()),
            )
            .label("expected a mapping with `apiVersion`, `kind` and `metadata`")
            .help("name a file that `kubectl apply` accepts"),
        );
        return;
    }
    let kind = yaml.get("kind").and_then(Yaml::as_str);
    if let Some(items) = yaml.get("items")
        && kind.is_some_and(|kind| kind.ends_with("List"))
    {
        for item in items.items() {
            collect(item, objects, diagnostics);
        }
        return;
    }
    let text = |value: Option<&Yaml>| value.and_then(Yaml::as_str).is_some_and(|text| !text.is_empty());
    let mut missing = Vec::new();
    if !text(yaml.get("apiVersion")) {
        missing.push("`apiVersion`");
    }
    if !text(kind.and(yaml.get("kind"))) {
        missing.push("`kind`");
    }
    if !text(yaml.get("metadata").and_then(|metadata| metadata.get("name"))) {
        missing.push("`metadata.name`");
    }
    if missing.is_empty() {
        objects.push(Object { root: field(yaml, diagnostics) });
        return;
    }
    let what = kind.map_or_else(|| "this document".to_owned(), |kind| format!("this {kind}"));
    diagnostics.push(
        Diagnostic::new(Code::ManifestIncomplete, head(yaml), format!("{what} has no {}", join(&missing)))
            .label("the object starts here")
            .why("The API server rejects an object without it.")
            .help(format!("add {} as a string", join(&missing))),
    );
}

/// "`a`, `b` and `c`"
fn join(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The span of a label about a whole document: its kind, else its first key, else all of it.
fn head(yaml: &Yaml) -> Span {
    yaml.get("kind")
        .map(|kind| kind.span)
        .or_else(|| yaml.entries().first().map(|(key, _)| key.span))
        .unwrap_or(yaml.span)
}

/// The first action of a Helm template in a text. `{{` alone is not enough, because other template languages appear in
/// strings.
fn first_action(text: &str) -> Option<(usize, usize)> {
    let mut search = 0;
    while let Some(found) = text.get(search..)?.find("{{") {
        let start = search + found;
        let action = text[start + 2..].trim_start_matches('-').trim_start();
        let helm = action.starts_with("/*")
            || HELM_WORDS.iter().any(|word| {
                action.strip_prefix(word).is_some_and(|rest| {
                    *word == "$" || !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_')
                })
            });
        if helm {
            let end = text[start..].find("}}").map_or(start + 2, |length| start + length + 2);
            return Some((start, end));
        }
        search = start + 2;
    }
    None
}

/// The first action in a value that is neither quoted nor a block scalar.
fn template_in(source: &Source, yaml: &Yaml) -> Option<Span> {
    match (&yaml.value, &yaml.style) {
        (yaml::Value::Mapping(entries), _) => entries.iter().find_map(|(_, value)| template_in(source, value)),
        (yaml::Value::Sequence(items), _) => items.iter().find_map(|item| template_in(source, item)),
        (yaml::Value::String(_), Style::Plain { .. } | Style::Quoted) => {
            let written = source.slice(yaml.span);
            let (start, end) = first_action(written)?;
            let action = written[start + 2..].trim_start_matches('-').trim_start();
            // Alert texts also use these words; only Helm templates use the two below.
            let certain = [".Values", ".Release", ".Chart", ".Capabilities", "include "];
            certain.iter().any(|word| action.starts_with(word)).then(|| yaml.span.part(start, end))
        }
        _ => None,
    }
}

fn helm(source: &Source, span: Span) -> Diagnostic {
    let name = source
        .path
        .file_name()
        .map_or_else(|| "FILE".into(), |name| hidden::one_line(&name.to_string_lossy()).into_owned());
    Diagnostic::new(Code::ManifestHelmTemplate, span, "this file is a Helm template, not a manifest")
        .label("the result depends on the values of the chart")
        .why("canaryc checks manifests as they are deployed, and a template still needs to be rendered.")
        .help(format!(
            "render the chart first and name the result: `helm template RELEASE CHART --show-only templates/{name} > rendered.yaml`"
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(text: &str) -> (Vec<Object>, Vec<Diagnostic>) {
        let source = Source::new("deployment.yaml", text);
        let mut diagnostics = Diagnostics::new();
        let objects = read(&source, &mut diagnostics);
        (objects, diagnostics.into_vec())
    }

    #[test]
    fn documents_and_lists_become_objects_with_places() {
        let text = "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\n---\n# nothing\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: b}}\n- {apiVersion: v1, kind: Secret, metadata: {name: c}}\n";
        let (objects, diagnostics) = objects(text);
        assert_eq!(diagnostics, []);
        let names: Vec<_> = objects.iter().map(|object| (object.kind(), object.name())).collect();
        assert_eq!(names, [("Service", "a"), ("Secret", "b"), ("Secret", "c")]);
        let place = objects[0].root.at(&["metadata", "namespace"]).unwrap().origin;
        assert_eq!(&text[place.span.start as usize..place.span.end as usize], "shop");
    }

    #[test]
    fn scalars_are_what_kubectl_reads() {
        let (objects, _) = objects(
            "apiVersion: v1\nkind: X\nmetadata: {name: a}\nspec: [yes, 010, 1_000, 1e3, 0o7, 0x10, y, 2027-03-31, 1:30, '010', ~, 1.5]\n",
        );
        let spec: Vec<Value> =
            objects[0].root.get("spec").unwrap().items().iter().map(|item| item.value.clone()).collect();
        assert_eq!(
            spec,
            [
                Value::Boolean(true),
                Value::Integer(8),
                Value::Integer(1000),
                Value::Number(1000.0),
                Value::Integer(7),
                Value::Integer(16),
                Value::Boolean(true),
                Value::from("2027-03-31"),
                Value::from("1:30"),
                Value::from("010"),
                Value::Null,
                Value::Number(1.5),
            ]
        );
    }

    #[test]
    fn incomplete_documents_are_reported_once_each() {
        let (objects, diagnostics) = objects(
            "kind: Deployment\nmetadata: {name: a}\n---\n- 1\n---\napiVersion: v1\nkind: X\nmetadata: {name: 5}\nspec: {a: 99999999999999999999}\n",
        );
        assert_eq!(objects, []);
        let messages: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "this Deployment has no `apiVersion`",
                "expected a Kubernetes object, found a list",
                "this X has no `metadata.name`"
            ]
        );
    }

    #[test]
    fn helm_templates_are_named_as_such() {
        for text in [
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n",
            "{{- if .Values.enabled }}\napiVersion: v1\n{{- end }}\n",
            "apiVersion: v1\nkind: X\nmetadata: {name: \"{{ .Release.Name }}-x\"}\n",
            "apiVersion: v1\nkind: X\nmetadata:\n  name: a\n  labels:\n{{ include \"x.labels\" . | indent 4 }}\n",
        ] {
            let (objects, diagnostics) = objects(text);
            assert_eq!(objects, [], "{text}");
            let codes: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
            assert_eq!(codes, [Code::ManifestHelmTemplate], "{text}");
        }
    }

    #[test]
    fn templates_of_other_tools_in_strings_are_no_helm_templates() {
        let (objects, diagnostics) = objects(
            "apiVersion: v1\nkind: X\nmetadata: {name: a}\nspec:\n  query: 'sum({{args.service}})'\n  text: |\n    {{ if .Values }}x{{ end }}\n  alert: '{{ range .Alerts }}x{{ end }}'\n",
        );
        assert_eq!(diagnostics, []);
        assert_eq!(objects.len(), 1);
    }

    #[test]
    fn numbers_that_json_cannot_hold_are_reported() {
        let (_, diagnostics) = objects(
            "apiVersion: v1\nkind: X\nmetadata: {name: a}\nspec: [99999999999999999999, .inf, .nan, 1e999, 9223372036854775807]\n",
        );
        assert_eq!(diagnostics.iter().filter(|diagnostic| diagnostic.code == Code::ManifestNumber).count(), 4);
    }

    #[test]
    fn labels_cover_whole_characters() {
        let text = format!("{}é", "x".repeat(39));
        let source = Source::new("x.yaml", text.as_str());
        let mut diagnostics = Diagnostics::new();
        assert_eq!(read(&source, &mut diagnostics), []);
        let span = diagnostics.iter().next().and_then(Diagnostic::span).unwrap();
        assert_eq!(source.slice(span), text);
    }
}
