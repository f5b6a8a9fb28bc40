//! In: the objects of a release. Out: the same objects in a namespace of the test, with every pause and interval one
//! second long and every measurement answered; and the objects that the policy requires.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::answers::Answers;
use crate::failure::{Failure, failed};
use crate::generate::Answer;

/// The results of the measurements of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// Values that pass.
    Good,
    /// Values that fail, if there is a threshold.
    Bad,
    /// No data for any Prometheus query.
    Nothing,
}

/// Adapts the objects of a release to a namespace: quick, and with the given measurements.
pub fn adapt(objects: &[Value], namespace: &str, answers: &Answers, measured: Measured) -> Result<Vec<Value>, Failure> {
    let mut objects = objects.to_vec();
    for object in &mut objects {
        object["metadata"]["namespace"] = namespace.into();
        match object["kind"].as_str() {
            Some("Rollout") => quicken_rollout(object, measured),
            Some("AnalysisTemplate") => {
                for metric in object["spec"]["metrics"].as_array_mut().into_iter().flatten() {
                    quicken_metric(metric, answers, measured)?;
                }
            }
            _ => {}
        }
    }
    Ok(objects)
}

fn quicken_rollout(rollout: &mut Value, measured: Measured) {
    if rollout["spec"]["minReadySeconds"].as_i64().is_some_and(|seconds| seconds > 1) {
        rollout["spec"]["minReadySeconds"] = 1.into();
    }
    let canary = &mut rollout["spec"]["strategy"]["canary"];
    // The controller refuses a delay without a router, and together with stable pods that shrink.
    if canary.get("trafficRouting").is_some() && canary["dynamicStableScale"] != true {
        canary["scaleDownDelaySeconds"] = 1.into();
    }
    for step in canary["steps"].as_array_mut().into_iter().flatten() {
        if step["pause"].get("duration").is_some() {
            // A bad canary must be detected during the stage.
            step["pause"]["duration"] = if measured == Measured::Bad { "20s" } else { "1s" }.into();
        }
    }
}

fn quicken_metric(metric: &mut Value, answers: &Answers, measured: Measured) -> Result<(), Failure> {
    for field in ["interval", "initialDelay"] {
        if metric.get(field).is_some() {
            metric[field] = "1s".into();
        }
    }
    // A measurement that waits for a good answer does not detect a bad canary.
    let waits = metric["failureLimit"] == -1;
    let condition = metric["successCondition"].as_str().unwrap_or_default().to_owned();
    let provider = &mut metric["provider"];
    if provider.get("prometheus").is_some() {
        provider["prometheus"]["address"] = answers.prometheus(value(&condition, measured)).into();
    } else if provider.get("graphite").is_some() {
        provider["graphite"]["address"] = answers.graphite(value(&condition, measured)).into();
    } else if provider.get("web").is_some() {
        let field = provider["web"]["jsonPath"].as_str().and_then(|path| path.strip_prefix("{$.")?.strip_suffix('}'));
        let value = condition.strip_prefix("result == \"").and_then(|rest| rest.strip_suffix('"'));
        let (Some(field), Some(value)) = (field, value) else {
            return Err(failed(format!("no answer is known that passes {condition}")));
        };
        let value = if measured == Measured::Bad && !waits { "bad" } else { value };
        provider["web"]["url"] = answers.json(field, value).into();
    } else if provider.get("job").is_none() {
        return Err(failed(format!("no answer is known to {provider}")));
    }
    Ok(())
}

/// The answer to a query. A value equal to the threshold passes, and a condition without a threshold only requires a
/// value.
fn value(condition: &str, measured: Measured) -> &str {
    match (comparison(condition), measured) {
        (_, Measured::Nothing) => "nothing",
        (None, _) => "1",
        (Some((_, threshold)), Measured::Good) => threshold,
        (Some((">=" | ">", _)), Measured::Bad) => "-1",
        (Some(_), Measured::Bad) => "1e9",
    }
}

/// The first comparison of a value in a condition: its operator and its number. `len(result) > 0` compares no value.
fn comparison(condition: &str) -> Option<(&str, &str)> {
    let words: Vec<&str> = condition.split(' ').collect();
    words.windows(3).find_map(|words| {
        let is_value = ["#", "result", "result[0]"].contains(&words[0].trim_start_matches(['(', '{']));
        let is_comparison = [">=", ">", "<=", "<", "=="].contains(&words[1]);
        (is_value && is_comparison).then(|| (words[1], words[2].trim_end_matches([')', '}'])))
    })
}

/// Sets the addresses of the measurements of a release, and changes nothing else. `answers` has one for each check.
pub fn answered(
    objects: &[Value],
    server: &Answers,
    answers: &BTreeMap<String, Answer>,
) -> Result<Vec<Value>, Failure> {
    let mut objects = objects.to_vec();
    for object in objects.iter_mut().filter(|object| object["kind"] == "AnalysisTemplate") {
        for metric in object["spec"]["metrics"].as_array_mut().into_iter().flatten() {
            // The second metric of a gate that waits for data asks the same.
            let name = metric["name"].as_str().unwrap_or_default();
            let name = name.strip_suffix(".wait").unwrap_or(name).to_owned();
            let provider = &mut metric["provider"];
            match answers.get(&name) {
                Some(Answer::Number(value)) if provider.get("prometheus").is_some() => {
                    provider["prometheus"]["address"] = server.prometheus(value).into();
                }
                Some(Answer::Document(text)) if provider.get("web").is_some() => {
                    provider["web"]["url"] = server.document(text).into();
                }
                Some(Answer::Nothing) if provider.get("job").is_some() => {}
                other => return Err(failed(format!("{other:?} is no answer to {provider}"))),
            }
        }
    }
    Ok(objects)
}

/// Whether a bad canary fails any measurement.
pub fn can_fail(objects: &[Value]) -> bool {
    let metrics = objects.iter().filter_map(|object| object["spec"]["metrics"].as_array()).flatten();
    let mut metrics = metrics.filter(|metric| metric["failureLimit"] != -1);
    metrics.any(|metric| {
        let condition = metric["successCondition"].as_str();
        condition.is_some_and(|condition| metric["provider"].get("web").is_some() || comparison(condition).is_some())
    })
}

fn may_have_no_data(metric: &Value) -> bool {
    ["prometheus", "graphite"].iter().any(|name| metric["provider"].get(*name).is_some())
}

/// Whether a condition for good values is only met if there is data.
fn requires_data(condition: &str) -> bool {
    condition.contains("len(result) > 0") || condition.contains("!isNaN(result)")
}

/// Whether a release without data is aborted by any measurement.
pub fn fails_without_data(objects: &[Value]) -> bool {
    let metrics = objects.iter().filter_map(|object| object["spec"]["metrics"].as_array()).flatten();
    let mut metrics = metrics.filter(|metric| metric["failureLimit"] != -1 && may_have_no_data(metric));
    metrics.any(|metric| match metric["failureCondition"].as_str() {
        None => metric["successCondition"].as_str().is_some_and(requires_data),
        Some(bad) => bad.contains("len(result) == 0") || bad.starts_with("isNaN(result)"),
    })
}

/// The templates with a measurement that keeps the release in its stage while there is no data: it tolerates any number
/// of failures, and what it measures is good only with data.
pub fn holding_templates(objects: &[Value]) -> BTreeSet<&str> {
    let holds = |metric: &Value| {
        let good = metric["successCondition"].as_str();
        metric["failureLimit"] == -1 && may_have_no_data(metric) && good.is_some_and(requires_data)
    };
    let has = |object: &&Value| object["spec"]["metrics"].as_array().is_some_and(|metrics| metrics.iter().any(holds));
    objects.iter().filter(has).filter_map(|object| object["metadata"]["name"].as_str()).collect()
}

/// The objects that a release refers to but does not contain.
pub fn missing(objects: &[Value]) -> Vec<Value> {
    let Some(rollout) = objects.iter().find(|object| object["kind"] == "Rollout") else { return Vec::new() };
    let has = |kind: &str, name: &str| {
        objects.iter().any(|object| object["kind"] == kind && object["metadata"]["name"] == name)
    };
    let canary = &rollout["spec"]["strategy"]["canary"];
    let namespace = &rollout["metadata"]["namespace"];
    let meta = |name: &str| json!({"name": name, "namespace": namespace});
    let mut more = workload(rollout).into_iter().collect::<Vec<_>>();
    let services: Vec<&str> =
        ["stableService", "canaryService"].iter().filter_map(|field| canary[*field].as_str()).collect();
    for name in services.iter().filter(|name| !has("Service", name)) {
        more.push(json!({
            "apiVersion": "v1", "kind": "Service", "metadata": meta(name),
            "spec": {"ports": [{"name": "http", "port": 80}]},
        }));
    }
    let routes = &canary["trafficRouting"]["plugins"]["argoproj-labs/gatewayAPI"]["httpRoutes"];
    for name in routes.as_array().into_iter().flatten().filter_map(|route| route["name"].as_str()) {
        if !has("HTTPRoute", name) {
            let backends: Vec<Value> = services.iter().map(|name| json!({"name": name, "port": 80})).collect();
            more.push(json!({
                "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": meta(name),
                "spec": {"rules": [{"backendRefs": backends}]},
            }));
        }
    }
    // A template may require what every use of it provides.
    let mut templates: BTreeMap<(bool, &str), BTreeSet<&str>> = BTreeMap::new();
    find(rollout, "templates", &mut |templates_of, with| {
        let given = with.get("args").and_then(Value::as_array).into_iter().flatten();
        let given: BTreeSet<&str> = given.filter_map(|argument| argument["name"].as_str()).collect();
        for template in templates_of.as_array().into_iter().flatten() {
            let name = template["templateName"].as_str().unwrap_or_default();
            let cluster = template["clusterScope"] == true;
            if cluster || !has("AnalysisTemplate", name) {
                let arguments = templates.entry((cluster, name)).or_insert_with(|| given.clone());
                arguments.retain(|argument| given.contains(argument));
            }
        }
    });
    for ((cluster, name), arguments) in templates {
        let arguments: Vec<Value> = arguments.into_iter().map(|name| json!({"name": name})).collect();
        let spec = json!({"template": {"spec": {"restartPolicy": "Never", "containers": [
            {"name": "done", "image": "example.com/done"}]}}});
        let kind = if cluster { "ClusterAnalysisTemplate" } else { "AnalysisTemplate" };
        let metadata = if cluster { json!({"name": name}) } else { meta(name) };
        more.push(json!({
            "apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": metadata,
            "spec": {"args": arguments, "metrics": [{"name": "done", "provider": {"job": {"spec": spec}}}]},
        }));
    }
    for object in objects {
        find(object, "secretKeyRef", &mut |reference, _| {
            let (name, key) =
                (reference["name"].as_str().unwrap_or_default(), reference["key"].as_str().unwrap_or_default());
            more.push(json!({
                "apiVersion": "v1", "kind": "Secret", "metadata": meta(name), "stringData": {key: "secret"},
            }));
        });
    }
    more
}

/// The workload that a Rollout refers to, with the labels that its selector requires.
fn workload(rollout: &Value) -> Option<Value> {
    let reference = rollout["spec"].get("workloadRef")?;
    let labels = &rollout["spec"]["selector"]["matchLabels"];
    let template = json!({
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "main", "image": "example.com/app:1", "ports": [
            {"name": "http", "containerPort": 8080}]}]},
    });
    let mut object = json!({
        "apiVersion": reference["apiVersion"], "kind": reference["kind"],
        "metadata": {"name": reference["name"], "namespace": rollout["metadata"]["namespace"]},
    });
    if reference["kind"] == "PodTemplate" {
        object["template"] = template;
    } else {
        object["spec"] = json!({"replicas": 1, "selector": {"matchLabels": labels}, "template": template});
    }
    Some(object)
}

/// Calls `found` with every value of this key, at any depth, and the mapping that contains it.
fn find<'a>(value: &'a Value, key: &str, found: &mut dyn FnMut(&'a Value, &'a Map<String, Value>)) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if name == key {
                    found(field, fields);
                }
                find(field, key, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| find(item, key, found)),
        _ => {}
    }
}
