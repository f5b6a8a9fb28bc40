//! A release `web` in a namespace of a test. In: a policy. Out: its objects in the cluster, its first version released, and
//! every version of every object from then on.

use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::program::{Program, Said, canaryc};
use crate::accepted::create_namespace;
use crate::failure::{Failure, failed};
use crate::fixtures::missing;
use crate::lab::Lab;
use crate::watch::Watch;
use crate::world::World;

/// The maximum time for anything to happen.
const PATIENCE: Duration = Duration::from_secs(120);

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.com/web:1
        ports: [{name: http, containerPort: 8080}]
";

/// A release that a test acts on.
pub struct Shop<'a> {
    /// The lab.
    pub lab: &'a Lab,
    /// Its namespace.
    pub namespace: String,
    /// The current state of the store.
    pub world: World,
    /// The stored versions, in the order in which the watch reported them.
    pub events: Vec<Value>,
    watch: Watch,
}

impl<'a> Shop<'a> {
    /// Releases the first version of a policy. `{namespace}` in it is the namespace, and its workload is `deployment.yaml`.
    pub fn open(lab: &'a Lab, namespace: &str, policy: &str) -> Result<Self, Failure> {
        create_namespace(lab, namespace)?;
        let watch = lab.watch(namespace)?;
        let (world, events) = (World::default(), Vec::new());
        let mut shop = Self { lab, namespace: namespace.to_owned(), world, events, watch };
        let objects = shop.compiled(policy)?;
        shop.apply(&missing(&objects))?;
        shop.apply(&objects)?;
        shop.follow("the first version", |world| world.unsettled().is_empty())?;
        Ok(shop)
    }

    fn compiled(&self, policy: &str) -> Result<Vec<Value>, Failure> {
        let program = Program::new(&self.lab.kubeconfig())?;
        program.file("deployment.yaml", DEPLOYMENT)?;
        program.file("web.canary.kdl", &policy.replace("{namespace}", &self.namespace))?;
        let built = program.expect(0, &["build", "web.canary.kdl", "--format", "json"])?;
        let built = built.json()?;
        Ok(built["items"].as_array().cloned().unwrap_or_else(|| vec![built.clone()]))
    }

    fn apply(&self, objects: &[Value]) -> Result<(), Failure> {
        if objects.is_empty() {
            return Ok(());
        }
        let list = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
        let arguments = ["apply", "--server-side", "--field-manager=canaryc", "-n", &self.namespace, "-f", "-"];
        self.lab.kubectl.run(&arguments, &list).map(drop)
    }

    /// Gives the Rollout another image, and waits until the controller has seen it.
    pub fn release(&mut self, image: &str) -> Result<(), Failure> {
        self.change_image("rollout", image)
    }

    /// Gives an object named `web` another image, and waits until the controller has seen it.
    pub fn change_image(&mut self, kind: &str, image: &str) -> Result<(), Failure> {
        let newest = self.world.newest().to_owned();
        let path = "/spec/template/spec/containers/0/image";
        let patch = json!([{"op": "replace", "path": path, "value": image}]).to_string();
        self.kubectl(&["patch", kind, "web", "--type=json", "-p", &patch])?;
        self.follow("the new version to begin", |world| world.newest() != newest && world.stable() != world.newest())
    }

    /// `kubectl … -n NAMESPACE`.
    pub fn kubectl(&self, arguments: &[&str]) -> Result<String, Failure> {
        let arguments = [arguments, &["-n", &self.namespace]].concat();
        self.lab.kubectl.run(&arguments, "")
    }

    /// Runs `canaryc COMMAND NAMESPACE/web …`. Commands that act get a longer timeout than by default, because many
    /// releases run at once here.
    pub fn canaryc(&self, arguments: &[&str]) -> Result<Said, Failure> {
        let name = format!("{}/web", self.namespace);
        let (command, rest) = arguments.split_first().ok_or_else(|| failed("no command"))?;
        let is_patient = ["track", "get"].contains(command) || rest.contains(&"--timeout");
        let patience: &[&str] = if is_patient { &[] } else { &["--timeout", "2m"] };
        canaryc(self.lab, &[&[*command, name.as_str()], rest, patience].concat())
    }

    /// Follows until a condition holds.
    pub fn follow(&mut self, what: &str, holds: impl Fn(&World) -> bool) -> Result<(), Failure> {
        let until = Instant::now() + PATIENCE;
        while !holds(&self.world) {
            match self.watch.events.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(event) => {
                    self.world.apply(&event);
                    self.events.push(event);
                }
                Err(RecvTimeoutError::Timeout) => {
                    let status = &self.world.rollout()["status"];
                    return Err(failed(format!("{what} did not happen; status: {status:#}")));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(failed("the watches have ended")),
            }
        }
        Ok(())
    }

    /// Follows until the release is at the pause of a step.
    pub fn follow_to_pause(&mut self, step: u64) -> Result<(), Failure> {
        self.follow(&format!("the pause of step {step}"), |world| world.standing() == (step, 1))
    }

    /// The Rollout as it is stored now.
    pub fn stored(&self) -> Result<Value, Failure> {
        Ok(serde_json::from_str(&self.kubectl(&["get", "rollout", "web", "-o", "json"])?)?)
    }

    /// Deletes everything.
    pub fn close(self) -> Result<(), Failure> {
        self.lab.kubectl.run(&["delete", "namespace", &self.namespace, "--wait=false"], "").map(drop)
    }
}
