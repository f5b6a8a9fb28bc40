//! In: what two audiences want of the value of one header. Out: whether a value can satisfy both.

use regex_syntax::hir::literal::{ExtractKind, Extractor, Seq};

use crate::policy::audience::ValueMatch;

/// The ends of all values that satisfy a matcher: the beginnings, or the endings.
struct Ends {
    /// `None` if they are too many.
    literals: Option<Vec<(Vec<u8>, bool)>>,
}

/// Whether a value can satisfy both. In doubt it can.
pub(super) fn can_be_equal(one: &ValueMatch, other: &ValueMatch) -> bool {
    [ExtractKind::Prefix, ExtractKind::Suffix].into_iter().all(|kind| {
        let (Some(one), Some(other)) = (ends(one, &kind).literals, ends(other, &kind).literals) else { return true };
        one.iter().any(|one| other.iter().any(|other| fit(one, other, &kind)))
    })
}

fn ends(value: &ValueMatch, kind: &ExtractKind) -> Ends {
    let literals = match value {
        ValueMatch::Exact(text) => Some(vec![(text.as_bytes().to_vec(), true)]),
        ValueMatch::Prefix(text) => match kind {
            ExtractKind::Suffix => None,
            _ => Some(vec![(text.as_bytes().to_vec(), false)]),
        },
        ValueMatch::Regex(text) => regex_syntax::parse(text).ok().and_then(|expression| {
            let sequence: Seq = Extractor::new().kind(kind.clone()).extract(&expression);
            let literals = sequence.literals()?;
            Some(literals.iter().map(|literal| (literal.as_bytes().to_vec(), literal.is_exact())).collect())
        }),
    };
    Ends { literals }
}

/// Whether two literals can be the same end of one value. An exact one is the whole value.
fn fit((one, one_is_whole): &(Vec<u8>, bool), (other, other_is_whole): &(Vec<u8>, bool), kind: &ExtractKind) -> bool {
    let continues = |whole: &[u8], end: &[u8]| match kind {
        ExtractKind::Suffix => whole.ends_with(end),
        _ => whole.starts_with(end),
    };
    match (one_is_whole, other_is_whole) {
        (true, true) => one == other,
        (true, false) => continues(one, other),
        (false, true) => continues(other, one),
        (false, false) => continues(one, other) || continues(other, one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_values_are_apart() {
        let exact = |text: &str| ValueMatch::Exact(text.into());
        let prefix = |text: &str| ValueMatch::Prefix(text.into());
        let regex = |text: &str| ValueMatch::Regex(text.into());
        for (one, other, expected) in [
            (exact("a"), exact("b"), false),
            (exact("a"), exact("a"), true),
            (prefix("beta-"), exact("beta-1"), true),
            (prefix("beta-"), exact("alpha"), false),
            (prefix("b"), prefix("beta"), true),
            (regex("gold|silver"), exact("bronze"), false),
            (regex("^(?:gold|silver)$"), exact("gold"), true),
            (regex("acme-.*"), exact("acme-1"), true),
            (regex(r".*@example\.com"), exact("bob"), false),
            (regex(r".*@example\.com"), exact("bob@example.com"), true),
            (regex(".+"), exact("x"), true),
        ] {
            assert_eq!(can_be_equal(&one, &other), expected, "{one:?} {other:?}");
            assert_eq!(can_be_equal(&other, &one), expected, "{other:?} {one:?}");
        }
    }
}
