//! Claim: nothing is lost and nothing goes unreported when the API server is down, is busy or lacks a definition, or
//! when two applies run at once. A proxy between canaryc and the server answers as the test requires.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::program::{Program, finish, signal};
use super::release::{Policy, Release, must, write, write_many};
use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::process::Process;

/// The maximum time for anything to happen.
const PATIENCE: Duration = Duration::from_secs(120);

/// What the proxy does with a request.
enum Fate {
    /// It forwards the request to the server.
    Pass,
    /// It closes the connection before the server gets the request.
    Break,
    /// It closes the connection after the server has processed the request.
    Forget,
    /// It answers by itself: status, more headers, body.
    Answer(&'static str, &'static str, &'static str),
    /// It forwards the request when the test says so.
    Hold(Sender<Sender<()>>),
}

type Rule = Arc<dyn Fn(&str) -> Fate + Send + Sync>;

/// The proxy.
struct Between {
    // The client of the real server; it ends with this value.
    _server: Process,
    _folder: tempfile::TempDir,
    kubeconfig: PathBuf,
}

impl Between {
    /// Starts the proxy, which calls the rule with the first line of each request: `PATCH /api/… HTTP/1.1`.
    fn start(lab: &Lab, rule: impl Fn(&str) -> Fate + Send + Sync + 'static) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let arguments =
            [format!("--kubeconfig={}", lab.kubeconfig().display()), "proxy".to_owned(), "--port=0".to_owned()];
        let mut server = Process::start("kubectl-proxy", &lab.kubectl.program("kubectl"), &arguments, folder.path())?;
        let begun = Instant::now();
        let upstream: u16 = loop {
            let log = server.last_lines();
            if let Some(port) = log.split("127.0.0.1:").nth(1).and_then(|rest| rest.split_whitespace().next()) {
                break port.parse()?;
            }
            if begun.elapsed() > Duration::from_secs(60) || server.ended().is_some() {
                return Err(failed(format!("kubectl proxy does not start: {log}")));
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let rule: Rule = Arc::new(rule);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let rule = Arc::clone(&rule);
                // Broken connections are intended here.
                std::thread::spawn(move || drop(serve(stream, upstream, &rule)));
            }
        });
        let kubeconfig = folder.path().join("kubeconfig");
        std::fs::write(
            &kubeconfig,
            format!(
                "apiVersion: v1\nkind: Config\ncurrent-context: between\nclusters: [{{name: between, cluster: \
                 {{server: 'http://127.0.0.1:{port}'}}}}]\nusers: [{{name: nobody, user: {{}}}}]\ncontexts: \
                 [{{name: between, context: {{cluster: between, user: nobody}}}}]\n"
            ),
        )?;
        Ok(Self { _server: server, _folder: folder, kubeconfig })
    }
}

/// One request for each connection is simple and sufficient.
fn serve(stream: TcpStream, upstream: u16, rule: &Rule) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut first, mut head, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let lower = line.to_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
        if !lower.starts_with("connection:") {
            head.push_str(&line);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut client = stream;
    let fate = rule(&first);
    match fate {
        Fate::Break => return Ok(()),
        Fate::Answer(status, headers, body) => {
            let length = body.len();
            return write!(
                client,
                "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: application/json\r\n{headers}Content-Length: \
                 {length}\r\n\r\n{body}"
            );
        }
        Fate::Hold(ref waiting) => {
            let (go, gone) = channel();
            // A test that has ended does not hold requests any more.
            let _ = waiting.send(go);
            let _ = gone.recv();
        }
        Fate::Pass | Fate::Forget => {}
    }
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, upstream))?;
    write!(server, "{first}{head}Connection: close\r\n\r\n")?;
    server.write_all(&body)?;
    if matches!(fate, Fate::Forget) {
        return std::io::copy(&mut server, &mut std::io::sink()).map(drop);
    }
    std::io::copy(&mut server, &mut client).map(drop)
}

/// Whether it is a write of this kind, and not a dry run.
fn is_write(request: &str, plural: &str) -> bool {
    request.starts_with("PATCH") && request.contains(&format!("/{plural}/")) && !request.contains("dryRun")
}

/// The server fails during an apply, does not answer a write that it has processed, and comes back.
pub fn away(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let (asked, broken) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&broken);
    let between = Between::start(lab, move |request| {
        let number = asked.fetch_add(1, Ordering::SeqCst);
        let fate = match number {
            // During the reads, and again during the writes.
            4..8 | 30..34 => Fate::Break,
            _ if is_write(request, "services") && count.load(Ordering::SeqCst) < 100 => {
                count.fetch_add(100, Ordering::SeqCst);
                return Fate::Forget;
            }
            _ => Fate::Pass,
        };
        if matches!(fate, Fate::Break) {
            count.fetch_add(1, Ordering::SeqCst);
        }
        fate
    })?;
    let release = Release::new(lab, namespace, Policy::default())?;
    let program = copy(namespace, Policy::default(), &between)?;
    let said = program.expect(0, &["apply"])?;
    must(broken.load(Ordering::SeqCst) > 100, &format!("the server was away:\n{said}"))?;
    release.until_at_rest()?;
    release.program.expect(0, &["apply"])?.all_are("unchanged").map(drop)
}

/// The server is killed during an apply, with all its connections, and started again.
pub fn killed(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    const RELEASES: usize = 10;
    let mut server = lab.own_api_server("killed-in-an-apply")?;
    let program = Program::new(&server.kubeconfig())?;
    write_many(&program, namespace, RELEASES)?;
    let watch = lab.watch(namespace)?;
    let child = program.start(&["apply"])?;
    while watch.events.recv_timeout(PATIENCE)?["kind"] != "Rollout" {}
    server.kill();
    let applied = lab.kubectl.run(&["get", "rollouts", "-n", namespace, "-o", "name"], "")?.lines().count();
    must(applied < RELEASES, "it was killed before the end")?;
    server.start_again()?;
    let said = finish(child)?;
    must(said.status == 0, &format!("the apply was still done:\n{said}"))?;
    said.all_are("created")?;
    program.expect(0, &["apply"])?.all_are("unchanged").map(drop)
}

/// The server is overloaded, and says when to retry.
pub fn throttled(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let refused = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&refused);
    let between = Between::start(lab, move |request| {
        let is_one = request.starts_with("GET") || is_write(request, "rollouts");
        if is_one && count.fetch_add(1, Ordering::SeqCst) % 7 < 2 {
            return Fate::Answer("429 Too Many Requests", "Retry-After: 0\r\n", "{}");
        }
        Fate::Pass
    })?;
    let release = Release::new(lab, namespace, Policy::default())?;
    copy(namespace, Policy::default(), &between)?.expect(0, &["apply"])?.all_are("created")?;
    must(refused.load(Ordering::SeqCst) > 2, "it was throttled")?;
    must(release.exists("rollout", "web")?, "it was still applied")
}

/// For a cluster without Argo Rollouts, the error says how to install it. An unreachable cluster is reported at once.
pub fn no_definition(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let between = Between::start(lab, |request| {
        if request.contains("/apis/argoproj.io/") {
            return Fate::Answer("404 Not Found", "", "404 page not found\n");
        }
        Fate::Pass
    })?;
    let release = Release::new(lab, namespace, Policy::default())?;
    let program = copy(namespace, Policy::default(), &between)?;
    program.expect(2, &["apply"])?.has("error[cluster/no-definition]")?.has("install.yaml")?;
    must(release.versions()?.is_empty(), "nothing was applied")?;
    let nobody = Between::start(lab, |_| Fate::Break)?;
    let program = copy(namespace, Policy::default(), &nobody)?;
    program.expect(2, &["diff"])?.has("error[cluster/unreachable]")?;
    let other = Release::new(lab, "runtime-nowhere", Policy::default())?;
    other.program.expect(2, &["apply"])?.has("there is no namespace `runtime-nowhere`").map(drop)
}

/// What another apply has changed in the meantime is read and checked again: nothing is lost.
pub fn two_at_once(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = Release::stable(lab, namespace, Policy::default())?;
    let (between, held) = holding(lab, "httproutes")?;
    let slow = Policy { host: "slow.example.com", ..Policy::default() };
    let program = copy(namespace, slow, &between)?;
    let child = program.start(&["apply", "--format", "json"])?;
    let go = held.recv_timeout(PATIENCE)?;
    // The other apply finishes first, and begins a release that the slow one does not know.
    release.write(Policy { host: "quick.example.com", image: 2, ..Policy::default() })?;
    release.program.expect(0, &["apply"])?;
    release.until_paused()?;
    go.send(())?;
    // Its write is refused, because the route is not the one that it checked. When it checks again, the Rollout forbids
    // the change.
    let said = finish(child)?;
    said.has("error[apply/in-flight]")?;
    must(said.status == 1, "the slow one ends with 1")?;
    let objects = said.json()?["releases"][0]["objects"].clone();
    let kinds: Vec<&str> =
        objects.as_array().into_iter().flatten().filter_map(|object| object["kind"].as_str()).collect();
    must(kinds.starts_with(&["Service", "Service"]) && !kinds.contains(&"Rollout"), "programs read how far it came")?;
    must(release.header_rules()? == 1, "the audience's rule stayed")?;

    release.write(slow)?;
    let both = [
        release.program.start(&["apply", "--restart-release"])?,
        release.program.start(&["apply", "--restart-release"])?,
    ];
    for child in both {
        let said = finish(child)?;
        must(said.status == 0, &format!("the same twice is the same once:\n{said}"))?;
    }
    release.program.expect(0, &["diff"])?.all_are("unchanged").map(drop)
}

/// An interrupted apply reports what was applied and what was not.
pub fn interrupted(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let release = Release::new(lab, namespace, Policy::default())?;
    let (between, held) = holding(lab, "httproutes")?;
    let program = copy(namespace, Policy::default(), &between)?;
    let child = program.start(&["apply"])?;
    let _go = held.recv_timeout(PATIENCE)?;
    signal(&child, "INT")?;
    let said = finish(child)?;
    must(said.status == 130, &format!("it ends with 130:\n{said}"))?;
    said.has("error[apply/incomplete]: interrupted before everything was applied")?
        .has(&format!("Applied: Service/web in {namespace}, Service/web-canary in {namespace}."))?
        .has(&format!("Sent, but without an answer: HTTPRoute/web in {namespace}."))?
        .has(&format!("Not applied: Rollout/web in {namespace}."))?;
    must(release.exists("service", "web")? && !release.exists("rollout", "web")?, "it is as it says")?;
    release.program.expect(0, &["apply"])?.has("created    Rollout/web").map(drop)
}

/// Holds the first write of a kind until the test says so.
fn holding(lab: &Lab, plural: &'static str) -> Result<(Between, Receiver<Sender<()>>), Failure> {
    let (sender, held) = channel();
    let sender = Mutex::new(Some(sender));
    let between = Between::start(lab, move |request| {
        if is_write(request, plural)
            && let Some(sender) = sender.lock().ok().and_then(|mut sender| sender.take())
        {
            return Fate::Hold(sender);
        }
        Fate::Pass
    })?;
    Ok((between, held))
}

/// canaryc with the same release through the proxy.
fn copy(namespace: &str, policy: Policy, between: &Between) -> Result<Program, Failure> {
    let program = Program::new(&between.kubeconfig)?;
    write(&program, namespace, policy)?;
    Ok(program)
}
