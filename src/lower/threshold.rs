//! In: a threshold without a unit, and the node that it belongs to. Out: its diagnostic, which suggests the unit of the
//! measure.

use crate::diagnostic::Diagnostic;
use crate::model::Value;
use crate::syntax::tree::Node;
use crate::units::ratio_as_percent;
use crate::vocabulary::Word;

/// Suggests the unit of the measure in the node, if it is clear and the value is only a number.
pub(super) fn in_the_unit_of_the_measure(node: &Node, value: &Value, mistake: Diagnostic) -> Diagnostic {
    let number = value.as_str().filter(|text| text.parse::<f64>().is_ok_and(f64::is_finite));
    match (number, node.children().iter().find_map(unit)) {
        (Some(number), Some(unit)) => {
            let ratio = number.parse().ok().filter(|_| unit == "%").and_then(ratio_as_percent);
            let meant = ratio.unwrap_or_else(|| format!("{number}{unit}"));
            mistake.help(format!("write `\"{meant}\"`"))
        }
        _ => mistake,
    }
}

/// The unit of what a measure returns.
fn unit(measure: &Node) -> Option<&'static str> {
    let has = |word: Word| measure.properties().any(|(name, _)| &*name.value == word.as_str());
    let is = |word: Word| &*measure.name.value == word.as_str();
    if is(Word::Latency) {
        return Some(if has(Word::Under) || has(Word::Against) { "%" } else { "ms" });
    }
    if is(Word::SuccessRatio) || is(Word::Events) {
        return Some("%");
    }
    is(Word::RequestRate).then_some("/s")
}
