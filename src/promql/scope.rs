//! In: a query. Out: whether it selects only the canary, and the query with matchers added to every selector.

use super::{MatchOperator, Selector, analyse};

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

/// The query with `matchers`, such as `namespace="shop"`, in every selector. Names, order, comments and line breaks
/// stay as they are. `None` if the query has errors.
pub fn splice(query: &str, matchers: &str) -> Option<String> {
    let analysis = analyse(query);
    if !analysis.problems.is_empty() {
        return None;
    }
    let mut text = String::with_capacity(query.len() + analysis.selectors.len() * (matchers.len() + 2));
    let mut at = 0;
    for selector in &analysis.selectors {
        match &selector.braces {
            None => {
                text.push_str(&query[at..selector.range.end]);
                text.push_str(&format!("{{{matchers}}}"));
                at = selector.range.end;
            }
            Some(braces) => {
                // Directly after the opening brace, because a comment may precede the closing one.
                text.push_str(&query[at..=braces.start]);
                text.push_str(matchers);
                if !selector.matchers.is_empty() {
                    text.push(',');
                }
                at = braces.start + 1;
            }
        }
    }
    text.push_str(&query[at..]);
    Some(text)
}
