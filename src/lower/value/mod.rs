//! In: a value and the type of its place. Out: its meaning, or a diagnostic that says what to write instead. If the
//! type allows parameters, text with `{{…}}` is parsed only after they are filled in.

mod problem;

use crate::braces;
use crate::diagnostic::Diagnostic;
use crate::hidden::{is_hidden, is_joiner};
use crate::model::{Meaning, Typed, Value};
use crate::source::{Source, Sources};
use crate::syntax::tree::Scalar;
use crate::units::name::{Name, NameKind, ObjectName};
use crate::units::{Date, Duration, IntOrPercent, Number, Percent, Rate, RelativePercent};
use crate::vocabulary::Type;
use problem::Problem;

/// Parses a value in `source`. Returns what is wrong with it.
pub fn parse(value: &mut Value, value_type: Type, source: &Source) -> Option<Diagnostic> {
    let problem = understand(value, value_type)?;
    Some(problem.diagnostic(value, value_type, |range| value.locate_in(source, range)))
}

/// The same for a value after substitution.
pub fn parse_filled(value: &mut Value, value_type: Type, sources: &Sources) -> Option<Diagnostic> {
    let problem = understand(value, value_type)?;
    Some(problem.diagnostic(value, value_type, |range| value.blame_part(sources, range)))
}

/// The default of a property, as the table writes it. `None` when the table is wrong; a test of the vocabulary finds
/// that.
pub fn default(text: &str, value_type: Type) -> Option<(Scalar, Typed)> {
    // These types hold the whole value. There are dozens in each policy, so their text is not copied.
    if let Type::Duration | Type::DurationOrNever | Type::Percent | Type::Rate | Type::OneOf(_) = value_type {
        return Some((Scalar::Null, of_text(text, value_type).ok()?));
    }
    let scalar = match (value_type, text) {
        (Type::Boolean, "#true") => Scalar::Boolean(true),
        (Type::Boolean, "#false") => Scalar::Boolean(false),
        _ => match text.parse() {
            Ok(number) => Scalar::Integer(number),
            Err(_) => Scalar::String(text.into()),
        },
    };
    let typed = typed(&scalar, value_type)?;
    Some((scalar, typed))
}

/// A scalar as a value of a type. `None` if it does not fit, or contains `{{…}}`.
pub fn typed(scalar: &Scalar, value_type: Type) -> Option<Typed> {
    match meaning(scalar, value_type) {
        Ok(Meaning::Typed(typed)) => Some(typed),
        _ => None,
    }
}

fn understand(value: &mut Value, value_type: Type) -> Option<Problem> {
    match meaning(&value.scalar, value_type) {
        Ok(meaning) => {
            value.meaning = meaning;
            None
        }
        Err(problem) => {
            value.meaning = Meaning::Invalid;
            Some(problem)
        }
    }
}

fn meaning(scalar: &Scalar, value_type: Type) -> Result<Meaning, Problem> {
    if let Some(text) = scalar.as_str() {
        // Most texts are printable ASCII, which contains no such character.
        if !text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
            && let Some((at, character)) = text.char_indices().find(|&(_, character)| is_refused(character))
        {
            return Err(Problem::Control(at, character));
        }
        if braces::opening(text).is_some() {
            return if value_type.substitutable() { Ok(Meaning::Unfilled) } else { Err(Problem::Hole) };
        }
    }
    of_scalar(scalar, value_type).map(Meaning::Typed)
}

fn of_scalar(scalar: &Scalar, value_type: Type) -> Result<Typed, Problem> {
    Ok(match (value_type, scalar) {
        (Type::Boolean, Scalar::Boolean(_))
        | (Type::Scalar, Scalar::String(_) | Scalar::Integer(_) | Scalar::Boolean(_)) => Typed::Plain,
        (Type::Integer { min, max }, Scalar::Integer(number)) => bounded(*number, min, max)?,
        (Type::Port, Scalar::Integer(number)) => bounded(*number, 1, 65535)?,
        (Type::Number, Scalar::Integer(number)) => Typed::Number(match Number::from_integer(*number) {
            Some(number) => number,
            None => Number::parse(&number.to_string())?,
        }),
        // The threshold reader refuses a whole number with more digits than can be compared.
        (Type::Threshold, Scalar::Integer(number)) => Number::from_integer(*number).map_or(Typed::Plain, Typed::Number),
        (Type::Number | Type::Scalar | Type::Threshold, Scalar::Number { text, .. }) => {
            Typed::Number(Number::parse(text)?)
        }
        (Type::IntegerOrPercent, Scalar::Integer(number)) => Typed::IntOrPercent(IntOrPercent::from_integer(*number)?),
        (Type::IntegerOrPercent, Scalar::Number { text, .. }) => Typed::IntOrPercent(IntOrPercent::parse(text)?),
        // A bare number is parsed as text, and the error says that its unit is missing.
        (Type::Duration | Type::Percent | Type::Rate, Scalar::Integer(number)) => {
            in_unit(&number.to_string(), value_type)?
        }
        (Type::Duration | Type::Percent | Type::Rate, Scalar::Number { text, .. }) => in_unit(text, value_type)?,
        (Type::Name, Scalar::String(text)) => Typed::Name(Name::of(text)?),
        (_, Scalar::String(text)) => of_text(text, value_type)?,
        _ => return Err(Problem::Kind),
    })
}

fn bounded(number: i64, min: i64, max: i64) -> Result<Typed, Problem> {
    if (min..=max).contains(&number) { Ok(Typed::Plain) } else { Err(Problem::Bounds(min, max)) }
}

fn in_unit(text: &str, value_type: Type) -> Result<Typed, Problem> {
    Ok(match value_type {
        Type::Duration => Typed::Duration(Duration::parse(text)?),
        Type::Percent => Typed::Percent(Percent::parse(text)?),
        _ => Typed::Rate(Rate::parse(text)?),
    })
}

fn of_text(text: &str, value_type: Type) -> Result<Typed, Problem> {
    Ok(match value_type {
        Type::String | Type::Scalar | Type::Yaml => Typed::Plain,
        Type::Path | Type::Regex | Type::Reference(_) if text.is_empty() => return Err(Problem::Empty),
        Type::Path | Type::Reference(_) => match text.char_indices().find(|(_, character)| is_hidden(*character)) {
            Some((at, character)) if !is_joiner(character) => return Err(Problem::Control(at, character)),
            _ => Typed::Plain,
        },
        Type::Regex => Typed::Plain,
        Type::Name => Typed::Name(Name::parse(text)?),
        Type::ObjectName => Typed::ObjectName(ObjectName::parse(text)?),
        Type::Host => {
            NameKind::Host.check(text)?;
            Typed::Host
        }
        Type::Port => {
            NameKind::PortName.check(text)?;
            Typed::Plain
        }
        Type::Duration | Type::Percent | Type::Rate => in_unit(text, value_type)?,
        Type::DurationOrNever if text == "never" => Typed::Never,
        Type::DurationOrNever => in_unit(text, Type::Duration)?,
        Type::IntegerOrPercent => Typed::IntOrPercent(IntOrPercent::parse(text)?),
        Type::Date => {
            Date::parse(text)?;
            Typed::Plain
        }
        Type::Threshold => threshold(text)?,
        Type::OneOf(words) => match words.iter().find(|word| **word == text) {
            Some(word) => Typed::Word(word),
            None => return Err(Problem::Word(words)),
        },
        Type::Boolean | Type::Integer { .. } | Type::Number => return Err(Problem::Kind),
    })
}

/// A threshold is a percentage if it contains `%`, a rate if it contains `/`, and otherwise a duration. A number has no
/// quotes.
fn threshold(text: &str) -> Result<Typed, Problem> {
    if text.parse::<f64>().is_ok() {
        return Err(Problem::ThresholdUnit);
    }
    Ok(if text.contains('%') {
        Typed::RelativePercent(RelativePercent::parse(text)?)
    } else if text.contains('/') {
        Typed::Rate(Rate::parse(text)?)
    } else {
        Typed::Duration(Duration::parse(text)?)
    })
}

/// Whether no value may contain a character: a reader would not see it, or a tool would change it.
fn is_refused(character: char) -> bool {
    !matches!(character, '\n' | '\t') && is_hidden(character) && !is_joiner(character)
}
