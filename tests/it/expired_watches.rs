//! canaryc follows a release although every watch fails: the API server answers each with 410, "too old resource
//! version", so only lists show the state. In: a recorded release. Out: what canaryc reported about it, each event
//! once.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use canaryc::internals::runtime::track::{Ending, Event, EventKind, FollowOptions, Sink, Tracker, follow};
use canaryc::internals::runtime::{Connection, ConnectionOptions, Timestamp};
use serde_json::{Value, json};

type Objects = BTreeMap<(String, String), Value>;

/// The content of the API server: states of the store, of which the first is the current one.
struct Store {
    states: Vec<Objects>,
    watches: usize,
}

/// The release at its beginning, at some moments, and at its end.
fn states() -> Vec<Objects> {
    let record = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/track/healthy.jsonl");
    let text = fs::read_to_string(record).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let marks: Vec<usize> = (1..=4).map(|part| lines.len() * part / 4).collect();
    let (mut objects, mut states) = (Objects::new(), Vec::new());
    for (number, line) in lines.iter().enumerate() {
        if let Some(change) = line.get("change") {
            let key = (line["kind"].as_str().unwrap().to_owned(), line["name"].as_str().unwrap().to_owned());
            json_patch::merge(objects.entry(key).or_default(), change);
        } else if let Some(gone) = line.get("gone") {
            objects.remove(&(gone["kind"].as_str().unwrap().to_owned(), gone["name"].as_str().unwrap().to_owned()));
        }
        // A record begins with the objects that already existed.
        if line.get("listed") == Some(&json!("AnalysisRun")) || marks.contains(&(number + 1)) {
            states.push(objects.clone());
        }
    }
    states
}

fn serve(store: Arc<Mutex<Store>>) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let store = Arc::clone(&store);
            // A client that disconnects needs no answer.
            std::thread::spawn(move || answer(stream, &store).ok());
        }
    });
    port
}

fn answer(mut stream: TcpStream, store: &Mutex<Store>) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let path = request.split(' ').nth(1).unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let body = body(path, query, &mut store.lock().unwrap());
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length:";
    write!(stream, "{head} {}\r\n\r\n{body}", body.to_string().len())
}

fn body(path: &str, query: &str, store: &mut Store) -> Value {
    let kinds = [("rollouts", "Rollout"), ("replicasets", "ReplicaSet"), ("analysisruns", "AnalysisRun")];
    let (resource, kind) = *kinds.iter().find(|(resource, _)| path.contains(&format!("/{resource}"))).unwrap();
    if query.contains("watch=true") {
        store.watches += 1;
        // The state advances when all three kinds have been watched.
        if store.watches.is_multiple_of(3) && store.states.len() > 1 {
            store.states.remove(0);
        }
        return json!({"type": "ERROR", "object": {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 410,
            "reason": "Expired", "message": "too old resource version: 1 (2)", "metadata": {}}});
    }
    let of_kind = || store.states[0].iter().filter(|((of, _), _)| of == kind).map(|(_, object)| object.clone());
    if path.ends_with(&format!("/{resource}")) {
        let metadata = json!({"resourceVersion": "1"});
        return json!({"kind": format!("{kind}List"), "apiVersion": "v1", "metadata": metadata, "items": of_kind().collect::<Vec<_>>()});
    }
    of_kind().next().unwrap()
}

#[derive(Default)]
struct Reported(Vec<Event>);

impl Sink for Reported {
    fn report(&mut self, event: &Event) -> io::Result<()> {
        self.0.push(event.clone());
        Ok(())
    }

    fn redraw(&mut self, _: &mut dyn Iterator<Item = &Tracker>, _: Timestamp) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_release_is_followed_by_lists_alone() {
    let port = serve(Arc::new(Mutex::new(Store { states: states(), watches: 0 })));
    let folder = tempfile::tempdir().unwrap();
    let kubeconfig = folder.path().join("kubeconfig");
    let text = json!({"apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {"server": format!("http://127.0.0.1:{port}")}}],
        "users": [{"name": "c", "user": {}}], "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}]});
    fs::write(&kubeconfig, text.to_string()).unwrap();
    let options = ConnectionOptions { kubeconfig: Some(kubeconfig), ..ConnectionOptions::default() };
    let mut reported = Reported::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ending = runtime.block_on(async {
        let connection = Connection::open(&options).await.unwrap();
        follow(&connection, "shop", "web", &FollowOptions::default(), &mut reported).await.unwrap()
    });
    assert_eq!(ending, Ending::Healthy);
    let kinds: Vec<&EventKind> = reported.0.iter().map(|event| &event.kind).collect();
    for (number, kind) in kinds.iter().enumerate() {
        assert!(!kinds[number + 1..].contains(kind), "reported twice: {kind:?}");
        assert!(!matches!(kind, EventKind::ConnectionLost(_)), "reading a list again is not a lost connection");
    }
    let begun = kinds.iter().filter(|kind| matches!(kind, EventKind::Started { .. })).count();
    let mut stages = Vec::new();
    for kind in &kinds {
        if let EventKind::StageReached { stage, .. } | EventKind::StagePassed { stage, .. } = kind
            && stages.last() != Some(&stage.name)
        {
            stages.push(stage.name.clone());
        }
    }
    assert_eq!((begun, stages), (1, ["staff", "first", "half"].map(str::to_owned).to_vec()));
}
