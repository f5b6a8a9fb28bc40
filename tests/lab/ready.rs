//! Ports that are free, and waiting for what listens on them. In: what is to be started. Out: the same, ready; or why it
//! did not get so.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use crate::failure::{Failure, failed};

/// How long anything of the lab may take to get ready.
const PATIENCE: Duration = Duration::from_secs(180);

/// How often others may take a port between our finding it free and our using it.
const ATTEMPTS: u32 = 4;

/// Starts something on ports that nobody listens on; and again on others, when somebody took one of them meanwhile.
pub fn with_free_ports<const N: usize, T>(mut start: impl FnMut([u16; N]) -> Result<T, Failure>) -> Result<T, Failure> {
    for _ in 1..ATTEMPTS {
        match start(free_ports()?) {
            Err(failure) if failure.to_string().contains("address already in use") => {
                eprintln!("lab: somebody took a port; trying others");
            }
            outcome => return outcome,
        }
    }
    start(free_ports()?)
}

/// Does nobody listen on a port?
pub fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// All ports are held until the last one is found, so that they differ.
fn free_ports<const N: usize>() -> Result<[u16; N], Failure> {
    let mut listeners = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        *port = listener.local_addr()?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

/// Asks until the answer is yes. What has ended meanwhile ends the waiting.
pub fn wait(
    what: &str,
    mut ended: impl FnMut() -> Option<String>,
    is_ready: impl Fn() -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let begun = Instant::now();
    while !is_ready()? {
        if let Some(ended) = ended() {
            return Err(failed(ended));
        }
        if begun.elapsed() > PATIENCE {
            return Err(failed(format!("{what} is not ready after {} s", PATIENCE.as_secs())));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Is a path answered with 200?
pub fn answers_well(port: u16, path: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.split(' ').nth(1) == Some("200"))
}
