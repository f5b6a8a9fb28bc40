//! In: `reload-on … copy=#true`, and the pod template. Out: copies of the ConfigMaps and Secrets in the files, each named by
//! its content, and the template that refers to them.
//!
//! A ConfigMap that changes in place changes for the pods of the stable version too, so an abort does not bring it back. A
//! copy never changes, and a version of the pods is released, aborted and rolled back with its own.

use super::copied_content;
use super::manifest_file;
use super::pod_template::Fnv;
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object, Origin, Value};
use crate::model;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::workload::PodTemplate;

/// How a pod refers to objects of a kind: the fields that have a name below them, or a list of names.
struct Referable {
    kind: &'static str,
    fields: &'static [&'static str],
}

const REFERABLE: [Referable; 2] = [
    Referable { kind: "ConfigMap", fields: &["configMap", "configMapRef", "configMapKeyRef"] },
    Referable { kind: "Secret", fields: &["secret", "secretRef", "secretKeyRef", "imagePullSecrets"] },
];

/// The content of both kinds.
const CONTENT: [&str; 4] = ["type", "data", "stringData", "binaryData"];
/// Ten digits tell the versions of a file apart, and leave room for its name.
const DIGITS: usize = 10;
/// The longest name of an object.
const LONGEST: usize = 253;

/// The template that refers to the copies, and the copies. `None` after an error, which was reported.
pub fn copied(cx: &mut Context<'_>, reload: Reader<'_>, mut template: Field) -> Option<PodTemplate> {
    let mut copies: Vec<Object> = Vec::new();
    let mut sound = true;
    for value in &reload.block.arguments {
        let Some(objects) = manifest_file::objects(cx, value) else {
            sound = false;
            continue;
        };
        for object in objects {
            manifest_file::same_namespace(cx, &object, value.blame());
            match one(cx, value, &object, &mut template) {
                Some(copy) => copies.push(copy),
                None => sound = false,
            }
        }
    }
    sound.then_some(PodTemplate::Embedded { template, copies })
}

fn one(cx: &mut Context<'_>, named: &model::Value, object: &Object, template: &mut Field) -> Option<Object> {
    let copy = format!("{}-{}", object.name(), digest(&cx.names.release, object));
    let mut refuse = |diagnostic: Diagnostic| {
        cx.report(diagnostic.also(named.blame(), "named here"));
        None
    };
    let at = object.root.origin.span.at_start();
    let Some(referable) = REFERABLE.iter().find(|one| one.kind == object.kind() && object.api_version() == "v1") else {
        let message = format!("only ConfigMaps and Secrets can be copied, and this is {}", object.shown());
        let diagnostic = Diagnostic::new(Code::WorkloadCopy, at, message);
        return refuse(diagnostic.help("move it to another file, or remove `copy=#true`"));
    };
    if let Some(diagnostic) = copied_content::mistake(object) {
        return refuse(diagnostic);
    }
    if copy.len() > LONGEST {
        let message = format!("the name of a copy of {} is longer than {LONGEST} characters", object.kind());
        return refuse(Diagnostic::new(Code::WorkloadCopy, at, message).help("shorten the name"));
    }
    let is_used = template.get("spec").is_some() && rename(template, referable, object.name(), &copy, "");
    if !is_used {
        let message = format!("the pods do not use {}", object.shown());
        let diagnostic = Diagnostic::new(Code::WorkloadCopy, at, message)
            .label("no container and no volume refers to it, or the files have it twice")
            .why("The pods get their copy by the name to which the pod template refers.")
            .help(format!(
                "refer to `{}` in the pod template, or remove the {} from the files",
                object.name(),
                object.kind()
            ));
        return refuse(diagnostic);
    }
    let mut object = object.clone();
    let origin = Origin::derived(object.root.origin.span);
    let mut metadata = object.root.get("metadata").cloned().unwrap_or_else(|| Field::mapping(origin));
    metadata.set("name", Field::new(copy, origin));
    object.root.set("metadata", metadata);
    object.root.set("immutable", Field::new(true, origin));
    Some(object)
}

/// Replaces the name in every reference below `field`, which stands under `key`. Returns whether there was one.
fn rename(field: &mut Field, referable: &Referable, from: &str, to: &str, key: &str) -> bool {
    let mut found = false;
    match &mut field.value {
        Value::Sequence(items) => {
            for item in items {
                found |= rename(item, referable, from, to, key);
            }
        }
        Value::Mapping(entries) => {
            for (name, inner) in entries {
                if matches!(&**name, "name" | "secretName")
                    && referable.fields.contains(&key)
                    && inner.as_str() == Some(from)
                {
                    *inner = Field::new(to, Origin::derived(inner.origin.span));
                    found = true;
                }
                found |= rename(inner, referable, from, to, name);
            }
        }
        _ => {}
    }
    found
}

/// The release is a part of it, because two releases must not share an object.
fn digest(release: &str, object: &Object) -> String {
    let mut hash = Fnv::default();
    let mut write = |text: &str| {
        // The length separates one text from the next.
        hash.write(&(text.len() as u64).to_le_bytes());
        hash.write(text.as_bytes());
    };
    write(release);
    write(object.kind());
    for key in CONTENT {
        let Some(content) = object.root.get(key) else { continue };
        write(key);
        write(content.as_str().unwrap_or_default());
        let mut entries: Vec<(&str, &str)> =
            content.entries().iter().map(|(key, field)| (&**key, field.as_str().unwrap_or_default())).collect();
        entries.sort_unstable();
        for (key, text) in entries {
            write(key);
            write(text);
        }
    }
    hash.hexadecimal().chars().take(DIGITS).collect()
}
