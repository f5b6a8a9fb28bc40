//! Finds free ports, and waits for programs that listen on them. In: a program to start. Out: the same, ready; or why
//! it did not become ready.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use crate::failure::{Failure, failed};

/// The maximum time for any program of the lab to become ready.
const PATIENCE: Duration = Duration::from_secs(180);

/// How often another program may take a port before we use it.
const ATTEMPTS: u32 = 4;

/// Starts something on free ports. If another program took one of them meanwhile, it tries again on others.
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

/// Whether a port is free.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// All ports are kept open until the last one is found, so they differ.
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

/// Asks until the answer is yes. Waiting stops if the program has ended.
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

/// Whether a path is answered with 200.
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
