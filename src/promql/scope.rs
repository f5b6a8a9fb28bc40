//! In: the selectors of a query. Out: those that do not select the canary.

use super::{MatchOperator, Selector};

/// The selectors that do not select a version: no matcher contains one of the words, which are the canary's Service and
/// the placeholder of its pod hash.
pub fn unscoped<'a>(selectors: &'a [Selector], words: &[&str]) -> Vec<&'a Selector> {
    let names = |selector: &Selector| {
        selector.matchers.iter().any(|matcher| {
            let asks = matches!(matcher.operator, MatchOperator::Equal | MatchOperator::Matches);
            asks && words.iter().any(|word| contains_word(&matcher.value, word))
        })
    };
    selectors.iter().filter(|selector| !names(selector)).collect()
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
