//! In: the position of a bare word in the text. Out: its end, by KDL's rule or, when it breaks that rule, where a
//! reader would say that it ends.

use super::character::{BYTES, Class, class_at, line_end, newline_at, space_at};
use super::number;
use super::token::Kind;

/// The kind of a word that has only characters allowed in bare words.
pub fn kind(word: &str) -> Kind {
    match word {
        "true" | "false" | "null" | "inf" | "-inf" | "nan" => Kind::Reserved,
        word if !number::looks_numeric(word) => Kind::Identifier,
        word if number::is_number(word) => Kind::Number,
        _ => Kind::BadWord,
    }
}

/// The end of the characters that are allowed in bare words.
pub fn end(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        match BYTES[byte as usize] {
            Class::Word => at += 1,
            Class::Decode => match class_at(text, at) {
                (Class::Word, length) => at += length,
                _ => break,
            },
            _ => break,
        }
    }
    at
}

/// Whether the author meant the word `start..end`, which stops at a delimiter, to continue after it.
pub fn goes_on(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let next = bytes.get(end + 1).copied();
    match bytes[end] {
        b'/' => match next {
            // In KDL, `https://` is a word and a comment. No author means that.
            Some(b'/') => bytes[end - 1] == b':' && end - start > 1,
            Some(b'*' | b'-') => false,
            _ => true,
        },
        b'\\' => !continues_line(text, end),
        b'[' | b']' | b'(' => true,
        b'#' => !hashes_then_quote(text, end),
        b'{' => template(text, end).is_some(),
        _ => false,
    }
}

/// The end of a word that breaks the rule: white space, `;`, `"`, `=` or a brace. Those inside parentheses, `{{name}}`
/// or a URL do not end it.
pub fn bad_end(text: &str, start: usize, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'(' => match closing_parenthesis(text, at) {
                Some(end) => at = end,
                None => at += 1,
            },
            b'{' => match template(text, at) {
                Some(end) => at = end,
                None => break,
            },
            b'=' if !text[start..at].contains("://") => break,
            b'}' | b';' | b'"' | b')' => break,
            b'\\' if continues_line(text, at) => break,
            b'/' if at > start && bytes.get(at + 1) == Some(&b'/') && bytes[at - 1] != b':' => break,
            b'/' if bytes.get(at + 1) == Some(&b'/') => at += 2,
            _ => match class_at(text, at) {
                (Class::Word | Class::Delimiter, length) => at += length,
                _ => break,
            },
        }
    }
    if at == start { start + class_at(text, start).1 } else { at }
}

/// The end of the `)` that closes the `(` at `at`, if it is on the same line.
fn closing_parenthesis(text: &str, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, byte) in text.as_bytes()[at..].iter().enumerate().take(LONGEST_EXPRESSION) {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + offset + 1);
                }
            }
            b'\n' | b'\r' => return None,
            _ => {}
        }
    }
    None
}

/// The end of a `{…}` on one line.
pub fn braces_in_line(text: &str, at: usize) -> Option<usize> {
    let length =
        text.as_bytes()[at..].iter().take(LONGEST_EXPRESSION).position(|byte| matches!(byte, b'}' | b'\n' | b'\r'))?;
    (text.as_bytes()[at + length] == b'}').then_some(at + length + 1)
}

/// How far to look for the `)` of a bare expression. This bounds the text that is read again when there is none.
const LONGEST_EXPRESSION: usize = 400;

/// The end of a `{{name}}` at `at`.
pub fn template(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix("{{")?;
    let length =
        rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')).count();
    (length > 0 && rest[length..].starts_with("}}")).then_some(at + length + 4)
}

/// Whether only white space and comments follow the `\` at `at` on its line.
pub fn continues_line(text: &str, at: usize) -> bool {
    let mut at = at + 1;
    while at < text.len() {
        if let Some(length) = space_at(text, at) {
            at += length;
        } else {
            return newline_at(text, at).is_some() || text[at..].starts_with("//") || text[at..].starts_with("/*");
        }
    }
    true
}

/// Whether `#`s followed by a `"` begin at `at`.
pub fn hashes_then_quote(text: &str, at: usize) -> bool {
    text.as_bytes()[at..].iter().find(|byte| **byte != b'#') == Some(&b'"')
}

/// The quotation mark of a word processor at `at`.
pub fn typographic_quote(text: &str, at: usize) -> Option<char> {
    text[at..]
        .chars()
        .next()
        .filter(|found| matches!(found, '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2018}' | '\u{2019}'))
}

/// The end of the line without its closing braces and comment: where a string without its closing quote was probably
/// meant to end.
pub fn probable_string_end(text: &str, start: usize) -> usize {
    let end = line_end(text, start);
    let line = &text[start..end];
    let mut rest = line.find(" //").map_or(line, |comment| &line[..comment]);
    loop {
        let trimmed = rest.trim_end();
        let without =
            trimmed.strip_suffix(['{', '}', ';']).map(|shorter| (shorter, shorter.trim_end().len() < shorter.len()));
        match without {
            Some((shorter, true)) => rest = shorter,
            Some((shorter, false))
                if shorter.ends_with(['}', ';']) && trimmed.ends_with(['}', ';']) && !shorter.is_empty() =>
            {
                rest = shorter;
            }
            _ => return start + trimmed.len(),
        }
    }
}
