//! The policies that the lab checks. In: `examples/` and `tests/language/`. Out: for each policy and environment, its
//! objects.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use canaryc::compile::Library;
use canaryc::compile::{self, Request};
use canaryc::disk::Disk;
use canaryc::files::Files;
use canaryc::internals;
use canaryc::internals::plan::{Plan, PlannedStage};
use canaryc::internals::policy::audience::Members;
use canaryc::internals::policy::{AudienceId, Release};
use canaryc::manifest::Object;
use canaryc::source::Source;
use canaryc::write;
use serde_json::Value;

use crate::failure::{Failure, failed};

/// A release for an environment, compiled.
#[derive(Clone, Debug)]
pub struct Case {
    /// `checkout/prod`: unique, and short enough to be read in a list.
    pub name: String,
    /// The manifests as they are written.
    pub yaml: String,
    /// The same, as data.
    pub objects: Vec<Value>,
    /// The stages of its plan.
    pub stages: Vec<Stage>,
}

/// The plan of a stage.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its steps.
    pub steps: Range<usize>,
    /// The canary's share of the traffic that is split by weight, in whole percent.
    pub weight: u64,
    /// The managed routes of the audiences that are admitted by this stage.
    pub admitted: BTreeSet<String>,
    /// The number of canary pods in it, if known.
    pub canary_pods: Option<u32>,
}

impl Stage {
    fn of(stage: &PlannedStage, plan: &Plan, release: &Release) -> Self {
        let members = |id: &AudienceId| match release.audience(*id).map(|audience| &audience.members) {
            Some(Members::Any(members)) => members.iter().map(|member| member.value).collect(),
            _ => vec![*id],
        };
        let members: Vec<AudienceId> = stage.admitted.iter().flat_map(members).collect();
        let admitted = plan.staged().managed_routes.iter().filter(|route| members.contains(&route.audience));
        Self {
            steps: stage.steps.clone(),
            weight: stage.weight.whole().unwrap_or_default().into(),
            admitted: admitted.map(|route| route.name.value.to_string()).collect(),
            canary_pods: stage.canary_pods,
        }
    }
}

/// The policies, in a fixed order.
pub fn policies() -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    for example in entries(Path::new("examples"))? {
        paths.extend(entries(&example)?.into_iter().filter(|path| is_policy(path, ".canary.")));
    }
    paths.extend(entries(Path::new("tests/language"))?.into_iter().filter(|path| is_policy(path, ".")));
    Ok(paths)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>, Failure>>()?;
    paths.sort();
    Ok(paths)
}

fn is_policy(path: &Path, infix: &str) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    ["kdl", "yaml", "json"].iter().any(|end| name.ends_with(&format!("{infix}{end}")))
}

/// The objects of a policy, or why it does not compile.
pub fn compiled(path: &Path) -> Result<Vec<Case>, Failure> {
    let source = Disk::default().read(path).map_err(|error| failed(format!("{}: {error:?}", path.display())))?;
    cases_of(source, &Disk::default(), &Request::default())
}

/// The objects of the text of a policy, or why it does not compile.
pub fn compiled_text(name: &str, text: String) -> Result<Vec<Case>, Failure> {
    cases_of(Source::new(format!("{name}.canary.kdl"), text), &Disk::default(), &Request::default())
}

/// The objects of a policy with the given files and request, or why it does not compile.
pub fn cases_of(source: Arc<Source>, files: &dyn Files, request: &Request) -> Result<Vec<Case>, Failure> {
    let path = source.path.clone();
    let compilation = compile::compile(source, &Library::new(files), request);
    if compilation.diagnostics.has_errors() {
        let messages = compilation.diagnostics.into_vec();
        let messages: Vec<_> = messages.iter().map(|found| format!("{}: {}", found.code, found.message)).collect();
        return Err(failed(format!("{} does not compile:\n{}", path.display(), messages.join("\n"))));
    }
    let stem = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut cases = Vec::new();
    for policy in compilation.policies {
        let environment = policy.environment().map(|name| format!("/{name}")).unwrap_or_default();
        let Some(compiled) = policy.compiled else { continue };
        let (release, plan) = (internals::release(&compiled), internals::plan(&compiled));
        cases.push(Case {
            name: format!("{stem}/{}{environment}", release.name.value),
            yaml: write::yaml::text(&compiled.bundle.objects),
            objects: data(&compiled.bundle.objects)?,
            stages: plan.staged().stages.iter().map(|stage| Stage::of(stage, plan, release)).collect(),
        });
    }
    Ok(cases)
}

fn data(objects: &[Object]) -> Result<Vec<Value>, Failure> {
    let list: Value = serde_json::from_str(&write::json::text(&objects.iter().collect::<Vec<_>>()))?;
    Ok(match &list["items"] {
        Value::Array(items) => items.clone(),
        _ => vec![list],
    })
}
