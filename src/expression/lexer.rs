//! In: the text of a condition. Out: its tokens, each with its byte range; or the first position without a token.

use std::ops::Range;

use crate::embedded::TextProblem;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Integer,
    Number,
    String,
    /// `{{args.name}}`, which the controller substitutes before it compiles the condition.
    Argument,
    Operator,
    Bracket,
    End,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

impl Token {
    pub(super) fn text<'a>(&self, source: &'a str) -> &'a str {
        source.get(self.range.clone()).unwrap_or("")
    }

    pub(super) fn is_name(&self, source: &str, name: &str) -> bool {
        self.kind == Kind::Name && self.text(source) == name
    }
}

/// The longest first.
const OPERATORS: [&str; 33] = [
    "||", "&&", "==", "!=", ">=", "<=", "??", "?.", "..", "::", "**", "#", "|", ":", "?", ",", ";", "%", "+", "-", "^",
    "&", "!", "=", "*", "<", ">", "/", ".", "~", "@", "$", "\\",
];

const WORD_OPERATORS: [&str; 10] =
    ["not", "in", "or", "and", "matches", "contains", "startsWith", "endsWith", "let", "if"];

fn is_word(character: char) -> bool {
    character == '_' || character == '$' || character.is_alphanumeric()
}

/// The tokens of a condition; the last is [`Kind::End`].
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, Box<TextProblem>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(character) = source[at..].chars().next() {
        let rest = &source[at..];
        if character.is_whitespace() {
            at += character.len_utf8();
            continue;
        }
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        if rest.starts_with("/*") {
            let Some(length) = rest.find("*/") else {
                return Err(Box::new(
                    TextProblem::new(at..at + 2, "this comment is not closed").help("close it with */"),
                ));
            };
            at += length + 2;
            continue;
        }
        let (kind, length) = match character {
            '{' if rest.starts_with("{{") => (Kind::Argument, argument(source, at)?),
            '"' | '\'' => (Kind::String, string(source, at, character)?),
            '`' => match rest[1..].find('`') {
                Some(length) => (Kind::String, length + 2),
                None => return Err(unclosed(at..source.len(), '`')),
            },
            '0'..='9' => number(source, at)?,
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => number(source, at)?,
            '(' | ')' | '[' | ']' | '{' | '}' => (Kind::Bracket, 1),
            '$' | '_' => (Kind::Name, word_length(rest)),
            _ if is_word(character) => {
                let length = word_length(rest);
                let operator = WORD_OPERATORS.contains(&&rest[..length]) || &rest[..length] == "else";
                (if operator { Kind::Operator } else { Kind::Name }, length)
            }
            _ => match OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
                Some(operator) => (Kind::Operator, operator.len()),
                None => {
                    let range = at..at + character.len_utf8();
                    let problem = TextProblem::new(range.clone(), "unexpected character in a condition");
                    return Err(Box::new(match character {
                        '≥' => problem.help("write >=").fix(range, ">="),
                        '≤' => problem.help("write <=").fix(range, "<="),
                        '≠' => problem.help("write !=").fix(range, "!="),
                        '“' | '”' | '‘' | '’' => problem.help("use straight quotes"),
                        _ => problem,
                    }));
                }
            },
        };
        tokens.push(Token { kind, range: at..at + length });
        at += length;
    }
    tokens.push(Token { kind: Kind::End, range: source.len()..source.len() });
    Ok(tokens)
}

fn word_length(rest: &str) -> usize {
    rest.find(|character| !is_word(character)).unwrap_or(rest.len())
}

fn unclosed(range: Range<usize>, quote: char) -> Box<TextProblem> {
    let problem = TextProblem::new(range, "this string is not closed");
    Box::new(problem.label("starts here").help(format!("close it with {quote}")))
}

/// The length of a quoted string. It also checks `{{…}}` in the string, because the controller substitutes it there
/// too.
fn string(source: &str, start: usize, quote: char) -> Result<usize, Box<TextProblem>> {
    let mut escaped = false;
    for (at, character) in source[start + 1..].char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return Err(unclosed(start..start + 1 + at, quote)),
            _ if character == quote => {
                let length = at + 2;
                for (range, name) in crate::embedded::placeholders(&source[start..start + length]) {
                    known_argument(start + range.start..start + range.end, name)?;
                }
                return Ok(length);
            }
            _ => {}
        }
    }
    Err(unclosed(start..source.len(), quote))
}

/// The length of `{{args.name}}`.
fn argument(source: &str, start: usize) -> Result<usize, Box<TextProblem>> {
    let Some((range, name)) = crate::embedded::placeholders(&source[start..]).next() else {
        return Ok(2);
    };
    if !source[start..start + range.end].ends_with("}}") {
        return Err(Box::new(TextProblem::new(start..start + 2, "`{{` is not closed").help("close it with `}}`")));
    }
    known_argument(start..start + range.end, name)?;
    Ok(range.end)
}

fn known_argument(range: Range<usize>, name: &str) -> Result<(), Box<TextProblem>> {
    if name.strip_prefix("args.").is_some_and(|name| !name.is_empty()) {
        return Ok(());
    }
    Err(Box::new(
        TextProblem::new(range, format!("`{{{{{name}}}}}` is not an argument of the analysis"))
            .why("The controller rejects every {{…}} except {{args.…}}, and aborts the release.")
            .help("write {{args.name}}, or a name that the policy declares"),
    ))
}

fn number(source: &str, start: usize) -> Result<(Kind, usize), Box<TextProblem>> {
    let rest = &source[start..];
    let bytes = rest.as_bytes();
    let radix = matches!(bytes.get(1), Some(b'x' | b'X' | b'o' | b'O' | b'b' | b'B')) && bytes[0] == b'0';
    let mut kind = Kind::Integer;
    let mut at = if radix { 2 } else { 0 };
    let run = |from: usize| {
        bytes[from..].iter().take_while(|b| b.is_ascii_digit() || **b == b'_' || radix && b.is_ascii_hexdigit()).count()
    };
    at += run(at);
    if !radix {
        if bytes.get(at) == Some(&b'.') && bytes.get(at + 1) != Some(&b'.') {
            kind = Kind::Number;
            at += 1 + run(at + 1);
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            kind = Kind::Number;
            at += 1;
            at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
            at += run(at);
        }
    }
    let tail = word_length(&rest[at..]);
    let range = start..start + at + tail;
    if bytes.get(at) == Some(&b'%')
        && !rest[at + 1..].trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '(')
    {
        return Err(Box::new(
            TextProblem::new(start..start + at + 1, "percent signs are not allowed in a condition")
                .help("compare with the ratio, such as 0.995 for 99.5%"),
        ));
    }
    if tail > 0 {
        let unit = &rest[at..at + tail];
        return Err(Box::new(
            TextProblem::new(range, "units are not allowed in a condition")
                .label(format!("`{unit}`"))
                .help("write the number in the unit of the result"),
        ));
    }
    let digits = rest[..at].replace('_', "");
    let too_large = match kind {
        Kind::Integer if !radix => digits.parse::<i64>().is_err(),
        Kind::Number => digits.parse::<f64>().map_or(true, f64::is_infinite),
        _ => digits.len() == 2 || digits.len() > 18,
    };
    if too_large {
        return Err(Box::new(
            TextProblem::new(range, "this is not a valid number").help("write a number with at most 18 digits"),
        ));
    }
    Ok((kind, at))
}
