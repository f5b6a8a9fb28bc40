//! The lab for a person. In: the built programs. Out: only lines for a shell to evaluate, on standard output; and the
//! lab, until it is interrupted.

use std::process::ExitCode;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::both_ways::Rollouts;
use crate::failure::Failure;
use crate::lab::Lab;
use crate::programs::Programs;
use crate::traffic;

/// How often to check for a signal.
const LOOK: Duration = Duration::from_millis(200);

/// Starts the lab, and runs until Ctrl-C or another signal. Standard input may be closed or not be a terminal, so the
/// lab may run in the background.
pub fn serve() -> Result<ExitCode, Failure> {
    let programs = Programs::build()?;
    // From here on the lab stops properly. In a script, a background process would ignore Ctrl-C.
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    let parent = std::os::unix::process::parent_id();
    let mut lab = Lab::start(programs.clone(), Rollouts::NEWEST)?;
    let prometheus = lab.usual_prometheus()?;
    traffic::pretend(&lab.kubectl, prometheus.metrics.clone())?;
    println!("export KUBECONFIG={}", quoted(&lab.kubeconfig().to_string_lossy()));
    println!("export PATH={}:\"$PATH\"", quoted(&programs.folder().to_string_lossy()));
    eprintln!("lab: evaluate these lines in another terminal; Ctrl-C here ends the lab");
    let address = prometheus.address();
    eprintln!("lab: Prometheus is at {address} and counts requests that nobody makes: of a version whose");
    eprintln!("lab: image has `bad` in its tag 5% fail, and of one with `slow` half are slow");
    drop(prometheus);
    // Cargo does not forward the signal that ends it.
    let is_alone = || std::env::var_os("CARGO").is_some() && std::os::unix::process::parent_id() != parent;
    while signals.pending().next().is_none() && !is_alone() {
        if let Some(ended) = lab.ended() {
            let logs = lab.stop_and_keep_logs()?;
            return Err(crate::failure::failed(format!("{ended}\n(logs: {})", logs.display())));
        }
        std::thread::sleep(LOOK);
    }
    lab.stop()?;
    Ok(ExitCode::SUCCESS)
}

/// Quotes a word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
