//! In: a regular expression of the policy. Out: nothing if RE2 accepts it, otherwise what is wrong and where. Envoy,
//! Prometheus and Go use RE2, which has no look-around and no backreferences.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Value;
use crate::re2;

/// Judges the text of a value as a regular expression.
pub fn check(cx: &mut Context<'_>, value: &Value) -> bool {
    let Some(text) = value.as_str().filter(|_| value.is_sound()) else {
        cx.already_said();
        return false;
    };
    let Err(refused) = re2::check(text) else { return true };
    let span = cx.locate(value, refused.range);
    let reason = refused.kind.text();
    let diagnostic = match refused.kind {
        re2::Kind::LookAround => Diagnostic::new(Code::RegexInvalid, span, reason)
            .label("look-around")
            .help("match what must be present; to exclude something, use another audience or an `exact` match"),
        re2::Kind::Backreference => {
            Diagnostic::new(Code::RegexInvalid, span, reason).label("backreference").help("write the pattern again")
        }
        _ => Diagnostic::new(Code::RegexInvalid, span, format!("this regular expression is not valid: {reason}"))
            .label("here")
            .help("escape special characters with `\\`"),
    };
    cx.report(diagnostic.why("Gateways and Prometheus use RE2. They reject other expressions only when the route or query is already in use."));
    false
}

/// The text, with every metacharacter of regular expressions escaped.
pub fn escape(text: &str) -> String {
    regex_syntax::escape(text)
}
