//! In: a verdict that compares the answer of a measure with a text. Out: a diagnostic if the controller passes plain text
//! without a look at the condition.

use super::Subject;
use crate::diagnostic::{Code, Diagnostic};
use crate::policy::check::Verdict;
use crate::policy::measure::MeasureKind;
use crate::source::Span;
use crate::syntax::tree::Scalar;

/// The diagnostic about a verdict on plain text.
pub(super) fn never_judged(subject: &Subject<'_>, kind: &MeasureKind, verdict: &Verdict) -> Option<Diagnostic> {
    let MeasureKind::Direct(measure) = kind else { return None };
    if let Some(status) = compared_status(verdict).filter(|_| measure.passes_plain_text()) {
        return Some(
            Diagnostic::new(Code::WebPlainText, status, "the whole answer is compared with this number, not the status")
                .label("looks like a status code")
                .also(subject.node.head(), "an answer that is not 2xx fails already")
                .why("Argo Rollouts does not compare the status. Every 2xx answer that is not JSON passes, and a JSON object never equals a number.")
                .help("compare a part of a JSON answer: `equals=\"ok\"` and `json=\"{$.status}\"` on `web`"),
        );
    }
    let compared = compared_text(verdict).filter(|_| measure.passes_plain_text())?;
    Some(
        Diagnostic::new(Code::WebPlainText, compared, "every answer of plain text passes, whatever it says")
            .label("never compared with plain text")
            .also(subject.node.head(), "judges JSON only")
            .why("Argo Rollouts up to 1.10 counts every 2xx answer that is not JSON as a success before it reads the condition: an error page passes too.")
            .help("let the server answer JSON and add `json=\"{$.status}\"` with the part to compare, or use a `job` that fails"),
    )
}

/// Where a verdict compares the whole answer with a number that is a status code.
fn compared_status(verdict: &Verdict) -> Option<Span> {
    let Verdict::Equals(scalar) = verdict else { return None };
    matches!(scalar.value, Scalar::Integer(100..=599)).then(|| scalar.span())
}

/// Where a verdict compares the whole answer with a text.
fn compared_text(verdict: &Verdict) -> Option<Span> {
    match verdict {
        Verdict::Equals(scalar) if matches!(scalar.value, Scalar::String(_)) => Some(scalar.span()),
        Verdict::Conditions { success, failure } => {
            let compares = |text: &str| {
                let text: String = text.split_whitespace().collect();
                [
                    "result==\"",
                    "result=='",
                    "result!=\"",
                    "result!='",
                    "resultcontains",
                    "resultmatches",
                    "resultstartsWith",
                ]
                .iter()
                .any(|form| text.contains(form))
            };
            success.iter().chain(failure).find(|text| compares(&text.value)).map(|text| text.span())
        }
        _ => None,
    }
}
