//! In: the expressions of a query. Out: whether its result is a share of failures or of successes, by the labels of what
//! it counts.

use std::ops::Range;

use super::facts::Read;
use super::tree::{Form, Id};
use super::{ShareOf, When, emptiness};

/// What the whole query is a share of, and where it counts that.
pub(super) fn share(read: &Read<'_>, whole: Id) -> Option<(ShareOf, Range<usize>)> {
    let mut at = whole;
    let mut is_complement = false;
    // Each step goes to a part, which stands before.
    loop {
        match &read.at(at)?.form {
            Form::Binary { operator, left, right, .. } => {
                match (operator.as_str(), read.number(*left), read.number(*right)) {
                    ("*", Some(_), None) => at = *right,
                    ("*" | "/", None, Some(_)) | ("or", ..) => at = *left,
                    ("-", Some(_), None) => {
                        is_complement = !is_complement;
                        at = *right;
                    }
                    ("/", None, None) => {
                        let of = counted(read, *left)?;
                        return Some((if is_complement { of.complement() } else { of }, read.at(*left)?.range.clone()));
                    }
                    _ => return None,
                }
            }
            Form::Aggregation { name, arguments, .. } if matches!(name.as_str(), "max" | "min" | "avg") => {
                at = *arguments.last()?;
            }
            _ => return None,
        }
    }
}

/// What all selectors of a numerator select.
fn counted(read: &Read<'_>, part: Id) -> Option<ShareOf> {
    let range = &read.at(part)?.range;
    let mut kinds = read.selectors_in(range).map(|selector| match emptiness::selected(selector) {
        Some(When::NoFailure) => Some(ShareOf::Failures),
        Some(When::NoSuccess) => Some(ShareOf::Successes),
        _ => None,
    });
    let first = kinds.next()??;
    kinds.all(|kind| kind == Some(first)).then_some(first)
}

impl ShareOf {
    const fn complement(self) -> Self {
        match self {
            Self::Failures => Self::Successes,
            Self::Successes => Self::Failures,
        }
    }
}
