//! A release on the Gateway API that waits where a test wants to check it: a header stage, then 25% of the requests,
//! each until a person promotes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::program::Program;
use crate::failure::{Failure, failed};
use crate::kubectl::Answer;
use crate::lab::Lab;

/// The maximum time for anything to happen.
const PATIENCE: Duration = Duration::from_secs(120);

/// A release in a namespace.
pub struct Release<'a> {
    lab: &'a Lab,
    namespace: &'a str,
    /// canaryc.
    pub program: Program,
}

/// The parts of the policy that differ between tests.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// The image of the pods.
    pub image: u8,
    /// The host of the route.
    pub host: &'static str,
    /// The path of the route.
    pub path: &'static str,
    /// The weight of the second stage.
    pub weight: u8,
    /// More nodes of the release.
    pub more: &'static str,
    /// The number of pods; `None` when something else sets it.
    pub replicas: Option<u8>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { image: 1, host: "web.example.com", path: "/", weight: 25, more: "", replicas: Some(4) }
    }
}

impl Policy {
    fn kdl(self, namespace: &str) -> String {
        let Self { host, path, weight, more, .. } = self;
        format!(
            r#"release "web" namespace="{namespace}" {{
    workload file="deployment.yaml" mode="embed"
    service {{ port 80 target=8080 }}
    route host="{host}" path="{path}"
    router {{ gateway-api "infra/public" }}
    audience "staff" share="1%" {{ header "X-Staff" exact="yes" }}
    stage audience="staff" promote="manual"
    stage weight="{weight}%" promote="manual"
    {more}
}}
"#
        )
    }

    /// The Deployment of the release.
    pub fn deployment(self) -> String {
        let replicas = self.replicas.map(|count| format!("  replicas: {count}\n")).unwrap_or_default();
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n{replicas}  selector: \
             {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      \
             containers:\n      - name: web\n        image: example.com/web:{}\n        ports:\n        - \
             {{name: http, containerPort: 8080}}\n",
            self.image
        )
    }
}

impl<'a> Release<'a> {
    /// A release whose policy is written but not applied.
    pub fn new(lab: &'a Lab, namespace: &'a str, policy: Policy) -> Result<Self, Failure> {
        let release = Self { lab, namespace, program: Program::new(&lab.kubeconfig())? };
        release.write(policy)?;
        Ok(release)
    }

    /// A release whose first version is applied and stable.
    pub fn stable(lab: &'a Lab, namespace: &'a str, policy: Policy) -> Result<Self, Failure> {
        let release = Self::new(lab, namespace, policy)?;
        release.program.expect(0, &["apply"])?;
        release.until_at_rest()?;
        Ok(release)
    }

    /// A release whose second version has reached the stage of its audience.
    pub fn with_audience(lab: &'a Lab, namespace: &'a str) -> Result<Self, Failure> {
        let release = Self::stable(lab, namespace, Policy::default())?;
        release.write(Policy { image: 2, ..Policy::default() })?;
        release.program.expect(0, &["apply"])?;
        release.until_paused()?;
        Ok(release)
    }

    /// Writes the policy and its workload.
    pub fn write(&self, policy: Policy) -> Result<(), Failure> {
        write(&self.program, self.namespace, policy)
    }

    /// An object as it is stored.
    pub fn get(&self, kind: &str, name: &str) -> Result<Value, Failure> {
        let text = self.lab.kubectl.run(&["get", kind, name, "-n", self.namespace, "-o", "json"], "")?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Whether such an object exists.
    pub fn exists(&self, kind: &str, name: &str) -> Result<bool, Failure> {
        Ok(self.lab.kubectl.try_run(&["get", kind, name, "-n", self.namespace], "")?.success)
    }

    /// Runs kubectl in the namespace; it may fail.
    pub fn try_kubectl(&self, arguments: &[&str], input: &str) -> Result<Answer, Failure> {
        self.lab.kubectl.try_run(&[&["-n", self.namespace], arguments].concat(), input)
    }

    /// Runs kubectl in the namespace; it must succeed.
    pub fn kubectl(&self, arguments: &[&str], input: &str) -> Result<String, Failure> {
        self.lab.kubectl.run(&[&["-n", self.namespace], arguments].concat(), input)
    }

    /// The version of every object of the release. An apply does not concern the status that a controller writes, so
    /// for objects with a generation the generation counts.
    pub fn versions(&self) -> Result<BTreeMap<String, String>, Failure> {
        let kinds = "rollout,service,httproute,analysistemplate,hpa";
        let text = self.kubectl(&["get", kinds, "-l", "canaryc.dev/release=web", "-o", "json"], "")?;
        let list: Value = serde_json::from_str(&text)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let items = list["items"].as_array().into_iter().flatten();
        Ok(items
            .map(|item| {
                let metadata = &item["metadata"];
                (format!("{}/{}", text(&item["kind"]), text(&metadata["name"])), version(metadata))
            })
            .collect())
    }

    /// Asserts that an action writes nothing. It first waits until the controller has finished its own work.
    pub fn unchanged_by(&self, act: impl Fn() -> Result<(), Failure>) -> Result<(), Failure> {
        let before = self.versions()?;
        act()?;
        let after = self.versions()?;
        if before == after && !before.is_empty() {
            return Ok(());
        }
        Err(failed(format!("something was written:\n{before:?}\n{after:?}")))
    }

    /// Waits until the Rollout satisfies a condition.
    pub fn until(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Result<Value, Failure> {
        let begun = Instant::now();
        loop {
            let rollout = self.get("rollout", "web")?;
            if holds(&rollout) {
                return Ok(rollout);
            }
            if begun.elapsed() > PATIENCE {
                return Err(failed(format!("the Rollout is never {what}: {:#}", rollout["status"])));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until one version has all traffic, and the controller has finished its work after it.
    pub fn until_at_rest(&self) -> Result<(), Failure> {
        self.until("healthy", |rollout| {
            let status = &rollout["status"];
            is_observed(rollout)
                && status["phase"] == "Healthy"
                && status["stableRS"].is_string()
                && status["stableRS"] == status["currentPodHash"]
        })?;
        let begun = Instant::now();
        while self.weights()? != (100, 0) || self.header_rules()? != 0 || !self.is_stable_selected()? {
            if begun.elapsed() > PATIENCE {
                return Err(failed(format!("the route is never at rest: {:?}", self.weights()?)));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn is_stable_selected(&self) -> Result<bool, Failure> {
        let hash = &self.get("rollout", "web")?["status"]["stableRS"];
        ["web", "web-canary"].iter().try_fold(true, |all, name| {
            let service = self.get("service", name)?;
            Ok(all && service["spec"]["selector"]["rollouts-pod-template-hash"] == *hash)
        })
    }

    /// Waits until the release waits for a person.
    pub fn until_paused(&self) -> Result<Value, Failure> {
        let rollout = self.until("paused", |rollout| {
            is_observed(rollout)
                && rollout["status"]["phase"] == "Paused"
                && rollout["status"]["pauseConditions"][0].is_object()
        })?;
        Ok(rollout)
    }

    /// Promotes like a person, and waits for the next pause.
    pub fn promote(&self) -> Result<(), Failure> {
        let step = self.get("rollout", "web")?["status"]["currentStepIndex"].clone();
        // canaryc's own command repeats a promotion that the controller misses.
        self.program.expect(0, &["promote", &format!("{}/web", self.namespace), "--timeout", "2m"])?;
        self.until("promoted", |rollout| rollout["status"]["currentStepIndex"] != step)?;
        self.until_paused().map(drop)
    }

    /// Aborts the version in progress, and waits until the controller has done so.
    pub fn abort(&self) -> Result<(), Failure> {
        let answer = self.lab.kubectl.argo_rollouts(&["abort", "web", "-n", self.namespace])?;
        if !answer.success {
            return Err(failed(answer.errors));
        }
        // The controller loses what is stored while it reconciles, and checks again when the object is touched.
        let (begun, mut touched) = (Instant::now(), 0);
        loop {
            let rollout = self.get("rollout", "web")?;
            if rollout["status"]["phase"] == "Degraded" && rollout["status"]["abort"] == true {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                return Err(failed(format!("the Rollout is never aborted: {:#}", rollout["status"])));
            }
            if begun.elapsed() > Duration::from_secs(2 + 2 * touched) {
                touched += 1;
                let annotation = format!("lab.canaryc.dev/touched={touched}");
                self.kubectl(&["annotate", "rollout", "web", "--overwrite", &annotation], "")?;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The weights of the stable and the canary Service.
    pub fn weights(&self) -> Result<(i64, i64), Failure> {
        let route = self.get("httproute", "web")?;
        let weight = |name: &str| {
            let backends = route["spec"]["rules"][0]["backendRefs"].as_array();
            let backend = backends.into_iter().flatten().find(|backend| backend["name"] == name);
            backend.and_then(|backend| backend["weight"].as_i64()).unwrap_or(-1)
        };
        Ok((weight("web"), weight("web-canary")))
    }

    /// The number of rules for the audience.
    pub fn header_rules(&self) -> Result<usize, Failure> {
        let route = self.get("httproute", "web")?;
        let rules = route["spec"]["rules"].as_array().into_iter().flatten();
        Ok(rules.filter(|rule| rule["matches"][0]["headers"][0]["name"] == "X-Staff").count())
    }

    /// The current step.
    pub fn step(&self) -> Result<i64, Failure> {
        Ok(self.get("rollout", "web")?["status"]["currentStepIndex"].as_i64().unwrap_or(-1))
    }
}

/// Writes the policy and its workload for a program.
pub fn write(program: &Program, namespace: &str, policy: Policy) -> Result<(), Failure> {
    program.file("deployment.yaml", &policy.deployment())?;
    program.file("web.canary.kdl", &policy.kdl(namespace))
}

/// Writes this many releases for a program: `web-0`, `web-1` and so on, each with its own workload.
pub fn write_many(program: &Program, namespace: &str, count: usize) -> Result<(), Failure> {
    let (workload, policy) = (Policy::default().deployment(), Policy::default().kdl(namespace));
    for number in 0..count {
        let file = format!("deployment-{number}.yaml");
        let renamed = |text: &str| text.replace("web", &format!("web-{number}")).replace("deployment.yaml", &file);
        program.file(&file, &renamed(&workload))?;
        program.file(&format!("web-{number}.canary.kdl"), &renamed(&policy))?;
    }
    Ok(())
}

fn version(metadata: &Value) -> String {
    match metadata["generation"].as_i64() {
        Some(generation) => format!("generation {generation}"),
        None => metadata["resourceVersion"].to_string(),
    }
}

/// Whether the controller has seen the newest specification.
fn is_observed(rollout: &Value) -> bool {
    rollout["status"]["observedGeneration"].as_str() == Some(&rollout["metadata"]["generation"].to_string())
}

/// Fails unless the condition holds.
pub fn must(holds: bool, what: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(failed(format!("not so: {what}"))) }
}
