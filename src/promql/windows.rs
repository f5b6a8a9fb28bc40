//! Whether the ranges of a query are long enough for the interval at which the series are scraped.

use std::ops::Range;

use crate::units::Duration;

use super::Selector;

/// A range that holds too few samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortWindow {
    /// How long it is.
    pub window: Duration,
    /// The least that works well: four scrapes.
    pub least: Duration,
    /// Whether it cannot work at all: below two scrapes there is nothing to compare, and the answer is empty.
    pub is_empty: bool,
}

/// A range in a query that holds too few samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowProblem {
    /// Where the range stands in the query.
    pub range: Range<usize>,
    /// What is wrong with it.
    pub short: ShortWindow,
}

/// Functions that compare the first sample of a range with the last, and so need two of them.
const COMPARING: [&str; 9] =
    ["rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear", "changes", "resets"];

/// The ranges that are too short for this scrape interval.
pub fn windows(selectors: &[Selector], scrape: Duration) -> Vec<WindowProblem> {
    let scraped = |selector: &&Selector| selector.function.as_deref().is_some_and(|name| COMPARING.contains(&name));
    let ranges = selectors.iter().filter(scraped).filter_map(|selector| selector.window.clone());
    ranges.filter_map(|(range, place)| Some(WindowProblem { range: place, short: window(range, scrape)? })).collect()
}

/// What is wrong with the range of a rate at this scrape interval; `None` when it is long enough.
pub fn window(window: Duration, scrape: Duration) -> Option<ShortWindow> {
    let (two, four) = (scrape.checked_mul(2)?, scrape.checked_mul(4)?);
    (window < four).then_some(ShortWindow { window, least: four, is_empty: window < two })
}
