//! In: a value and the type that is due. Out: nothing when it fits, else the diagnostic that says what to write.
//! Text with `{{…}}` is let through where substitution is allowed, and judged again after it.

use crate::braces;
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::model::Value;
use crate::source::{Source, Sources};
use crate::syntax::tree::Scalar;
use crate::units::name::{NameError, NameKind};
use crate::units::{Date, Duration, IntOrPercent, Number, Percent, Rate, RelativePercent, UnitError};
use crate::vocabulary::Type;

/// Judges a value that stands in `source`.
pub fn check(value: &Value, value_type: Type, source: &Source) -> Option<Diagnostic> {
    judge(value, value_type)
        .err()
        .map(|problem| problem.diagnostic(value, value_type, |range| within(value, source, range)))
}

/// Judges a value after substitution.
pub fn check_substituted(value: &Value, value_type: Type, sources: &Sources) -> Option<Diagnostic> {
    judge(value, value_type).err().map(|problem| {
        problem.diagnostic(value, value_type, |range| {
            if value.via.is_some() { value.blame() } else { value.locate(sources, range) }
        })
    })
}

/// Whether a text has a hole that substitution fills.
pub fn has_hole(scalar: &Scalar) -> bool {
    scalar.as_str().is_some_and(|text| braces::opening(text).is_some())
}

/// What is wrong with a value.
enum Problem {
    /// A scalar of another kind.
    Kind,
    /// A unit's own error.
    Unit(UnitError),
    /// A name's own error.
    Name(NameError),
    /// A whole number outside its bounds.
    Bounds(i64, i64),
    /// Not in the closed set.
    Word(&'static [&'static str]),
    /// A control character at this byte.
    Control(usize, char),
    /// A hole where none may be.
    Hole,
    /// A threshold in quotes that is a bare number.
    ThresholdUnit,
    /// Empty text.
    Empty,
}

fn judge(value: &Value, value_type: Type) -> Result<(), Problem> {
    let scalar = &value.scalar;
    if let Some(text) = scalar.as_str() {
        // Printable ASCII, which nearly every text is, holds none of these.
        if !text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
            && let Some((at, character)) = text.char_indices().find(|&(_, character)| refused(character))
        {
            return Err(Problem::Control(at, character));
        }
        if has_hole(scalar) {
            return if value_type.substitutable() { Ok(()) } else { Err(Problem::Hole) };
        }
    }
    match (value_type, scalar) {
        (Type::Boolean, Scalar::Boolean(_))
        | (Type::Scalar, Scalar::String(_) | Scalar::Integer(_) | Scalar::Boolean(_)) => Ok(()),
        (Type::Integer { min, max }, Scalar::Integer(number)) => {
            if (min..=max).contains(number) {
                Ok(())
            } else {
                Err(Problem::Bounds(min, max))
            }
        }
        (Type::Number, Scalar::Integer(number)) => Number::parse(&number.to_string()).map(drop).map_err(Problem::Unit),
        (Type::Number | Type::Scalar, Scalar::Number { text, .. }) => number(text),
        (Type::Threshold, Scalar::Integer(_)) => Ok(()),
        (Type::Threshold, Scalar::Number { text, .. }) => number(text),
        (Type::IntegerOrPercent, Scalar::Integer(number)) => {
            IntOrPercent::from_integer(*number).map(drop).map_err(Problem::Unit)
        }
        (Type::Port, Scalar::Integer(number)) => {
            if (1..=65535).contains(number) {
                Ok(())
            } else {
                Err(Problem::Bounds(1, 65535))
            }
        }
        (Type::Duration, Scalar::Integer(number)) => {
            Duration::parse(&number.to_string()).map(drop).map_err(Problem::Unit)
        }
        (Type::Percent, Scalar::Integer(number)) => {
            Percent::parse(&number.to_string()).map(drop).map_err(Problem::Unit)
        }
        (Type::Rate, Scalar::Integer(number)) => Rate::parse(&number.to_string()).map(drop).map_err(Problem::Unit),
        (Type::Duration | Type::Percent | Type::Rate, Scalar::Number { text, .. }) => unit(value_type, text),
        (_, Scalar::String(text)) => string(text, value_type),
        _ => Err(Problem::Kind),
    }
}

fn number(text: &str) -> Result<(), Problem> {
    Number::parse(text).map(drop).map_err(Problem::Unit)
}

fn unit(value_type: Type, text: &str) -> Result<(), Problem> {
    match value_type {
        Type::Duration => Duration::parse(text).map(drop),
        Type::Percent => Percent::parse(text).map(drop),
        _ => Rate::parse(text).map(drop),
    }
    .map_err(Problem::Unit)
}

fn string(text: &str, value_type: Type) -> Result<(), Problem> {
    match value_type {
        Type::String | Type::Scalar | Type::Yaml => Ok(()),
        Type::Path | Type::Regex | Type::Reference(_) => {
            if text.is_empty() {
                Err(Problem::Empty)
            } else {
                Ok(())
            }
        }
        Type::Name => NameKind::Dns1123Label.check(text).map_err(Problem::Name),
        Type::Host => NameKind::Host.check(text).map_err(Problem::Name),
        Type::Port => NameKind::PortName.check(text).map_err(Problem::Name),
        Type::Duration | Type::Percent | Type::Rate => unit(value_type, text),
        Type::DurationOrNever if text == "never" => Ok(()),
        Type::DurationOrNever => unit(Type::Duration, text),
        Type::IntegerOrPercent => IntOrPercent::parse(text).map(drop).map_err(Problem::Unit),
        Type::Date => Date::parse(text).map(drop).map_err(Problem::Unit),
        Type::Threshold => threshold(text),
        Type::OneOf(words) => {
            if words.contains(&text) {
                Ok(())
            } else {
                Err(Problem::Word(words))
            }
        }
        Type::Boolean | Type::Integer { .. } | Type::Number => Err(Problem::Kind),
    }
}

/// A threshold is a percentage when it says `%`, a rate when it says `/`, a duration otherwise: a number is no string.
fn threshold(text: &str) -> Result<(), Problem> {
    if text.parse::<f64>().is_ok() {
        return Err(Problem::ThresholdUnit);
    }
    if text.contains('%') {
        RelativePercent::parse(text).map(drop)
    } else if text.contains('/') {
        Rate::parse(text).map(drop)
    } else {
        Duration::parse(text).map(drop)
    }
    .map_err(Problem::Unit)
}

/// Characters that kustomize and other tools rewrite silently.
fn refused(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}')
}

impl Problem {
    fn diagnostic(
        self,
        value: &Value,
        value_type: Type,
        span_of: impl Fn(std::ops::Range<usize>) -> crate::source::Span,
    ) -> Diagnostic {
        let blame = value.blame();
        let diagnostic = match self {
            Self::Kind => wrong_kind(value, value_type),
            Self::Unit(error) => {
                let span = span_of(error.range.clone());
                let diagnostic =
                    Diagnostic::new(Code::ValueUnit, span, error.message()).label(error.label()).help(error.help());
                if let Some(help) = meant(value, value_type) {
                    return diagnostic.help(help);
                }
                match &error.instead {
                    Some(text) if value.via.is_none() => diagnostic.fix(value.span, format!("\"{text}\"")),
                    _ => diagnostic,
                }
            }
            Self::Name(error) => {
                let span = span_of(error.range.clone());
                Diagnostic::new(Code::ValueName, span, error.message()).label(error.label()).help(error.help())
            }
            Self::Bounds(min, max) => {
                let range = if max == i64::MAX || max == i64::from(u32::MAX) || max == i64::from(i32::MAX) {
                    format!("at least {min}")
                } else {
                    format!("between {min} and {max}")
                };
                Diagnostic::new(Code::ValueRange, blame, format!("this number must be {range}"))
                    .label("out of range")
                    .help(format!("write a whole number {range}"))
            }
            Self::Word(words) => wrong_word(value, words),
            Self::Control(at, character) => Diagnostic::new(
                Code::ValueControlCharacter,
                span_of(at..at + character.len_utf8()),
                format!("a control character (U+{:04X}) in a value", u32::from(character)),
            )
            .label("here")
            .why("kustomize, Helm and others rewrite such characters silently: what runs would not be what is written.")
            .help("leave it out"),
            Self::Hole => {
                Diagnostic::new(Code::ValueHole, blame, format!("`{{{{…}}}}` cannot stand in {}", value_type.noun()))
                    .label("must be written out")
                    .why("Names and closed words are what other parts of the policy, and people, refer to.")
                    .help("write the value itself")
            }
            Self::ThresholdUnit => {
                let number = value.as_str().unwrap_or_default();
                Diagnostic::new(Code::ValueUnit, blame, "a threshold in quotes needs its unit").label("no unit").help(format!(
                    "write \"{number}%\", \"{number}ms\" or \"{number}/s\", as the measure yields it, or a plain number without quotes"
                ))
            }
            Self::Empty => Diagnostic::new(
                Code::ValueType,
                blame,
                format!("{} is due here, and nothing is written", value_type.noun()),
            )
            .label("empty"),
        };
        match value.via {
            Some(_) if diagnostic.span() != Some(value.span) => diagnostic.also(value.span, "used here"),
            _ => diagnostic,
        }
    }
}

/// What was probably meant by a value that is not of its unit, where the unit itself cannot tell.
fn meant(value: &Value, value_type: Type) -> Option<String> {
    match (value_type, &value.scalar) {
        (Type::Duration, Scalar::Integer(number)) if *number > 0 => {
            Some(format!("write \"{number}s\" for seconds; the units are ms, s, m, h and d"))
        }
        (Type::Percent, Scalar::Number { value, .. }) => {
            as_percent(*value).map(|percent| format!("write \"{percent}\" if a share of 1 is meant"))
        }
        (Type::Duration, Scalar::String(text)) if matches!(&**text, "manual" | "forever" | "indefinite") => {
            Some("write a duration; to wait for a person, write `promote=\"manual\"`".to_owned())
        }
        (_, Scalar::String(text)) => {
            let name = text.trim_start_matches('$').trim_start_matches('{').trim_end_matches('}');
            let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
                && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
            (is_name && name.len() < text.len()).then(|| format!("write `{{{{{name}}}}}` for the parameter `{name}`"))
        }
        _ => None,
    }
}

/// A ratio between 0 and 1 as the percentage that it is.
pub fn as_percent(ratio: f64) -> Option<String> {
    let percent = (ratio * 1_000_000.0).round() / 10_000.0;
    (ratio > 0.0 && ratio < 1.0).then(|| format!("{percent}%"))
}

fn wrong_kind(value: &Value, value_type: Type) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::ValueType,
        value.blame(),
        format!("{} is due here, not {}", value_type.noun(), value.scalar.kind()),
    )
    .label(format!("{} is due", value_type.noun()));
    match (value_type, &value.scalar) {
        (Type::Boolean, Scalar::String(text)) if matches!(&**text, "true" | "false") => {
            diagnostic.help(format!("write `#{text}`, without quotes")).fix(value.span, format!("#{text}"))
        }
        (Type::Boolean, _) => diagnostic.help("write `#true` or `#false`"),
        (Type::Integer { .. } | Type::Number, Scalar::String(text))
            if text.parse::<f64>().is_ok_and(f64::is_finite) =>
        {
            diagnostic.help(format!("write `{text}`, without quotes")).fix(value.span, text.to_string())
        }
        (Type::Number, Scalar::String(text)) if text.starts_with('p') && text[1..].parse::<f64>().is_ok() => {
            diagnostic.help(format!("write `{}`", &text[1..])).fix(value.span, &text[1..])
        }
        (Type::Integer { .. } | Type::Number, _) => diagnostic.help("write a number without quotes, such as `6`"),
        (_, Scalar::Integer(number)) => {
            diagnostic.help(format!("write it in quotes: `\"{number}\"`")).fix(value.span, format!("\"{number}\""))
        }
        (_, Scalar::Number { text, .. }) => diagnostic.help(format!("write it in quotes: `\"{text}\"`")),
        (_, Scalar::Boolean(boolean)) => diagnostic.help(format!("write it in quotes: `\"{boolean}\"`")),
        (_, Scalar::Null) => diagnostic.help("leave it out to get the default; there is no null in this language"),
        (_, Scalar::String(_)) => diagnostic,
    }
}

fn wrong_word(value: &Value, words: &[&str]) -> Diagnostic {
    let written = value.as_str().unwrap_or_default();
    let diagnostic = Diagnostic::new(
        Code::ValueWord,
        value.blame(),
        format!("`{written}` is not one of the words that may stand here"),
    );
    let all = suggest::one_of(words.iter().copied());
    match suggest::nearest(written, words.iter().copied()) {
        Some(nearest) => {
            let diagnostic = diagnostic.label(format!("did you mean `{nearest}`?")).help(format!("write {all}"));
            if value.via.is_none() { diagnostic.fix(value.span, format!("\"{nearest}\"")) } else { diagnostic }
        }
        None => diagnostic.label("unknown").help(format!("write {all}")),
    }
}

/// The span of a part of a literal in its own source.
fn within(value: &Value, source: &Source, range: std::ops::Range<usize>) -> crate::source::Span {
    value.locate_in(source, range)
}
