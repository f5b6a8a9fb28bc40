//! In: Ctrl-C or SIGTERM. Out: the exit status of the interrupted command.

use crate::cli::status::ExitStatus;

/// Waits for an interruption. A system without these signals ends the process by itself.
pub async fn interruption() -> ExitStatus {
    tokio::select! {
        () = interrupt() => ExitStatus::Interrupted,
        () = termination() => ExitStatus::Terminated,
    }
}

async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

#[cfg(unix)]
async fn termination() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signals) => drop(signals.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn termination() {
    std::future::pending().await
}
