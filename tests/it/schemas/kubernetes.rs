//! Pod templates and Jobs: the schemas of k8s-openapi, closed, without prose, with the enumerations that it leaves out.

use k8s_openapi::api::batch::v1::JobSpec as UpstreamJobSpec;
use k8s_openapi::api::core::v1::PodTemplateSpec;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::scalars::Quantity;

/// Refers to `pod-template.json`.
#[derive(Deserialize)]
pub struct PodTemplate(pub Value);

impl JsonSchema for PodTemplate {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PodTemplate".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "$ref": "pod-template.json" })
    }
}

/// Refers to the specification in `job.json`.
#[derive(Deserialize)]
pub struct JobSpec(pub Value);

impl JsonSchema for JobSpec {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "JobSpec".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "$ref": "job.json#/$defs/JobSpec" })
    }
}

/// Values of strings that upstream only describes in prose: definition, field, values.
const ENUMERATIONS: &[(&str, &str, &[&str])] = &[
    ("AppArmorProfile", "type", &["Localhost", "RuntimeDefault", "Unconfined"]),
    ("Container", "imagePullPolicy", &["Always", "IfNotPresent", "Never"]),
    ("Container", "restartPolicy", &["Always", "OnFailure", "Never"]),
    ("Container", "terminationMessagePolicy", &["FallbackToLogsOnError", "File"]),
    ("ContainerPort", "protocol", &["TCP", "UDP", "SCTP"]),
    ("ContainerResizePolicy", "restartPolicy", &["NotRequired", "RestartContainer"]),
    ("HTTPGetAction", "scheme", &["HTTP", "HTTPS"]),
    (
        "HostPathVolumeSource",
        "type",
        &["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"],
    ),
    ("ImageVolumeSource", "pullPolicy", &["Always", "IfNotPresent", "Never"]),
    ("JobSpec", "completionMode", &["Indexed", "NonIndexed"]),
    ("JobSpec", "podReplacementPolicy", &["Failed", "TerminatingOrFailed"]),
    ("LabelSelectorRequirement", "operator", &["In", "NotIn", "Exists", "DoesNotExist"]),
    ("NodeSelectorRequirement", "operator", &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
    ("PersistentVolumeClaimSpec", "volumeMode", &["Block", "Filesystem"]),
    ("PodFailurePolicyOnExitCodesRequirement", "operator", &["In", "NotIn"]),
    ("PodFailurePolicyRule", "action", &["Count", "FailIndex", "FailJob", "Ignore"]),
    ("PodOS", "name", &["linux", "windows"]),
    ("PodSecurityContext", "fsGroupChangePolicy", &["Always", "OnRootMismatch"]),
    ("PodSecurityContext", "seLinuxChangePolicy", &["MountOption", "Recursive"]),
    ("PodSecurityContext", "supplementalGroupsPolicy", &["Merge", "Strict"]),
    ("PodSpec", "dnsPolicy", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]),
    ("PodSpec", "preemptionPolicy", &["Never", "PreemptLowerPriority"]),
    ("PodSpec", "restartPolicy", &["Always", "OnFailure", "Never"]),
    ("SeccompProfile", "type", &["Localhost", "RuntimeDefault", "Unconfined"]),
    ("SecurityContext", "procMount", &["Default", "Unmasked"]),
    ("Toleration", "effect", &["", "NoExecute", "NoSchedule", "PreferNoSchedule"]),
    ("Toleration", "operator", &["", "Equal", "Exists", "Gt", "Lt"]),
    ("TopologySpreadConstraint", "nodeAffinityPolicy", &["Honor", "Ignore"]),
    ("TopologySpreadConstraint", "nodeTaintsPolicy", &["Honor", "Ignore"]),
    ("TopologySpreadConstraint", "whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]),
    ("VolumeMount", "mountPropagation", &["Bidirectional", "HostToContainer", "None"]),
    ("VolumeMount", "recursiveReadOnly", &["Disabled", "Enabled", "IfPossible"]),
];

/// Fields that are newer than the custom resource definition of the Rollout: the API server silently drops them in its
/// template. Definition and field.
const TOO_NEW: &[(&str, &str)] = &[
    ("GRPCAction", "mode"),
    ("HTTPGetAction", "protocol"),
    ("JobSpec", "scheduling"),
    ("PodSpec", "evictionResponders"),
    ("PodSpec", "schedulingGroup"),
    ("VolumeMount", "bindMountOptions"),
];

/// The metadata fields of a template that people and generators write, without those that the cluster sets.
const METADATA: &[&str] =
    &["annotations", "creationTimestamp", "finalizers", "generateName", "labels", "name", "namespace"];

/// `pod-template.json`.
pub fn pod_template() -> Value {
    closed::<PodTemplateSpec>("PodTemplate")
}

/// `job.json`: a Job as people write it to a file.
pub fn job() -> Value {
    let mut schema = closed::<UpstreamJobSpec>("Job");
    let mut definitions = match schema["$defs"].take() {
        Value::Object(definitions) => definitions,
        _ => Map::new(),
    };
    let Value::Object(mut specification) = schema else { unreachable!("a schema is a mapping") };
    for key in ["$schema", "$defs", "title"] {
        specification.remove(key);
    }
    definitions.insert("JobSpec".into(), Value::Object(specification));
    definitions.sort_keys();
    let mut root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Job",
        "type": "object",
        "properties": {
            "apiVersion": { "type": "string", "enum": ["batch/v1"] },
            "kind": { "type": "string", "enum": ["Job"] },
            "metadata": { "$ref": "pod-template.json#/$defs/ObjectMeta" },
            "spec": { "$ref": "#/$defs/JobSpec" }
        },
        "required": ["apiVersion", "kind", "spec"],
        "additionalProperties": false
    });
    // Definitions that a pod template also has are taken from there.
    let shared = pod_template();
    let mut text = Value::Object(definitions);
    redirect(&mut text, &shared["$defs"]);
    if let Value::Object(definitions) = &mut text {
        definitions.retain(|name, _| shared["$defs"].get(name).is_none() && name != "PodTemplateSpec");
    }
    root["$defs"] = text;
    root
}

/// Redirects references to definitions in `shared` to `pod-template.json`.
fn redirect(value: &mut Value, shared: &Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(target)) = map.get_mut("$ref") {
                let name = target.trim_start_matches("#/$defs/").to_owned();
                if name == "PodTemplateSpec" {
                    *target = "pod-template.json".into();
                } else if shared.get(&name).is_some() {
                    *target = format!("pod-template.json#/$defs/{name}");
                }
            }
            map.values_mut().for_each(|inner| redirect(inner, shared));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| redirect(inner, shared)),
        _ => {}
    }
}

fn closed<T: JsonSchema>(title: &str) -> Value {
    let schema = SchemaGenerator::default().into_root_schema_for::<T>();
    let mut root = schema.to_value();
    tidy(&mut root, "");
    if let Value::Object(map) = &mut root {
        map.remove("$schema");
        let mut definitions = Map::new();
        if let Some(Value::Object(found)) = map.remove("$defs") {
            for (name, mut definition) in found {
                let name = short(&name).to_owned();
                enumerate(&mut definition, &name);
                definitions.insert(name, definition);
            }
        }
        definitions.sort_keys();
        for name in ["IntOrString", "Quantity", "Time"] {
            definitions.remove(name);
        }
        enumerate_root(map, title);
        let mut ordered = Map::new();
        ordered.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
        ordered.insert("title".into(), title.into());
        for key in ["type", "properties", "required", "additionalProperties"] {
            if let Some(value) = map.remove(key) {
                ordered.insert(key.into(), value);
            }
        }
        ordered.insert("$defs".into(), Value::Object(definitions));
        root = Value::Object(ordered);
    }
    prune(&mut root);
    root
}

/// Removes definitions without references.
fn prune(root: &mut Value) {
    loop {
        let text = root.to_string();
        let Some(Value::Object(definitions)) = root.get_mut("$defs") else { return };
        let before = definitions.len();
        definitions.retain(|name, _| text.contains(&format!("\"#/$defs/{name}\"")));
        if definitions.len() == before {
            return;
        }
    }
}

fn enumerate_root(map: &mut Map<String, Value>, title: &str) {
    let name = if title == "Job" { "JobSpec" } else { title };
    let mut value = Value::Object(std::mem::take(map));
    enumerate(&mut value, name);
    if let Value::Object(filled) = value {
        *map = filled;
    }
}

fn enumerate(definition: &mut Value, name: &str) {
    for (_, field, values) in ENUMERATIONS.iter().filter(|(owner, ..)| *owner == name) {
        let slot = &mut definition["properties"][*field];
        assert_eq!(slot["type"], "string", "{name}.{field}");
        slot["enum"] = json!(values);
    }
    for (_, field) in TOO_NEW.iter().filter(|(owner, _)| *owner == name) {
        let properties = definition["properties"].as_object_mut();
        assert!(properties.is_some_and(|properties| properties.remove(*field).is_some()), "{name}.{field}");
    }
    if name == "ObjectMeta"
        && let Some(Value::Object(properties)) = definition.get_mut("properties")
    {
        properties.retain(|key, _| METADATA.contains(&key.as_str()));
        properties.insert("creationTimestamp".into(), json!({ "type": ["string", "null"] }));
    }
}

/// The last part of `io.k8s.api.core.v1.Container`.
fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Closes mappings, removes prose, and expands the types that upstream only names.
fn tidy(value: &mut Value, key: &str) {
    match value {
        Value::Object(map) if key == "properties" || key == "$defs" => {
            map.values_mut().for_each(|inner| tidy(inner, ""));
            map.sort_keys();
        }
        Value::Object(map) => {
            map.retain(|key, _| key != "description" && !key.starts_with("x-kubernetes-") && key != "format");
            if let Some(Value::String(target)) = map.get("$ref") {
                let name = short(target.rsplit('/').next().unwrap_or(target)).to_owned();
                *map = match name.as_str() {
                    "IntOrString" => object(json!({ "anyOf": [{ "type": "integer" }, { "type": "string" }] })),
                    "Quantity" => object(json!({ "anyOf": [{ "type": "number" }, quantity()] })),
                    "Time" => object(json!({ "type": "string" })),
                    _ => object(json!({ "$ref": format!("#/$defs/{name}") })),
                };
                return;
            }
            if map.contains_key("properties") && !map.contains_key("additionalProperties") {
                map.insert("additionalProperties".into(), false.into());
            }
            for (key, inner) in map.iter_mut() {
                tidy(inner, key);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| tidy(inner, "")),
        _ => {}
    }
}

fn quantity() -> Value {
    Quantity::json_schema(&mut SchemaGenerator::default()).to_value()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
