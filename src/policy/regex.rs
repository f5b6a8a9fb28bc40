//! In: a regular expression of the policy. Out: nothing if RE2 accepts it, otherwise what is wrong and where. Envoy,
//! Prometheus and Go use RE2, which has no look-around and no backreferences.

use regex_syntax::ast::{self, ErrorKind};

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Value;

/// Deeper nesting is certainly a mistake or an attack.
const NESTING: u32 = 100;

/// Judges the text of a value as a regular expression.
pub fn check(cx: &mut Context<'_>, value: &Value) -> bool {
    let Some(text) = value.as_str().filter(|_| value.is_sound()) else {
        cx.already_said();
        return false;
    };
    let Err(error) = ast::parse::ParserBuilder::new().nest_limit(NESTING).build().parse(text) else { return true };
    let range =
        error.span().start.offset..error.span().end.offset.max(error.span().start.offset + 1).min(text.len().max(1));
    let span = cx.locate(value, range);
    let diagnostic = match error.kind() {
        ErrorKind::UnsupportedLookAround => {
            Diagnostic::new(Code::RegexInvalid, span, "RE2 does not support look-around")
                .label("look-around")
                .help("match what must be present; to exclude something, use another audience or an `exact` match")
        }
        ErrorKind::UnsupportedBackreference => {
            Diagnostic::new(Code::RegexInvalid, span, "RE2 does not support backreferences")
                .label("backreference")
                .help("write the pattern again")
        }
        kind => {
            Diagnostic::new(Code::RegexInvalid, span, format!("this regular expression is not valid: {}", plain(kind)))
                .label("here")
                .help("escape special characters with `\\`")
        }
    };
    cx.report(diagnostic.why("Gateways and Prometheus use RE2. They reject other expressions only when the route or query is already in use."));
    false
}

fn plain(kind: &ErrorKind) -> String {
    kind.to_string().trim_end_matches('.').to_owned()
}

/// The text, with every metacharacter of regular expressions escaped.
pub fn escape(text: &str) -> String {
    regex_syntax::escape(text)
}
