//! Claim: `canaryc apply` brings the cluster to the state of the policy, and never harms a release in progress.

use super::release::{Policy, Release, must};
use crate::failure::Failure;
use crate::lab::Lab;

/// Missing objects are created once; the second apply writes nothing.
pub fn fresh(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = Release::new(lab, namespace, Policy::default())?;
    release.program.expect(0, &["apply", "--dry-run"])?.all_are("create")?;
    release.program.expect(1, &["diff"])?.all_are("create")?;
    must(release.versions()?.is_empty(), "a dry run writes nothing")?;
    release.program.expect(0, &["apply"])?.all_are("created")?;
    release.until_at_rest()?;
    release.unchanged_by(|| {
        release.program.expect(0, &["apply", "--prune", "--wait"])?.all_are("unchanged")?;
        release.program.expect(0, &["apply", "--dry-run"])?.all_are("unchanged")?;
        release.program.expect(0, &["diff", "--prune"])?.all_are("unchanged").map(drop)
    })?;
    let said = release.program.expect(0, &["diff", "--format", "json"])?.json()?;
    must(said["releases"][0]["objects"][0]["action"] == "unchanged", "programs read the same")?;
    release.write(Policy { weight: 30, ..Policy::default() })?;
    release.program.expect(1, &["diff"])?.has("spec.strategy.canary.steps")?;
    release.program.expect(0, &["apply"])?.has("changed    Rollout/web")?;
    release.program.expect(0, &["diff"])?.all_are("unchanged").map(drop)
}

/// During a release, the same policy changes nothing. A change that the release survives keeps its weights and header
/// rules; any other change is refused.
pub fn mid_release(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = Release::with_audience(lab, namespace)?;
    let nothing = || release.program.expect(0, &["apply"])?.all_are("unchanged").map(drop);
    must(release.header_rules()? == 1, "the audience has a rule")?;
    release.unchanged_by(nothing)?;
    release.promote()?;
    must(release.weights()? == (75, 25) && release.header_rules()? == 1, "25% and the audience")?;
    release.unchanged_by(nothing)?;
    release.program.expect(0, &["diff"])?.all_are("unchanged")?;

    let other_host = Policy { image: 2, host: "shop.example.com", ..Policy::default() };
    release.write(other_host)?;
    release.program.expect(0, &["apply"])?.has("spec.hostnames[0]: \"web.example.com\"")?;
    must(release.get("httproute", "web")?["spec"]["hostnames"][0] == "shop.example.com", "the host is another")?;
    must(release.weights()? == (75, 25) && release.header_rules()? == 1, "weights and rules stayed")?;

    release.write(Policy { path: "/shop", ..other_host })?;
    release.unchanged_by(|| {
        release.program.expect(1, &["apply"])?.has("error[apply/in-flight]")?.has("nothing was applied").map(drop)
    })?;
    release.write(other_host)?;
    release.unchanged_by(nothing)
}

/// Other steps are refused while a release is in progress. If that is allowed, they restart it; so they do after an
/// abort.
pub fn other_steps(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = Release::with_audience(lab, namespace)?;
    release.promote()?;
    let step = release.step()?;
    let other = Policy { image: 2, weight: 40, ..Policy::default() };
    release.write(other)?;
    release.unchanged_by(|| {
        release
            .program
            .expect(1, &["apply"])?
            .has("the steps of Rollout `web` change")?
            .has("--restart-release")
            .map(drop)
    })?;
    release.program.expect(1, &["diff"])?.has("refuse")?;
    release.write(Policy { image: 3, ..Policy::default() })?;
    release.unchanged_by(|| release.program.expect(1, &["apply"])?.has("another version").map(drop))?;
    release.write(other)?;
    release.program.expect(0, &["apply", "--restart-release"])?.has("changed    Rollout/web")?;
    release.until_paused()?;
    must(release.step()? < step, "it has restarted")?;

    release.abort()?;
    release.write(Policy { weight: 50, ..other })?;
    // The controller itself continues to write for a while after an abort.
    let generation = release.get("rollout", "web")?["metadata"]["generation"].clone();
    release.program.expect(1, &["apply"])?.has("change after an abort")?;
    must(release.get("rollout", "web")?["metadata"]["generation"] == generation, "the Rollout was not touched")?;
    release.write(Policy { image: 3, weight: 50, ..other })?;
    release.program.expect(0, &["apply"])?.has("changed    Rollout/web").map(drop)
}

/// The number that an autoscaler has set stays, whether the policy or someone else created the autoscaler.
pub fn autoscaled(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let replicas = |release: &Release<'_>| Ok::<_, Failure>(release.get("rollout", "web")?["spec"]["replicas"].clone());
    let release = Release::stable(lab, namespace, Policy::default())?;
    let autoscaler = r#"{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "theirs"},
        "spec": {"minReplicas": 2, "maxReplicas": 9, "scaleTargetRef":
            {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "web"}}}"#;
    release.kubectl(&["create", "-f", "-"], autoscaler)?;
    release.kubectl(&["scale", "rollout", "web", "--replicas=6"], "")?;
    release.program.expect(0, &["apply"])?.all_are("unchanged")?;
    must(replicas(&release)? == 6, "somebody else's autoscaler")?;
    release.kubectl(&["delete", "hpa", "theirs"], "")?;
    // The policy drops its own number: it is kept until the autoscaler sets another.
    let more = "autoscaler min=4 max=9 cpu=\"70%\"";
    release.write(Policy { replicas: None, more, ..Policy::default() })?;
    release.program.expect(0, &["apply"])?.has("created    HorizontalPodAutoscaler/web")?;
    must(replicas(&release)? == 6, "the number of pods survives its owner")?;
    release.kubectl(&["scale", "rollout", "web", "--replicas=5"], "")?;
    release.program.expect(0, &["apply"])?.all_are("unchanged")?;
    must(replicas(&release)? == 5, "the policy's own autoscaler")
}

/// The first apply under an autoscaler starts with the pods of the Deployment: the Service never loses pods, though the
/// manifest has no number. Later applies keep the number of the autoscaler.
pub fn adopted(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    for mode in ["reference", "embed"] {
        let autoscaled = Policy { replicas: Some(6), ..Policy::default() };
        let release = Release::new(lab, namespace, autoscaled)?;
        release.kubectl(&["apply", "-f", "-"], &autoscaled.deployment())?;
        release.kubectl(&["rollout", "status", "deployment", "web", "--timeout=60s"], "")?;
        release.program.file("deployment.yaml", &Policy { replicas: Some(0), ..autoscaled }.deployment())?;
        release.program.file(
            "web.canary.kdl",
            &format!(
                "release \"web\" namespace=\"{namespace}\" {{\n    workload file=\"deployment.yaml\" mode=\"{mode}\"\n    \
                 autoscaler min=2 max=9 cpu=\"70%\"\n    service {{ port 80 target=8080 }}\n    \
                 route host=\"web.example.com\"\n    router {{ gateway-api \"infra/public\" }}\n    \
                 stage weight=\"25%\" pause=\"10m\"\n}}\n"
            ),
        )?;
        release.program.expect(1, &["diff"])?.has("Rollout/web")?.has("starts with 6 replicas, like Deployment/web")?;
        release.program.expect(0, &["apply"])?.has("starts with 6 replicas, like Deployment/web")?;
        release.until_at_rest()?;
        let rollout = release.get("rollout", "web")?;
        must(rollout["spec"]["replicas"] == 6, "the Rollout starts with the pods of the Deployment")?;
        must(rollout["status"]["availableReplicas"] == 6, "all of them are available")?;
        release.kubectl(&["scale", "rollout", "web", "--replicas=5"], "")?;
        release.program.expect(0, &["apply"])?.all_are("unchanged")?;
        must(release.get("rollout", "web")?["spec"]["replicas"] == 5, "the autoscaler's number stays")?;
        let all = "rollout,deployment,hpa,service,httproute";
        release.kubectl(&["delete", all, "--all", "--cascade=foreground", "--timeout=60s"], "")?;
    }
    Ok(())
}

/// Only objects that the policy no longer has are deleted, and only those of this release.
pub fn pruned(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let pinned = "audience \"partners\" pinned=\"stable\" { header \"X-Partner\" exact=\"yes\" }";
    let release = Release::stable(lab, namespace, Policy { more: pinned, ..Policy::default() })?;
    let of_other = r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "other", "labels":
        {"app.kubernetes.io/managed-by": "canaryc", "canaryc.dev/release": "other"}}, "spec": {"ports": [{"port": 80}]}}"#;
    release.kubectl(&["create", "-f", "-"], of_other)?;
    must(release.exists("httproute", "web-partners")?, "the pinned audience has a route")?;
    release.write(Policy::default())?;
    release.program.expect(0, &["apply"])?.all_are("unchanged")?;
    release.program.expect(1, &["diff", "--prune"])?.has("delete     HTTPRoute/web-partners")?;
    release.program.expect(0, &["apply", "--prune", "--dry-run"])?.has("delete     HTTPRoute/web-partners")?;
    must(release.exists("httproute", "web-partners")?, "a dry run deletes nothing")?;
    release.program.expect(0, &["apply", "--prune"])?.has("deleted    HTTPRoute/web-partners")?;
    must(!release.exists("httproute", "web-partners")?, "the route is gone")?;
    must(release.exists("service", "other")?, "another release keeps its own")?;
    must(release.exists("rollout", "web")?, "the Rollout stays")
}

/// Fields that other tools own are left to them, unless the person says otherwise.
pub fn of_others(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = Release::new(lab, namespace, Policy::default())?;
    let theirs = r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "annotations": {"theirs": "yes"}},
        "spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]}}"#;
    release.kubectl(&["create", "-f", "-"], theirs)?;
    let said = release.program.expect(1, &["apply"])?;
    said.has("error[apply/foreign-owner]: Service `web` already exists, made by `kubectl-create`")?;
    must(release.versions()?.is_empty(), "nothing at all was applied")?;
    release.program.expect(0, &["apply", "--take-over"])?.has("changed    Service/web")?;
    must(release.get("service", "web")?["metadata"]["annotations"]["theirs"] == "yes", "their annotation stays")?;
    release.until_at_rest()?;

    let route = release.get("httproute", "web")?;
    let hosts = serde_json::json!({"apiVersion": route["apiVersion"], "kind": "HTTPRoute", "metadata": {"name": "web"},
        "spec": {"hostnames": ["theirs.example.com"]}});
    let force = ["apply", "--server-side", "--force-conflicts", "--field-manager=somebody", "-f", "-"];
    release.kubectl(&force, &hosts.to_string())?;
    release.unchanged_by(|| {
        let said = release.program.expect(1, &["apply"])?;
        said.has("`somebody` owns fields of HTTPRoute `web`")?.has(".spec.hostnames")?.has("--take-over").map(drop)
    })?;
    release.program.expect(0, &["apply", "--take-over"])?.has("changed    HTTPRoute/web")?;
    must(release.get("httproute", "web")?["spec"]["hostnames"][0] == "web.example.com", "the host is the policy's")?;
    // From now on canaryc owns it.
    release.write(Policy { host: "shop.example.com", ..Policy::default() })?;
    release.program.expect(0, &["apply"])?.has("changed    HTTPRoute/web").map(drop)
}

/// `--wait` ends like the release; a controller that does not respond is reported.
pub fn waiting(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = Release::new(lab, namespace, Policy::default())?;
    release.program.expect(0, &["apply", "--wait"])?.has("healthy: all requests go to revision 1")?;
    release.until_at_rest()?;
    release.write(Policy { image: 2, ..Policy::default() })?;
    release.program.expect(3, &["apply", "--wait"])?.has("waits for a person to promote it")?;
    release.abort()?;
    release.program.expect(1, &["apply", "--wait"])?.has("was aborted")?;
    // The controller processes only Rollouts without the label of another instance.
    let other =
        r#"patch "Rollout" yaml="metadata: {labels: {argo-rollouts.argoproj.io/controller-instance-id: other}}""#;
    release.write(Policy { image: 3, more: other, ..Policy::default() })?;
    let said = release.program.expect(4, &["apply", "--wait", "--timeout", "1s"])?;
    said.has("warning[apply/not-taken]")?.has("has not ended after 1 s").map(drop)
}

/// After an undo the policy still names the version that was undone: while the rollback is in progress, an apply is refused, and
/// afterwards it is no conflict with canaryc's own write, but a release of that version.
pub fn after_undo(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = Release::with_audience(lab, namespace)?;
    let name = format!("{namespace}/web");
    let image = |image: u8| {
        let rollout = release.get("rollout", "web")?;
        let found = &rollout["spec"]["template"]["spec"]["containers"][0]["image"];
        must(*found == format!("example.com/web:{image}"), &format!("version {image} is named, and not {found}"))
    };
    release.program.expect(0, &["promote", &name, "--full", "--timeout", "2m"])?;
    release.until_at_rest()?;
    release.program.expect(0, &["undo", &name, "--timeout", "2m"])?;
    release.until_paused()?;
    image(1)?;
    release.unchanged_by(|| release.program.expect(1, &["apply"])?.has("error[apply/in-flight]").map(drop))?;
    release.program.expect(0, &["promote", &name, "--full", "--timeout", "2m"])?;
    release.until_at_rest()?;
    release.program.expect(0, &["apply"])?.has("changed    Rollout/web")?;
    release.until_paused()?;
    image(2)
}

/// With `workloadRef` a release begins in the Deployment. An apply that comes before the controller has looked must not take
/// the release for one at rest, and change its steps.
pub fn deployment_changed(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = Release::new(lab, namespace, Policy::default())?;
    let policy = |weight: u8| {
        let text = format!(
            "release \"web\" namespace=\"{namespace}\" {{\n    workload replicas=4 {{ selector app=\"web\" }}\n    service {{ port 80 \
             target=8080 }}\n    route host=\"web.example.com\"\n    router {{ gateway-api \"infra/public\" }}\n    stage \
             weight=\"{weight}%\" promote=\"manual\"\n}}\n"
        );
        release.program.file("web.canary.kdl", &text)
    };
    let deploy = |image: u8| {
        let text = Policy { image, ..Policy::default() }.deployment();
        release.kubectl(&["apply", "-f", "-"], &text).map(drop)
    };
    policy(25)?;
    deploy(1)?;
    release.program.expect(0, &["apply"])?;
    release.until_at_rest()?;
    policy(40)?;
    for image in 2..=6 {
        deploy(image)?;
        release.program.expect(1, &["apply"])?.has("the steps of Rollout `web` change")?;
        release.until_paused()?;
        must(release.weights()? == (75, 25), "the release continues unchanged")?;
        release.program.expect(0, &["promote", &format!("{namespace}/web"), "--full", "--timeout", "2m"])?;
        release.until_at_rest()?;
    }
    Ok(())
}

/// A Service that gets a router keeps its pods until the controller has pointed it at a version.
pub fn router_added(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = Release::new(lab, namespace, Policy::default())?;
    release.program.file(
        "web.canary.kdl",
        &format!(
            "release \"web\" namespace=\"{namespace}\" {{\n    workload file=\"deployment.yaml\" mode=\"embed\"\n    \
             service {{ port 80 target=8080 }}\n    stage weight=\"25%\" pause=\"10m\"\n}}\n"
        ),
    )?;
    release.program.expect(0, &["apply"])?.all_are("created")?;
    must(release.get("service", "web")?["spec"]["selector"]["app"] == "web", "without a router it selects all pods")?;
    release.until("healthy", |rollout| rollout["status"]["phase"] == "Healthy")?;
    release.write(Policy::default())?;
    release.program.expect(0, &["apply"])?;
    must(release.get("service", "web")?["spec"]["selector"]["app"] == "web", "it was never without pods")?;
    release.until_at_rest()?;
    release.program.expect(0, &["apply"])?.all_are("unchanged").map(drop)
}
