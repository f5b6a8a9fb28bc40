//! In: a request to the API server that may be repeated. Out: its answer, even if the server is temporarily
//! unavailable.
//!
//! The client itself retries when the server is overloaded (429 with `Retry-After`, 503, 504). This file retries when
//! there is no answer, or when something in between breaks the connection. The request must be idempotent.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use super::connection::Connection;
use super::limits::Unlike;

/// The time limit for one answer.
const ANSWER: Duration = Duration::from_secs(30);
/// How long a server that has answered before may be unavailable.
const AWAY: Duration = Duration::from_secs(60);
/// The first delay, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(3));

/// Retries until there is an answer. It does not wait for a server that has never answered: the address is probably
/// wrong.
///
/// # Errors
/// When the answer is a permanent error, or when there is no answer.
pub async fn with_retries<T, A>(connection: &Connection, ask: impl FnMut() -> A) -> kube::Result<T>
where
    A: Future<Output = kube::Result<T>>,
{
    let answer = asked(Instant::now() + AWAY, || connection.was_heard(), ask).await;
    if matches!(answer, Ok(_) | Err(kube::Error::Api(_))) {
        connection.heard();
    }
    answer
}

/// Retries until there is an answer, or until a time.
///
/// # Errors
/// When the answer is a permanent error; after the time limit, the last error.
pub async fn until<T, A>(end: Instant, ask: impl FnMut() -> A) -> kube::Result<T>
where
    A: Future<Output = kube::Result<T>>,
{
    asked(end, || true, ask).await
}

async fn asked<T, A>(end: Instant, may_again: impl Fn() -> bool, mut ask: impl FnMut() -> A) -> kube::Result<T>
where
    A: Future<Output = kube::Result<T>>,
{
    let (mut wait, mut last) = (WAITS.0, None);
    loop {
        let begun = Instant::now();
        let error = match timeout_at(end.min(begun + ANSWER), ask()).await {
            Ok(Err(error)) if is_transient(&error) => error,
            Ok(answer) => return answer,
            // The previous error is more informative than the timeout.
            Err(_) => last.take().unwrap_or_else(|| late(begun.elapsed())),
        };
        if !may_again() || Instant::now() + wait >= end {
            return Err(error);
        }
        last = Some(error);
        sleep(wait).await;
        wait = (wait * 2).min(WAITS.1);
    }
}

fn late(after: Duration) -> kube::Error {
    kube::Error::Service(format!("no answer within {} s", after.as_secs()).into())
}

/// Whether a retry may succeed.
pub fn is_transient(error: &kube::Error) -> bool {
    match error {
        _ if Unlike::of(error).is_some() => false,
        kube::Error::Api(status) => matches!(status.code, 429 | 500 | 502 | 503 | 504),
        kube::Error::Service(_) | kube::Error::HyperError(_) | kube::Error::ReadEvents(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use kube::core::Status;

    use super::*;

    fn answered(code: u16) -> kube::Error {
        kube::Error::Api(Status::failure("", "").with_code(code).boxed())
    }

    #[test]
    fn only_transient_errors_are_retried() {
        for code in [429, 500, 502, 503, 504] {
            assert!(is_transient(&answered(code)), "{code}");
        }
        for code in [400, 401, 403, 404, 409, 410, 422] {
            assert!(!is_transient(&answered(code)), "{code}");
        }
        assert!(is_transient(&late(ANSWER)));
    }

    /// The result of a request with these answers in sequence, and how often it was sent.
    fn outcome(answers: &[Option<u16>], again: bool) -> (kube::Result<u16>, usize) {
        let count = Cell::new(0);
        let ask = || {
            let answer = answers.get(count.get()).copied();
            count.set(count.get() + 1);
            async move {
                match answer {
                    Some(Some(200)) => Ok(200),
                    Some(Some(code)) => Err(answered(code)),
                    Some(None) | None => std::future::pending().await,
                }
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let outcome = runtime.block_on(async { asked(Instant::now() + AWAY, || again, ask).await });
        (outcome, count.get())
    }

    #[test]
    fn requests_repeat_until_an_answer_or_the_time_limit() {
        assert!(matches!(outcome(&[Some(503), Some(500), Some(200)], true), (Ok(200), 3)));
        assert!(matches!(outcome(&[Some(503), Some(200)], false), (Err(_), 1)));
        assert!(matches!(outcome(&[Some(404), Some(200)], true), (Err(kube::Error::Api(_)), 1)));
        // Without an answer, it is sent twice in a minute. The earlier error is the one that is reported.
        assert!(matches!(outcome(&[None], true), (Err(kube::Error::Service(_)), 2)));
        assert!(matches!(outcome(&[Some(503), None], true), (Err(kube::Error::Api(_)), 3)));
    }
}
