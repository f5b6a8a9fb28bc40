//! In: a `job`, written as properties or in a file. Out: the metadata and spec of the Job that the controller will
//! create.

use std::sync::Arc;

use super::Job;
use crate::diagnostic::{Code, Diagnostic};
use crate::kubernetes::pod_template::check_job;
use crate::manifest::{self, Field, Origin, Value};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::substitute::{self, Scope};
use crate::policy::template::{Argument, Part, Template};
use crate::provider::credentials;
use crate::provider::direct::DirectMeasure;
use crate::provider::secret::Secret;
use crate::syntax::tree::Text;
use crate::units::Duration;
use crate::vocabulary::Word;

/// Properties that a manifest contains itself.
const OF_THE_IMAGE: [Word; 2] = [Word::ServiceAccount, Word::Image];

pub(super) fn read(cx: &mut Context<'_>, node: Reader<'_>) -> Option<(Arc<dyn DirectMeasure>, Vec<Secret>)> {
    let timeout = node.whole_seconds(cx, Word::Timeout);
    let retries = node.get::<u32>(cx, Word::Retries);
    let secrets = credentials::secrets(cx, node);
    let (image, file) = (node.property_span(Word::Image), node.property_span(Word::File));
    let (metadata, mut spec, arguments) = match (image, file) {
        (None, None) => {
            cx.report(
                Diagnostic::new(Code::PropertyMissing, node.head(), "`job` needs `image=` or `file=`")
                    .label("neither is set")
                    .help("write `image=\"grafana/k6:0.54.0\"`, or `file=` with the manifest of a Job"),
            );
            return None;
        }
        (Some(_), Some(file)) => {
            cx.report(
                Diagnostic::new(Code::JobTwoSources, file, "`image=` and `file=` exclude each other")
                    .label("second")
                    .also(image?, "first")
                    .help("keep one of them"),
            );
            return None;
        }
        (Some(_), None) => from_properties(cx, node, &secrets)?,
        (None, Some(_)) => from_file(cx, node)?,
    };
    let (timeout, retries) = (timeout?, retries?);
    limit(&mut spec, &timeout, &retries, node);
    let job = Job { metadata, spec, arguments };
    Some((Arc::new(job), if file.is_some() { Vec::new() } else { secrets }))
}

/// `activeDeadlineSeconds` and `backoffLimit`. The policy overrides those of a manifest.
fn limit(spec: &mut Field, timeout: &Sourced<Duration>, retries: &Sourced<u32>, node: Reader<'_>) {
    let seconds = i64::try_from(timeout.value.milliseconds() / 1000).unwrap_or(i64::MAX);
    if node.has(Word::Timeout) || spec.get("activeDeadlineSeconds").is_none() {
        spec.set("activeDeadlineSeconds", Field::new(seconds, timeout.origin));
    }
    if node.has(Word::Retries) || spec.get("backoffLimit").is_none() {
        spec.set("backoffLimit", Field::new(i64::from(retries.value), retries.origin));
    }
}

type Parts = (Option<Field>, Field, Vec<Argument>);

fn from_properties(cx: &mut Context<'_>, node: Reader<'_>, secrets: &[Secret]) -> Option<Parts> {
    let names: Vec<Text> = secrets.iter().map(|secret| Text::clone(&secret.name.value)).collect();
    let scope = Scope { hashes: true, secrets: &names, ..Scope::default() };
    let mut texts = Texts { scope, arguments: Vec::new(), secrets: Vec::new() };
    let origin = node.origin();
    let image = node.get::<Text>(cx, Word::Image)?;
    if image.value.trim().is_empty() {
        cx.report(
            Diagnostic::new(Code::PropertyMissing, image.span(), "`image` is empty")
                .label("no image")
                .why("The kubelet cannot start a container without an image, and the job never ends.")
                .help("write the image, such as `image=\"grafana/k6:0.54.0\"`"),
        );
    }
    let mut container = Field::mapping(origin).put("name", "job").with("image", image.field());
    for (word, key) in [(Word::Command, "command"), (Word::Args, "args")] {
        let Some(list) = node.child(word) else { continue };
        let mut words = Vec::new();
        let is_for_a_shell = word == Word::Args
            && node
                .child(Word::Command)
                .is_some_and(|command| command.block.arguments.iter().any(|value| value.as_str() == Some("-c")));
        if let Some(diagnostic) = several_words(word, &list).filter(|_| !is_for_a_shell) {
            cx.report(diagnostic);
        }
        for value in &list.block.arguments {
            let template = substitute::template(cx, value, scope)?;
            words.push(texts.field(&template));
        }
        container.set(key, Field::sequence(words, list.origin()));
    }
    let own = environment(cx, node, secrets, &mut texts);
    // A variable can be named only after it.
    let of_secrets = secrets.iter().filter(|secret| texts.secrets.contains(&secret.name.value));
    let mut variables: Vec<Field> = of_secrets.map(|secret| of_secret(&variable(&secret.name.value), secret)).collect();
    variables.extend(own);
    if !variables.is_empty() {
        container.set("env", Field::sequence(variables, node.child(Word::Env).map_or(origin, |env| env.origin())));
    }
    let (mounts, volumes) = config_maps(cx, node);
    if !mounts.is_empty() {
        container.set("volumeMounts", Field::sequence(mounts, origin));
    }
    let mut pod = Field::mapping(origin).put("restartPolicy", "Never");
    if let Some(account) = node.written::<Text>(cx, Word::ServiceAccount) {
        pod.set("serviceAccountName", account.field());
    }
    pod.set("containers", Field::sequence(vec![container], origin));
    if !volumes.is_empty() {
        pod.set("volumes", Field::sequence(volumes, origin));
    }
    let template = Field::mapping(origin).with("spec", pod);
    Some((None, Field::mapping(origin).with("template", template), texts.arguments))
}

/// A command line in one text: a container gets its words one by one, and no shell splits them.
fn several_words(word: Word, list: &Reader<'_>) -> Option<Diagnostic> {
    let texts: Vec<&str> = list.block.arguments.iter().filter_map(|value| value.as_str()).collect();
    let first = *texts.first()?;
    let value = list.block.arguments.first()?;
    let is_option = |word: &str| word.starts_with('-') && word.len() > 1;
    let is_line = match word {
        // The name of a program has no spaces.
        Word::Command => first.contains(char::is_whitespace),
        _ => texts.len() == 1 && first.split_whitespace().skip(1).any(is_option),
    };
    // An argument of `sh -c` is a line.
    let of_a_shell = word == Word::Args && first.contains(['\'', '"', ';', '|', '&', '$', '\n']);
    if !is_line || of_a_shell {
        return None;
    }
    let shown: Vec<String> = words(first).iter().map(|word| format!("\"{word}\"")).collect();
    let rest = texts.iter().skip(1).map(|text| format!("\"{text}\""));
    let all: Vec<String> = shown.into_iter().chain(rest).collect();
    Some(
        Diagnostic::new(Code::JobWords, value.blame(), format!("`{word}` has several words in one text"))
            .label("one argument with spaces")
            .why("No shell splits the text: the container gets it as one argument, cannot start or rejects it, and the release is aborted.")
            .help(format!("write `{word} {}`", all.join(" "))),
    )
}

/// The words of a command line; quotes keep words together.
fn words(line: &str) -> Vec<String> {
    let (mut found, mut word, mut quote) = (Vec::new(), String::new(), None);
    for character in line.chars() {
        match quote {
            Some(open) if character == open => quote = None,
            None if matches!(character, '\'' | '"') => quote = Some(character),
            None if character.is_whitespace() => {
                if !word.is_empty() {
                    found.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(character),
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
    found
}

/// The texts of a container. Secrets become variables, which the kubelet reads: what the controller fills in stands in
/// clear text in the Job.
struct Texts<'a> {
    scope: Scope<'a>,
    /// What the controller fills in.
    arguments: Vec<Argument>,
    /// The secrets that need a variable.
    secrets: Vec<Text>,
}

impl Texts<'_> {
    fn field(&mut self, template: &Sourced<Template>) -> Field {
        let mut text = String::new();
        for part in &template.value.parts {
            match part {
                Part::Argument(Argument::Secret(name)) => {
                    self.secrets.push(Text::clone(name));
                    text.push_str(&["$(", &variable(name), ")"].concat());
                }
                _ => text.push_str(&Template { parts: vec![part.clone()] }.render()),
            }
        }
        let of_controller = template.value.arguments().filter(|argument| !matches!(argument, Argument::Secret(_)));
        self.arguments.extend(of_controller.cloned());
        Field::new(text, template.origin)
    }
}

/// The name of the variable with a secret.
fn variable(secret: &str) -> String {
    ["SECRET_", &secret.replace(['-', '.'], "_").to_ascii_uppercase()].concat()
}

/// A variable whose value is a secret.
fn of_secret(name: &str, secret: &Secret) -> Field {
    let reference = Field::mapping(secret.origin).with("name", secret.from.field()).with("key", secret.key.field());
    let from = Field::mapping(secret.origin).with("secretKeyRef", reference);
    Field::mapping(secret.origin).put("name", name).with("valueFrom", from)
}

/// The variables of `env`.
fn environment(cx: &mut Context<'_>, node: Reader<'_>, secrets: &[Secret], texts: &mut Texts<'_>) -> Vec<Field> {
    let Some(env) = node.child(Word::Env) else { return Vec::new() };
    // The first reading, as a map, checks the names. The second one keeps the holes that only the controller fills.
    let names = env.block.free.iter();
    let mut variables = Vec::new();
    for (key, value) in names {
        if let Err(error) = crate::units::name::NameKind::EnvironmentVariable.check(&key.value) {
            cx.report(
                Diagnostic::new(Code::MetadataInvalid, key.span, error.message())
                    .label(error.label())
                    .help(error.help()),
            );
            continue;
        }
        let Some(template) = substitute::template(cx, value, texts.scope) else { continue };
        let only = match template.value.parts.as_slice() {
            [Part::Argument(Argument::Secret(name))] => secrets.iter().find(|secret| secret.name.value == *name),
            _ => None,
        };
        variables.push(match only {
            Some(secret) => of_secret(&key.value, secret),
            None => Field::mapping(Origin::written(key.span))
                .put("name", Text::clone(&key.value))
                .with("value", texts.field(&template)),
        });
    }
    variables
}

fn config_maps(cx: &mut Context<'_>, node: Reader<'_>) -> (Vec<Field>, Vec<Field>) {
    let (mut mounts, mut volumes) = (Vec::new(), Vec::new());
    for map in node.all(Word::ConfigMap) {
        let (Some(name), Some(mount)) = (map.argument::<Text>(cx), map.get::<Text>(cx, Word::Mount)) else { continue };
        if !mount.value.starts_with('/') {
            cx.report(
                Diagnostic::new(Code::JobMount, mount.span(), "a mount path must be absolute")
                    .label("does not start with `/`")
                    .help("write an absolute path: \"/scripts\""),
            );
        }
        mounts.push(Field::mapping(map.origin()).with("name", name.field()).with("mountPath", mount.field()));
        let source = Field::mapping(map.origin()).with("name", name.field());
        volumes.push(Field::mapping(map.origin()).with("name", name.field()).with("configMap", source));
    }
    (mounts, volumes)
}

fn from_file(cx: &mut Context<'_>, node: Reader<'_>) -> Option<Parts> {
    for word in OF_THE_IMAGE {
        if let Some(span) = node.property_span(word) {
            cx.report(said_by_the_file(span, word));
        }
    }
    for word in [Word::Command, Word::Args, Word::Env, Word::ConfigMap, Word::Secret] {
        if let Some(child) = node.child(word) {
            cx.report(said_by_the_file(child.head(), word));
        }
    }
    let value = node.block.property(Word::File)?;
    let path = node.get::<Text>(cx, Word::File)?;
    let source = cx.read_manifest(value, &path.value)?;
    let objects = cx.with_diagnostics(|_, diagnostics| manifest::read(&source, diagnostics));
    let Some(object) = objects.iter().find(|object| object.kind() == "Job") else {
        cx.report(
            Diagnostic::new(Code::JobFile, value.blame(), format!("`{}` does not contain a Job", path.value))
                .label("expected a manifest of kind Job")
                .help("write `apiVersion: batch/v1` and `kind: Job` in the file"),
        );
        return None;
    };
    cx.with_diagnostics(|_, diagnostics| check_job(object, diagnostics));
    if let Some(diagnostic) = in_another_namespace(cx, object) {
        cx.report(diagnostic);
    }
    let spec = object.root.get("spec")?.clone();
    let metadata = object.root.get("metadata").and_then(|metadata| {
        let mut kept = Field::mapping(metadata.origin);
        for key in ["labels", "annotations"] {
            if let Some(field) = metadata.get(key) {
                kept.set(key, field.clone());
            }
        }
        (!kept.entries().is_empty()).then_some(kept)
    });
    Some((metadata, spec, Vec::new())).filter(|(_, spec, _)| matches!(spec.value, Value::Mapping(_)))
}

/// The controller creates the Job in the namespace of the Rollout.
fn in_another_namespace(cx: &Context<'_>, object: &manifest::Object) -> Option<Diagnostic> {
    let named = object.root.at(&["metadata", "namespace"])?;
    let (named_as, own) = (named.as_str()?, cx.names.namespace.known()?);
    (**own != *named_as).then(|| {
        Diagnostic::new(
            Code::ManifestNamespace,
            named.origin.span,
            format!("this Job is in namespace `{named_as}`, but the release is in `{own}`"),
        )
        .label("another namespace")
        .why("The controller creates the Job in the namespace of the release, where its ConfigMaps and Secrets may not exist.")
        .help(format!("remove `namespace` from the manifest, or write `namespace: {own}`"))
    })
}

fn said_by_the_file(span: crate::source::Span, word: Word) -> Diagnostic {
    Diagnostic::new(Code::JobTwoSources, span, format!("`{word}` belongs in the file"))
        .label("has no effect with `file=`")
        .help("set it in the manifest, or remove `file=`")
}
