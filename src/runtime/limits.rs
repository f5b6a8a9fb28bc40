//! In: a request to the API server. Out: its answer, within a size and a time. A server that is broken, or only pretends
//! to be an API server, must neither hold a command forever nor fill its memory.
//!
//! A watch may last, but each of its events has the same largest size.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::{Method, Request, Response, Uri};
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until, timeout};
use tower_layer::Layer;
use tower_service::Service;

/// The most bytes of an answer, or of an event of a watch. An API server stores objects of up to 1.5 MiB.
const LARGEST: usize = 64 << 20;
/// How long an answer may take to begin: of a question, of a change, which webhooks may delay by 30 seconds, and of a
/// watch.
const READ: Duration = Duration::from_secs(10);
const CHANGE: Duration = Duration::from_secs(35);
const WATCH: Duration = Duration::from_secs(60);
/// How long the next piece of an answer may take, and the whole answer.
const PIECE: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(60);
/// How often the same page may be asked for in a row. Several releases of one namespace are followed at once.
const SAME_PAGE: u32 = 1_000;
/// The most pages of a list, for the same reason.
const PAGES: u32 = 50_000;

type BoxError = Box<dyn Error + Send + Sync>;

/// What no API server would answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlike {
    /// The answer is too large.
    Large,
    /// The pages of a list are too large together.
    LargeList,
    /// The pages of a list do not end.
    Endless,
}

impl fmt::Display for Unlike {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Large => write!(formatter, "the answer has more than {} MiB", LARGEST >> 20),
            Self::LargeList => formatter.write_str("the pages of the list are too large together"),
            Self::Endless => formatter.write_str("the pages of the list have no end"),
        }
    }
}

impl Error for Unlike {}

impl Unlike {
    /// Whether a request failed because of this.
    pub fn of(error: &kube::Error) -> Option<Self> {
        let mut next: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = next {
            if let Some(unlike) = error.downcast_ref::<Self>() {
                return Some(*unlike);
            }
            next = error.source();
        }
        None
    }
}

/// An answer, or a piece of it, that does not arrive.
#[derive(Clone, Copy, Debug)]
struct Late(Duration);

impl fmt::Display for Late {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "no answer within {} s", self.0.as_secs())
    }
}

impl Error for Late {}

/// Puts the limits around a client.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// The bytes of all answers so far, except those of watches.
    pub received: Arc<AtomicUsize>,
}

impl<S> Layer<S> for Limits {
    type Service = Limited<S>;

    fn layer(&self, inner: S) -> Limited<S> {
        Limited { inner, received: Arc::clone(&self.received), lists: Arc::default() }
    }
}

/// A client with limits.
#[derive(Clone, Debug)]
pub struct Limited<S> {
    inner: S,
    received: Arc<AtomicUsize>,
    lists: Arc<Mutex<HashMap<String, Pages>>>,
}

/// The pages of a list that were asked for.
#[derive(Debug, Default)]
struct Pages {
    count: u32,
    last: String,
    same: u32,
}

impl Pages {
    /// Notes a page, and returns whether it is one too many.
    fn ask(&mut self, token: &str) -> bool {
        self.count += 1;
        self.same = if self.last == token { self.same + 1 } else { 0 };
        token.clone_into(&mut self.last);
        self.count > PAGES || self.same > SAME_PAGE
    }
}

impl<S> Limited<S> {
    fn check_page(&self, uri: &Uri) -> Result<(), Unlike> {
        let mut token = None;
        let mut list = uri.path().to_owned();
        for part in uri.query().unwrap_or_default().split('&') {
            match part.strip_prefix("continue=") {
                Some(found) => token = Some(found),
                None => list.extend(["&", part]),
            }
        }
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(token) = token else {
            lists.remove(&list);
            return Ok(());
        };
        if lists.entry(list).or_default().ask(token) { Err(Unlike::Endless) } else { Ok(()) }
    }
}

impl<S, A, B> Service<Request<A>> for Limited<S>
where
    S: Service<Request<A>, Response = Response<B>, Error: Into<BoxError>, Future: Send + 'static>,
    B: Send + 'static,
{
    type Response = Response<LimitedBody<B>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let is_read = request.method() == Method::GET;
        let is_watch = request.uri().query().is_some_and(|query| query.split('&').any(|part| part == "watch=true"));
        let limit = if is_watch {
            WATCH
        } else if is_read {
            READ
        } else {
            CHANGE
        };
        if let Err(error) = if is_read { self.check_page(request.uri()) } else { Ok(()) } {
            return Box::pin(std::future::ready(Err(error.into())));
        }
        let received = if is_watch { Arc::default() } else { Arc::clone(&self.received) };
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = timeout(limit, answer).await.map_err(|_| Late(limit))?.map_err(Into::into)?;
            Ok(answer.map(|inner| LimitedBody::new(inner, is_watch, received)))
        })
    }
}

/// The content of an answer, with limits.
#[derive(Debug)]
pub struct LimitedBody<B> {
    inner: B,
    is_watch: bool,
    size: usize,
    received: Arc<AtomicUsize>,
    end: Instant,
    /// When the next piece, or the whole answer, is late. A watch is never late.
    late: Option<Pin<Box<Sleep>>>,
}

impl<B> LimitedBody<B> {
    fn new(inner: B, is_watch: bool, received: Arc<AtomicUsize>) -> Self {
        let now = Instant::now();
        let late = (!is_watch).then(|| Box::pin(sleep_until(now + PIECE)));
        Self { inner, is_watch, size: 0, received, end: now + WHOLE, late }
    }

    /// Counts the bytes of the answer, or of the current event of a watch, which is a line.
    fn count(&mut self, piece: &[u8]) -> Result<(), Unlike> {
        self.received.fetch_add(piece.len(), Ordering::Relaxed);
        match piece.iter().rposition(|byte| *byte == b'\n').filter(|_| self.is_watch) {
            Some(end) => self.size = piece.len() - end,
            None => self.size += piece.len(),
        }
        if self.size > LARGEST { Err(Unlike::Large) } else { Ok(()) }
    }
}

impl<B> Body for LimitedBody<B>
where
    B: Body<Data: AsRef<[u8]>, Error: Into<BoxError>> + Unpin,
{
    type Data = B::Data;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, BoxError>>> {
        let this = &mut *self;
        if this.late.is_some() && Instant::now() >= this.end {
            return Poll::Ready(Some(Err(Late(WHOLE).into())));
        }
        let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(context) else {
            return match &mut this.late {
                Some(late) => {
                    ready!(late.as_mut().poll(context));
                    Poll::Ready(Some(Err(Late(PIECE).into())))
                }
                None => Poll::Pending,
            };
        };
        if let Some(late) = &mut this.late {
            late.as_mut().reset(this.end.min(Instant::now() + PIECE));
        }
        Poll::Ready(frame.map(|frame| {
            let frame = frame.map_err(Into::into)?;
            if let Some(piece) = frame.data_ref() {
                this.count(piece.as_ref())?;
            }
            Ok(frame)
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_largest_size_and_a_watch_a_largest_event() {
        let outcome = |is_watch: bool, pieces: &[&[u8]]| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            let _time = runtime.enter();
            let mut body = LimitedBody::new((), is_watch, Arc::default());
            pieces.iter().try_for_each(|piece| body.count(piece))
        };
        let half = vec![b' '; LARGEST / 2];
        let line = [&half[..], b"\n"].concat();
        assert_eq!(outcome(false, &[&half, &half]), Ok(()));
        assert_eq!(outcome(false, &[&half, &half, b"x"]), Err(Unlike::Large));
        assert_eq!(outcome(false, &[&line, &line, b"x"]), Err(Unlike::Large));
        assert_eq!(outcome(true, &[&line, &line, &line, &half]), Ok(()));
        assert_eq!(outcome(true, &[&line, &half, &half]), Err(Unlike::Large));
    }

    /// A server that never answers, or a body that never comes.
    struct Silent;

    impl Service<Request<()>> for Silent {
        type Response = Response<Self>;
        type Error = std::io::Error;
        type Future = Pin<Box<dyn Future<Output = Result<Response<Self>, std::io::Error>> + Send>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), std::io::Error>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request<()>) -> Self::Future {
            if request.uri().path() == "/begins" {
                return Box::pin(std::future::ready(Ok(Response::new(Self))));
            }
            Box::pin(std::future::pending())
        }
    }

    impl Body for Silent {
        type Data = &'static [u8];
        type Error = std::io::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Self::Data>, std::io::Error>>> {
            Poll::Pending
        }
    }

    #[test]
    fn an_answer_that_does_not_come_is_late() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let mut client = Limits::default().layer(Silent);
        let mut late = |method: Method, uri: &str| {
            let request = Request::builder().method(method).uri(uri).body(()).unwrap();
            runtime.block_on(async {
                let begun = Instant::now();
                let error = match client.call(request).await {
                    Err(error) => error,
                    Ok(answer) => {
                        let mut body = answer.into_body();
                        let piece = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context));
                        let day = Duration::from_secs(86_400);
                        let Ok(piece) = timeout(day, piece).await else { return ("never".to_owned(), day) };
                        piece.unwrap().err().unwrap()
                    }
                };
                (error.to_string(), begun.elapsed())
            })
        };
        let within = |limit: Duration| (format!("no answer within {} s", limit.as_secs()), limit);
        assert_eq!(late(Method::GET, "/silent"), within(READ));
        assert_eq!(late(Method::PATCH, "/silent"), within(CHANGE));
        assert_eq!(late(Method::GET, "/begins"), within(PIECE));
        // A watch is silent as long as nothing happens.
        assert_eq!(late(Method::GET, "/begins?watch=true"), ("never".to_owned(), Duration::from_secs(86_400)));
    }

    #[test]
    fn pages_end() {
        let asked = |limit: u32, token: &dyn Fn(u32) -> String| {
            let client = Limits::default().layer(());
            let ask = |number: &u32| {
                let uri = format!("http://a/apis/x?limit=1&continue={}", token(*number)).parse().unwrap();
                client.check_page(&uri).is_err()
            };
            (0..limit).position(|number| ask(&number))
        };
        assert_eq!(asked(2 * SAME_PAGE, &|_| "a".to_owned()), Some(SAME_PAGE as usize + 1));
        assert_eq!(asked(2 * PAGES, &|number| number.to_string()), Some(PAGES as usize));
        // Two releases that are followed at once ask for the same pages.
        assert_eq!(asked(PAGES, &|number| (number / 2).to_string()), None);
        let client = Limits::default().layer(());
        let ask = |uri: &str| client.check_page(&uri.parse().unwrap());
        for _ in 0..10 * SAME_PAGE {
            assert_eq!(ask("http://a/apis/x?limit=1"), Ok(()));
            assert_eq!(ask("http://a/apis/x?limit=1&continue=a"), Ok(()));
        }
    }
}
