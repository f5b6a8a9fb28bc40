//! In: a window that is short for the scrape interval. Out: the diagnostic.

use crate::diagnostic::{Code, Diagnostic};
use crate::promql::ShortWindow;
use crate::source::Span;
use crate::units::Duration;

/// A window that holds too few samples, as `window=` writes it.
pub fn window_problem(span: Span, problem: ShortWindow, scrape: Duration) -> Diagnostic {
    let (code, message, why) = if problem.is_empty {
        (
            Code::QueryWindowEmpty,
            format!("a range of {} holds fewer than two samples", problem.window),
            "A rate needs two samples: the answer would always be empty, and the gate would never see a failure.",
        )
    } else {
        (
            Code::QueryWindowShort,
            format!("a range of {} holds few samples", problem.window),
            "One late scrape leaves the range with a single sample, and the answer empty.",
        )
    };
    Diagnostic::new(code, span, message)
        .label(format!("scraped every {scrape}"))
        .why(why)
        .help(format!("write at least {}, or the real `scrape=` of the provider", problem.least))
}
