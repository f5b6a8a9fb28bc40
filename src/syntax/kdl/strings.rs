//! In: a string token. Out: its text, with escapes resolved and blocks dedented; mistakes in it are reported.

use std::borrow::Cow;

use super::character::{Class, class_at, is_blank, line_end, newline_at};
use super::mistake::{self, Mistakes};
use crate::source::Source;

/// Resolves the escapes of a string whose content is at `from..to`. `token` is the whole token, including the quotes.
pub fn unescape(
    source: &Source,
    mistakes: &mut Mistakes,
    token: std::ops::Range<usize>,
    from: usize,
    to: usize,
) -> String {
    let text = &source.text[from..to];
    let mut out = String::with_capacity(text.len());
    resolve(text, &mut out, &mut |at| mistake::escape(mistakes, source, token.clone(), from + at));
    out
}

/// A string's content with its escapes resolved. Invalid escapes are kept as they are.
pub fn leniently_unescaped(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    resolve(content, &mut out, &mut |_| ());
    out
}

/// Appends `text` with its escapes resolved. The first invalid escape is passed to `bad` and kept as it is.
fn resolve(text: &str, out: &mut String, bad: &mut dyn FnMut(usize)) {
    let mut said = false;
    let mut at = 0;
    while let Some(found) = text[at..].find('\\') {
        let backslash = at + found;
        out.push_str(&text[at..backslash]);
        match escape_at(text, backslash) {
            Some((Some(character), length)) => {
                out.push(character);
                at = backslash + length;
            }
            Some((None, length)) => at = backslash + length,
            None => {
                if !said {
                    said = true;
                    bad(backslash);
                }
                out.push('\\');
                at = backslash + 1;
            }
        }
    }
    out.push_str(&text[at..]);
}

/// The value of the escape at a backslash (nothing for escaped white space), and its length. `None` when KDL has no
/// such escape.
pub fn escape_at(text: &str, backslash: usize) -> Option<(Option<char>, usize)> {
    let simple = match text.as_bytes().get(backslash + 1)? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'\\' => '\\',
        b'"' => '"',
        b'b' => '\u{8}',
        b'f' => '\u{C}',
        b's' => ' ',
        b'u' => {
            let rest = text[backslash + 2..].strip_prefix('{')?;
            let digits = rest.bytes().take(7).take_while(u8::is_ascii_hexdigit).count();
            if !(1..=6).contains(&digits) || rest.as_bytes().get(digits) != Some(&b'}') {
                return None;
            }
            let code = u32::from_str_radix(&rest[..digits], 16).ok()?;
            return Some((Some(char::from_u32(code)?), digits + 4));
        }
        _ => {
            let white = white_length(text, backslash + 1);
            return if white > 0 { Some((None, 1 + white)) } else { None };
        }
    };
    Some((Some(simple), 2))
}

/// How many bytes of white space and newlines begin at `start`.
fn white_length(text: &str, start: usize) -> usize {
    let mut at = start;
    while at < text.len() {
        match class_at(text, at) {
            (Class::Space | Class::Newline, length) => at += length,
            _ => break,
        }
    }
    at - start
}

/// One line of a block, after escaped white space is removed.
struct Line<'a> {
    text: Cow<'a, str>,
    /// Where it begins in the source.
    start: usize,
}

/// The text of a block `"""…"""` without the indentation of its closing line. Its content is at `from..to`, from after
/// the opening quotes to the closing ones.
pub fn dedent(
    source: &Source,
    mistakes: &mut Mistakes,
    token: std::ops::Range<usize>,
    from: usize,
    to: usize,
    raw: bool,
) -> String {
    let mut lines = lines(&source.text[..to], from, !raw);
    let first = if lines.is_empty() { None } else { Some(lines.remove(0)) };
    if first.is_none_or(|first| !first.text.is_empty()) || newline_at(&source.text, from).is_none() {
        mistake::block_start(mistakes, source, token.clone(), from);
        return lenient(&source.text[from..to]);
    }
    let Some(closing) = lines.pop() else { return String::new() };
    if !is_blank(&closing.text) {
        mistake::block_end(mistakes, source, to, closing.start);
        return lenient(&source.text[from..to]);
    }
    let mut out = String::with_capacity(to - from);
    let mut said_indentation = false;
    let mut said_escape = false;
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        if is_blank(&line.text) {
            continue;
        }
        let content = line.text.strip_prefix(closing.text.as_ref()).unwrap_or_else(|| {
            if !said_indentation {
                said_indentation = true;
                mistake::block_indentation(mistakes, source, line.start, closing.start, to);
            }
            line.text.trim_start()
        });
        if raw || !content.contains('\\') {
            out.push_str(content);
            continue;
        }
        resolve(content, &mut out, &mut |_| {
            if !said_escape {
                said_escape = true;
                let at = first_bad_escape(&source.text[..to], line.start);
                mistake::escape(mistakes, source, token.clone(), at);
            }
        });
    }
    out
}

/// The first backslash at or after `start` that does not begin an escape.
fn first_bad_escape(text: &str, start: usize) -> usize {
    let mut at = start;
    while let Some(found) = text[at..].find('\\') {
        match escape_at(text, at + found) {
            Some((_, length)) => at += found + length,
            None => return at + found,
        }
    }
    start
}

/// The lines of `text[from..]`. With `escapes`, a backslash removes the white space and newlines after it.
fn lines(text: &str, from: usize, escapes: bool) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut start = from;
    let mut piece = from;
    let mut at = from;
    let mut joined = String::new();
    let bytes = text.as_bytes();
    while at < bytes.len() {
        if escapes && bytes[at] == b'\\' {
            let white = white_length(text, at + 1);
            if white > 0 {
                joined.push_str(&text[piece..at]);
                at += 1 + white;
                piece = at;
            } else {
                // An escaped backslash does not escape the next character.
                at += 2;
            }
            continue;
        }
        match newline_at(text, at) {
            Some(length) => {
                lines.push(finish_line(&mut joined, &text[piece..at], start));
                at += length;
                start = at;
                piece = at;
            }
            None => at += 1,
        }
    }
    lines.push(finish_line(&mut joined, &text[piece.min(text.len())..], start));
    lines
}

fn finish_line<'a>(joined: &mut String, rest: &'a str, start: usize) -> Line<'a> {
    if joined.is_empty() {
        return Line { text: Cow::Borrowed(rest), start };
    }
    joined.push_str(rest);
    Line { text: Cow::Owned(std::mem::take(joined)), start }
}

/// The text of a block that breaks the rules: its lines without their common indentation.
pub fn lenient(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut at = 0;
    loop {
        let end = line_end(text, at);
        lines.push(&text[at..end]);
        match newline_at(text, end) {
            Some(length) => at = end + length,
            None => break,
        }
    }
    let indentation = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let first_is_blank = lines.first().is_some_and(|line| line.trim().is_empty());
    let body = if first_is_blank { &lines[1..] } else { &lines[..] };
    let shared =
        body.iter().skip(usize::from(!first_is_blank)).filter(|line| !line.trim().is_empty()).map(indentation).min();
    let shared = shared.unwrap_or(0);
    let mut out = String::with_capacity(text.len());
    for (index, line) in body.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let cut = if index == 0 && !first_is_blank { 0 } else { shared.min(indentation(line)) };
        out.push_str(&line[cut..]);
    }
    let kept = out.trim_end().len();
    out.truncate(kept);
    out
}

/// Whether a string's content could be written as a raw string: it holds nothing that has to be escaped.
pub fn has_real_escapes(content: &str) -> bool {
    content
        .match_indices('\\')
        .any(|(at, _)| escape_at(content, at).is_some_and(|(character, _)| character != Some('\\')))
}

/// The text with every backslash doubled that does not begin an escape. `None` when one was meant as a Unicode escape.
pub fn with_backslashes_doubled(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 8);
    let mut at = 0;
    while let Some(found) = text[at..].find('\\') {
        let backslash = at + found;
        out.push_str(&text[at..backslash]);
        let length = match escape_at(text, backslash) {
            Some((_, length)) => length,
            None if text[backslash..].starts_with("\\u") => return None,
            None => {
                out.push('\\');
                1
            }
        };
        out.push_str(&text[backslash..backslash + length]);
        at = backslash + length;
    }
    out.push_str(&text[at..]);
    Some(out)
}

/// The `#` characters that a raw string of this content needs.
pub fn raw_hashes(content: &str) -> String {
    let mut longest = 0;
    let mut at = 0;
    while let Some(found) = content[at..].find('"') {
        at += found + 1;
        let run = content[at..].bytes().take_while(|byte| *byte == b'#').count();
        longest = longest.max(run + 1);
    }
    "#".repeat(longest.max(1))
}

/// A string as KDL text on one line. It is quoted, or raw when quotes or backslashes are the only characters to escape.
pub fn quote(content: &str) -> String {
    let plain = |character: char| !matches!(class_of(character), Class::Newline | Class::Forbidden);
    let all_plain = content.chars().all(plain);
    if all_plain && content.contains(['"', '\\']) && !content.starts_with("\"\"") && content != "\"" {
        let hashes = raw_hashes(content);
        return format!("{hashes}\"{content}\"{hashes}");
    }
    let mut out = String::with_capacity(content.len() + 2);
    out.push('"');
    for character in content.chars() {
        escape_into(&mut out, character);
    }
    out.push('"');
    out
}

/// Appends a character to the content of a quoted string.
pub fn escape_into(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\\' => out.push_str("\\\\"),
        '"' => out.push_str("\\\""),
        '\u{8}' => out.push_str("\\b"),
        '\u{C}' => out.push_str("\\f"),
        other if matches!(class_of(other), Class::Newline | Class::Forbidden) => {
            out.push_str(&format!("\\u{{{:x}}}", u32::from(other)));
        }
        other => out.push(other),
    }
}

fn class_of(character: char) -> Class {
    super::character::class(character)
}

/// The content of `'…'` or `“…”`; the closing mark may be missing.
pub fn inside_foreign(word: &str) -> &str {
    let mut characters = word.chars();
    let single = characters.next() == Some('\'');
    let inside = characters.as_str();
    let closing: &[char] =
        if single { &['\''] } else { &['\u{201C}', '\u{201D}', '\u{201E}', '\u{2018}', '\u{2019}', '"'] };
    inside.strip_suffix(closing).unwrap_or(inside)
}

/// The content of KDL 1's `r#"…"#`; the closing mark may be missing.
pub fn inside_old_raw(word: &str) -> &str {
    let hashes = word[1..].bytes().take_while(|byte| *byte == b'#').count();
    let inside = word.get(hashes + 2..).unwrap_or_default();
    inside.strip_suffix("#".repeat(hashes).as_str()).and_then(|inside| inside.strip_suffix('"')).unwrap_or(inside)
}
