//! The lab: a real API server and the real controllers judge what canaryc emits. `cargo test --test lab` runs it;
//! `cargo test` does not, for it needs Go. `cargo test --test lab -- serve` starts it for a person.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod accepted;
mod answers;
mod both_ways;
mod corpus;
mod failure;
mod kubectl;
mod lab;
mod process;
mod programs;
mod released;
mod surroundings;
mod world;

use std::process::ExitCode;
use std::sync::Arc;

use failure::Failure;
use lab::Lab;
use libtest_mimic::{Arguments, Trial};
use programs::Programs;

fn main() -> ExitCode {
    let outcome =
        if std::env::args().nth(1).as_deref() == Some("serve") { serve() } else { test(&Arguments::from_args()) };
    outcome.unwrap_or_else(|failure| {
        eprintln!("lab: {failure}");
        ExitCode::FAILURE
    })
}

/// Runs the tests.
fn test(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut cases = Vec::new();
    let mut broken = Vec::new();
    for path in corpus::policies()? {
        match corpus::compiled(&path) {
            Ok(found) => cases.extend(found),
            Err(failure) => broken.push((path, failure)),
        }
    }
    if arguments.list {
        return Ok(libtest_mimic::run(arguments, trials(&cases, None)).exit_code());
    }
    if !programs::go_is_installed() {
        let count = trials(&cases, None).len();
        eprintln!("lab: SKIPPED {count} TESTS: Go is not installed, and so there is no API server to ask");
        let is_error = std::env::var_os("CI").is_some_and(|value| value == "true");
        return Ok(if is_error { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    }
    let lab = Arc::new(Lab::start(&Programs::build()?)?);
    let conclusion = libtest_mimic::run(arguments, trials(&cases, Some(&lab)));
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

/// The tests; those without a lab can only be listed.
fn trials(cases: &[corpus::Case], lab: Option<&Arc<Lab>>) -> Vec<Trial> {
    let mut trials = vec![Trial::test("processes/end-with-their-owner", || Ok(process::end_with_their_owner()?))];
    for case in cases {
        let (lab, case) = (lab.cloned(), case.clone());
        trials.push(Trial::test(format!("accepted/{}", case.name), move || {
            let lab = lab.ok_or("there is no lab")?;
            Ok(accepted::judge(&lab, &case)?)
        }));
    }
    for (number, case) in cases.iter().enumerate() {
        let reason = released::cannot(case);
        let mut add = |claim: &str, judge: fn(&Lab, &corpus::Case, &str) -> Result<(), Failure>| {
            let (lab, case, namespace) = (lab.cloned(), case.clone(), format!("{claim}-{number}"));
            let trial = Trial::test(format!("{claim}/{}", case.name), move || {
                let lab = lab.ok_or("there is no lab")?;
                Ok(judge(&lab, &case, &namespace)?)
            });
            trials.push(trial.with_ignored_flag(reason.is_some()).with_kind(reason.unwrap_or_default()));
        };
        add("released", released::judge);
        if surroundings::can_fail(&case.objects) {
            add("aborted", released::judge_bad);
        }
        if !surroundings::holding_templates(&case.objects).is_empty() {
            add("held", released::judge_unknown);
        }
    }
    trials.extend(both_ways::trials(lab));
    trials
}

/// Starts the lab for a person, and stays until the standard input ends or Ctrl-C.
fn serve() -> Result<ExitCode, Failure> {
    let lab = Lab::start(&Programs::build()?)?;
    println!("export KUBECONFIG={}", lab.kubeconfig().display());
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
    lab.stop()?;
    Ok(ExitCode::SUCCESS)
}
