//! Claim: the roles that `canaryc rbac` prints are sufficient, and a missing right is named.

use std::path::PathBuf;

use super::program::Program;
use super::release::{Policy, Release, must, write};
use crate::failure::{Failure, failed};
use crate::lab::Lab;

/// A program that runs as a service account with the rights that `arguments` grant.
fn as_account(
    lab: &Lab,
    release: &Release<'_>,
    namespace: &str,
    arguments: &[&str],
) -> Result<(Program, tempfile::TempDir), Failure> {
    release.kubectl(&["create", "serviceaccount", "runner"], "")?;
    let account = format!("{namespace}/runner");
    let fixed = ["rbac", "--namespace", namespace, "--service-account", &account];
    let role = release.program.expect(0, &[&fixed[..], arguments].concat())?;
    release.kubectl(&["apply", "-f", "-"], &role.output)?;
    let token = release.kubectl(&["create", "token", "runner"], "")?;
    let own = std::fs::read_to_string(lab.kubeconfig())?.replace("token: lab", &format!("token: {}", token.trim()));
    let folder = tempfile::tempdir()?;
    let kubeconfig: PathBuf = folder.path().join("kubeconfig");
    std::fs::write(&kubeconfig, own)?;
    Ok((Program::new(&kubeconfig)?, folder))
}

/// A read-only account can see differences, but apply nothing.
pub fn read_only(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = Release::stable(lab, namespace, Policy::default())?;
    let (program, _folder) = as_account(lab, &release, namespace, &["--read-only"])?;
    write(&program, namespace, Policy::default())?;
    program.expect(0, &["diff", "--prune"])?.all_are("unchanged")?.has("warning[apply/estimated]")?;
    write(&program, namespace, Policy { weight: 30, ..Policy::default() })?;
    program.expect(1, &["diff"])?.has("spec.strategy.canary.steps")?;
    release.unchanged_by(|| {
        let said = program.expect(2, &["apply"])?;
        said.has("error[cluster/forbidden]: you are not allowed to patch")?.has("canaryc rbac").map(drop)
    })
}

/// The role for all commands allows creating, changing and pruning.
pub fn all(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let pinned = "audience \"partners\" pinned=\"stable\" { header \"X-Partner\" exact=\"yes\" }";
    let autoscaler = "autoscaler min=4 max=9 cpu=\"70%\"";
    let all = format!("{pinned}\n    {autoscaler}");
    // The policies of tests live as long as the tests.
    let more: &'static str = all.leak();
    let policy = Policy { more, replicas: None, ..Policy::default() };
    let release = Release::new(lab, namespace, policy)?;
    let (program, _folder) = as_account(lab, &release, namespace, &[])?;
    write(&program, namespace, policy)?;
    program.expect(0, &["apply", "--wait"])?.all_are("created")?;
    release.until_at_rest()?;
    write(&program, namespace, Policy::default())?;
    program.expect(0, &["apply", "--prune"])?.has("deleted    HorizontalPodAutoscaler/web")?;
    must(!release.exists("httproute", "web-partners")?, "the route is gone")?;
    let elsewhere = program.run(&["diff", "--as", "nobody"])?;
    must(elsewhere.status == 2, "the role is no right to act as others")?;
    elsewhere.has("cluster/forbidden").map(drop)
}

/// The error names each missing right by verb and resource.
pub fn missing(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = Release::new(lab, namespace, Policy::default())?;
    let role = release.program.expect(0, &["rbac", "--namespace", namespace, "--user", "half"])?.output;
    if !role.contains("- httproutes\n") {
        return Err(failed(format!("the role has no routes:\n{role}")));
    }
    release.kubectl(&["apply", "-f", "-"], &role.replace("- httproutes\n", "- tlsroutes\n"))?;
    let said = release.program.expect(2, &["apply", "--as", "half"])?;
    said.has(&format!(
        "you are not allowed to get httproutes.gateway.networking.k8s.io `web` in namespace `{namespace}`"
    ))?;
    must(release.versions()?.is_empty(), "nothing was applied")
}
