//! In: what the lexer and the parser found wrong, and where. Out: the diagnostic. All messages about the syntax are
//! here and in `word_mistake`, which keeps their wording consistent.

use std::ops::Range;

use super::character::line_end;
use super::inner_quotes;
use super::strings;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{Source, Span};

/// The most mistakes that are reported for one file. A text with more is not a policy, and a longer list would not
/// help.
const MOST: usize = 200;

/// The mistakes of one text, in the order found.
#[derive(Default)]
pub struct Mistakes {
    list: Vec<Diagnostic>,
}

impl Mistakes {
    /// Adds a mistake, unless there are too many already.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        // Keeps more than are shown, because the brace and word mistakes are sorted afterwards.
        if self.list.len() < 4 * MOST {
            self.list.push(diagnostic);
        }
    }

    /// Drops the mistakes found at or after `start`, because that part is read again.
    pub fn forget_from(&mut self, start: u32) {
        self.list.retain(|diagnostic| diagnostic.span().is_none_or(|span| span.start < start));
    }

    /// Drops the mistakes of some kinds in a part, because one mistake about the whole part says more.
    pub fn forget_codes(&mut self, codes: &[Code], part: Span) {
        let inside = |span: Span| (part.start..part.end).contains(&span.start);
        self.list.retain(|diagnostic| !codes.contains(&diagnostic.code) || !diagnostic.span().is_some_and(inside));
    }

    /// Returns the mistakes in the order of the text.
    pub fn finish(mut self, diagnostics: &mut Diagnostics) {
        self.list.sort_by_key(|diagnostic| diagnostic.span().map(|span| span.start));
        self.list.dedup_by(|a, b| a.code == b.code && a.labels == b.labels);
        let rest = if self.list.len() > MOST { self.list.get(MOST).and_then(Diagnostic::span) } else { None };
        for diagnostic in self.list.into_iter().take(MOST) {
            diagnostics.push(diagnostic);
        }
        if let Some(span) = rest {
            diagnostics.push(
                Diagnostic::new(
                    Code::KdlTooManyMistakes,
                    span,
                    format!("this file has more than {MOST} syntax errors"),
                )
                .label("errors after this point are not shown")
                .help("fix the first ones and run the command again; if the first one makes no sense, this file may not be a policy"),
            );
        }
    }
}

/// The span of the character at `at`.
fn character(source: &Source, at: usize) -> Span {
    source.range(at, at + source.text[at..].chars().next().map_or(0, char::len_utf8))
}

/// Shortens text for a message.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= LONGEST && line.len() == text.len() {
        return line.to_owned();
    }
    let mut short: String = line.chars().take(LONGEST).collect();
    short.push('…');
    short
}

/// Characters that are allowed nowhere.
pub fn forbidden(mistakes: &mut Mistakes, source: &Source, start: usize, end: usize) {
    let text = &source.text[start..end];
    let mut characters = text.chars();
    let first = characters.next().unwrap_or('\0');
    let more = characters.count();
    let name = match first {
        '\0' => "a NUL character".to_owned(),
        '\u{FEFF}' => "a byte order mark (U+FEFF)".to_owned(),
        '\u{7F}'.. => format!("the invisible character U+{:04X}", u32::from(first)),
        _ => format!("the control character U+{:04X}", u32::from(first)),
    };
    let message = match more {
        0 => format!("{name} is not allowed in a policy"),
        more => format!("{name} and {more} more after it are not allowed in a policy"),
    };
    mistakes.push(
        Diagnostic::new(Code::KdlForbiddenCharacter, source.range(start, end), message)
            .label("not visible in most editors")
            .why("Invisible text can make a policy look different from what it says.")
            .help(format!("delete it; in a quoted string, write it as `\\u{{{:x}}}`", u32::from(first)))
            .fix(source.range(start, end), ""),
    );
}

/// A `\` followed by something on its line.
pub fn continuation(mistakes: &mut Mistakes, source: &Source, next: usize) {
    let backslash = source.text[..next].rfind('\\').unwrap_or(next);
    mistakes.push(
        Diagnostic::new(
            Code::KdlLineContinuation,
            source.range(backslash, backslash + 1),
            "a `\\` must be at the end of its line",
        )
        .label("continues on the next line")
        .also(character(source, next), "text after it")
        .help("delete the `\\`, or start a new line after it; if it belongs to a string, add quotes"),
    );
}

/// An unclosed `/*`.
pub fn unclosed_comment(mistakes: &mut Mistakes, source: &Source, start: usize, inner: Option<usize>) {
    let diagnostic =
        Diagnostic::new(Code::KdlUnclosedComment, source.range(start, start + 2), "this comment is not closed");
    mistakes.push(match inner {
        Some(inner) => diagnostic
            .label("opens a comment")
            .also(source.range(inner, inner + 2), "opens a nested comment, which needs its own `*/`")
            .help("close both with `*/`, or write `//` before each line"),
        None => diagnostic
            .label("everything after this is a comment")
            .help("close it with `*/`, or use `//`, which ends at the end of its line"),
    });
}

/// A `"` without a closing quote on its line.
pub fn unclosed_string(mistakes: &mut Mistakes, source: &Source, token: Range<usize>) {
    let opening = source.text[token.clone()].bytes().take_while(|byte| *byte == b'#').count() + 1;
    let content = &source.text[(token.start + opening).min(token.end)..token.end];
    let diagnostic = Diagnostic::new(
        Code::KdlUnclosedString,
        source.range(token.start, token.start + opening),
        "this string is not closed",
    )
    .label("opens here, but its line has no closing quote");
    let single_word = !content.is_empty() && !content.contains(char::is_whitespace);
    mistakes.push(if single_word {
        let closing = format!("\"{}", "#".repeat(opening - 1));
        diagnostic
            .help(format!("write `{}`", shown(&format!("{}{closing}", &source.text[token.clone()]))))
            .fix(source.range(token.end, token.end), closing)
    } else {
        diagnostic.help("close it with `\"` on the same line; for several lines, use `\"\"\"` and `\"\"\"`")
    });
}

/// `10m"`: a `"` that opens nothing.
pub fn unopened_string(mistakes: &mut Mistakes, source: &Source, token: Range<usize>) {
    let word = shown(&source.text[token.clone()]);
    mistakes.push(
        Diagnostic::new(
            Code::KdlMissingQuotes,
            source.range(token.start, token.end),
            "this string has no opening quote",
        )
        .label("only a closing quote")
        .help(format!("write `\"{word}`"))
        .fix(source.range(token.start, token.start), "\""),
    );
}

/// `#"…"` without the `#` at its end, or `#"…`.
pub fn unclosed_raw(mistakes: &mut Mistakes, source: &Source, token: Range<usize>) {
    let text = &source.text[token.clone()];
    let hashes = text.bytes().take_while(|byte| *byte == b'#').count();
    let closing = text[hashes + 1..].bytes().rev().take_while(|byte| *byte == b'#').count();
    if !text[hashes + 1..text.len() - closing].ends_with('"') {
        return unclosed_string(mistakes, source, token);
    }
    if text.contains(['\n', '\r']) {
        return split_string(mistakes, source, token);
    }
    missing_hashes(mistakes, source, token, 1, "this raw string is not closed");
}

/// Closing quotes with fewer `#` than the opening ones; `quotes` is the number of quotes.
fn missing_hashes(mistakes: &mut Mistakes, source: &Source, token: Range<usize>, quotes: usize, message: &str) {
    let text = &source.text[token.clone()];
    let hashes = text.bytes().take_while(|byte| *byte == b'#').count();
    let written = text.bytes().rev().take_while(|byte| *byte == b'#').count();
    let marks = "\"".repeat(quotes);
    let all = "#".repeat(hashes);
    let missing = "#".repeat(hashes.saturating_sub(written));
    mistakes.push(
        Diagnostic::new(Code::KdlUnclosedString, source.range(token.start, token.start + hashes + quotes), message)
            .label(format!("a string that opens with `{all}{marks}` must close with `{marks}{all}`"))
            .also(source.range(token.end - written - quotes, token.end), format!("`{missing}` is missing here"))
            .help(format!("write `{marks}{all}` at its end"))
            .fix(source.range(token.end, token.end), missing),
    );
}

/// An unclosed `"""`.
pub fn unclosed_block(mistakes: &mut Mistakes, source: &Source, token: Range<usize>) {
    let text = &source.text[token.clone()];
    let hashes = text.bytes().take_while(|byte| *byte == b'#').count();
    if hashes > 0 && text[hashes + 3..].trim_end_matches('#').ends_with("\"\"\"") {
        return missing_hashes(mistakes, source, token, 3, "this multi-line string is not closed");
    }
    let closing = format!("\"\"\"{}", "#".repeat(hashes));
    mistakes.push(
        Diagnostic::new(
            Code::KdlUnclosedString,
            source.range(token.start, token.start + hashes + 3),
            "this multi-line string is not closed",
        )
        .label("opens here")
        .also(source.range(token.end, token.end), "seems to end here")
        .help(format!("put `{closing}` on a separate line after the text, with the same indentation")),
    );
}

/// `"sum(x{job="api"})"`: quotes inside a string, which KDL reads as its end.
pub fn inner_quotes(mistakes: &mut Mistakes, source: &Source, token: Range<usize>, content: &str) {
    let inner = token.start + 1 + source.text[token.start + 1..].find('"').unwrap_or(0);
    let diagnostic =
        Diagnostic::new(Code::KdlUnescapedQuote, source.range(inner, inner + 1), "a quote inside this string ends it")
            .label("ends the string")
            .also(source.range(token.start, token.start + 1), "opens here");
    let whole = source.range(token.start, token.end);
    mistakes.push(if content.contains(['\n', '\r']) {
        let line = source.text[..token.start].rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
        let before = &source.text[line..token.start];
        let indentation = &before[..before.len() - before.trim_start().len()];
        let raw = inner_quotes::as_raw_lines(content, &strings::raw_hashes(content), &format!("{indentation}    "));
        diagnostic
            .help("write the text as a raw string, which may hold quotes: `#\"\"\"` on a line before it, and `\"\"\"#` after it")
            .fix(whole, raw)
    } else {
        let raw = strings::quote(content);
        diagnostic.help(format!("write a raw string, which may hold quotes: `{raw}`")).fix(whole, raw)
    });
}

/// `"…` over several lines.
pub fn split_string(mistakes: &mut Mistakes, source: &Source, token: Range<usize>) {
    let hashes = "#".repeat(source.text[token.clone()].bytes().take_while(|byte| *byte == b'#').count());
    let help = if hashes.is_empty() {
        "for several lines, put `\"\"\"` on a line before and after the text, or write `\\n` for each line break"
            .to_owned()
    } else {
        format!(
            "for several lines, put `{hashes}\"\"\"` on a line before the text, and `\"\"\"{hashes}` on a line after it"
        )
    };
    // Without its closing quote, the text ends with any character.
    let text = &source.text[token.clone()];
    let last = text.chars().next_back().map_or(0, char::len_utf8);
    let quote = format!("\"{hashes}");
    let closing = token.end - if text.ends_with(&quote) { quote.len() } else { last };
    mistakes.push(
        Diagnostic::new(
            Code::KdlMultiLineString,
            source.range(token.start, line_end(&source.text, token.start)),
            "a quoted string must end on its own line",
        )
        .label("opens here")
        .also(source.range(closing, token.end), "closes on a later line")
        .help(help),
    );
}

/// `"""text"""` on one line.
pub fn one_line_triple(mistakes: &mut Mistakes, source: &Source, token: Range<usize>, content: &str) {
    mistakes.push(
        Diagnostic::new(
            Code::KdlMultiLineString,
            source.range(token.start, token.end),
            "three quotes start a multi-line string",
        )
        .label("opens and closes on the same line")
        .help(format!("write `{}`", shown(&strings::quote(content))))
        .fix(source.range(token.start, token.end), strings::quote(content)),
    );
}

/// Text on the line of the opening `"""`.
pub fn block_start(mistakes: &mut Mistakes, source: &Source, token: Range<usize>, from: usize) {
    mistakes.push(
        Diagnostic::new(
            Code::KdlMultiLineString,
            source.range(from, line_end(&source.text[..token.end], from)),
            "a multi-line string must start on the line after its `\"\"\"`",
        )
        .label("on the line of the opening quotes")
        .help("start a new line after the opening `\"\"\"`"),
    );
}

/// Text on the line of the closing `"""`.
pub fn block_end(mistakes: &mut Mistakes, source: &Source, closing: usize, line_start: usize) {
    let line_start =
        source.text[line_start..closing].rfind(['\n', '\r']).map_or(line_start, |found| line_start + found + 1);
    let text_start =
        line_start + source.text[line_start..closing].len() - source.text[line_start..closing].trim_start().len();
    mistakes.push(
        Diagnostic::new(
            Code::KdlMultiLineString,
            source.range(closing, closing + 3),
            "the closing `\"\"\"` of a multi-line string must be on a line of its own",
        )
        .label("closes the string")
        .also(source.range(text_start, closing), "text before it")
        .help("put the closing `\"\"\"` on a new line with the indentation of the text"),
    );
}

/// A line of a block that is indented less than its closing quotes.
pub fn block_indentation(mistakes: &mut Mistakes, source: &Source, line: usize, closing_line: usize, closing: usize) {
    let text_end = line_end(&source.text, line);
    let indentation = source.text[line..text_end].len() - source.text[line..text_end].trim_start().len();
    let closing_line = closing_line.min(closing);
    mistakes.push(
        Diagnostic::new(
            Code::KdlMultiLineString,
            if indentation > 0 { source.range(line, line + indentation) } else { character(source, line) },
            "this line does not start with the white space of the closing quotes",
        )
        .label(format!("starts with {}", white_space(&source.text[line..line + indentation])))
        .also(
            source.range(closing_line, closing + 3),
            format!("the closing quotes follow {}", white_space(&source.text[closing_line..closing])),
        )
        .why("KDL removes the white space before the closing quotes from every line.")
        .help("indent the line at least as far as the closing `\"\"\"`, with the same characters, or move the closing quotes left"),
    );
}

fn white_space(text: &str) -> String {
    let blank = &text[..text.len() - text.trim_start().len()];
    let name = |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    if blank.is_empty() {
        "no white space".to_owned()
    } else if blank.bytes().all(|byte| byte == b' ') {
        name(blank.len(), "space")
    } else if blank.bytes().all(|byte| byte == b'\t') {
        name(blank.len(), "tab")
    } else {
        format!("{} and {}", name(blank.matches(' ').count(), "space"), name(blank.matches('\t').count(), "tab"))
    }
}

/// A backslash that does not begin an escape.
pub fn escape(mistakes: &mut Mistakes, source: &Source, token: Range<usize>, backslash: usize) {
    let text = &source.text[backslash..token.end];
    let is_unicode = text.starts_with("\\u");
    let length = if let Some(braced) = text.strip_prefix("\\u{") {
        let digits = braced.bytes().take(10).take_while(u8::is_ascii_alphanumeric).count();
        3 + digits + usize::from(braced.as_bytes().get(digits) == Some(&b'}'))
    } else {
        1 + text[1..].chars().next().map_or(0, char::len_utf8)
    };
    let written = &text[..length];
    let span = source.range(backslash, backslash + length);
    let diagnostic = Diagnostic::new(Code::KdlInvalidEscape, span, format!("`{written}` is not a valid escape"));
    if is_unicode {
        mistakes.push(diagnostic.label("not a character").help(
            "write one to six hexadecimal digits of a Unicode character: `\\u{e9}`; for a backslash, write `\\\\`",
        ));
        return;
    }
    let diagnostic = diagnostic.label("a backslash starts an escape in a quoted string");
    let whole = &source.text[token.clone()];
    let content = whole.get(1..whole.len() - 1).unwrap_or_default();
    let simple = !whole.starts_with("\"\"\"") && !strings::has_real_escapes(content) && !content.contains("\\\\");
    mistakes.push(if simple {
        let hashes = strings::raw_hashes(content);
        let raw = format!("{hashes}\"{content}\"{hashes}");
        diagnostic
            .help(format!("write `\\{written}`, or use a raw string, which has no escapes: `{}`", shown(&raw)))
            .fix(source.range(token.start, token.end), raw)
    } else {
        let diagnostic =
            diagnostic.help(format!("write `\\{written}` for the backslash, or use a raw string: `#\"…\"#`"));
        match strings::with_backslashes_doubled(whole) {
            Some(doubled) => diagnostic.fix(source.range(token.start, token.end), doubled),
            None => diagnostic,
        }
    });
}

/// A raw string with too many `#` at its end.
pub fn extra_hashes(mistakes: &mut Mistakes, source: &Source, token: Range<usize>, hashes: usize) {
    let text = &source.text[token.clone()];
    let closing = text.bytes().rev().take_while(|byte| *byte == b'#').count();
    let extra = source.range(token.end - (closing - hashes), token.end);
    mistakes.push(
        Diagnostic::new(Code::KdlUnclosedString, extra, "this raw string closes with more `#` than it opens with")
            .label("too many")
            .also(source.range(token.start, token.start + hashes), "opens with these")
            .help("write as many `#` after the closing quote as before the opening one")
            .fix(extra, ""),
    );
}

/// An unclosed `{`.
pub fn unclosed_brace(
    mistakes: &mut Mistakes,
    source: &Source,
    brace: usize,
    node: &str,
    back: Option<(usize, usize)>,
) {
    let diagnostic =
        Diagnostic::new(Code::KdlUnclosedBrace, source.range(brace, brace + 1), "this block is not closed");
    let diagnostic = if node.is_empty() {
        diagnostic.label("opens here")
    } else {
        diagnostic.label(format!("the block of `{}` opens here", shown(node)))
    };
    let diagnostic = match back {
        Some((start, end)) => {
            diagnostic.also(source.range(start, end), "by its indentation, it should end before this")
        }
        None => diagnostic,
    };
    mistakes.push(diagnostic.help("close it with `}`"));
}

/// Several unclosed `{`, as in a truncated file.
pub fn unclosed_braces(mistakes: &mut Mistakes, source: &Source, braces: &[usize]) {
    let Some((last, others)) = braces.split_last() else { return };
    let mut diagnostic = Diagnostic::new(
        Code::KdlUnclosedBrace,
        source.range(*last, last + 1),
        format!("the file ends inside {} blocks", braces.len()),
    )
    .label("not closed");
    for brace in others.iter().rev().take(3) {
        diagnostic = diagnostic.also(source.range(*brace, brace + 1), "also not closed");
    }
    mistakes.push(
        diagnostic
            .help(format!("close them with {} `}}`, or restore the end of the file if it was cut off", braces.len())),
    );
}

/// A `}` without a matching `{`.
pub fn stray_brace(mistakes: &mut Mistakes, source: &Source, brace: usize, missing: Option<(usize, usize)>) {
    let span = source.range(brace, brace + 1);
    let diagnostic = Diagnostic::new(Code::KdlStrayBrace, span, "unmatched `}`");
    mistakes.push(match missing {
        Some((line_end, next)) => diagnostic
            .label("no block is open here")
            .also(source.range(line_end, line_end), "a `{` seems to be missing here")
            .also(character(source, next), "this is indented like the contents of a block")
            .help("add a `{` at the end of the line before the block")
            .fix(source.range(line_end, line_end), " {"),
        None => diagnostic.label("no block is open here").help("delete it, or add the missing `{`"),
    });
}
