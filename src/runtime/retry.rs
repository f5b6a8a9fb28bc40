//! In: a question to the API server that may be asked again. Out: its answer, also when the server is away for a while.
//!
//! The client itself asks again when the server says that it has too much to do (429 with `Retry-After`, 503, 504). Here it
//! is asked again when nobody answers at all, or when something between breaks off. A server that was never heard of is
//! not waited for: then the address is wrong.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::connection::Connection;

/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(30);
/// How long a server that has answered before may be away.
const AWAY: Duration = Duration::from_secs(60);
/// The first wait, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(3));

/// Asks until there is an answer. What is asked must be harmless when it is done twice.
///
/// # Errors
/// When the answer is an error that asking again does not mend, or when nobody answers.
pub async fn patiently<T, A>(connection: &Connection, mut ask: impl FnMut() -> A) -> kube::Result<T>
where
    A: Future<Output = kube::Result<T>>,
{
    let begun = Instant::now();
    let mut wait = WAITS.0;
    loop {
        let answer = timeout(ANSWER, ask()).await.unwrap_or_else(|_| Err(late()));
        match answer {
            Err(error) if is_transient(&error) && connection.was_heard() && begun.elapsed() + wait < AWAY => {
                sleep(wait).await;
                wait = (wait * 2).min(WAITS.1);
            }
            answer => {
                if matches!(answer, Ok(_) | Err(kube::Error::Api(_))) {
                    connection.heard();
                }
                return answer;
            }
        }
    }
}

fn late() -> kube::Error {
    kube::Error::Service(format!("no answer within {} s", ANSWER.as_secs()).into())
}

/// May the same question be answered a moment later?
pub fn is_transient(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => matches!(status.code, 429 | 500 | 502 | 503 | 504),
        kube::Error::Service(_) | kube::Error::HyperError(_) | kube::Error::ReadEvents(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use kube::core::Status;

    use super::*;

    #[test]
    fn only_what_may_pass_is_asked_again() {
        let answered = |code| kube::Error::Api(Status::failure("", "").with_code(code).boxed());
        for code in [429, 500, 502, 503, 504] {
            assert!(is_transient(&answered(code)), "{code}");
        }
        for code in [400, 401, 403, 404, 409, 410, 422] {
            assert!(!is_transient(&answered(code)), "{code}");
        }
        assert!(is_transient(&late()));
    }
}
