//! The lab: a real API server and the real controllers judge what canaryc emits. `just judge`
//! runs it; `cargo test` does not, for it needs Go. `just lab` starts it for a person.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod accepted;
mod answers;
mod api_server;
mod both_ways;
mod corpus;
mod failure;
mod gates;
#[path = "../support/generate/mod.rs"]
mod generate;
mod kubectl;
mod lab;
#[allow(dead_code, reason = "the tests of the documents ask it for more")]
#[path = "../support/markdown.rs"]
mod markdown;
mod metrics;
mod process;
mod programs;
mod prometheus;
mod proxy;
mod random;
mod ready;
mod release;
mod released;
mod runtime;
mod serve;
mod suite;
mod surroundings;
mod timeline;
mod traffic;
#[path = "../support/walk.rs"]
mod walk;
mod watch;
mod world;

use std::process::ExitCode;
use std::sync::Arc;

use failure::Failure;
use lab::Lab;
use libtest_mimic::Arguments;
use programs::Programs;
use suite::Suite;

/// Every family of tests: a function that adds its own.
const FAMILIES: &[fn(&mut Suite)] = &[
    process::tests,   // what the lab starts ends with it
    accepted::tests,  // the API server and lint have nothing to say
    gates::tests,     // a real Prometheus is believed
    released::tests,  // the controller does what was planned
    both_ways::tests, // what is refused would have gone wrong
    runtime::tests,   // the runtime mode does what it says
    random::tests,    // and of random policies as well
];

fn main() -> ExitCode {
    let outcome =
        if std::env::args().nth(1).as_deref() == Some("serve") { serve::serve() } else { test(Arguments::from_args()) };
    outcome.unwrap_or_else(|failure| {
        eprintln!("lab: {failure}");
        ExitCode::FAILURE
    })
}

/// How many tests run at once: most of them wait for a controller most of the time.
const THREADS: usize = 24;

/// Runs the tests.
fn test(mut arguments: Arguments) -> Result<ExitCode, Failure> {
    arguments.test_threads.get_or_insert(THREADS);
    let mut cases = Vec::new();
    let mut broken = Vec::new();
    for path in corpus::policies()? {
        match corpus::compiled(&path) {
            Ok(found) => cases.extend(found),
            Err(failure) => broken.push((path, failure)),
        }
    }
    let listed = Suite::of(FAMILIES, cases.clone(), None);
    if arguments.list {
        return Ok(libtest_mimic::run(&arguments, listed).exit_code());
    }
    if !programs::go_is_installed() {
        let count = listed.len();
        eprintln!("lab: SKIPPED {count} TESTS: Go is not installed, and so there is no API server to ask");
        let is_error = std::env::var_os("CI").is_some_and(|value| value == "true");
        if is_error {
            eprintln!(
                "lab: under CI=true that is a failure; install Go, of the version in tests/lab/control-plane/go.mod"
            );
        }
        return Ok(if is_error { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    let lab = Arc::new(Lab::start(Programs::build()?)?);
    let conclusion = libtest_mimic::run(&arguments, Suite::of(FAMILIES, cases, Some(Arc::clone(&lab))));
    for (path, failure) in &broken {
        if path.starts_with("examples") {
            eprintln!("lab: {failure}");
        }
    }
    eprintln!("lab: {} policies do not compile and were not judged", broken.len());
    // Every trial has dropped its share.
    let lab = Arc::into_inner(lab).ok_or_else(|| failure::failed("a test still holds the lab"))?;
    if conclusion.has_failed() {
        eprintln!("lab: the logs are in {}", lab.stop_and_keep_logs()?.display());
    } else {
        lab.stop()?;
    }
    Ok(conclusion.exit_code())
}
