//! Claim: every random policy compiles, and its objects are consistent. In: seeds. Out: assertions; a failure names its
//! seed.

use std::collections::BTreeSet;
use std::sync::Arc;

use canaryc::compile::{Compilation, Request, compile};
use canaryc::diagnostic::Diagnostics;
use canaryc::internals::kubernetes::schema;
use canaryc::internals::layers::{Library, Setting};
use canaryc::manifest::Object;
use serde_json::Value;

use crate::support::corpus::{Outcome, plain};
use crate::support::generate::{self, POLICIES, Policy};

fn compiled(policy: &Policy, settings: &[&str]) -> Compilation {
    let settings = settings.iter().filter_map(|setting| Setting::parse(setting)).collect();
    compile(policy.source(), &Library::new(policy), &Request { settings, ..Request::default() })
}

#[test]
fn every_policy_compiles_to_consistent_objects() {
    for seed in 0..POLICIES {
        let policy = generate::policy(seed);
        let quick = policy.quick.clone().unwrap_or_default();
        let mut outcome = Outcome { compilation: compiled(&policy, &[]) };
        if !quick.settings.is_empty() {
            outcome.compilation.diagnostics.append(compiled(&policy, &quick.settings).diagnostics);
        }
        assert_eq!(outcome.errors(), [""; 0], "seed {seed}\n{}\n{}", policy.files[0].1, outcome.page());
        for compiled in outcome.compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref()) {
            let objects = &compiled.bundle.objects;
            let mut diagnostics = Diagnostics::new();
            objects.iter().for_each(|object| schema::check(object, &mut diagnostics));
            assert!(diagnostics.is_empty(), "seed {seed}: {diagnostics:?}");
            let namespaces: BTreeSet<Option<&str>> = objects.iter().map(Object::namespace).collect();
            assert_eq!(namespaces.len(), 1, "seed {seed}: {namespaces:?}");
            steps_are_in_order(objects, &format!("seed {seed}\n{}", policy.files[0].1));
        }
    }
}

/// Weights rise. An audience has two pods. Pods come before the steps that need them, and follow a weight only once
/// there is one.
fn steps_are_in_order(objects: &[Object], of: &str) {
    let rollout = objects.iter().find(|object| object.kind() == "Rollout").map(|object| plain(&object.root)).unwrap();
    let canary = &rollout["spec"]["strategy"]["canary"];
    // Only the cluster knows the number of pods under an autoscaler, and it may be small.
    let fleet = rollout["spec"]["replicas"].as_u64();
    let routed = canary.get("trafficRouting").is_some();
    let steps = canary["steps"].as_array().unwrap();
    let fail = |what: &str| panic!("{what}: {of}\n{}", Value::from(steps.clone()));
    let (mut weight, mut pods) = (0, None::<u64>);
    let share = |percent: u64| fleet.map(|fleet| (percent * fleet).div_ceil(100));
    for step in steps {
        if let Some(next) = step["setWeight"].as_u64() {
            if next <= weight && weight > 0 {
                fail("a weight that does not rise");
            }
            weight = next;
            if pods.is_some_and(|pods| share(next).is_some_and(|least| pods < least)) {
                fail("too few pods for the weight");
            }
        }
        if let Some(scale) = step.get("setCanaryScale") {
            if !routed {
                fail("a scale without a router");
            }
            pods = match (scale["replicas"].as_u64(), scale["weight"].as_u64()) {
                (Some(pods), _) => Some(pods),
                (_, Some(percent)) => share(percent),
                _ if weight == 0 => fail("pods that follow no weight"),
                _ => None,
            };
        }
        if step.get("setHeaderRoute").is_some() && fleet.is_some() && pods.is_none_or(|pods| pods < 2) {
            fail("an audience on fewer than two pods");
        }
    }
    if matches!(steps.last(), Some(last) if last.get("setHeaderRoute").is_some()) {
        fail("nothing happens after the last exposure");
    }
    let start = canary["analysis"]["startingStep"].as_u64();
    if start.is_some_and(|start| start >= steps.len() as u64) {
        fail("a watch that starts after the last step");
    }
}

#[test]
fn the_same_seed_gives_the_same_policy_and_the_same_objects() {
    for seed in 0..POLICIES {
        let (one, other) = (generate::policy(seed), generate::policy(seed));
        assert_eq!(one.files, other.files, "seed {seed}");
        let objects = |policy: &Policy| -> Vec<Value> {
            let outcome = Outcome { compilation: compiled(policy, &[]) };
            outcome.objects().into_iter().map(|object| plain(&object.root)).collect()
        };
        if seed.is_multiple_of(10) {
            assert_eq!(objects(&one), objects(&other), "seed {seed}");
        }
    }
}

/// Policies differ: their releases have different names, so one cluster can contain all of them.
#[test]
fn no_two_policies_are_the_same() {
    let mut names: Vec<Arc<str>> = (0..POLICIES).map(|seed| generate::policy(seed).name.into()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len() as u64, POLICIES);
}
