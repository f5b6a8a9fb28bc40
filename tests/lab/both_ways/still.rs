//! Checks that need no release: the API server's validation, and the linter. In: the rules. Out: what they report
//! instead of the expectation, for the damaged manifest and for the good one.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::Value;

use super::Verdicts;
use super::rules::expected::Lint;
use super::rules::{Expected, Rule};
use super::scene::harm;
use crate::failure::{Failure, failed};
use crate::lab::Lab;

/// Checks every rule.
pub fn judge(lab: &Lab, rules: &[Rule]) -> Result<Verdicts, Failure> {
    let mut verdicts = Verdicts::new();
    let mut good: BTreeMap<_, Vec<Value>> = BTreeMap::new();
    for rule in rules {
        let mut damaged = match good.entry(rule.base) {
            Entry::Occupied(objects) => objects.get().clone(),
            Entry::Vacant(slot) => {
                let objects = objects(rule)?;
                let said = [strictly(lab, &objects)?, lint(lab, &objects)?].concat();
                if !said.is_empty() {
                    return Err(failed(format!("the policy {:?} is not good: {said}", rule.base)));
                }
                slot.insert(objects).clone()
            }
        };
        harm(&rule.setting, &mut damaged, rule.name)?;
        harm(&rule.damage, &mut damaged, rule.name)?;
        verdicts.insert(rule.name, verdict(lab, rule, &damaged)?);
    }
    Ok(verdicts)
}

fn verdict(lab: &Lab, rule: &Rule, damaged: &[Value]) -> Result<Result<(), String>, Failure> {
    let (who, said, wanted) = match rule.expected {
        Expected::RefusedByApiServer(says) => ("the API server", strictly(lab, damaged)?, Some(says)),
        Expected::RefusedByStore(says) => ("the store", store(lab, damaged)?, Some(says)),
        Expected::InvalidSpec(says, Lint::Says) => ("the linter", lint(lab, damaged)?, Some(says)),
        Expected::InvalidSpec(_, Lint::Silent) => ("the linter", lint(lab, damaged)?, None),
        Expected::FieldDropped(at) => {
            let stored = loosely(lab, damaged)?;
            let (there, was) = (stored.pointer(at).is_some(), is_there(damaged, at));
            let verdict =
                if was && !there { Ok(()) } else { Err(format!("{at} was given: {was}, and stored: {there}")) };
            return Ok(verdict);
        }
        _ => return Ok(Ok(())),
    };
    let is_so = wanted.map_or(said.is_empty(), |wanted| said.contains(wanted));
    Ok(if is_so { Ok(()) } else { Err(format!("{who} is to say {wanted:?}, and says: {said}\n")) })
}

fn objects(rule: &Rule) -> Result<Vec<Value>, Failure> {
    let mut objects = rule.base.objects().map_err(failed)?;
    for object in &mut objects {
        object["metadata"]["namespace"] = "default".into();
    }
    Ok(objects)
}

/// The API server's errors for objects.
fn strictly(lab: &Lab, objects: &[Value]) -> Result<String, Failure> {
    let arguments = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"];
    let answer = lab.kubectl.try_run(&arguments, &documents(objects))?;
    Ok(if answer.success { String::new() } else { answer.errors })
}

/// The API server's errors when it stores objects.
fn store(lab: &Lab, objects: &[Value]) -> Result<String, Failure> {
    let arguments = ["apply", "--server-side", "--validate=strict", "-f", "-"];
    let answer = lab.kubectl.try_run(&arguments, &documents(objects))?;
    Ok(if answer.success { String::new() } else { answer.errors })
}

/// The Rollout as it is stored without validation.
fn loosely(lab: &Lab, objects: &[Value]) -> Result<Value, Failure> {
    let rollout: Vec<Value> = objects.iter().filter(|object| object["kind"] == "Rollout").cloned().collect();
    let arguments = ["create", "--dry-run=server", "--validate=ignore", "-o", "json", "-f", "-"];
    Ok(serde_json::from_str(&lab.kubectl.run(&arguments, &documents(&rollout))?)?)
}

fn is_there(objects: &[Value], at: &str) -> bool {
    objects.iter().any(|object| object["kind"] == "Rollout" && object.pointer(at).is_some())
}

/// The linter's errors for objects.
fn lint(lab: &Lab, objects: &[Value]) -> Result<String, Failure> {
    let file = tempfile::NamedTempFile::with_suffix(".yaml")?;
    std::fs::write(file.path(), documents(objects))?;
    let answer = lab.kubectl.argo_rollouts(&["lint", "-f", &file.path().to_string_lossy()])?;
    Ok(if answer.success { String::new() } else { answer.output + &answer.errors })
}

/// Objects as separate documents: for a list, kubectl would validate by itself instead of asking the API server.
pub fn documents(objects: &[Value]) -> String {
    objects.iter().map(Value::to_string).collect::<Vec<_>>().join("\n---\n")
}
