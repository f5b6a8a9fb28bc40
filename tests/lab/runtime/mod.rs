//! The runtime mode against the real thing: the program itself is run, and what it did is judged by what is stored.

mod apply;
mod faults;
mod program;
mod release;
mod rights;
mod same_files;

use std::sync::Arc;

use libtest_mimic::Trial;

use crate::failure::Failure;
use crate::lab::Lab;

/// A test: the lab, and the namespace that is its own.
type Judge = fn(&Lab, &str) -> Result<(), Failure>;

/// Every test, by name.
const TESTS: &[(&str, Judge)] = &[
    ("apply/fresh", apply::fresh),
    ("apply/mid-release", apply::mid_release),
    ("apply/other-steps", apply::other_steps),
    ("apply/autoscaled", apply::autoscaled),
    ("apply/pruned", apply::pruned),
    ("apply/of-others", apply::of_others),
    ("apply/waiting", apply::waiting),
    ("apply/router-added", apply::router_added),
    ("faults/away", faults::away),
    ("faults/throttled", faults::throttled),
    ("faults/no-definition", faults::no_definition),
    ("faults/two-at-once", faults::two_at_once),
    ("faults/interrupted", faults::interrupted),
    ("rights/read-only", rights::read_only),
    ("rights/all", rights::all),
    ("rights/missing", rights::missing),
    ("same-files/kubectl", same_files::kubectl),
];

/// The tests; those without a lab can only be listed.
pub fn trials(lab: Option<&Arc<Lab>>) -> Vec<Trial> {
    let trial = |(name, judge): &(&'static str, Judge)| {
        let (lab, judge, namespace) = (lab.cloned(), *judge, format!("runtime-{}", name.replace('/', "-")));
        Trial::test(format!("runtime/{name}"), move || {
            let lab = lab.ok_or("there is no lab")?;
            lab.kubectl.run(&["create", "namespace", &namespace], "")?;
            judge(&lab, &namespace)?;
            Ok(lab.kubectl.run(&["delete", "namespace", &namespace, "--wait=false"], "").map(drop)?)
        })
    };
    TESTS.iter().map(trial).collect()
}
