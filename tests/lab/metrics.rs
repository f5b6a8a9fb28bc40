//! Simulated requests, counted in the form of Istio's proxies. In: the requests per second that a test wants at a
//! Service, how many of them fail and how long they take. Out: a page of counters that rise with time, for Prometheus
//! to scrape.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::failure::Failure;

/// The upper bounds of the latency buckets, in milliseconds: some of Envoy's.
const BOUNDS: [f64; 4] = [100.0, 250.0, 500.0, 1000.0];

/// The requests to a Service.
#[derive(Clone, Copy, Debug)]
pub struct Requests {
    /// Per second. Without requests, counters stay constant and ratios are NaN.
    pub rate: f64,
    /// The share of failed requests, 0 to 1.
    pub failed: f64,
    /// The share of requests that take 250 to 500 ms; the others take 100 to 250 ms. 0 to 1.
    pub slow: f64,
}

impl Requests {
    /// Quick and successful.
    pub const GOOD: Self = Self { rate: 100.0, failed: 0.0, slow: 0.0 };
    /// No requests now, but some earlier.
    pub const NONE: Self = Self { rate: 0.0, ..Self::GOOD };
}

/// The counters of a Service.
#[derive(Debug)]
struct Counters {
    requests: Requests,
    since: Instant,
    good: f64,
    failed: f64,
    /// The number of requests that took up to 250 ms, and longer.
    quick: f64,
    slow: f64,
}

impl Counters {
    /// Counts up to a point in time.
    fn count(&mut self, now: Instant) {
        let many = self.requests.rate * now.duration_since(self.since).as_secs_f64();
        self.since = now;
        self.failed += many * self.requests.failed;
        self.good += many * (1.0 - self.requests.failed);
        self.slow += many * self.requests.slow;
        self.quick += many * (1.0 - self.requests.slow);
    }

    /// The page of a Service: `istio_requests_total` and the histogram.
    fn write(&self, page: &mut String, labels: &str) {
        let all = self.good + self.failed;
        // Writing to a string cannot fail.
        let _ = writeln!(page, "istio_requests_total{{{labels},response_code=\"200\"}} {}", self.good);
        // As in a proxy, the first failure creates the counter of failures.
        if self.failed > 0.0 {
            let _ = writeln!(page, "istio_requests_total{{{labels},response_code=\"503\"}} {}", self.failed);
        }
        let histogram = "istio_request_duration_milliseconds";
        for bound in BOUNDS {
            let count = match bound {
                bound if bound < 250.0 => 0.0,
                bound if bound < 500.0 => self.quick,
                _ => all,
            };
            let _ = writeln!(page, "{histogram}_bucket{{{labels},le=\"{bound}\"}} {count}");
        }
        let _ = writeln!(page, "{histogram}_bucket{{{labels},le=\"+Inf\"}} {all}");
        let _ = writeln!(page, "{histogram}_count{{{labels}}} {all}");
    }
}

/// Namespaces and Services, and their counters.
type Services = BTreeMap<(String, String), Counters>;

/// A running server, which ends with the process.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Its port on loopback.
    pub port: u16,
    services: Arc<Mutex<Services>>,
}

impl Metrics {
    /// Starts it without any series.
    pub fn start() -> Result<Self, Failure> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let metrics = Self { port: listener.local_addr()?.port(), services: Arc::default() };
        let services = Arc::clone(&metrics.services);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that disconnects needs no answer.
                let _ = answer(stream, &services);
            }
        });
        Ok(metrics)
    }

    /// Sets the requests of a Service from now on. A Service without requests set has no series.
    pub fn set(&self, namespace: &str, service: &str, requests: Requests) {
        let now = Instant::now();
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (namespace.to_owned(), service.to_owned());
        let fresh = Counters { requests, since: now, good: 0.0, failed: 0.0, quick: 0.0, slow: 0.0 };
        let counters = services.entry(key).or_insert(fresh);
        counters.count(now);
        counters.requests = requests;
    }
}

fn answer(mut stream: TcpStream, services: &Mutex<Services>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 && !line.trim().is_empty() {
        line.clear();
    }
    let mut page = String::new();
    let now = Instant::now();
    for ((namespace, service), counters) in services.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
        counters.count(now);
        let labels = format!(
            "reporter=\"destination\",destination_service_name=\"{service}\",destination_service_namespace=\"{namespace}\""
        );
        counters.write(&mut page, &labels);
    }
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\nContent-Length:";
    write!(stream, "{head} {}\r\n\r\n{page}", page.len())
}
