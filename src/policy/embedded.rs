//! In: a problem in a text of another language inside the policy (PromQL, a condition, a JSONPath). Out: a diagnostic
//! at the characters in question.

use std::ops::Range;

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::embedded::TextProblem;
use crate::model::Value;
use crate::source::{Span, Syntax};

/// Reports one problem in the text of `value`.
pub fn report(cx: &mut Context<'_>, code: Code, value: &Value, problem: TextProblem) {
    let text = value.as_str().unwrap_or_default();
    report_in(cx, code, value, text, problem);
}

/// Reports one problem in `text`, which is the text of `value` with its holes filled.
pub fn report_in(cx: &mut Context<'_>, code: Code, value: &Value, text: &str, problem: TextProblem) {
    let diagnostic = diagnostic(cx, code, value, text, problem);
    cx.report(diagnostic);
}

/// As [`report_in`], with a reason that depends on the release.
pub fn report_because(cx: &mut Context<'_>, code: Code, value: &Value, text: &str, problem: TextProblem, why: &str) {
    let diagnostic = diagnostic(cx, code, value, text, problem).why(why);
    cx.report(diagnostic);
}

fn diagnostic(cx: &Context<'_>, code: Code, value: &Value, text: &str, problem: TextProblem) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(code, cx.locate_filled(value, text, problem.range), problem.message)
        .label(problem.label)
        .maybe_help(problem.help);
    if let Some((range, message)) = problem.also {
        diagnostic = diagnostic.also(cx.locate_filled(value, text, range), message);
    }
    if let Some(why) = problem.why {
        diagnostic = diagnostic.why(why);
    }
    if let Some((range, replacement)) = problem.fix
        && let Some(span) = editable(cx, value, text, range, &replacement)
    {
        diagnostic = diagnostic.fix(span, replacement).applicability(problem.applicability);
    }
    diagnostic
}

/// The place where the policy can replace `range` of the text with `replacement`. `None` if the policy does not write
/// that part literally, because it comes from a parameter or has escapes, or if the replacement would need escapes.
fn editable(cx: &Context<'_>, value: &Value, text: &str, range: Range<usize>, replacement: &str) -> Option<Span> {
    let source = cx.sources().get(value.span.source).filter(|_| value.via.is_none())?;
    // Only characters have a place. An insertion therefore goes next to the character before or after it.
    let next = text.get(range.start..)?.chars().next().filter(|_| range.is_empty());
    let previous = text.get(..range.start)?.chars().next_back().filter(|_| range.is_empty() && next.is_none());
    let located = match (next, previous) {
        (Some(next), _) => range.start..range.start + next.len_utf8(),
        (None, Some(previous)) => range.start - previous.len_utf8()..range.start,
        (None, None) => range,
    };
    let span = cx.locate_filled(value, text, located.clone());
    let literal = source.slice(value.span);
    let needs_quotes = source.syntax() == Syntax::Kdl && !literal.starts_with(['"', '#']);
    let needs_escapes = !literal.starts_with('#') && replacement.contains(['"', '\'', '\\', '\n']);
    if source.slice(span) != text.get(located)? || needs_quotes || needs_escapes {
        return None;
    }
    Some(match (next, previous) {
        (Some(_), _) => span.at_start(),
        (None, Some(_)) => span.at_end(),
        (None, None) => span,
    })
}
