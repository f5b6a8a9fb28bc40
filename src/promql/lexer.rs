//! In: the text of a query. Out: its tokens, each with its byte range; or the first position without a token.

use std::ops::Range;

use crate::embedded::TextProblem;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A metric, a label, a function or a keyword.
    Name,
    Number,
    /// `5m`; also an invalid one, such as `5min`.
    Duration,
    String,
    Symbol,
    End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// The longest first.
const SYMBOLS: [&str; 26] = [
    "==", "!=", "=~", "!~", ">=", "<=", "(", ")", "{", "}", "[", "]", ",", ":", "=", ">", "<", "+", "-", "*", "/", "%",
    "^", "@", "!", "~",
];

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':'
}

/// The tokens of a query; the last is [`Kind::End`].
pub(super) fn tokens(query: &str) -> Result<Vec<Token>, Box<TextProblem>> {
    let bytes = query.as_bytes();
    let mut tokens = Vec::with_capacity(query.len() / 4 + 1);
    let mut at = 0;
    let mut in_brackets = false;
    while let Some(&byte) = bytes.get(at) {
        let (kind, length) = match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                at += 1;
                continue;
            }
            b'#' => {
                at += query[at..].find('\n').unwrap_or(query.len() - at);
                continue;
            }
            b'"' | b'\'' | b'`' => (Kind::String, string(query, at, byte)?),
            b'{' if bytes.get(at + 1) == Some(&b'{') => {
                let end = query[at..].find("}}").map_or(query.len(), |length| at + length + 2);
                let text = &query[at..end];
                return Err(Box::new(
                    TextProblem::new(at..end, format!("`{text}` is only allowed inside a string"))
                        .help("put it in quotes as the value of a label"),
                ));
            }
            b'0'..=b'9' => number(query, at),
            b'.' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => number(query, at),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => (Kind::Name, name_length(bytes, at)),
            // Outside a range a name may start with a colon, as in recording rules.
            b':' if !in_brackets => (Kind::Name, name_length(bytes, at)),
            _ => match SYMBOLS.iter().find(|symbol| query[at..].starts_with(**symbol)) {
                Some(symbol) => (Kind::Symbol, symbol.len()),
                None => return Err(Box::new(strange(query, at))),
            },
        };
        match byte {
            b'[' => in_brackets = true,
            b']' => in_brackets = false,
            _ => {}
        }
        tokens.push(Token { kind, range: at..at + length });
        at += length;
    }
    tokens.push(Token { kind: Kind::End, range: query.len()..query.len() });
    Ok(tokens)
}

fn name_length(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|byte| is_name(**byte)).count().max(1)
}

fn strange(query: &str, at: usize) -> TextProblem {
    let character = query[at..].chars().next().unwrap_or(' ');
    let range = at..at + character.len_utf8();
    let problem =
        TextProblem::new(range.clone(), format!("unexpected character `{}` in PromQL", character.escape_debug()));
    match character {
        '“' | '”' | '‘' | '’' => problem.help("use straight quotes"),
        '&' | '|' => problem.help("PromQL has the operators `and` and `or`"),
        '$' => problem.help("dashboard variables are not available here; write the value, or {{window}}"),
        ';' => problem.help("a query is a single expression; remove the `;`").fix(range, ""),
        _ => problem,
    }
}

/// A number, or a duration if letters follow.
fn number(query: &str, at: usize) -> (Kind, usize) {
    let bytes = &query.as_bytes()[at..];
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'_').count();
    if bytes.len() > 2 && bytes[0] == b'0' && matches!(bytes[1], b'x' | b'X') {
        return (Kind::Number, 2 + bytes[2..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count());
    }
    let mut length = digits(0);
    if bytes.get(length) == Some(&b'.') {
        length += 1 + digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    let unit = bytes[length..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if unit > 0 { (Kind::Duration, length + unit) } else { (Kind::Number, length) }
}

fn string(query: &str, start: usize, quote: u8) -> Result<usize, Box<TextProblem>> {
    let bytes = query.as_bytes();
    let mut at = start + 1;
    let unclosed = |end: usize| {
        let sign = char::from(quote);
        let problem = TextProblem::new(start..end, "this string is not closed");
        Box::new(problem.label("starts here").help(format!("close it with {sign}")))
    };
    loop {
        match bytes.get(at) {
            None => return Err(unclosed(query.len())),
            Some(b'\n') if quote != b'`' => return Err(unclosed(at)),
            Some(b'\\') if quote != b'`' => {
                let length = escape(query, at)?;
                at += length;
            }
            Some(byte) if *byte == quote => return Ok(at + 1 - start),
            Some(_) => at += 1,
        }
    }
}

/// The length of an escape. PromQL has the escapes of Go.
fn escape(query: &str, at: usize) -> Result<usize, Box<TextProblem>> {
    let bytes = query.as_bytes();
    let hex = |count: usize| {
        let found = bytes.iter().skip(at + 2).take(count).filter(|byte| byte.is_ascii_hexdigit()).count();
        (found == count).then_some(2 + count)
    };
    let octal = || {
        let found = bytes.iter().skip(at + 1).take(3).filter(|byte| matches!(byte, b'0'..=b'7')).count();
        (found == 3).then_some(4)
    };
    let length = match bytes.get(at + 1) {
        Some(b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'\\' | b'"' | b'\'') => Some(2),
        Some(b'x') => hex(2),
        Some(b'u') => hex(4),
        Some(b'U') => hex(8),
        Some(b'0'..=b'7') => octal(),
        // At the end of the text the string is unclosed, which is reported elsewhere.
        None => Some(1),
        _ => None,
    };
    length.ok_or_else(|| {
        let next = query[at + 1..].chars().next().unwrap_or(' ');
        let range = at..at + 1 + next.len_utf8();
        let problem = TextProblem::new(range.clone(), format!("`\\{next}` is not an escape in a PromQL string"));
        let help = format!("double the backslash, as a regular expression needs it: `\\\\{next}` in a raw string, `\\\\\\\\{next}` in plain quotes");
        Box::new(problem.help(help).fix(range, format!("\\\\{next}")))
    })
}

/// The value of a string token.
pub(super) fn unquote(text: &str) -> String {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
    if text.starts_with('`') || !inner.contains('\\') {
        return inner.to_owned();
    }
    let mut value = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        let code = rest[at + 1..].chars().next().unwrap_or('\\');
        let (character, length) = match code {
            'n' => ('\n', 1),
            't' => ('\t', 1),
            'r' => ('\r', 1),
            'a' => ('\u{7}', 1),
            'b' => ('\u{8}', 1),
            'f' => ('\u{c}', 1),
            'v' => ('\u{b}', 1),
            'x' => numeric(rest, at + 2, 2, 16),
            'u' => numeric(rest, at + 2, 4, 16),
            'U' => numeric(rest, at + 2, 8, 16),
            '0'..='7' => {
                let (character, length) = numeric(rest, at + 1, 3, 8);
                (character, length - 1)
            }
            other => (other, other.len_utf8()),
        };
        value.push(character);
        rest = rest.get(at + 1 + length..).unwrap_or("");
    }
    value.push_str(rest);
    value
}

fn numeric(text: &str, from: usize, digits: usize, radix: u32) -> (char, usize) {
    let code = text.get(from..from + digits).and_then(|digits| u32::from_str_radix(digits, radix).ok());
    (code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER), digits + 1)
}
