//! Whether the ranges of a query are long enough for the interval at which the series are scraped.

use std::ops::Range;

use crate::units::Duration;

use super::Selector;

/// A range that holds too few samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowProblem {
    /// Where the range stands in the query.
    pub range: Range<usize>,
    /// How long it is.
    pub window: Duration,
    /// The least that works well: four scrapes.
    pub least: Duration,
    /// Whether it cannot work at all: below two scrapes there is nothing to compare, and the answer is empty.
    pub is_empty: bool,
}

/// Functions that compare the first sample of a range with the last, and so need two of them.
const COMPARING: [&str; 9] =
    ["rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear", "changes", "resets"];

/// The ranges that are too short for this scrape interval.
pub fn windows(selectors: &[Selector], scrape: Duration) -> Vec<WindowProblem> {
    let scraped = |selector: &Selector| selector.function.as_deref().is_some_and(|name| COMPARING.contains(&name));
    let (Some(two), Some(four)) = (scrape.checked_mul(2), scrape.checked_mul(4)) else { return Vec::new() };
    (selectors.iter())
        .filter(|selector| scraped(selector))
        .filter_map(|selector| selector.window.clone())
        .filter(|(window, _)| *window < four)
        .map(|(window, range)| WindowProblem { range, window, least: four, is_empty: window < two })
        .collect()
}
