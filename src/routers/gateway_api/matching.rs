//! In: the conditions on a request. Out: the `matches` of a rule, with every default written out.

use crate::manifest::{Field, Origin};
use crate::policy::Sourced;
use crate::policy::audience::{HeaderMatcher, ValueMatch};
use crate::policy::routing::PathMatch;
use crate::syntax::tree::Text;

const SPECIAL: &str = r"\.+*?()|[]{}^$";

/// Whether a text, as a regular expression, matches only itself.
pub(super) fn is_plain(text: &str) -> bool {
    !text.contains(|character| SPECIAL.contains(character))
}

/// A regular expression for all texts with a prefix.
pub(super) fn prefix(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 4);
    for character in text.chars() {
        if SPECIAL.contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push_str(".*");
    pattern
}

/// `path`
pub(super) fn path(path: &Sourced<Text>, matching: &Sourced<PathMatch>) -> Field {
    let kind = match matching.value {
        PathMatch::Prefix => "PathPrefix",
        PathMatch::Exact => "Exact",
        PathMatch::Regex => "RegularExpression",
    };
    Field::of(path.origin, [("type", Field::new(kind, matching.origin)), ("value", path.field())])
}

/// `headers` or `queryParams`
pub(super) fn headers(matchers: &[HeaderMatcher], origin: Origin) -> Field {
    let one = |matcher: &HeaderMatcher| {
        let (kind, value) = match &matcher.value.value {
            ValueMatch::Exact(text) => ("Exact", text.to_string()),
            ValueMatch::Prefix(text) => ("RegularExpression", prefix(text)),
            ValueMatch::Regex(text) => ("RegularExpression", text.to_string()),
        };
        let origin = matcher.value.origin;
        Field::of(
            matcher.origin,
            [
                ("type", Field::new(kind, Origin::derived(origin.span))),
                ("name", matcher.name.field()),
                ("value", Field::new(value, origin)),
            ],
        )
    };
    Field::sequence(matchers.iter().map(one).collect(), origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_means_itself() {
        assert!(is_plain("beta-"));
        assert!(!is_plain("v1.2"));
        assert_eq!(prefix("v1.2"), r"v1\.2.*");
        assert_eq!(prefix("a"), "a.*");
    }
}
