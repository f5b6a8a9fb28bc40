//! Random policies: valid ones compile to objects that hold together, and damaged ones are answered with a diagnostic whose
//! places lie inside the texts. In: seeds. Out: assertions; a failure names its seed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "support/corpus.rs"]
mod corpus;
#[path = "support/generate.rs"]
mod generate;

use canaryc::diagnostic::{Diagnostics, text};
use canaryc::disk::Disk;
use canaryc::source::Source;
use canaryc::validate::schema;
use corpus::{Outcome, policies, source};
use serde_json::Value;

#[test]
fn valid_policies_compile_to_objects_that_hold_together() {
    for seed in 0..400 {
        let policy = generate::policy(seed);
        let outcome = source(Source::new("shop.canary.kdl", policy.as_str()), &Disk, None);
        assert_eq!(outcome.errors(), [""; 0], "seed {seed}\n{policy}\n{}", outcome.page());
        for object in outcome.objects() {
            let mut diagnostics = Diagnostics::new();
            schema::check(object, &mut diagnostics);
            assert!(diagnostics.is_empty(), "seed {seed}: {diagnostics:?}");
        }
        references_hold(&outcome, seed);
        steps_are_in_order(&outcome, seed, &policy);
    }
}

fn references_hold(outcome: &Outcome, seed: u64) {
    use canaryc::validate::references::{External, check};
    let objects: Vec<_> = outcome.objects().into_iter().cloned().collect();
    let mut diagnostics = Diagnostics::new();
    check(&objects, &External::default(), &mut diagnostics);
    assert!(diagnostics.is_empty(), "seed {seed}: {diagnostics:?}");
}

/// Weights rise; an audience stands on two pods; pods come before what needs them and follow a weight only once there is one.
fn steps_are_in_order(outcome: &Outcome, seed: u64, policy: &str) {
    let spec = outcome.spec("Rollout/shop");
    let fleet = spec["replicas"].as_u64().unwrap();
    let routed = spec["strategy"]["canary"].get("trafficRouting").is_some();
    let steps = spec["strategy"]["canary"]["steps"].as_array().unwrap();
    let fail = |what: &str| panic!("seed {seed}: {what}\n{policy}\n{:?}", outcome.steps("shop"));
    let (mut weight, mut pods) = (0, None::<u64>);
    let share = |percent: u64| (percent * fleet).div_ceil(100);
    for step in steps {
        if let Some(next) = step["setWeight"].as_u64() {
            if next <= weight && weight > 0 {
                fail("a weight that does not rise");
            }
            weight = next;
            if pods.is_some_and(|pods| pods < share(next)) {
                fail("too few pods for the weight");
            }
        }
        if let Some(scale) = step.get("setCanaryScale") {
            if !routed {
                fail("a scale without a router");
            }
            pods = match (scale["replicas"].as_u64(), scale["weight"].as_u64()) {
                (Some(pods), _) => Some(pods),
                (_, Some(percent)) => Some(share(percent)),
                _ if weight == 0 => fail("pods that follow no weight"),
                _ => None,
            };
        }
        if step.get("setHeaderRoute").is_some() && pods.is_none_or(|pods| pods < 2) {
            fail("an audience on fewer than two pods");
        }
    }
    if matches!(steps.last(), Some(last) if last.get("setWeight").is_some() || last.get("setHeaderRoute").is_some()) {
        fail("nothing happens after the last exposure");
    }
    let start = spec["strategy"]["canary"]["analysis"]["startingStep"].as_u64();
    if start.is_some_and(|start| start >= steps.len() as u64) {
        fail("a watch that starts after the last step");
    }
}

#[test]
fn the_same_seed_gives_the_same_policy_and_the_same_objects() {
    for seed in [1, 17, 255] {
        let compile = || {
            let outcome = source(Source::new("shop.canary.kdl", generate::policy(seed)), &Disk, None);
            outcome.objects().into_iter().map(|object| corpus::plain(&object.root)).collect::<Vec<Value>>()
        };
        assert_eq!(compile(), compile());
    }
}

/// Whatever is done to a policy, it compiles or is told what is wrong, in places that exist.
#[test]
fn damaged_policies_never_panic_and_are_answered() {
    let mut refused = 0;
    for path in policies() {
        let whole = std::fs::read_to_string(&path).unwrap();
        for seed in 0..12 {
            let damaged = generate::damaged(&whole, seed);
            let outcome = source(Source::new(&path, damaged.as_str()), &Disk, None);
            let compiled = outcome.compilation.policies.iter().any(|policy| policy.compiled.is_some());
            let errors = outcome.compilation.diagnostics.has_errors();
            let releases = outcome.compilation.policies.len();
            assert!(errors != compiled || releases == 0, "{} seed {seed}", path.display());
            refused += usize::from(errors);
            for diagnostic in outcome.compilation.diagnostics.iter() {
                let fix = diagnostic.fix.as_ref().map(|fix| fix.span);
                for span in diagnostic.labels.iter().map(|label| label.span).chain(fix) {
                    let source = outcome.compilation.sources.get(span.source);
                    let source = source.unwrap_or_else(|| panic!("{} seed {seed}: no source", path.display()));
                    let range = span.start as usize..span.end as usize;
                    assert!(source.text.get(range).is_some(), "{} seed {seed}: {diagnostic:?}", path.display());
                }
            }
            drop(text::plain(&outcome.report()));
        }
    }
    assert!(refused > 200, "only {refused} were refused: the damage is too small");
}
