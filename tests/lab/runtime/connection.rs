//! Claim: canaryc finds the cluster like kubectl: by contexts, by several kubeconfigs, with credentials from a program,
//! and through a proxy. In: kubeconfigs made from the lab's. Out: what was not found or not reported.

use std::io::{BufRead as _, BufReader, Write as _, copy};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::program::Program;
use super::release::must;
use crate::api_server::address;
use crate::failure::{Failure, failed};
use crate::lab::Lab;

/// The lab's kubeconfig with some texts replaced, as a file with this name.
fn kubeconfig(lab: &Lab, folder: &Path, name: &str, changes: &[(&str, &str)]) -> Result<PathBuf, Failure> {
    let mut text = std::fs::read_to_string(lab.kubeconfig())?;
    for (from, to) in changes {
        if !text.contains(from) {
            return Err(failed(format!("the lab's kubeconfig has no `{from}`:\n{text}")));
        }
        text = text.replace(from, to);
    }
    let path = folder.join(name);
    std::fs::write(&path, text)?;
    Ok(path)
}

/// Two files contain the clusters, and the current context leads to a cluster that does not exist.
pub fn contexts(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let away = [
        ("name: lab", "name: away"),
        ("cluster: lab", "cluster: away"),
        ("current-context: lab", "current-context: away"),
    ];
    let away = kubeconfig(lab, folder.path(), "away", &away)?;
    let text = std::fs::read_to_string(&away)?;
    std::fs::write(&away, text.replace(address(&text)?, "127.0.0.1:1"))?;
    let both = std::env::join_paths([&away, &lab.kubeconfig()]).map_err(|error| failed(error.to_string()))?;
    let program = Program::new(Path::new(&both))?;
    program.expect(2, &["get", "-n", namespace])?.has("error[cluster/unreachable]")?.has("127.0.0.1:1")?;
    program.expect(0, &["get", "-n", namespace, "--context", "lab"])?;
    program.expect(2, &["get", "-n", namespace, "--context", "lba"])?.has("did you mean `--context lab`?")?;
    let lab = lab.kubeconfig();
    program.expect(0, &["get", "-n", namespace, "--kubeconfig", &lab.to_string_lossy()]).map(drop)
}

/// A program prints the token. A program that fails, or that prints an unknown token, is reported.
pub fn exec_credentials(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let with = |name: &str, command: &str| -> Result<Program, Failure> {
        let exec = format!(
            "{{exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: sh, args: [-c, \"{command}\"]}}}}"
        );
        Program::new(&kubeconfig(lab, folder.path(), name, &[("{token: lab}", &exec)])?)
    };
    let token = |token: &str| {
        format!(
            "echo '{{\\\"apiVersion\\\":\\\"client.authentication.k8s.io/v1\\\",\\\"kind\\\":\\\"ExecCredential\\\",\\\"status\\\":{{\\\"token\\\":\\\"{token}\\\"}}}}'"
        )
    };
    with("good", &token("lab"))?.expect(0, &["get", "-n", namespace])?;
    let refused = "error[cluster/unauthorized]: the API server rejects the credentials";
    with("wrong", &token("nobody"))?.expect(2, &["get", "-n", namespace])?.has(refused)?;
    let broken = with("broken", "echo no login >&2; exit 3")?.expect(2, &["get", "-n", namespace])?;
    broken.has("error[cluster/unauthorized]: there are no credentials: `sh` failed")?.has("no login").map(drop)
}

/// In a pod there is no kubeconfig: the service account's files say what is needed. They lie in a fixed place, which this gets
/// in a mount namespace of its own; where the system gives none, that is said.
pub fn in_cluster(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let isolated = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-ec", script]);
        command
    };
    if !isolated("mount -t tmpfs none /run").output().is_ok_and(|output| output.status.success()) {
        eprintln!("lab: NOT JUDGED: the service account of a pod, for this system gives no mount namespace");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let text = std::fs::read_to_string(lab.kubeconfig())?;
    let (host, port) =
        address(&text)?.split_once(':').ok_or_else(|| failed("the address of the server has no port"))?;
    let authority = text.split_once("certificate-authority: '").and_then(|(_, rest)| rest.split_once('\''));
    let (authority, _) = authority.ok_or_else(|| failed("the kubeconfig names no authority"))?;
    std::fs::copy(authority, folder.path().join("ca.crt"))?;
    std::fs::write(folder.path().join("token"), "lab")?;
    std::fs::write(folder.path().join("namespace"), namespace)?;
    let script = "mount -t tmpfs none /run; to=/var/run/secrets/kubernetes.io/serviceaccount; mkdir -p $to; \
                  cp ca.crt token namespace $to; exec \"$CANARYC\" get";
    let mut command = isolated(script);
    command.current_dir(folder.path()).env_remove("KUBECONFIG").env("HOME", folder.path());
    command.env("KUBERNETES_SERVICE_HOST", host).env("KUBERNETES_SERVICE_PORT", port);
    let output = command.env("CANARYC", env!("CARGO_BIN_EXE_canaryc")).output()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    must(output.status.success() && said.contains(namespace), &format!("it reads its own namespace:\n{said}"))
}

/// `proxy-url` in the kubeconfig: every request goes through the proxy.
pub fn proxy(lab: &Lab, namespace: &str) -> Result<(), Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let proxy = format!("http://{}", listener.local_addr()?);
    let joined = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&joined);
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::SeqCst);
            // A client that disconnects is not served any more.
            std::thread::spawn(move || drop(tunnel(&client)));
        }
    });
    let folder = tempfile::tempdir()?;
    let over = format!("{{proxy-url: '{proxy}', server:");
    let program = Program::new(&kubeconfig(lab, folder.path(), "proxied", &[("{server:", &over)])?)?;
    program.expect(0, &["get", "-n", namespace])?;
    must(joined.load(Ordering::SeqCst) > 0, "it went through the proxy")
}

/// `CONNECT host:port`, followed by arbitrary data.
fn tunnel(client: &TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let (mut first, mut line) = (String::new(), String::new());
    reader.read_line(&mut first)?;
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let server = TcpStream::connect(first.split(' ').nth(1).unwrap_or_default())?;
    let (mut to_client, mut from_server, mut to_server) =
        (client.try_clone()?, server.try_clone()?, server.try_clone()?);
    to_client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    std::thread::spawn(move || {
        // The other side must see the end, whatever its cause.
        let _ = copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    copy(&mut reader, &mut to_server)?;
    server.shutdown(Shutdown::Both)
}
