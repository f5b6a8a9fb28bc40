//! In: the first stage of the release. Out: why a query must distinguish the canary from the stable version, with the
//! numbers of the release.

use crate::policy::context::Context;
use crate::units::Percent;
use crate::vocabulary::Word;

/// Why a measurement of both versions does not see a broken canary.
pub fn why_one_version(cx: &Context<'_>) -> String {
    let weights = cx.resolved.release.all(Word::Stage).filter_map(|stage| stage.property(Word::Weight)?.as_str());
    let first = weights.filter_map(|weight| Percent::parse(weight).ok()).find(|weight| weight.millionths() > 0);
    match first.filter(|weight| *weight < Percent::FULL) {
        Some(weight) => format!(
            "At a weight of {weight}, the stable version makes up {} of the result, so a broken canary would pass.",
            weight.complement()
        ),
        None => "The stable version makes up most of the result, so a broken canary would pass.".to_owned(),
    }
}
