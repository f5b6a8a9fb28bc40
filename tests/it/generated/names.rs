//! Claim: however long the names of a policy are, each generated name is unique and fits, or a diagnostic says that it
//! does not fit. In: seeds. Out: assertions; a failure names its seed.

use std::collections::BTreeSet;

use canaryc::compile::Library;
use canaryc::compile::{Request, compile};
use canaryc::diagnostic::Code;
use canaryc::manifest::Object;

use crate::support::corpus::Outcome;
use crate::support::generate::{self, POLICIES, Policy};

const LABEL_LENGTH: usize = 63;
/// The minimum number of policies that compile with longer names, and of policies whose names do not fit.
const LEAST: usize = 50;

fn outcome(policy: &Policy) -> Outcome {
    Outcome { compilation: compile(policy.source(), &Library::new(policy), &Request::default()) }
}

/// `Kind/name` of each object, for each environment.
fn names(outcome: &Outcome) -> Vec<Vec<String>> {
    let name = |object: &Object| format!("{}/{}", object.kind(), object.name());
    let compiled = outcome.compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref());
    compiled.map(|compiled| compiled.bundle.objects.iter().map(name).collect()).collect()
}

/// The policy with a release name of `length` characters.
fn with_a_longer_name(mut policy: Policy, length: usize) -> Policy {
    let longer = format!("{:x<length$}", policy.name);
    let (old, new) = (format!("release \"{}\"", policy.name), format!("release \"{longer}\""));
    let bare = (format!("release {} ", policy.name), format!("release {longer} "));
    for (_, text) in &mut policy.files {
        *text = text.replace(&old, &new).replace(&bare.0, &bare.1);
    }
    policy.name = longer;
    policy
}

#[test]
fn every_generated_name_is_unique_and_fits() {
    let (mut compiled, mut refused) = (0, 0);
    for seed in 0..POLICIES {
        let policy = generate::policy(seed);
        let objects = names(&outcome(&policy)).iter().map(Vec::len).collect::<Vec<_>>();
        let length = 38 + usize::try_from(seed % 26).unwrap();
        let found = outcome(&with_a_longer_name(policy, length));
        if found.errors().is_empty() {
            for (names, objects) in names(&found).into_iter().zip(objects) {
                let distinct: BTreeSet<&String> = names.iter().collect();
                assert_eq!(distinct.len(), objects, "seed {seed}: {names:?}");
                let length = |name: &&String| name.split_once('/').unwrap().1.len();
                assert!(distinct.iter().map(length).all(|length| length <= LABEL_LENGTH), "seed {seed}: {names:?}");
            }
            compiled += 1;
        } else if found.compilation.diagnostics.iter().any(|found| found.code == Code::NameNoRoom) {
            refused += 1;
        }
    }
    assert!(compiled >= LEAST && refused >= LEAST, "{compiled} compiled, {refused} refused");
}
