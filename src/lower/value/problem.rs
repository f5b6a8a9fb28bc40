//! In: why a value does not fit its type. Out: the diagnostic, with what to write instead.

use std::ops::Range;

use crate::diagnostic::{Applicability, Code, Diagnostic, suggest};
use crate::model::Value;
use crate::source::Span;
use crate::syntax::tree::Scalar;
use crate::units::name::NameError;
use crate::units::{UnitError, ratio_as_percent};
use crate::vocabulary::{Reference, Type};

/// Why a value does not fit its type.
pub(super) enum Problem {
    /// A scalar of the wrong kind.
    Kind,
    /// An error of a unit.
    Unit(UnitError),
    /// An error of a name.
    Name(NameError),
    /// A whole number outside its bounds.
    Bounds(i64, i64),
    /// A word outside the closed set.
    Word(&'static [&'static str]),
    /// A control character at this byte.
    Control(usize, char),
    /// `{{…}}` where it is not allowed.
    Hole,
    /// A threshold in quotes that is only a number.
    ThresholdUnit,
    /// Empty text.
    Empty,
}

impl From<UnitError> for Problem {
    fn from(error: UnitError) -> Self {
        Self::Unit(error)
    }
}

impl From<NameError> for Problem {
    fn from(error: NameError) -> Self {
        Self::Name(error)
    }
}

impl Problem {
    pub(super) fn diagnostic(
        self,
        value: &Value,
        value_type: Type,
        span_of: impl Fn(Range<usize>) -> Span,
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
                let diagnostic =
                    Diagnostic::new(Code::ValueName, span, error.message()).label(error.label()).help(error.help());
                match &error.instead {
                    _ if value.as_str().is_some_and(|text| text.starts_with('$')) => environment_variable(diagnostic, value),
                    Some(text) if value.via.is_none() => diagnostic
                        .fix(value.span, format!("\"{text}\""))
                        .applicability(Applicability::MaybeIncorrect),
                    _ => diagnostic,
                }
            }
            Self::Bounds(0, max) if matches!(value.scalar, Scalar::Integer(..0)) => {
                let Scalar::Integer(number) = value.scalar else { return wrong_kind(value, value_type) };
                let meant = number.checked_neg().filter(|meant| *meant <= max);
                Diagnostic::new(Code::ValueRange, blame, "this number cannot be negative")
                    .label("negative")
                    .help(meant.map_or(format!("write an integer from 0 to {max}"), |meant| format!("write `{meant}`")))
            }
            Self::Bounds(min, max) => {
                let range = if max == i64::MAX || max == i64::from(u32::MAX) || max == i64::from(i32::MAX) {
                    format!("at least {min}")
                } else {
                    format!("between {min} and {max}")
                };
                Diagnostic::new(Code::ValueRange, blame, format!("this number must be {range}"))
                    .label("out of range")
                    .help(format!("write an integer {range}"))
            }
            Self::Word(words) => wrong_word(value, words),
            Self::Control(at, character) => Diagnostic::new(
                Code::ValueControlCharacter,
                span_of(at..at + character.len_utf8()),
                format!("{} (U+{:04X}) in a value", kind(character), u32::from(character)),
            )
            .label("here")
            .why("Kustomize, Helm and other tools silently change control characters, and nobody who reviews the policy sees invisible ones.")
            .help("remove it"),
            Self::Hole => {
                Diagnostic::new(Code::ValueHole, blame, format!("`{{{{…}}}}` is not allowed in {}", value_type.noun()))
                    .label("must be literal")
                    .why("People and other parts of the policy refer to names and keywords.")
                    .help("write the value")
            }
            Self::ThresholdUnit => {
                let number = value.as_str().unwrap_or_default();
                let ratio = number.parse().ok().and_then(ratio_as_percent);
                let percent = ratio.unwrap_or_else(|| format!("{number}%"));
                Diagnostic::new(Code::ValueUnit, blame, "a quoted threshold needs a unit").label("missing unit").help(format!(
                    "write `\"{percent}\"`, `\"{number}ms\"` or `\"{number}/s\"`, depending on the measure, or a number without quotes"
                ))
            }
            Self::Empty => Diagnostic::new(
                Code::ValueType,
                blame,
                format!("expected {}, found an empty string", value_type.noun()),
            )
            .label("empty"),
        };
        match value.via {
            Some(_) if diagnostic.span() != Some(value.span) => diagnostic.also(value.span, "used here"),
            _ => diagnostic,
        }
    }
}

/// `${HOST}`: nothing replaces it.
fn environment_variable(diagnostic: Diagnostic, value: &Value) -> Diagnostic {
    let text = value.as_str().unwrap_or_default();
    let name = suggest::kebab_case(text.trim_matches(|character: char| !character.is_ascii_alphanumeric()));
    diagnostic.help(format!(
        "canaryc does not read environment variables: write `{{{{{name}}}}}`, declare `param \"{name}\"`, and set it with `--set {name}=…`"
    ))
}

/// The probable meaning of a value with a wrong unit, if the unit itself cannot suggest one.
fn meant(value: &Value, value_type: Type) -> Option<String> {
    match (value_type, &value.scalar) {
        (Type::Duration, Scalar::Integer(number)) if *number > 0 => {
            Some(format!("write `\"{number}s\"` for seconds; the units are ms, s, m, h and d"))
        }
        (Type::Percent, Scalar::Number { value, .. }) => {
            ratio_as_percent(*value).map(|percent| format!("write `\"{percent}\"`: shares are percentages"))
        }
        (Type::Duration, Scalar::String(text))
            if matches!(&**text, "manual" | "forever" | "indefinite" | "infinite" | "true" | "yes" | "{}") =>
        {
            Some("write a duration; to require an approval, write `promote=\"manual\"`".to_owned())
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

/// How a message names a character that no value may contain.
fn kind(character: char) -> &'static str {
    if character.is_control() { "a control character" } else { "an invisible character" }
}

fn wrong_kind(value: &Value, value_type: Type) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::ValueType,
        value.blame(),
        format!("expected {}, found {}", value_type.noun(), value.scalar.kind()),
    )
    .label(format!("expected {}", value_type.noun()));
    match (value_type, &value.scalar) {
        (Type::OneOf(words), Scalar::Boolean(boolean)) => {
            let text = boolean.to_string();
            match meant_word(&text, words) {
                Some(word) if value.via.is_none() => {
                    diagnostic.help(format!("write `\"{word}\"`")).fix(value.span, format!("\"{word}\""))
                }
                _ => diagnostic.help(format!("write {}", suggest::one_of(words.iter().copied()))),
            }
        }
        (Type::Integer { .. } | Type::Port, Scalar::Number { value: number, text })
            if number.fract() == 0.0 && text.contains('.') =>
        {
            let whole = text.split('.').next().unwrap_or_default();
            diagnostic.help(format!("write `{whole}`, without a decimal point"))
        }
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
        (Type::Number, Scalar::String(text)) if text.trim_end_matches('%').parse::<f64>().is_ok_and(f64::is_finite) => {
            let number = text.trim_end_matches('%');
            diagnostic.help(format!("write `{number}`")).fix(value.span, number)
        }
        (Type::Integer { .. } | Type::Number, _) => diagnostic.help("write a number without quotes, such as `6`"),
        (Type::Reference(Reference::Stage), Scalar::Integer(number)) if (0..=100).contains(number) => diagnostic
            .help(format!("write `\"{number}%\"`: a stage without a name is named after its weight"))
            .fix(value.span, format!("\"{number}%\""))
            .applicability(Applicability::MaybeIncorrect),
        (value_type, Scalar::Boolean(_)) if let Some(example) = example(value_type) => {
            diagnostic.help(format!("write {}, such as `{example}`", value_type.noun()))
        }
        (_, Scalar::Integer(number)) => {
            diagnostic.help(format!("put it in quotes: `\"{number}\"`")).fix(value.span, format!("\"{number}\""))
        }
        (_, Scalar::Number { text, .. }) => diagnostic.help(format!("put it in quotes: `\"{text}\"`")),
        (_, Scalar::Boolean(boolean)) => diagnostic.help(format!("put it in quotes: `\"{boolean}\"`")),
        (_, Scalar::Null) => diagnostic.help("remove it to use the default; the language has no null"),
        (_, Scalar::String(_)) => diagnostic,
    }
}

/// A value of a type that no boolean can be meant as.
const fn example(value_type: Type) -> Option<&'static str> {
    Some(match value_type {
        Type::Duration | Type::DurationOrNever => "\"10m\"",
        Type::Percent => "\"5%\"",
        Type::Rate => "\"120/s\"",
        Type::IntegerOrPercent => "\"25%\"",
        Type::Threshold => "\"99.5%\"",
        Type::Date => "\"2027-03-31\"",
        Type::Host => "\"shop.example.com\"",
        Type::Port => "8080",
        Type::Path => "\"deployment.yaml\"",
        Type::Reference(Reference::Stage) => "\"50%\"",
        _ => return None,
    })
}

/// The word that means what another tool, or a person, calls by this one.
fn meant_word(written: &str, words: &[&'static str]) -> Option<&'static str> {
    const MEANT: &[(&str, &[&str])] = &[
        ("auto", &["false", "no", "automatic", "off", "never"]),
        ("manual", &["true", "yes", "approval", "required", "human", "person"]),
        ("abort", &["rollback", "fail", "failure", "undo", "revert", "stop", "error"]),
        ("pause", &["hold", "halt", "inconclusive"]),
        ("ignore", &["continue", "warn", "skip", "dry-run", "none"]),
        ("pass", &["success", "succeed", "ok", "continue", "ignore"]),
        ("completed", &["complete", "success", "succeeded", "successful", "done", "finished", "promoted", "released"]),
        ("aborted", &["abort", "failed", "failure", "fail", "rolled-back", "rollback", "degraded", "error"]),
        ("paused", &["waiting", "inconclusive"]),
        ("scaled", &["scaling-replica-set"]),
        ("analysis-failed", &["analysis-run-failed"]),
        ("analysis-error", &["analysis-run-error"]),
        ("analysis-running", &["analysis-run-running"]),
        ("http", &["http-route"]),
        ("grpc", &["grpc-route"]),
        ("tcp", &["tcp-route"]),
        ("tls", &["tls-route"]),
    ];
    // Argo's triggers are called `on-rollout-completed`.
    let written = suggest::kebab_case(written);
    let written = written.strip_prefix("on-").unwrap_or(&written);
    let written = written.strip_prefix("rollout-").unwrap_or(written);
    if let Some(word) = words.iter().copied().find(|known| *known == written) {
        return Some(word);
    }
    let meant = MEANT.iter().filter(|(_, others)| others.contains(&written));
    meant.filter_map(|(word, _)| words.iter().copied().find(|known| known == word)).next()
}

fn wrong_word(value: &Value, words: &[&'static str]) -> Diagnostic {
    let written = value.as_str().unwrap_or_default();
    let diagnostic = Diagnostic::new(Code::ValueWord, value.blame(), format!("`{written}` is not an allowed value"));
    // Blue/green is not supported yet, so it is not suggested.
    let is_strategy = words.contains(&"blue-green");
    let words: &[&'static str] = &words.iter().copied().filter(|word| *word != "blue-green").collect::<Vec<_>>();
    let all = suggest::one_of(words.iter().copied());
    if is_strategy && suggest::nearest(written, ["blue-green"]).is_some() {
        return Diagnostic::new(Code::SupportNotYet, value.blame(), "`strategy=\"blue-green\"` is not supported yet")
            .label("not supported yet")
            .help("use `strategy=\"canary\"`, the default");
    }
    match meant_word(written, words).or_else(|| suggest::nearest(written, words.iter().copied())) {
        Some(nearest) => {
            let help = match meant_word(written, words) {
                Some(word) if words.len() == 1 => format!("write `\"{word}\"`"),
                Some(word) => format!("write `\"{word}\"`; the values are {}", suggest::all_of(words.iter().copied())),
                None => format!("write {all}"),
            };
            let diagnostic = diagnostic.label(format!("did you mean `{nearest}`?")).help(help);
            if value.via.is_some() {
                return diagnostic;
            }
            diagnostic.fix(value.span, format!("\"{nearest}\"")).applicability(Applicability::MaybeIncorrect)
        }
        None => diagnostic.label("unknown").help(format!("write {all}")),
    }
}
