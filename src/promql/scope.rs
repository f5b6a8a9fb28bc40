//! Whether a query sees the canary alone, and the query with matchers put into every selector.

use super::{MatchOperator, Selector, analyse};

/// The selectors that do not say which version they mean: none of their matchers asks for one of the words, which are the canary's
/// Service and the placeholder of its pod hash.
pub fn unscoped<'a>(selectors: &'a [Selector], words: &[&str]) -> Vec<&'a Selector> {
    let names = |selector: &Selector| {
        selector.matchers.iter().any(|matcher| {
            let asks = matches!(matcher.operator, MatchOperator::Equal | MatchOperator::Matches);
            asks && words.iter().any(|word| contains_word(&matcher.value, word))
        })
    };
    selectors.iter().filter(|selector| !names(selector)).collect()
}

/// `web-canary` is in `shop/web-canary:80`, and `web` is not in `web-canary`.
fn contains_word(text: &str, word: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '-';
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            // A placeholder has its own ends; a pod's name is `<rollout>-<hash>-…`.
            let placeholder = word.starts_with("{{");
            let before = text[..at].chars().next_back();
            let after = text[at + word.len()..].chars().next();
            let upstream = before == Some('-') || after == Some('-');
            placeholder || !before.is_some_and(is_part) && !after.is_some_and(is_part) || upstream && word.contains('-')
        })
}

/// The query with `matchers`, such as `namespace="shop"`, in every selector. Only text is added: names, order, comments and
/// line breaks stay. `None` when the query has mistakes.
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
                // Right behind the opening brace: what stands before the closing one may be a comment.
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
