//! Claim: the API server, the linter and the controller accept every object of random policies. In: seeds. Out: the
//! policies at fault, and why. Many policies are sent at once, because each call costs more than its objects. If there
//! is an error in many, each half is sent again.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::{cases, seen};
use crate::accepted::{ask, lint};
use crate::corpus::Case;
use crate::failure::{Failure, failed};
use crate::generate::{Quick, policy};
use crate::lab::Lab;

/// Checks the policies of these seeds, for each of their environments.
pub fn judge(lab: &Lab, seeds: RangeInclusive<u64>) -> Result<(), Failure> {
    // One environment at a time: the linter identifies objects by name, and two environments share names.
    let mut environments: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for seed in seeds {
        for case in cases(&policy(seed), &Quick::default())? {
            let environment = case.name.split('/').nth(2).unwrap_or_default().to_owned();
            environments.entry(environment).or_default().push(case);
        }
    }
    let mut found = Vec::new();
    for cases in environments.values() {
        found.extend(at_fault(lab, cases)?);
    }
    let all: Vec<Case> = environments.into_values().flatten().collect();
    found.extend(seen::judge(lab, &all)?);
    if found.is_empty() { Ok(()) } else { Err(failed(found.join("\n"))) }
}

/// The errors in these cases, and the cases at fault.
fn at_fault(lab: &Lab, cases: &[Case]) -> Result<Vec<String>, Failure> {
    let mut said = ask(lab, cases)?;
    said.extend(lint(lab, cases)?);
    if said.is_empty() {
        return Ok(Vec::new());
    }
    if let [case] = cases {
        return Ok(vec![format!("{}:\n{}\n{}", case.name, said.join("\n"), case.yaml)]);
    }
    let (first, second) = cases.split_at(cases.len() / 2);
    let mut found = at_fault(lab, first)?;
    found.extend(at_fault(lab, second)?);
    // If each half is right by itself, the error is about both together.
    Ok(if found.is_empty() { said } else { found })
}
