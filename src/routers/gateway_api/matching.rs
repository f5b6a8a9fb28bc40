//! In: the conditions on a request. Out: the `matches` of a rule, with every default written out.

use crate::manifest::{Field, Origin};
use crate::policy::Sourced;
use crate::policy::audience::{HeaderMatcher, ValueMatch};
use crate::policy::routing::PathMatch;
use crate::syntax::tree::Text;

const SPECIAL: &str = r"\.+*?()|[]{}^$";

/// A regular expression for all texts with a prefix. Some gateways search for an expression anywhere in a value, others
/// match the whole value: with anchors both do the same.
pub(super) fn prefix(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 4);
    pattern.push('^');
    for character in text.chars() {
        if SPECIAL.contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push_str(".*");
    pattern
}

/// A regular expression for whole values: as it is written, with the anchors that it lacks.
pub(super) fn whole(expression: &str) -> String {
    if expression.contains('|') {
        return format!("^(?:{expression})$");
    }
    let escaped = |end: &str| expression.strip_suffix(end).is_some_and(|rest| rest.ends_with('\\'));
    let ends = |end: &str| expression.ends_with(end) && !escaped(end);
    let start = if expression.starts_with('^') || expression.starts_with(".*") { "" } else { "^" };
    let end = if ends("$") || ends(".*") { "" } else { "$" };
    [start, expression, end].concat()
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
            ValueMatch::Regex(text) => ("RegularExpression", whole(text)),
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
        assert_eq!(prefix("v1.2"), r"^v1\.2.*");
        assert_eq!(prefix("a"), "^a.*");
    }

    #[test]
    fn an_expression_matches_whole_values() {
        for (written, expected) in [
            ("a|b", "^(?:a|b)$"),
            ("^a|b$", "^(?:^a|b$)$"),
            ("^a$", "^a$"),
            ("a", "^a$"),
            ("a.*", "^a.*"),
            (".*a.*", ".*a.*"),
            (r"a\$", r"^a\$$"),
            (r"a\.*", r"^a\.*$"),
        ] {
            assert_eq!(whole(written), expected);
        }
    }
}
