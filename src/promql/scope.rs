//! In: a selector of a query, and the words of a version: its Service, and the placeholder of its pod hash. Out: whether
//! it selects that version alone.

use super::{MatchOperator, Selector};

/// Whether the selector names a Service in a label that is about Services: other labels hold the same word, as in
/// `app="web"`, which both versions have.
pub fn names_service(selector: &Selector, service: &str) -> bool {
    let about = ["service", "svc", "backend", "cluster", "upstream", "destination"];
    let matchers = selector.matchers.iter().filter(|matcher| about.iter().any(|part| matcher.label.contains(part)));
    names(&Selector { matchers: matchers.cloned().collect(), ..selector.clone() }, &[service])
}

/// Whether a matcher of the selector contains one of the words, in each of its alternatives.
pub fn names(selector: &Selector, words: &[&str]) -> bool {
    let one_of = |text: &str| words.iter().any(|word| contains_word(text, word));
    selector.matchers.iter().any(|matcher| match matcher.operator {
        MatchOperator::Equal => one_of(&matcher.value),
        MatchOperator::Matches => alternatives(&matcher.value).into_iter().all(one_of),
        MatchOperator::NotEqual | MatchOperator::NotMatches => false,
    })
}

/// The alternatives of a regular expression: `a|b`, also in parentheses around the whole.
fn alternatives(pattern: &str) -> Vec<&str> {
    let inner = pattern.strip_prefix("(?:").or_else(|| pattern.strip_prefix('('));
    let whole = inner.and_then(|inner| inner.strip_suffix(')')).filter(|inner| !inner.contains(['(', ')']));
    let text = whole.unwrap_or(pattern);
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_usize, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'|' if depth == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

/// Whether a text contains a whole word: `shop/web-canary:80` contains `web-canary`, but `web-canary` does not contain
/// `web`.
fn contains_word(text: &str, word: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '-';
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            // A placeholder needs no word boundary: a pod's name is `<rollout>-<hash>-…`.
            let placeholder = word.starts_with("{{");
            let before = text[..at].chars().next_back();
            let after = text[at + word.len()..].chars().next();
            let upstream = before == Some('-') || after == Some('-');
            placeholder || !before.is_some_and(is_part) && !after.is_some_and(is_part) || upstream && word.contains('-')
        })
}
