//! A write of a command, as data: what it changes, and the bodies of its requests.

use kube::api::Patch;
use serde_json::{Value, json};

use super::effect::Effect;
use crate::kubernetes::kinds::Kind;
use crate::runtime::cluster_error::Attempt;
use crate::runtime::rollout::Rollout;

/// The annotation that triggers the controller to look at a Rollout again.
pub const TOUCHED: &str = "canaryc.dev/touched";

/// One write, and how to recognise that the controller has acted on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What is written.
    pub write: Write,
    /// Whether the write may only apply to the version of the object that the decision was based on. A write that
    /// depends on the state of the release must be guarded. A write that is right at any time need not be.
    pub guarded: bool,
    /// What the controller does in response.
    pub effect: Effect,
}

/// What is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// A merge patch of the status of the Rollout, below `status`.
    Status(Value),
    /// A merge patch of the specification of the Rollout, below `spec`.
    Spec(Value),
    /// Replaces a pod template with another.
    Template(TemplateWrite),
}

/// The replacement of a pod template.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateWrite {
    /// The kind of the object that contains it: the Rollout, or the object of its `workloadRef`.
    pub kind: Kind,
    /// The name of that object.
    pub name: String,
    /// The generation of the object or, without generations, its resource version. The write fails for any other
    /// version.
    pub version: Value,
    /// The template.
    pub template: Value,
}

impl TemplateWrite {
    /// The JSON patch. It fails if the object has changed in the meantime.
    fn patch(&self) -> Value {
        let version = if self.version.is_string() { "/metadata/resourceVersion" } else { "/metadata/generation" };
        let template = if self.kind == Kind::PodTemplate { "/template" } else { "/spec/template" };
        json!([
            {"op": "test", "path": version, "value": self.version},
            {"op": "replace", "path": template, "value": self.template},
        ])
    }
}

/// A write request.
#[derive(Debug)]
pub struct Request {
    /// The attempt, for messages.
    pub attempt: Attempt,
    /// The body.
    pub patch: Patch<Value>,
}

impl Change {
    /// The request for the change, based on the Rollout as it was seen.
    ///
    /// # Errors
    /// When a JSON patch is malformed, which does not happen.
    pub fn request(&self, seen: &Rollout) -> Result<Request, serde_json::Error> {
        let mut body = match &self.write {
            Write::Status(status) => json!({"status": status}),
            Write::Spec(spec) => json!({"spec": spec}),
            Write::Template(write) => {
                let attempt = Attempt::on("patch", write.kind, &seen.namespace, &write.name);
                return Ok(Request { attempt, patch: Patch::Json(serde_json::from_value(write.patch())?) });
            }
        };
        if self.guarded {
            body["metadata"]["resourceVersion"] = seen.resource_version.as_str().into();
        }
        Ok(Request { attempt: self.attempt(seen), patch: Patch::Merge(body) })
    }

    /// The request to repeat the change if the controller has missed it. It adds something that always differs from the
    /// stored object, because the API server notifies nobody of a write without a change. It may only apply to the
    /// version that was seen, so nothing is done twice.
    pub fn repeated_request(&self, seen: &Rollout) -> Request {
        let version = &seen.resource_version;
        let mut body = match &self.write {
            // The controller rewrites the message each time, so this text does not remain.
            Write::Status(status) => {
                let mut status = status.clone();
                status["message"] = format!("{}: requested again at version {version}", self.effect.name()).into();
                json!({"status": status})
            }
            Write::Spec(spec) => json!({"metadata": {"annotations": {TOUCHED: version}}, "spec": spec}),
            Write::Template(_) => json!({"metadata": {"annotations": {TOUCHED: version}}}),
        };
        body["metadata"]["resourceVersion"] = version.as_str().into();
        let attempt = match &self.write {
            Write::Template(_) => Attempt::on("patch", Kind::Rollout, &seen.namespace, &seen.name),
            _ => self.attempt(seen),
        };
        Request { attempt, patch: Patch::Merge(body) }
    }

    fn attempt(&self, seen: &Rollout) -> Attempt {
        let attempt = Attempt::on("patch", Kind::Rollout, &seen.namespace, &seen.name);
        if matches!(self.write, Write::Status(_)) { attempt.subresource("status") } else { attempt }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::act::testing;

    fn bodies(change: &Change) -> (Value, Value) {
        let seen = testing::paused();
        let body = |patch: Patch<Value>| match patch {
            Patch::Merge(body) => body,
            other => panic!("{other:?}"),
        };
        (body(change.request(&seen).unwrap().patch), body(change.repeated_request(&seen).patch))
    }

    #[test]
    fn a_guarded_write_applies_to_one_version_only() {
        let write = Write::Status(json!({"pauseConditions": null}));
        let (first, again) = bodies(&Change { write: write.clone(), guarded: true, effect: Effect::Aborted });
        assert_eq!(first, json!({"metadata": {"resourceVersion": "70"}, "status": {"pauseConditions": null}}));
        assert_eq!(again["metadata"]["resourceVersion"], "70");
        let (first, again) = bodies(&Change { write, guarded: false, effect: Effect::Aborted });
        assert_eq!(first, json!({"status": {"pauseConditions": null}}));
        assert_eq!(again["metadata"]["resourceVersion"], "70", "a repeated request applies to one version only");
    }

    #[test]
    fn a_repeated_request_differs_from_the_stored_object() {
        let (first, again) =
            bodies(&Change { write: Write::Spec(json!({"paused": true})), guarded: false, effect: Effect::Paused });
        assert_eq!(first, json!({"spec": {"paused": true}}));
        assert_eq!(again["metadata"]["annotations"], json!({TOUCHED: "70"}));
        assert_eq!(again["spec"], first["spec"]);
        let (first, again) =
            bodies(&Change { write: Write::Status(json!({"abort": true})), guarded: false, effect: Effect::Aborted });
        assert_eq!(again["status"]["abort"], first["status"]["abort"]);
        assert!(again["status"]["message"].is_string());
        assert_eq!(again["metadata"].get("annotations"), None, "a right to the status is enough");
    }

    #[test]
    fn a_template_patch_names_its_path_and_version() {
        let write = |kind, version| TemplateWrite { kind, name: "web".to_owned(), version, template: json!({"a": 1}) };
        let patch = write(Kind::Deployment, json!(4)).patch();
        assert_eq!(patch[0], json!({"op": "test", "path": "/metadata/generation", "value": 4}));
        assert_eq!(patch[1], json!({"op": "replace", "path": "/spec/template", "value": {"a": 1}}));
        let patch = write(Kind::PodTemplate, json!("12")).patch();
        assert_eq!(patch[0]["path"], "/metadata/resourceVersion");
        assert_eq!(patch[1]["path"], "/template");
    }
}
