//! In: the operators of a query. Out: which of their sides are joined pod by pod. `a * on (pod) group_left () b` has a
//! result only for the pods that both sides have.

use std::ops::Range;

use super::facts::Read;
use super::tree::{Form, Matching};

/// Labels that only one pod has, by a part of their name.
const OF_A_POD: [&str; 4] = ["pod", "instance", "hash", "uid"];

/// The two sides of each such operator.
pub(super) fn joins(read: &Read<'_>) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    for expression in &read.tree.0 {
        if let Form::Binary { operator, matching: Some(Matching { ignoring: false, labels }), left, right } =
            &expression.form
            && !matches!(operator.as_str(), "or" | "unless")
            && labels.iter().any(|label| OF_A_POD.iter().any(|part| label.contains(part)))
            && let (Some(left), Some(right)) = (read.at(*left), read.at(*right))
        {
            found.push((left.range.clone(), right.range.clone()));
        }
    }
    found
}
