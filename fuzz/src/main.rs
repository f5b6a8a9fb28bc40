//! In: the name of a target, a time, and a seed. Out: exit code 1 and the offending text when a target fails.
//!
//! `cargo run --release --manifest-path fuzz/Cargo.toml -- reader --seconds 60 [--seed 1]`
//! The texts depend only on the seed, so a failure can be reproduced.

mod embedded;
mod fixes;
mod mutate;
mod policy;
mod reader;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use mutate::{Mutator, Random};

/// A fuzzing target. A new target needs one file and one line in [`TARGETS`].
struct Target {
    name: &'static str,
    /// The texts that mutation starts from, and the pieces that it inserts.
    seeds: fn() -> Vec<String>,
    tokens: &'static [&'static str],
    /// Runs one text and returns what is wrong.
    run: fn(&str) -> Result<(), String>,
}

const TARGETS: &[Target] = &[
    Target { name: "reader", seeds: reader::seeds, tokens: reader::TOKENS, run: reader::read },
    Target { name: "format", seeds: reader::seeds, tokens: reader::TOKENS, run: reader::format },
    Target { name: "yaml", seeds: policy::yaml_seeds, tokens: policy::YAML_TOKENS, run: policy::yaml },
    Target { name: "build", seeds: policy::build_seeds, tokens: policy::TOKENS, run: policy::build },
    Target { name: "manifest", seeds: policy::manifest_seeds, tokens: policy::MANIFEST_TOKENS, run: policy::manifest },
    Target { name: "fixes", seeds: policy::build_seeds, tokens: policy::TOKENS, run: fixes::fixes },
    Target {
        name: "condition",
        seeds: embedded::condition_seeds,
        tokens: embedded::CONDITION_TOKENS,
        run: embedded::condition,
    },
    Target { name: "promql", seeds: embedded::promql_seeds, tokens: embedded::PROMQL_TOKENS, run: embedded::query },
    Target {
        name: "json-path",
        seeds: embedded::json_path_seeds,
        tokens: embedded::JSON_PATH_TOKENS,
        run: embedded::path,
    },
    Target {
        name: "regular-expression",
        seeds: embedded::regular_expression_seeds,
        tokens: embedded::REGULAR_EXPRESSION_TOKENS,
        run: embedded::pattern,
    },
];

/// The maximum time for a text: a base time, plus a time for each kilobyte.
const TIME_TO_BEGIN: Duration = Duration::from_millis(200);
const TIME_PER_KILOBYTE: Duration = Duration::from_millis(5);

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!("usage: canaryc-fuzz TARGET [--seconds N] [--seed N]\ntargets: {}", names.join(", "));
        return ExitCode::from(2);
    };
    let (mut seconds, mut seed) = (60, 1);
    while let (Some(option), Some(value)) = (arguments.next(), arguments.next()) {
        match (option.as_str(), value.parse()) {
            ("--seconds", Ok(value)) => seconds = value,
            ("--seed", Ok(value)) => seed = value,
            _ => {
                eprintln!("unknown option {option} {value}");
                return ExitCode::from(2);
            }
        }
    }
    fuzz(target, Duration::from_secs(seconds), seed)
}

fn fuzz(target: &Target, time: Duration, seed: u64) -> ExitCode {
    // The message of a panic is printed with the text. While a text is shrunk, it would only be noise.
    std::panic::set_hook(Box::new(|_| {}));
    let mut mutator = Mutator::new((target.seeds)(), target.tokens, Random::new(seed));
    let begin = Instant::now();
    let mut executions = 0_u64;
    let mut bytes = 0_u64;
    let mut slowest = (Duration::ZERO, 0);
    while begin.elapsed() < time {
        let text = mutator.next_text();
        let start = Instant::now();
        let outcome =
            catch_unwind(AssertUnwindSafe(|| (target.run)(&text))).unwrap_or_else(|_| Err("it panicked".to_owned()));
        let taken = start.elapsed();
        let allowed = TIME_TO_BEGIN + TIME_PER_KILOBYTE * u32::try_from(text.len() / 1024).unwrap_or(u32::MAX);
        // A busy machine is slow once; a slow text is slow every time.
        let is_slow = taken > allowed && (0..3).all(|_| time_of(target, &text) > allowed);
        let outcome = outcome.and_then(|()| if is_slow { Err(format!("it took {taken:?}")) } else { Ok(()) });
        executions += 1;
        bytes += text.len() as u64;
        if taken > slowest.0 {
            slowest = (taken, text.len());
        }
        if let Err(problem) = outcome {
            eprintln!("target {} fails, seed {seed}, execution {executions}: {problem}", target.name);
            let smaller = mutate::shrink(&text, |text| {
                let failed =
                    catch_unwind(AssertUnwindSafe(|| (target.run)(text))).map_or(true, |outcome| outcome.is_err());
                failed || is_slow && time_of(target, text) > allowed
            });
            eprintln!("the text, made smaller:\n{smaller:?}");
            return ExitCode::FAILURE;
        }
    }
    println!(
        "target {}: {executions} executions, {} MB, no failure; the slowest took {:?} for {} bytes",
        target.name,
        bytes / 1_000_000,
        slowest.0,
        slowest.1
    );
    ExitCode::SUCCESS
}

/// The time of one run with a text.
fn time_of(target: &Target, text: &str) -> Duration {
    let (begin, start) = (processor_time(), Instant::now());
    // Its result was already reported.
    let _ = catch_unwind(AssertUnwindSafe(|| (target.run)(text)));
    match (begin, processor_time()) {
        (Some(begin), Some(end)) => end.saturating_sub(begin),
        _ => start.elapsed(),
    }
}

/// The processor time of this thread, if the system provides it: load on the machine does not increase it.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
