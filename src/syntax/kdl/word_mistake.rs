//! In: a word or string that KDL does not allow. Out: the diagnostic that shows the correct form.

use super::mistake::shown;
use super::number;
use super::parser::{Parser, Place};
use super::strings;
use super::token::Token;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::tree::Scalar;

/// `10m`, `5%`, `a/b`: a word that needs quotes.
pub fn missing_quotes(parser: &mut Parser<'_>, token: Token, place: Place) {
    let word = parser.slice(token);
    let span = parser.span(token);
    let quoted = strings::quote(word);
    if let Some(diagnostic) = malformed_number(word) {
        let diagnostic = Diagnostic::new(Code::KdlInvalidNumber, span, diagnostic.0).label(diagnostic.1).help(format!(
            "{}; if it is not a number, put it in quotes: `{}`",
            diagnostic.2,
            shown(&quoted)
        ));
        parser.mistakes.push(diagnostic);
        return;
    }
    let (message, label) = describe(word, place);
    parser.mistakes.push(
        Diagnostic::new(Code::KdlMissingQuotes, span, message)
            .label(label)
            .help(format!("write `{}`", shown(&quoted)))
            .fix(span, quoted),
    );
}

/// Describes a word without quotes.
fn describe(word: &str, place: Place) -> (String, String) {
    let what = match place {
        Place::Value => kind_of(word),
        Place::NodeName | Place::PropertyName => "this name",
        Place::Type => "this type",
    };
    let label = if number::looks_numeric(word) {
        let unit = word.trim_start_matches(|character: char| {
            character.is_ascii_digit() || matches!(character, '.' | '_' | '+' | '-')
        });
        if unit.is_empty() || unit.len() > 4 {
            "starts like a number, but is not one".to_owned()
        } else {
            format!("`{unit}` is not allowed after a number")
        }
    } else {
        match word
            .chars()
            .find(|character| matches!(character, '/' | '\\' | '[' | ']' | '(' | ')' | '{' | '}' | '#' | '"'))
        {
            Some(character) => format!("a word without quotes cannot contain `{character}`"),
            None => "needs quotes".to_owned(),
        }
    };
    (format!("{what} needs quotes"), label)
}

fn kind_of(word: &str) -> &'static str {
    let digits = word.trim_start_matches(['+', '-']);
    let number_end =
        digits.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(digits.len());
    let (number, unit) = digits.split_at(number_end);
    if word.contains("://") {
        "this address"
    } else if word.starts_with("{{") && word.ends_with("}}") && word.matches("{{").count() == 1 {
        "this reference"
    } else if number.is_empty() {
        if word.contains('(') { "this expression" } else { "this string" }
    } else if unit == "%" {
        "this percentage"
    } else if unit.starts_with('/') {
        "this rate"
    } else if is_duration(digits) {
        "this duration"
    } else if digits.len() == 10 && digits.bytes().filter(|byte| *byte == b'-').count() == 2 {
        "this date"
    } else {
        "this string"
    }
}

/// Numbers with units of time, such as `1h30m`.
fn is_duration(word: &str) -> bool {
    let mut rest = word;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let unit = rest[digits..].bytes().take_while(u8::is_ascii_alphabetic).count();
        if digits == 0 || !matches!(&rest[digits..digits + unit], "ms" | "s" | "m" | "h" | "d" | "w" | "us" | "ns") {
            return false;
        }
        rest = &rest[digits + unit..];
    }
    true
}

/// Message, label and help for a word that was certainly meant as a number.
fn malformed_number(word: &str) -> Option<(&'static str, String, String)> {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    let sign = &word[..word.len() - unsigned.len()];
    let numeric = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    if let Some(fraction) = unsigned.strip_prefix('.')
        && numeric(fraction)
    {
        return Some((
            "a number needs a digit before the decimal point",
            "starts with the decimal point".into(),
            format!("write `{sign}0{unsigned}`"),
        ));
    }
    if let Some(whole) = unsigned.strip_suffix('.')
        && numeric(whole)
    {
        return Some((
            "a number needs a digit after the decimal point",
            "ends with the decimal point".into(),
            format!("write `{sign}{whole}`"),
        ));
    }
    let (name, digits) = match unsigned.get(..2)? {
        "0x" => ("a hexadecimal", "0 to 9 and a to f"),
        "0o" => ("an octal", "0 to 7"),
        "0b" => ("a binary", "0 and 1"),
        _ => {
            let exponent = unsigned.split_once(['e', 'E']).filter(|(before, _)| number::is_number(before))?;
            let valid =
                exponent.1.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'_'));
            return valid.then(|| {
                (
                    "the exponent of this number is not valid",
                    "not a number".into(),
                    "write an integer after the `e`, such as `1e6`".into(),
                )
            });
        }
    };
    Some((
        "this number is not valid",
        format!("not {name} number"),
        format!("after `{}` only the digits {digits} are allowed", &unsigned[..2]),
    ))
}

/// `true` without `#`.
pub fn bare_keyword(parser: &mut Parser<'_>, token: Token) {
    let word = parser.slice(token);
    let span = parser.span(token);
    parser.mistakes.push(
        Diagnostic::new(Code::KdlBareKeyword, span, format!("`{word}` needs a `#`"))
            .label("keyword without `#`")
            .help(format!("write `#{word}`, or `\"{word}\"` for a string"))
            .fix(span, format!("#{word}")),
    );
}

/// `#something`. Returns the value that was probably meant.
pub fn unknown_keyword(parser: &mut Parser<'_>, token: Token) -> Scalar {
    let word = parser.slice(token);
    let name = &word[1..];
    let span = parser.span(token);
    let lower = name.to_ascii_lowercase();
    let meant = match lower.as_str() {
        "true" | "t" | "yes" | "on" => Some("#true"),
        "false" | "f" | "no" | "off" => Some("#false"),
        "null" | "nil" | "none" => Some("#null"),
        "inf" | "infinity" | "+inf" => Some("#inf"),
        "-infinity" => Some("#-inf"),
        "nan" => Some("#nan"),
        _ => None,
    };
    let diagnostic = Diagnostic::new(Code::KdlUnknownKeyword, span, format!("`{}` is not a keyword", shown(word)));
    let (diagnostic, value) = match meant {
        Some(meant) => {
            let value = match meant {
                "#true" => Scalar::Boolean(true),
                "#false" => Scalar::Boolean(false),
                "#null" => Scalar::Null,
                other => Scalar::String(other.into()),
            };
            (diagnostic.label("unknown").help(format!("did you mean `{meant}`?")).fix(span, meant), value)
        }
        None => (
            diagnostic
                .label("the keywords are `#true`, `#false`, `#null`, `#inf`, `#-inf` and `#nan`")
                .help(format!("write `\"{}\"` for a string; a comment starts with `//`", shown(word))),
            Scalar::String(word.into()),
        ),
    };
    parser.mistakes.push(diagnostic);
    value
}

/// A number or keyword where a name was expected.
pub fn not_a_name(parser: &mut Parser<'_>, token: Token, place: Place) {
    let word = parser.slice(token);
    let span = parser.span(token);
    let what = match place {
        Place::PropertyName => "the name of a property",
        Place::Type => "the name of a type",
        Place::NodeName | Place::Value => "the name of a node",
    };
    let quoted = format!("\"{word}\"");
    parser.mistakes.push(
        Diagnostic::new(Code::KdlMissingQuotes, span, format!("`{}` cannot be {what} without quotes", shown(word)))
            .label(if word.starts_with(['#', 't', 'f', 'n', 'i', '-']) && !number::looks_numeric(word) {
                "a keyword"
            } else {
                "a number"
            })
            .help(format!("start with a name; if this is the name, write `{}`", shown(&quoted)))
            .fix(span, quoted),
    );
}

/// `'…'` or `“…”`.
pub fn foreign_quotes(parser: &mut Parser<'_>, token: Token, content: &str) {
    let single = parser.slice(token).starts_with('\'');
    let span = parser.span(token);
    let message = if single {
        "a string needs double quotes, found single quotes"
    } else {
        "a string needs straight quotes, found typographic quotes"
    };
    let quoted = strings::quote(content);
    parser.mistakes.push(
        Diagnostic::new(Code::KdlForeignQuotes, span, message)
            .label(if single { "would be part of the string" } else { "not `\"`" })
            .help(format!("write `{}`", shown(&quoted)))
            .fix(span, quoted),
    );
}

/// `r"…"` of KDL 1.
pub fn old_raw(parser: &mut Parser<'_>, token: Token, content: &str) {
    let span = parser.span(token);
    let hashes = strings::raw_hashes(content);
    let raw = format!("{hashes}\"{content}\"{hashes}");
    parser.mistakes.push(
        Diagnostic::new(Code::KdlOldRawString, span, "raw strings have no `r` in KDL 2")
            .label("syntax of KDL 1")
            .help(format!("write `{}`", shown(&raw)))
            .fix(span, raw),
    );
}
