//! In: a threshold that is not valid, and the node that it belongs to. Out: its diagnostic, which suggests the unit of
//! what the measure returns.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix};
use crate::lower::value;
use crate::model::Value;
use crate::source::{Source, Span};
use crate::syntax::tree::Node;
use crate::units::{Quantity, ratio_as_percent};
use crate::vocabulary::{Type, Word};

/// What a measure returns, as far as its node says.
#[derive(Clone, Copy)]
enum Unit {
    /// A percentage. The bound of a bad version is `min`, except for a comparison of latencies.
    Percent {
        bound: Option<Word>,
    },
    Milliseconds,
    Rate,
    Number,
}

/// Suggests the unit of the measure in the node, if it is clear.
pub(super) fn in_the_unit_of_the_measure(
    (word, name): (Word, Span),
    node: &Node,
    value: &Value,
    source: &Source,
    mistake: Diagnostic,
) -> Diagnostic {
    let Some((text, unit)) = value.as_str().zip(node.children().iter().find_map(unit)) else { return mistake };
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    match unit {
        Unit::Number => of_a_number(word, text, value, mistake),
        Unit::Percent { bound } if is_number => {
            let bound = bound.unwrap_or(word);
            let percent = text.parse().ok().and_then(ratio_as_percent).unwrap_or_else(|| format!("{text}%"));
            let exceeds = text.parse::<f64>().is_ok_and(|number| number > 100.0);
            let meant = match bound {
                Word::Min if exceeds || bound != word => "99.5%".to_owned(),
                _ => percent,
            };
            match bound == word {
                true => mistake.help(format!("write `\"{meant}\"`")),
                false => {
                    let mut mistake = mistake.help(format!("write `{bound}=\"{meant}\"`"));
                    let edit = |span: Span, replacement: String| Edit { span, replacement };
                    let edits = vec![edit(name, bound.as_str().to_owned()), edit(value.span, format!("\"{meant}\""))];
                    mistake.fix = Some(Fix { applicability: Applicability::MaybeIncorrect, edits });
                    mistake
                }
            }
        }
        Unit::Milliseconds if is_number => mistake.help(format!("write `\"{text}ms\"`")),
        Unit::Rate if is_number => mistake.help(format!("write `\"{text}/s\"`")),
        Unit::Rate => value::parse(&mut value.clone(), Type::Rate, source).unwrap_or(mistake),
        Unit::Percent { .. } | Unit::Milliseconds => mistake,
    }
}

/// A threshold of a measure without a unit: `"500Mi"` is a number of bytes, and `"5"` lacks nothing but its quotes.
fn of_a_number(word: Word, text: &str, value: &Value, mistake: Diagnostic) -> Diagnostic {
    let compact: String = text.split_whitespace().collect();
    let quantity = Quantity::parse(&compact).or_else(|error| Quantity::parse(&error.instead.unwrap_or_default()));
    let Some(number) = quantity.ok().and_then(|quantity| quantity.as_number()) else { return mistake };
    let diagnostic = Diagnostic::new(Code::ValueUnit, value.blame(), "this measure returns a plain number")
        .label("not a plain number")
        .why("The controller compares the result with this value, without units.");
    diagnostic.help(format!("write `{word}={number}`"))
}

/// What a measure returns.
fn unit(measure: &Node) -> Option<Unit> {
    let has = |word: Word| measure.properties().any(|(name, _)| &*name.value == word.as_str());
    let compares = has(Word::Against);
    Some(match Word::find(&measure.name.value)? {
        Word::Latency if has(Word::Under) => Unit::Percent { bound: Some(Word::Min) },
        Word::Latency if compares => Unit::Percent { bound: None },
        Word::Latency => Unit::Milliseconds,
        Word::SuccessRatio | Word::Events => Unit::Percent { bound: None },
        Word::RequestRate => Unit::Rate,
        Word::Query if !has(Word::Unit) => Unit::Number,
        Word::Restarts | Word::BurnRate => Unit::Number,
        _ => return None,
    })
}
