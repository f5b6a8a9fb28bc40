//! Label matchers: their operators, and regular expressions as Prometheus compiles them.

use std::ops::Range;

use crate::embedded::{TextProblem, placeholders};
use crate::re2;

use super::{MatchOperator, Matcher};

impl MatchOperator {
    pub(super) fn of(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "=" => Self::Equal,
            "!=" => Self::NotEqual,
            "=~" => Self::Matches,
            "!~" => Self::NotMatches,
            _ => return None,
        })
    }
}

impl Matcher {
    /// Whether a series without the label matches.
    pub(super) fn matches_empty(&self) -> bool {
        match self.operator {
            MatchOperator::Equal => self.value.is_empty(),
            MatchOperator::NotEqual => !self.value.is_empty(),
            MatchOperator::Matches => pattern_matches_empty(&self.value),
            MatchOperator::NotMatches => !pattern_matches_empty(&self.value),
        }
    }
}

/// Whether a pattern matches the empty string. Good enough for a warning; Prometheus itself decides.
fn pattern_matches_empty(pattern: &str) -> bool {
    let compact = without_placeholders(pattern);
    regex_syntax::parse(&compact).is_ok_and(|pattern| pattern.properties().minimum_len() == Some(0))
}

/// Whether a pattern only contains characters that are always valid: most patterns need no parser.
fn is_plain(pattern: &str) -> bool {
    let mut after_atom = false;
    pattern.bytes().all(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'/' | b':' | b'@' | b'.' | b' ' | b'"' | b'=' => {
            after_atom = true;
            true
        }
        b'|' => {
            after_atom = false;
            true
        }
        b'*' | b'+' if after_atom => {
            after_atom = false;
            true
        }
        _ => false,
    })
}

/// The pattern with each placeholder replaced by a letter: a pod hash consists of letters and digits.
fn without_placeholders(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut at = 0;
    for (range, _) in placeholders(pattern) {
        text.push_str(&pattern[at..range.start]);
        text.push('h');
        at = range.end;
    }
    text.push_str(&pattern[at..]);
    text
}

/// The problem of a regular expression, whose quoted text is at `range`.
pub(super) fn pattern_problem(pattern: &str, range: Range<usize>) -> Option<TextProblem> {
    if is_plain(pattern) {
        return None;
    }
    let compact = without_placeholders(pattern);
    let refused = re2::check(&compact).err()?;
    let problem =
        TextProblem::new(range, "this regular expression is not valid in Prometheus").label(refused.kind.text());
    Some(if refused.kind == re2::Kind::LookAround {
        problem.help("Prometheus does not support look-around; use another matcher, such as label!~\"…\"")
    } else if refused.kind == re2::Kind::NothingToRepeat && pattern.starts_with(['*', '+', '?']) {
        problem.help(format!("write `.{pattern}`: a repetition needs an expression before it"))
    } else {
        problem.help("escape special characters with a backslash, and close all brackets")
    })
}
