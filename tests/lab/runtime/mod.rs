//! The runtime mode with a real cluster: the tests run the program itself, and check the stored objects.

mod act;
mod apply;
mod connection;
mod faults;
mod program;
mod release;
mod rights;
mod same_files;
mod served;
mod shop;
mod track;
mod walks;

use crate::failure::Failure;
use crate::lab::Lab;
use crate::suite::Suite;

/// A test: the lab, and its own namespace.
type Judge = fn(&Lab, &str) -> Result<(), Failure>;

/// Every test, by name.
const TESTS: &[(&str, Judge)] = &[
    ("apply/fresh", apply::fresh),
    ("apply/mid-release", apply::mid_release),
    ("apply/other-steps", apply::other_steps),
    ("apply/autoscaled", apply::autoscaled),
    ("apply/adopted", apply::adopted),
    ("apply/pruned", apply::pruned),
    ("apply/of-others", apply::of_others),
    ("apply/waiting", apply::waiting),
    ("apply/after-undo", apply::after_undo),
    ("apply/deployment-changed", apply::deployment_changed),
    ("apply/router-added", apply::router_added),
    ("connection/contexts", connection::contexts),
    ("connection/exec-credentials", connection::exec_credentials),
    ("connection/proxy", connection::proxy),
    ("connection/in-cluster", connection::in_cluster),
    ("faults/away", faults::away),
    ("faults/killed", faults::killed),
    ("faults/throttled", faults::throttled),
    ("faults/no-definition", faults::no_definition),
    ("faults/two-at-once", faults::two_at_once),
    ("faults/interrupted", faults::interrupted),
    ("rights/read-only", rights::read_only),
    ("rights/all", rights::all),
    ("rights/missing", rights::missing),
    ("same-files/kubectl", same_files::kubectl),
];

/// Adds the tests.
pub fn tests(suite: &mut Suite) {
    act::tests(suite);
    track::tests(suite);
    walks::tests(suite);
    for (name, judge) in TESTS {
        let namespace = format!("runtime-{}", name.replace('/', "-"));
        suite.add(format!("runtime/{name}"), move |lab| {
            lab.kubectl.run(&["create", "namespace", &namespace], "")?;
            judge(lab, &namespace)?;
            lab.kubectl.run(&["delete", "namespace", &namespace, "--wait=false"], "").map(drop)
        });
    }
}
