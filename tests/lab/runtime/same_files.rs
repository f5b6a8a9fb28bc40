//! Claim: `docs/gitops.md` is right about applying the same files again, with every kind of `kubectl apply`, during a
//! release and after it. Each row was observed on a real cluster; a version that behaves differently fails here.

use serde_json::Value;

use super::release::{Policy, Release};
use crate::failure::{Failure, failed};
use crate::lab::Lab;

/// The ways of applying the same files.
const WAYS: &[(&str, &[&str])] = &[
    ("client-side", &["apply", "-f", "-"]),
    ("server-side", &["apply", "--server-side", "-f", "-"]),
    ("server-side by force", &["apply", "--server-side", "--force-conflicts", "-f", "-"]),
];

/// When, how, and what was lost. A release at 25% has the weights 75 and 25 and one rule of its audience.
const ROWS: &[(&str, &str, &str)] = &[
    ("at rest", "client-side", "nothing"),
    ("at rest", "server-side", "nothing"),
    ("at rest", "server-side by force", "nothing"),
    ("in mid-release", "client-side", "weights, header rules"),
    ("in mid-release", "server-side", "refused: .spec.rules"),
    ("in mid-release", "server-side by force", "weights, header rules"),
];

/// Applies the same files again in every way, and compares what is lost with the table.
pub fn kubectl(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = Release::new(lab, namespace, Policy::default())?;
    let mut seen = Vec::new();
    let files = || release.program.expect(0, &["build"]).map(|said| said.output);
    release.kubectl(WAYS[0].1, &files()?)?;
    release.until_at_rest()?;
    for (way, arguments) in WAYS {
        seen.push(("at rest", *way, again(&release, arguments, &files()?)?));
    }
    release.until_at_rest()?;
    release.write(Policy { image: 2, ..Policy::default() })?;
    release.kubectl(WAYS[2].1, &files()?)?;
    release.until_paused()?;
    release.promote()?;
    for (way, arguments) in WAYS {
        let lost = again(&release, arguments, &files()?)?;
        seen.push(("in mid-release", *way, lost));
        // What was lost comes back only when a release is started again.
        release.abort()?;
        lab.kubectl.argo_rollouts(&["retry", "rollout", "web", "-n", namespace])?;
        release.until("restarted", |rollout| rollout["status"]["abort"] != true)?;
        release.until_paused()?;
        release.promote()?;
    }
    let rows: Vec<(&str, &str, String)> =
        ROWS.iter().map(|(when, way, lost)| (*when, *way, (*lost).to_owned())).collect();
    if seen == rows { Ok(()) } else { Err(failed(format!("seen was {seen:#?}"))) }
}

/// Applies the files, and reports which of the controller's changes the apply removed from the stored objects, even if
/// the controller restores them a moment later.
fn again(release: &Release<'_>, arguments: &[&str], files: &str) -> Result<String, Failure> {
    let before =
        [release.get("httproute", "web")?, release.get("service", "web")?, release.get("service", "web-canary")?];
    let step = release.step()?;
    let answer = release.try_kubectl(&[arguments, &["-o", "json"]].concat(), files)?;
    if !answer.success {
        let mut fields: Vec<&str> = answer.errors.split_whitespace().filter(|word| word.starts_with(".spec")).collect();
        fields.dedup();
        return Ok(format!("refused: {}", fields.join(" ")));
    }
    let list: Value = serde_json::from_str(&answer.output)?;
    let stored = |object: &Value| {
        let same =
            |item: &&Value| item["kind"] == object["kind"] && item["metadata"]["name"] == object["metadata"]["name"];
        list["items"].as_array().into_iter().flatten().find(same).cloned().unwrap_or_default()
    };
    let differs = |of: fn(&Value) -> String| before.iter().any(|object| of(object) != of(&stored(object)));
    let mut lost = Vec::new();
    for (what, of) in [
        ("weights", weights as fn(&Value) -> String),
        ("header rules", header_rules),
        ("selectors", |object| object["spec"]["selector"].to_string()),
    ] {
        if differs(of) {
            lost.push(what);
        }
    }
    release.until("observed", |rollout| {
        rollout["status"]["observedGeneration"].as_str() == Some(&rollout["metadata"]["generation"].to_string())
    })?;
    if release.step()? != step {
        lost.push("steps");
    }
    Ok(if lost.is_empty() { "nothing".to_owned() } else { lost.join(", ") })
}

fn weights(object: &Value) -> String {
    let backends = object["spec"]["rules"][0]["backendRefs"].as_array().into_iter().flatten();
    backends.map(|backend| backend["weight"].to_string()).collect::<Vec<_>>().join("/")
}

fn header_rules(object: &Value) -> String {
    let rules = object["spec"]["rules"].as_array().into_iter().flatten();
    rules.filter(|rule| rule["matches"][0].get("headers").is_some()).count().to_string()
}
