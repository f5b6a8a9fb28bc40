//! A connection to the API server that can be cut. In: the kubeconfig of the lab. Out: a kubeconfig that uses this
//! connection.

use std::fs;
use std::io::copy;
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::api_server::address;
use crate::failure::Failure;

/// The proxy. It ends with the process.
#[derive(Debug)]
pub struct Proxy {
    kubeconfig: PathBuf,
    line: Arc<Mutex<Line>>,
}

#[derive(Debug, Default)]
struct Line {
    is_cut: bool,
    streams: Vec<TcpStream>,
}

impl Proxy {
    /// Starts a proxy. Its kubeconfig is written into a folder.
    pub fn start(kubeconfig: &Path, folder: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(kubeconfig)?;
        let server = address(&text)?.to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let own = folder.join("kubeconfig-of-the-proxy");
        fs::write(&own, text.replace(&server, &listener.local_addr()?.to_string()))?;
        let line = Arc::<Mutex<Line>>::default();
        let shared = Arc::clone(&line);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A client that connects while the connection is cut, or disconnects at once, is not served.
                let _ = join(&client, &server, &shared);
            }
        });
        Ok(Self { kubeconfig: own, line })
    }

    /// The kubeconfig that uses the proxy.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// Closes all connections, and every new one at once.
    pub fn cut(&self) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        line.is_cut = true;
        for stream in line.streams.drain(..) {
            // Closing a closed connection fails.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Serves again.
    pub fn mend(&self) {
        self.line.lock().unwrap_or_else(PoisonError::into_inner).is_cut = false;
    }
}

/// Copies in both directions, each on its own thread.
fn join(client: &TcpStream, server: &str, line: &Mutex<Line>) -> Result<(), Failure> {
    let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
    if line.is_cut {
        return Ok(client.shutdown(Shutdown::Both)?);
    }
    let server = TcpStream::connect(server)?;
    line.streams.extend([client.try_clone()?, server.try_clone()?]);
    for (from, to) in [(client, &server), (&server, client)] {
        let (mut from, mut to) = (from.try_clone()?, to.try_clone()?);
        std::thread::spawn(move || {
            // The other side must see the end, whatever its cause.
            let _ = copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
    Ok(())
}
