//! Policies compiled in a test. In: a path or a text, an environment. Out: the diagnostics, and the objects as JSON.

#![allow(dead_code, reason = "not every test needs all of it")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use canaryc::compile::Library;
use canaryc::compile::{Compilation, Request, compile};
use canaryc::diagnostic::{Diagnostic, Diagnostics, Report, Severity, text};
use canaryc::disk::Disk;
use canaryc::files::Files;
use canaryc::manifest::{Field, Object, Value as Manifest};
use canaryc::source::Source;
use serde_json::{Map, Value, json};

/// The result of compiling a policy.
pub struct Outcome {
    /// The complete result.
    pub compilation: Compilation,
}

/// The policies of `tests/language`, in order.
pub fn policies() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir("tests/language").unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "kdl" || extension == "yaml"));
    paths.sort();
    paths
}

/// The policy of `tests/language` that begins with a number.
pub fn policy(number: &str) -> PathBuf {
    let wanted = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(number);
    policies().into_iter().find(wanted).unwrap()
}

/// Compiles a file.
pub fn file(path: &Path, environment: Option<&str>) -> Outcome {
    source(Source::new(path, std::fs::read_to_string(path).unwrap()), &Disk::default(), environment)
}

/// Compiles a text.
pub fn source(source: Arc<Source>, files: &dyn Files, environment: Option<&str>) -> Outcome {
    let request = Request { environment: environment.map(Into::into), ..Request::default() };
    Outcome { compilation: compile(source, &Library::new(files), &request) }
}

impl Outcome {
    /// Every diagnostic in its final order.
    pub fn report(&self) -> Report {
        let mut diagnostics = Diagnostics::new();
        self.compilation.diagnostics.iter().for_each(|diagnostic| diagnostics.push(diagnostic.clone()));
        Report::new([(self.compilation.sources.clone(), diagnostics)])
    }

    /// The report as people read it.
    pub fn page(&self) -> String {
        text::plain(&self.report())
    }

    /// `code at `text`` of each diagnostic.
    pub fn said(&self) -> Vec<String> {
        self.report().diagnostics().iter().map(|diagnostic| self.brief(diagnostic)).collect()
    }

    /// `code at `text`` of each error.
    pub fn errors(&self) -> Vec<String> {
        let report = self.report();
        let errors = report.diagnostics().iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        errors.map(|diagnostic| self.brief(diagnostic)).collect()
    }

    fn brief(&self, diagnostic: &Diagnostic) -> String {
        let place = diagnostic.span().map_or("nowhere", |span| self.compilation.sources.slice(span));
        format!("{} at `{place}`", diagnostic.code)
    }

    /// The objects of every release, in order.
    pub fn objects(&self) -> Vec<&Object> {
        let compiled = self.compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref());
        compiled.flat_map(|compiled| &compiled.bundle.objects).collect()
    }

    /// `Kind/name` of each object.
    pub fn names(&self) -> Vec<String> {
        self.objects().iter().map(|object| format!("{}/{}", object.kind(), object.name())).collect()
    }

    /// The one object with a kind and name.
    pub fn object(&self, wanted: &str) -> Value {
        let (kind, name) = wanted.split_once('/').unwrap();
        let mut found = self.objects().into_iter().filter(|object| object.kind() == kind && object.name() == name);
        let object = found.next().unwrap_or_else(|| panic!("no {wanted} among {:?}: {}", self.names(), self.page()));
        assert!(found.next().is_none(), "{wanted} twice");
        plain(&object.root)
    }

    /// `spec` of an object.
    pub fn spec(&self, wanted: &str) -> Value {
        self.object(wanted)["spec"].clone()
    }

    /// `spec.strategy.canary` of a Rollout without its steps.
    pub fn canary(&self, rollout: &str) -> Value {
        let mut canary = self.spec(&format!("Rollout/{rollout}"))["strategy"]["canary"].clone();
        canary.as_object_mut().unwrap().remove("steps");
        canary
    }

    /// The steps of a Rollout, each in a few words.
    pub fn steps(&self, rollout: &str) -> Vec<String> {
        let spec = self.spec(&format!("Rollout/{rollout}"));
        spec["strategy"]["canary"]["steps"].as_array().unwrap().iter().map(step).collect()
    }

    /// A metric of an AnalysisTemplate.
    pub fn metric(&self, template: &str, name: &str) -> Value {
        let spec = self.spec(&format!("AnalysisTemplate/{template}"));
        let metrics = spec["metrics"].as_array().unwrap();
        metrics.iter().find(|metric| metric["name"] == name).unwrap_or_else(|| panic!("{name} in {spec}")).clone()
    }

    /// The names of an AnalysisTemplate's metrics.
    pub fn metrics(&self, template: &str) -> Vec<String> {
        let spec = self.spec(&format!("AnalysisTemplate/{template}"));
        let metrics = spec["metrics"].as_array().unwrap().iter();
        metrics.map(|metric| metric["name"].as_str().unwrap().to_owned()).collect()
    }
}

/// A step in a few words: `weight 5`, `pause 10m`, `pause`, `pods 2`, `pods 5%`, `follow`, `header a X-A`, `analysis b`.
fn step(step: &Value) -> String {
    let (kind, body) = step.as_object().unwrap().iter().next().unwrap();
    assert_eq!(step.as_object().unwrap().len(), 1, "one kind a step");
    match kind.as_str() {
        "setWeight" => format!("weight {body}"),
        "pause" => body.get("duration").map_or("pause".to_owned(), |time| format!("pause {}", time.as_str().unwrap())),
        "setCanaryScale" if *body == json!({"matchTrafficWeight": true}) => "follow".to_owned(),
        "setCanaryScale" => match (body.get("replicas"), body.get("weight")) {
            (Some(pods), None) => format!("pods {pods}"),
            (None, Some(share)) => format!("pods {share}%"),
            _ => panic!("{body}"),
        },
        "setHeaderRoute" => {
            let headers = body["match"].as_array().unwrap().iter();
            let headers: Vec<&str> = headers.map(|header| header["headerName"].as_str().unwrap()).collect();
            format!("header {} {}", body["name"].as_str().unwrap(), headers.join(" "))
        }
        "analysis" => {
            let templates = body["templates"].as_array().unwrap().iter();
            let templates: Vec<&str> = templates.map(|one| one["templateName"].as_str().unwrap()).collect();
            format!("analysis {}", templates.join(" "))
        }
        "plugin" => format!("plugin {}", body["name"].as_str().unwrap()),
        other => panic!("{other}"),
    }
}

/// An object as plain data.
pub fn plain(field: &Field) -> Value {
    match &field.value {
        Manifest::Null => Value::Null,
        Manifest::Boolean(value) => Value::Bool(*value),
        Manifest::Integer(number) => Value::from(*number),
        Manifest::Number(number) => Value::from(*number),
        Manifest::String(text) => Value::from(&**text),
        Manifest::Sequence(items) => items.iter().map(plain).collect(),
        Manifest::Mapping(entries) => {
            Value::Object(entries.iter().map(|(key, field)| (key.to_string(), plain(field))).collect::<Map<_, _>>())
        }
    }
}
