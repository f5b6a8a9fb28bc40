//! The lab: a real API server and the real controllers check what canaryc emits. `just judge` runs it. `cargo test`
//! does not, because it needs Go. `just lab` starts it for a person.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read and write files")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod accepted;
mod answers;
mod api_server;
mod both_ways;
mod corpus;
mod failure;
mod fixtures;
mod gates;
#[path = "../support/generate/mod.rs"]
mod generate;
mod graphite;
mod holds;
mod kubectl;
mod lab;
mod labs;
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
mod timeline;
mod traffic;
mod trial;
#[path = "../support/walk.rs"]
mod walk;
mod watch;
mod world;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::{Arc, PoisonError};

use corpus::Case;
use failure::Failure;
use labs::Labs;
use libtest_mimic::Arguments;
use programs::Programs;
use suite::{Failed, Suite};

/// Every family of tests: a function that adds its own.
const FAMILIES: &[fn(&mut Suite)] = &[
    random::tests, // the controller does what was planned, of random policies: what takes longest begins first
    released::tests, // and of those of people
    gates::tests,  // a real Prometheus is believed
    holds::tests,  // a held release can still be aborted, scaled and promoted
    graphite::tests, // the points of Graphite are judged as the conditions expect
    runtime::tests, // the runtime mode does what it says
    both_ways::tests, // what is refused would have gone wrong
    accepted::tests, // the API server and lint have nothing to say
    process::tests, // what the lab starts ends with it
];

fn main() -> ExitCode {
    let outcome =
        if std::env::args().nth(1).as_deref() == Some("serve") { serve::serve() } else { test(Arguments::from_args()) };
    outcome.unwrap_or_else(|failure| {
        eprintln!("lab: {failure}");
        ExitCode::FAILURE
    })
}

/// How many tests run at once. Most of them wait for a controller most of the time.
const THREADS: usize = 24;

/// Timing-sensitive tests can fail on a loaded machine. Up to this many failed tests are run once more in a new lab
/// with fewer tests at once, and a second failure counts. If more fail, the cause is not timing.
const JUDGED_AGAIN: usize = 12;
const FEW: usize = 4;

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
    let listed = Suite::of(FAMILIES, cases.clone(), None, &Failed::default());
    if arguments.list {
        return Ok(libtest_mimic::run(&arguments, listed).exit_code());
    }
    if !programs::go_is_installed() {
        return Ok(skipped(listed.len()));
    }
    let programs = Programs::build()?;
    let Judged { count, failed } = judge(&programs, &arguments, &cases, |_| true)?;
    for (path, failure) in &broken {
        if path.starts_with("examples") {
            eprintln!("lab: {failure}");
        }
    }
    eprintln!("lab: {} policies do not compile and were not judged", broken.len());
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if failed.len() > JUDGED_AGAIN || count <= THREADS {
        return Ok(ExitCode::FAILURE);
    }
    eprintln!("lab: {} failed among all others; judged once more, in a new lab: {failed:?}", failed.len());
    let again = Arguments { test_threads: Some(FEW), ..arguments };
    let still = judge(&programs, &again, &cases, |name| failed.contains(name))?;
    Ok(if still.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The result of the tests.
struct Judged {
    /// How many tests were run.
    count: usize,
    /// The names of those that failed.
    failed: BTreeSet<String>,
}

/// Runs the selected tests in a new lab.
fn judge(
    programs: &Programs,
    arguments: &Arguments,
    cases: &[Case],
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Judged, Failure> {
    let (failed, labs) = (Failed::default(), Arc::new(Labs::new(programs.clone())));
    let mut trials = Suite::of(FAMILIES, cases.to_vec(), Some(Arc::clone(&labs)), &failed);
    trials.retain(|trial| is_wanted(trial.name()));
    let conclusion = libtest_mimic::run(arguments, trials);
    // Every trial has dropped its reference.
    let labs = Arc::into_inner(labs).ok_or_else(|| failure::failed("a test still holds the labs"))?;
    labs.stop(conclusion.has_failed())?;
    let failed = std::mem::take(&mut *failed.lock().unwrap_or_else(PoisonError::into_inner));
    let count = usize::try_from(conclusion.num_passed + conclusion.num_failed).unwrap_or(usize::MAX);
    Ok(Judged { count, failed })
}

/// Reports that no test was run. That is a failure if all tests are required.
fn skipped(count: usize) -> ExitCode {
    eprintln!("lab: SKIPPED {count} TESTS: Go is not installed, and so there is no API server to ask");
    if std::env::var_os("CI").is_none_or(|value| value != "true") {
        return ExitCode::SUCCESS;
    }
    eprintln!("lab: under CI=true that is a failure; install Go, of the version in tests/lab/control-plane/go.mod");
    ExitCode::FAILURE
}
