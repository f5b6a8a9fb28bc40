//! In: Ctrl-C, or the signal with which a system ends a program. Out: the exit status of the command, which must end.

use crate::cli::status::ExitStatus;

/// Waits until somebody wants the command to end. A system without such signals ends the process by itself.
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
