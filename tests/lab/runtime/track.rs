//! Claim: `canaryc track` reports what happens to a release, each event once, and ends like the release. In: policies
//! whose measurements are good, bad or missing. Out: its output, and its exit code.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::program::{Said, canaryc, signal};
use super::shop::Shop;
use crate::api_server::ApiServer;
use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::proxy::Proxy;
use crate::suite::Suite;

/// A claim: its name, and the function that checks it in a namespace.
type Claim = (&'static str, fn(&Lab, &str) -> Result<(), Failure>);

const CLAIMS: &[Claim] = &[
    ("follows-a-healthy-release-by-its-stages", healthy),
    ("reports-why-a-release-was-aborted", bad),
    ("ends-when-a-person-must-promote", promotion),
    ("ends-when-data-is-missing", no_data),
    ("ends-at-a-stage-or-in-time", until_and_timeout),
    ("goes-on-after-a-lost-connection", lost_connection),
    ("goes-on-after-the-server-was-killed", killed_server),
    ("ends-on-a-signal", signals),
    ("ends-with-its-rollout", deleted),
    ("says-what-is-forbidden-or-unknown", refusals),
    ("shows-all-that-belongs-to-a-release", get),
];

/// Every claim.
pub fn tests(suite: &mut Suite) {
    for (name, judge) in CLAIMS {
        suite.add(format!("runtime/track/{name}"), move |lab| judge(lab, &format!("track-{name}")));
    }
}

/// A policy with one measurement; the stages are `first` and `half`.
fn policy(address: &str, first: &str, half: &str) -> String {
    format!(
        r##"provider "main" {{ prometheus address="{address}" }}
        release "web" namespace="{{namespace}}" {{
            workload file="deployment.yaml" mode="embed"
            service {{ port 80 target=8080 }}
            route host="web.example.com"
            router {{ gateway-api "infra/public" }}
            check "availability" min="99.5%" interval="1s" initial-delay="1s" {{
                query #"up{{rollouts_pod_template_hash="{{{{canary-hash}}}}"}}"# unit="ratio"
            }}
            stage "first" weight="5%" {first}
            stage "half" weight="50%" {half}
            watch "availability"
        }}"##
    )
}

fn open<'a>(lab: &'a Lab, namespace: &str, value: &str, first: &str, half: &str) -> Result<Shop<'a>, Failure> {
    Shop::open(lab, namespace, &policy(&lab.answers.prometheus(value), first, half))
}

/// Gives the Rollout another image and does not wait, like `kubectl apply && canaryc track`.
fn change(shop: &Shop<'_>, image: &str) -> Result<(), Failure> {
    let patch = format!(r#"[{{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"{image}"}}]"#);
    shop.kubectl(&["patch", "rollout", "web", "--type=json", "-p", &patch]).map(drop)
}

/// Checks that a text contains these parts in this order.
fn in_order(text: &str, parts: &[&str]) -> Result<(), Failure> {
    let mut rest = text;
    for part in parts {
        let (_, after) =
            rest.split_once(part).ok_or_else(|| failed(format!("`{part}` is missing or out of order:\n{text}")))?;
        rest = after;
    }
    Ok(())
}

fn healthy(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let shop = open(lab, namespace, "0.999", r#"pause="3s""#, r#"pause="3s""#)?;
    change(&shop, "example.com/web:2")?;
    let outcome = shop.canaryc(&["track"])?.ends_with(0, "healthy: all requests go to revision 2")?;
    in_order(
        &outcome.output,
        &[
            "a release starts (revision 2, example.com/web:2): first → half → all",
            "stage first (1 of 2) starts: 5% of the requests",
            "stage first (1 of 2) is reached: the new version gets 5%",
            "availability 99.9% (≥ 99.5%)",
            "stage half (2 of 2) is reached: the new version gets 50%",
            "all stages are done",
        ],
    )?;
    // At its end the routes are reset: both Services lead to the new version.
    let stored = shop.stored()?;
    let weight = &stored["status"]["canary"]["weights"]["canary"]["weight"];
    if weight != 0 {
        return Err(failed(format!("it has ended while the canary had the weight {weight}")));
    }
    // No release is in progress any more, which is reported at once.
    shop.canaryc(&["track"])?.ends_with(0, "revision 2 is stable, and no release is in progress")?;
    shop.close()
}

fn bad(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let shop = open(lab, namespace, "0.987", r#"pause="60s""#, r#"pause="3s""#)?;
    change(&shop, "example.com/web:2")?;
    let outcome = shop.canaryc(&["track"])?.ends_with(1, "was aborted in stage first")?;
    in_order(
        &outcome.output,
        &[
            "availability 98.7% (≥ 99.5%) failed",
            "availability was 98.7% at",
            "but must be at least 99.5%; 2 measurements failed, and 1 is tolerated",
            "It received 5% of the requests",
            "The stable version (revision 1, example.com/web:1) receives all requests again",
        ],
    )?;
    // A later start reports this too, except for the traffic that nobody observed.
    shop.canaryc(&["track"])?.ends_with(1, "availability was 98.7%")?;
    let output = shop.canaryc(&["track", "--format", "json"])?.output;
    let last: Value = serde_json::from_str(output.lines().last().unwrap_or_default())?;
    if last["cause"]["kind"] != "bad-value" || last["cause"]["check"] != "availability" {
        return Err(failed(format!("the last event is {last}")));
    }
    shop.close()
}

fn promotion(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let mut shop = open(lab, namespace, "0.999", r#"pause="1s" promote="manual""#, r#"pause="1s""#)?;
    change(&shop, "example.com/web:2")?;
    let help = format!("`canaryc promote {namespace}/web` continues it");
    shop.canaryc(&["track"])?
        .ends_with(3, &help)?
        .ends_with(3, "is in stage first and waits for a person to promote it")?;
    // A tracker that keeps running sees the release continue.
    let mut staying = started(lab.kubeconfig().as_path(), &[&format!("{namespace}/web"), "--keep-waiting"])?;
    staying.until("waits for a person to promote it")?;
    shop.follow("the end of the pause", |world| world.standing().1 == 1)?;
    lab.kubectl.argo_rollouts(&["promote", "web", "-n", namespace])?;
    let (status, text) = staying.finish()?;
    if status != 0 {
        return Err(failed(format!("it ended with {status}:\n{text}")));
    }
    in_order(
        &text,
        &["waits for a person to promote it", "the release continues", "stage half (2 of 2) is reached", "healthy"],
    )?;
    shop.close()
}

fn no_data(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let shop = open(lab, namespace, "nothing", r#"pause="2s""#, r#"pause="1s""#)?;
    change(&shop, "example.com/web:2")?;
    shop.canaryc(&["track"])?
        .ends_with(3, "is held in stage first since ")?
        .ends_with(3, ": availability has no data. It continues by itself when that changes.")?;
    shop.canaryc(&["get"])?.says("The release is held in stage first since ")?;
    let json = canaryc(lab, &["get", "-n", namespace, "--format", "json"])?.json()?;
    let (phase, reason) = (&json["releases"][0]["phase"], &shop.stored()?["status"]["pauseConditions"]);
    if phase != "Progressing" || !reason.is_null() {
        return Err(failed(format!("the release is {phase}, and waits for {reason}")));
    }
    shop.close()
}

fn until_and_timeout(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let shop = open(lab, namespace, "0.999", r#"pause="2s""#, r#"pause="600s""#)?;
    change(&shop, "example.com/web:2")?;
    shop.canaryc(&["track", "--until", "half"])?.ends_with(0, "has reached stage half")?;
    let weight = &shop.stored()?["status"]["canary"]["weights"]["canary"]["weight"];
    if weight != 50 {
        return Err(failed(format!("the stage was reported as reached with a weight of {weight}")));
    }
    shop.canaryc(&["track", "--timeout", "3s"])?
        .ends_with(4, "Revision 2 of track-ends-at-a-stage-or-in-time/web has not ended after 3 s")?;
    shop.canaryc(&["track", "--until", "hafl"])?.ends_with(2, "did you mean `half`?")?;
    shop.close()
}

/// A canaryc that runs in the background.
struct Running {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    text: String,
}

fn started(kubeconfig: &Path, arguments: &[&str]) -> Result<Running, Failure> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_canaryc"))
        .arg("track")
        .args(arguments)
        .env("KUBECONFIG", kubeconfig)
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().ok_or_else(|| failed("no standard output"))?;
    Ok(Running { child, lines: BufReader::new(output).lines(), text: String::new() })
}

impl Running {
    /// Reads until a line contains this text.
    fn until(&mut self, words: &str) -> Result<(), Failure> {
        for line in self.lines.by_ref() {
            let line = line?;
            self.text.push_str(&line);
            self.text.push('\n');
            if line.contains(words) {
                return Ok(());
            }
        }
        Err(failed(format!("it ended before it printed `{words}`:\n{}", self.text)))
    }

    /// Its exit code and its whole output.
    fn finish(mut self) -> Result<(i32, String), Failure> {
        for line in self.lines.by_ref() {
            self.text.push_str(&line?);
            self.text.push('\n');
        }
        let status = self.child.wait()?.code().unwrap_or(-1);
        Ok((status, self.text))
    }
}

fn lost_connection(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let proxy = Proxy::start(&lab.kubeconfig(), folder.path())?;
    let (kubeconfig, mut line) = (proxy.kubeconfig().to_path_buf(), proxy);
    goes_on(
        lab,
        namespace,
        &kubeconfig,
        r#"pause="8s""#,
        &mut line,
        |line| line.cut(),
        |line| {
            line.mend();
            Ok(())
        },
    )
}

fn killed_server(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let mut server = lab.own_api_server("killed-while-tracked")?;
    let kubeconfig = server.kubeconfig();
    // A server needs time to start.
    let half = r#"pause="40s""#;
    goes_on(lab, namespace, &kubeconfig, half, &mut server, ApiServer::kill, ApiServer::start_again)
}

/// What fails and comes back: the connection to the server, or the server itself.
fn goes_on<T>(
    lab: &Lab,
    namespace: &str,
    kubeconfig: &Path,
    half: &str,
    line: &mut T,
    fail: impl FnOnce(&mut T),
    come_back: impl FnOnce(&mut T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    // Times of measurements are whole seconds, and no two may be the same. A hold could measure in the same second as
    // the watch, so there is none: the watch would abort before the end of any stage.
    let policy = policy(&lab.answers.prometheus("0.999"), r#"pause="3s""#, half);
    let policy = policy.replace(r#"interval="1s""#, r#"interval="2s" no-data="pass" failure-limit=0"#);
    // It runs before the stage that it reports.
    let policy =
        policy.replace(r#"stage "first""#, "stage \"early\" weight=\"1%\" pause=\"10s\"\n            stage \"first\"");
    let mut shop = Shop::open(lab, namespace, &policy)?;
    change(&shop, "example.com/web:2")?;
    let mut running = started(kubeconfig, &[&format!("{namespace}/web"), "--format", "json"])?;
    running.until(r#""event":"stage-reached","stage":{"name":"first""#)?;
    fail(line);
    // The release continues without being watched.
    let events_before = shop.events.len();
    shop.follow("the pause of the second stage", |world| {
        world.standing().1 == 1 && world.rollout()["status"]["canary"]["weights"]["canary"]["weight"] == 50
    })?;
    running.until("connection-lost")?;
    come_back(line)?;
    let (status, text) = running.finish()?;
    if status != 0 || events_before == shop.events.len() {
        return Err(failed(format!("it ended with {status}:\n{text}")));
    }
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for line in text.lines() {
        let event: Value = serde_json::from_str(line)?;
        let measured = format!("{}{}", event["check"], event["measured-at"]);
        *seen.entry(format!("{} {} {measured}", event["event"], event["stage"]["name"])).or_default() += 1;
    }
    let count = |event: &str| seen.get(&format!("\"{event}\" null nullnull")).copied().unwrap_or(0);
    let mut found: Vec<String> = seen
        .iter()
        .filter(|(_, count)| **count > 1)
        .map(|(event, count)| format!("{event} was reported {count} times"))
        .collect();
    for event in ["connection-lost", "connection-restored", "finishing", "ended"] {
        if count(event) != 1 {
            found.push(format!("{event} was reported {} times", count(event)));
        }
    }
    for stage in ["first", "half"] {
        if !seen.contains_key(&format!("\"stage-reached\" \"{stage}\" nullnull")) {
            found.push(format!("stage {stage} was not reported as reached"));
        }
    }
    if !found.is_empty() {
        return Err(failed(format!("{}\n{text}", found.join("\n"))));
    }
    shop.close()
}

fn signals(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let shop = open(lab, namespace, "0.999", r#"pause="600s""#, r#"pause="1s""#)?;
    change(&shop, "example.com/web:2")?;
    // A person, and a system that ends a job.
    for (name, expected) in [("INT", 130), ("TERM", 143)] {
        let mut running = started(&lab.kubeconfig(), &[&format!("{namespace}/web")])?;
        running.until("pauses for")?;
        signal(&running.child, name)?;
        let (status, text) = running.finish()?;
        if status != expected {
            return Err(failed(format!("after {name} it ended with {status}:\n{text}")));
        }
    }
    shop.close()
}

fn deleted(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let shop = open(lab, namespace, "0.999", r#"pause="600s""#, r#"pause="1s""#)?;
    change(&shop, "example.com/web:2")?;
    let mut running = started(lab.kubeconfig().as_path(), &[&format!("{namespace}/web")])?;
    running.until("is reached")?;
    shop.kubectl(&["delete", "rollout", "web"])?;
    let (status, text) = running.finish()?;
    if status != 1 || !text.contains("was deleted, and its pods with it") {
        return Err(failed(format!("it ended with {status}:\n{text}")));
    }
    shop.canaryc(&["track"])?.refuses("cluster/not-found")?;
    shop.close()
}

fn refusals(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = format!("{namespace}/web");
    let nobody =
        |arguments: &[&str]| -> Result<Said, Failure> { canaryc(lab, &[arguments, &["--as", "nobody"]].concat()) };
    nobody(&["track", &release])?
        .refuses("cluster/forbidden")?
        .ends_with(2, &format!("you are not allowed to get rollouts.argoproj.io `web` in namespace `{namespace}`"))?;
    nobody(&["track", "--all", "-A"])?
        .ends_with(2, "you are not allowed to list rollouts.argoproj.io in all namespaces")?;
    canaryc(lab, &["track", &release])?.refuses("cluster/not-found")?;
    canaryc(lab, &["get", &release])?.refuses("cluster/not-found").map(drop)
}

fn get(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let mut shop = open(lab, namespace, "0.999", r#"pause="600s""#, r#"pause="1s""#)?;
    change(&shop, "example.com/web:2")?;
    shop.follow("the pause of the first stage", |world| world.standing().1 == 1)?;
    let tree = shop.canaryc(&["get"])?.says("")?;
    let newest = shop.world.newest().to_owned();
    in_order(
        &tree.output,
        &["▶ first", "of the requests", "revision 2  new  example.com/web:2", &newest, "AnalysisRun", "watch"],
    )?;
    in_order(&tree.output, &["revision 1  stable  example.com/web:1", "ReplicaSet"])?;
    let pods: Value = serde_json::from_str(&shop.kubectl(&["get", "pods", "-o", "json"])?)?;
    for pod in pods["items"].as_array().into_iter().flatten() {
        in_order(&tree.output, &[&format!("Pod {}", pod["metadata"]["name"].as_str().unwrap_or_default())])?;
    }
    let table = canaryc(lab, &["get", "-n", namespace])?.says("")?;
    in_order(&table.output, &["RELEASE", &format!("{namespace}/web"), "Paused", "first", "5%"])?;
    let json = canaryc(lab, &["get", "-n", namespace, "--format", "json"])?.json()?;
    if json["releases"][0]["stage"] != "first" {
        return Err(failed(format!("the release is {}", json["releases"][0])));
    }
    shop.close()
}
