//! In: a problem in a text of another language inside the policy (PromQL, a condition, a JSONPath). Out: a diagnostic at
//! the characters that are meant.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::embedded::TextProblem;
use crate::model::Value;

/// Reports one problem found in the text of `value`.
pub fn report(cx: &mut Context<'_>, code: Code, value: &Value, problem: TextProblem) {
    let text = value.as_str().unwrap_or_default();
    report_in(cx, code, value, text, problem);
}

/// Reports one problem found in `text`, which is that of `value` with its holes filled.
pub fn report_in(cx: &mut Context<'_>, code: Code, value: &Value, text: &str, problem: TextProblem) {
    let mut diagnostic = Diagnostic::new(code, cx.locate_filled(value, text, problem.range), problem.message)
        .label(problem.label)
        .maybe_help(problem.help);
    if let Some((range, message)) = problem.also {
        diagnostic = diagnostic.also(cx.locate_filled(value, text, range), message);
    }
    if let Some(why) = problem.why {
        diagnostic = diagnostic.why(why);
    }
    if let Some((range, replacement)) = problem.fix.filter(|_| value.via.is_none()) {
        diagnostic =
            diagnostic.fix(cx.locate_filled(value, text, range), replacement).applicability(problem.applicability);
    }
    cx.report(diagnostic);
}
