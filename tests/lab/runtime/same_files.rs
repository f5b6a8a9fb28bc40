//! Claim: what `docs/gitops.md` says of applying the same files again, by every kind of `kubectl apply`, in mid-release and after.
//! Each row is what was seen on the real thing; a version of it that behaves otherwise fails here.

use super::release::{Policy, Release};
use crate::failure::{Failure, failed};
use crate::lab::Lab;

/// The ways of applying the same files.
const WAYS: &[(&str, &[&str])] = &[
    ("client-side", &["apply", "-f", "-"]),
    ("server-side", &["apply", "--server-side", "-f", "-"]),
    ("server-side by force", &["apply", "--server-side", "--force-conflicts", "-f", "-"]),
];

/// When, how, and what was lost. A release at 25 % has the weights 75 and 25 and one rule of its audience.
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
        // What was lost comes back only with a release that is begun anew.
        let answer = lab.kubectl.argo_rollouts(&["abort", "web", "-n", namespace])?;
        if !answer.success {
            return Err(failed(answer.errors));
        }
        release.until("aborted", |rollout| rollout["status"]["abort"] == true)?;
        lab.kubectl.argo_rollouts(&["retry", "rollout", "web", "-n", namespace])?;
        release.until("begun anew", |rollout| rollout["status"]["abort"] != true)?;
        release.until_paused()?;
        release.promote()?;
    }
    let rows: Vec<(&str, &str, String)> =
        ROWS.iter().map(|(when, way, lost)| (*when, *way, (*lost).to_owned())).collect();
    if seen == rows { Ok(()) } else { Err(failed(format!("seen was {seen:#?}"))) }
}

/// Applies, and says what of the controller's is gone.
fn again(release: &Release<'_>, arguments: &[&str], files: &str) -> Result<String, Failure> {
    let before = state(release)?;
    let answer = release.try_kubectl(arguments, files)?;
    if !answer.success {
        let mut fields: Vec<&str> = answer.errors.split_whitespace().filter(|word| word.starts_with(".spec")).collect();
        fields.dedup();
        return Ok(format!("refused: {}", fields.join(" ")));
    }
    let after = state(release)?;
    let lost: Vec<&str> = [
        (before.0 != after.0, "weights"),
        (before.1 != after.1, "header rules"),
        (before.2 != after.2, "selectors"),
        (before.3 != after.3, "steps"),
    ]
    .into_iter()
    .filter_map(|(is_lost, what)| is_lost.then_some(what))
    .collect();
    Ok(if lost.is_empty() { "nothing".to_owned() } else { lost.join(", ") })
}

type State = ((i64, i64), usize, Vec<String>, i64);

fn state(release: &Release<'_>) -> Result<State, Failure> {
    let mut selectors = Vec::new();
    for name in ["web", "web-canary"] {
        selectors.push(release.get("service", name)?["spec"]["selector"].to_string());
    }
    Ok((release.weights()?, release.header_rules()?, selectors, release.step()?))
}
