//! Claim: the checker and the writer of a condition agree on `result`: it is a list where the query returns series, and
//! one number where it returns a scalar. In: seeds. Out: assertions; a failure names its seed.

use canaryc::compile::Library;
use canaryc::compile::{Request, compile};
use canaryc::internals::expression::{self, ResultType};

use crate::support::corpus::{Outcome, plain};
use crate::support::generate::{self, POLICIES, Policy};

const LEAST: usize = 10;

fn outcome(policy: &Policy) -> Outcome {
    Outcome { compilation: compile(policy.source(), &Library::new(policy), &Request::default()) }
}

/// The same policy, but the check `own` returns one number, and its conditions use `result`.
fn scalar(mut policy: Policy, result: &str) -> Policy {
    for (_, text) in &mut policy.files {
        *text = text.replace("sum(errors)", "scalar(sum(errors))").replace("result[0]", result);
    }
    policy
}

#[test]
fn a_condition_matches_the_type_of_the_query() {
    let mut judged = 0;
    for seed in 0..POLICIES {
        let policy = generate::policy(seed);
        let has = |text: &str| policy.files.iter().any(|(_, file)| file.contains(text));
        if !has("sum(errors)") || !has("result[0]") {
            continue;
        }
        let used = conditions(&outcome(&policy), ResultType::Numbers, seed);
        let wrong = outcome(&scalar(policy.clone(), "result[0]"));
        let right = outcome(&scalar(policy, "result"));
        let refused = wrong.errors().iter().any(|error| error.starts_with("check/condition"));
        assert!(refused, "seed {seed}: {}", wrong.page());
        assert_eq!(right.errors(), [""; 0], "seed {seed}: {}", right.page());
        assert_eq!(conditions(&right, ResultType::Number, seed), used, "seed {seed}");
        judged += used;
    }
    assert!(judged >= LEAST, "only {judged} conditions");
}

/// Checks the emitted conditions of the check `own`, and counts them.
fn conditions(outcome: &Outcome, result: ResultType, seed: u64) -> usize {
    let mut judged = 0;
    for object in outcome.objects().iter().map(|object| plain(&object.root)) {
        let metrics = object["spec"]["metrics"].as_array().cloned().unwrap_or_default();
        for metric in metrics.iter().filter(|metric| metric["name"] == "own") {
            for condition in ["successCondition", "failureCondition"].iter().filter_map(|key| metric[*key].as_str()) {
                assert_eq!(expression::check(condition, result), [], "seed {seed}: {condition}");
                judged += 1;
            }
        }
    }
    judged
}
