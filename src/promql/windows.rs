//! In: the ranges of a query and the scrape interval. Out: the ranges that are too short.

use std::ops::Range;

use crate::units::Duration;

use super::Selector;

/// A range with too few samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortWindow {
    /// The length of the range.
    pub window: Duration,
    /// The recommended minimum: four scrapes.
    pub least: Duration,
    /// Whether the result is always empty: with fewer than two scrapes there is nothing to compare.
    pub is_empty: bool,
}

/// A range in a query with too few samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowProblem {
    /// The position of the range in the query.
    pub range: Range<usize>,
    /// The problem.
    pub short: ShortWindow,
}

/// Functions that compare the first and the last sample of a range, and so need two samples.
const COMPARING: [&str; 9] =
    ["rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear", "changes", "resets"];

/// The ranges that are too short for this scrape interval.
pub fn windows(selectors: &[Selector], scrape: Duration) -> Vec<WindowProblem> {
    let scraped = |selector: &&Selector| selector.function.as_deref().is_some_and(|name| COMPARING.contains(&name));
    let ranges = selectors.iter().filter(scraped).filter_map(|selector| selector.window.clone());
    ranges.filter_map(|(range, place)| Some(WindowProblem { range: place, short: window(range, scrape)? })).collect()
}

/// The problem of a rate's range at this scrape interval; `None` if the range is long enough.
pub fn window(window: Duration, scrape: Duration) -> Option<ShortWindow> {
    let (two, four) = (scrape.checked_mul(2)?, scrape.checked_mul(4)?);
    (window < four).then_some(ShortWindow { window, least: four, is_empty: window < two })
}
