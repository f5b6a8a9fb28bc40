//! In: a window that is short for the scrape interval. Out: the diagnostic.

use crate::diagnostic::{Code, Diagnostic};
use crate::promql::ShortWindow;
use crate::source::Span;
use crate::units::Duration;

/// The diagnostic about a window with too few samples. It spells the window as `window=` does.
pub fn window_problem(span: Span, problem: ShortWindow, scrape: Duration) -> Diagnostic {
    let (code, message, why) = if problem.is_empty {
        (
            Code::QueryWindowEmpty,
            format!("a range of {} contains fewer than two samples", problem.window),
            "A rate needs two samples. The result would always be empty, and the gate would never fail.",
        )
    } else {
        (
            Code::QueryWindowShort,
            format!("a range of {} contains few samples", problem.window),
            "A single late scrape leaves only one sample in the range, and the result is empty.",
        )
    };
    Diagnostic::new(code, span, message)
        .label(format!("the scrape interval is {scrape}"))
        .why(why)
        .help(format!("write at least {}, or set the actual `scrape=` of the provider", problem.least))
}
