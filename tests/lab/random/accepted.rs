//! Claim: the API server, the linter and the controller have nothing against any object of random policies. In: seeds. Out:
//! which policies are at fault, and why. Many are given at once, for each call costs more than its objects; where something
//! is said of many, halves of them are asked about.

use std::ops::RangeInclusive;

use super::{cases, seen};
use crate::accepted::{ask, lint};
use crate::corpus::Case;
use crate::failure::{Failure, failed};
use crate::generate::{Quick, policy};
use crate::lab::Lab;

/// Judges the policies of these seeds, for each of their environments.
pub fn judge(lab: &Lab, seeds: RangeInclusive<u64>) -> Result<(), Failure> {
    let mut all = Vec::new();
    for seed in seeds {
        all.extend(cases(&policy(seed), &Quick::default())?);
    }
    let mut found = at_fault(lab, &all)?;
    found.extend(seen::judge(lab, &all)?);
    if found.is_empty() { Ok(()) } else { Err(failed(found.join("\n"))) }
}

/// What is said of these cases, and of which.
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
    // Where each half is right by itself, it is about the two together.
    Ok(if found.is_empty() { said } else { found })
}
