//! A server that is not an API server, or a hostile one: its answers neither fill the memory, nor hold a command, nor
//! act on the terminal.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;

/// Text that acts on a terminal or forges a line.
const HOSTILE: &str = "\u{1b}[31mEVIL\u{1b}]0;t\u{7}\n::error::pwn\r\u{202e}\u{9b}31m\u{2028}\u{feff}";

/// Runs a command against a server that answers each request with a function of its target. The server ends with the
/// test.
fn run(arguments: &[&str], answer: impl Fn(&str, &mut TcpStream) -> std::io::Result<()> + Send + 'static) -> Output {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                head.push(byte[0]);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            // A client that has seen enough closes the connection.
            let _ = answer(head.split(' ').nth(1).unwrap_or_default(), &mut stream);
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kubeconfig");
    std::fs::write(&file, format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{{name: k, cluster: {{server: \"http://{address}\"}}}}]\n\
         users: [{{name: u, user: {{}}}}]\ncontexts: [{{name: c, context: {{cluster: k, user: u, namespace: shop}}}}]\n"
    )).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_canaryc"));
    command.args(arguments).arg("--kubeconfig").arg(&file).current_dir(Path::new(".")).env_clear();
    command.env("LC_ALL", "C.UTF-8").output().unwrap()
}

fn send(stream: &mut TcpStream, status: &str, body: &serde_json::Value) -> std::io::Result<()> {
    let body = body.to_string();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The same without the breaks of long lines.
fn unwrapped(output: &Output) -> String {
    said(output).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn rollout(name: &str, hostile: &str) -> serde_json::Value {
    json!({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
        "metadata": {"name": name, "namespace": format!("shop{hostile}"), "uid": "u", "resourceVersion": "1", "generation": 1},
        "spec": {"replicas": 4, "template": {"spec": {"containers": [{"name": "web", "image": format!("img:1{hostile}")}]}},
                 "strategy": {"canary": {"steps": [{"setWeight": 5}, {"pause": {}}]}}},
        "status": {"phase": "Degraded", "message": format!("m{hostile}"), "currentStepIndex": 1, "observedGeneration": "1",
                   "currentPodHash": "abc", "stableRS": "def",
                   "conditions": [{"type": "Progressing", "status": "False", "reason": format!("x{hostile}"), "message": format!("m{hostile}")}]},
    })
}

#[test]
fn an_endless_answer_is_an_error() {
    for status in ["200 OK", "422 Unprocessable Entity"] {
        let output = run(&["get"], move |_, stream| {
            write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            )?;
            let piece = [b"100000\r\n".as_slice(), &[b'a'; 0x10_0000], b"\r\n"].concat();
            loop {
                stream.write_all(&piece)?;
            }
        });
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(
            unwrapped(&output).contains("does not answer like an API server: the answer has more than 64 MiB"),
            "{}",
            said(&output)
        );
    }
}

#[test]
fn a_list_without_an_end_is_an_error() {
    let same = |_: &str, stream: &mut TcpStream| {
        let metadata = json!({"resourceVersion": "1", "continue": "same"});
        send(
            stream,
            "200 OK",
            &json!({"apiVersion": "v1", "kind": "List", "metadata": metadata, "items": [rollout("web", "")]}),
        )
    };
    let empty = |target: &str, stream: &mut TcpStream| {
        let metadata = json!({"resourceVersion": "1", "continue": format!("x{}", target.len())});
        send(stream, "200 OK", &json!({"apiVersion": "v1", "kind": "List", "metadata": metadata, "items": []}))
    };
    for output in [run(&["get"], same), run(&["get", "-A"], empty)] {
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(unwrapped(&output).contains("the pages of the list have no end"), "{}", said(&output));
    }
}

#[test]
fn what_a_server_says_is_shown_on_one_line_and_cut() {
    let acts = |text: &str| {
        text.chars().any(|character| {
            character != '\n' && HOSTILE.contains(character) && !character.is_ascii_graphic() && character != ' '
        }) || text.lines().any(|line| line.trim_start().starts_with("::error"))
    };
    for arguments in [&["get"][..], &["get", "--format", "json"], &["get", "web"], &["get", "web", "--format", "json"]]
    {
        let output = run(arguments, |target, stream| {
            if target.contains("/rollouts/") {
                return send(stream, "200 OK", &rollout(&format!("web{HOSTILE}"), HOSTILE));
            }
            let items = if target.contains("/rollouts") {
                vec![rollout(&format!("web{HOSTILE}"), HOSTILE)]
            } else {
                Vec::new()
            };
            send(
                stream,
                "200 OK",
                &json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": "1"}, "items": items}),
            )
        });
        let shown = String::from_utf8(output.stdout.clone()).unwrap();
        assert!(output.status.success() && shown.contains("EVIL"), "{arguments:?}: {shown} {}", said(&output));
        assert!(!acts(&shown), "{arguments:?}: {shown:?}");
    }
    let output = run(&["get"], |_, stream| {
        let message = format!("{HOSTILE}{}", "x".repeat(1_000_000));
        send(
            stream,
            "422 Unprocessable Entity",
            &json!({"kind": "Status", "status": "Failure", "message": message, "code": 422}),
        )
    });
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).len() < 5_000 && !acts(&said(&output)),
        "{:?}",
        said(&output).chars().take(5_000).collect::<String>()
    );
}
