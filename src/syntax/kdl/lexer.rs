//! In: the text of a KDL document. Out: its [`Token`]s with their byte ranges; comments are kept. Lexing never stops: a
//! mistake becomes a token of its own kind, or is reported here when no token can hold it.

use super::character::{BYTES, Class, class, class_at, newline_at};
use super::mistake::{self, Mistakes};
use super::token::{Kind, Token};
use super::words;
use crate::source::Source;

/// How often a search for the end of a comment or string may reach the end of the text without success. This limit
/// keeps reading linear: after that many unclosed comments or strings, the lexer does not search again.
const VAIN_SEARCHES: usize = 8;

/// The state of the lexer.
pub struct Lexer<'a> {
    pub(super) source: &'a Source,
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) tokens: Vec<Token>,
    pub(super) mistakes: &'a mut Mistakes,
    pub(super) vain_searches: usize,
    /// The end of the last line that was read a second time because of an unclosed string.
    pub(super) reread_line: usize,
    /// The end of the last line that has no `"` followed by enough `#`, and the number of `#` that were required.
    pub(super) vain_raw: Option<(usize, usize)>,
    /// The end of the last line that was searched for the end of a string with quotes inside it, in vain.
    pub(super) vain_inner: usize,
    cut_off: bool,
    spaced: bool,
    continuing: bool,
}

/// The tokens, and whether the text continues after them inside an unclosed comment.
pub struct Lexed {
    /// All tokens; the last is [`Kind::End`].
    pub tokens: Vec<Token>,
    /// Whether an unclosed comment contains the rest of the text.
    pub cut_off: bool,
}

/// Splits a text into tokens.
pub fn lex(source: &Source, mistakes: &mut Mistakes) -> Lexed {
    let text: &str = &source.text;
    let mut lexer = Lexer {
        source,
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 },
        tokens: Vec::with_capacity(text.len() / 5 + 8),
        mistakes,
        vain_searches: 0,
        reread_line: usize::MAX,
        vain_raw: None,
        vain_inner: 0,
        cut_off: false,
        spaced: true,
        continuing: false,
    };
    lexer.run();
    Lexed { tokens: lexer.tokens, cut_off: lexer.cut_off }
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            let class = match BYTES[byte as usize] {
                Class::Decode => class_at(self.text, self.at).0,
                class => class,
            };
            match class {
                Class::Space => {
                    self.spaced = true;
                    self.at += if byte.is_ascii() { 1 } else { class_at(self.text, self.at).1 };
                }
                Class::Newline => self.newline(),
                Class::Forbidden => self.forbidden(),
                Class::Word | Class::Decode => self.word(),
                Class::Delimiter => self.delimiter(byte),
            }
        }
        self.push(Kind::End, self.at, self.at);
    }

    /// Adds a token and continues after it.
    pub(super) fn push(&mut self, kind: Kind, start: usize, end: usize) {
        if self.continuing && (!kind.is_trivia() || kind == Kind::Continuation) && kind != Kind::End {
            self.continuing = false;
            mistake::continuation(self.mistakes, self.source, start);
        }
        // Texts are shorter than 4 GiB: the loader refuses longer ones.
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.tokens.push(Token { kind, spaced: self.spaced, start: offset(start), end: offset(end) });
        self.spaced = kind.is_inline_trivia() || matches!(kind, Kind::Newline | Kind::LineComment);
        self.at = end;
    }

    /// Records whether white space precedes the next token.
    pub(super) fn set_spaced(&mut self, spaced: bool) {
        self.spaced = spaced;
    }

    fn newline(&mut self) {
        let start = self.at;
        let mut end = start + newline_at(self.text, start).unwrap_or(1);
        if self.continuing {
            self.continuing = false;
            self.push(Kind::ContinuedNewline, start, end);
            return;
        }
        let mut at = end;
        while let Some(&byte) = self.bytes.get(at) {
            if byte == b' ' {
                at += 1;
                continue;
            }
            match class_at(self.text, at) {
                (Class::Newline, length) => {
                    at += length;
                    end = at;
                }
                (Class::Space, length) => at += length,
                _ => break,
            }
        }
        self.push(Kind::Newline, start, end);
    }

    /// A run of characters that are allowed nowhere. It is reported once and skipped.
    fn forbidden(&mut self) {
        let start = self.at;
        while self.at < self.bytes.len() {
            match class_at(self.text, self.at) {
                (Class::Forbidden, length) => self.at += length,
                _ => break,
            }
        }
        mistake::forbidden(self.mistakes, self.source, start, self.at);
        self.spaced = true;
    }

    /// Reports the character at `at` if it is allowed nowhere, not even in a string or comment.
    pub(super) fn check_inside(&mut self, at: usize) -> usize {
        let (class, length) = class_at(self.text, at);
        if class != Class::Forbidden {
            return length;
        }
        let mut end = at + length;
        while end < self.bytes.len() {
            match class_at(self.text, end) {
                (Class::Forbidden, length) => end += length,
                _ => break,
            }
        }
        mistake::forbidden(self.mistakes, self.source, at, end);
        end - at
    }

    fn delimiter(&mut self, byte: u8) {
        let start = self.at;
        let next = self.bytes.get(start + 1).copied();
        let single = |kind| (kind, start + 1);
        let (kind, end) = match byte {
            b'{' if words::template(self.text, start).is_some() => return self.bad_word(start, start),
            b'{' if !self.spaced && self.tokens.last().is_some_and(|token| token.kind == Kind::Equals) => {
                match words::braces_in_line(self.text, start) {
                    Some(end) => (Kind::BadWord, end),
                    None => single(Kind::Open),
                }
            }
            b'{' => single(Kind::Open),
            b'}' => single(Kind::Close),
            b'(' => single(Kind::ParenthesisOpen),
            b')' => single(Kind::ParenthesisClose),
            b'=' => single(Kind::Equals),
            b';' => single(Kind::Semicolon),
            b'[' | b']' => single(Kind::Bracket),
            b'"' => return self.string(),
            b'#' => return self.hash(),
            b'\\' => {
                if words::continues_line(self.text, start) || self.spaced {
                    self.push(Kind::Continuation, start, start + 1);
                    self.continuing = true;
                    return;
                }
                return self.bad_word(start, start);
            }
            _ => match next {
                Some(b'/') => return self.line_comment(),
                Some(b'*') => return self.block_comment(),
                Some(b'-') => (Kind::Slashdash, start + 2),
                _ => return self.bad_word(start, start),
            },
        };
        self.push(kind, start, end);
    }

    fn line_comment(&mut self) {
        let start = self.at;
        let end = self.rest_of_line(start);
        self.push(if self.continuing { Kind::ContinuedComment } else { Kind::LineComment }, start, end);
    }

    /// Checks every character up to the end of the line, and returns that end.
    fn rest_of_line(&mut self, mut at: usize) -> usize {
        while let Some(&byte) = self.bytes.get(at) {
            match BYTES[byte as usize] {
                Class::Newline => break,
                Class::Decode if newline_at(self.text, at).is_some() => break,
                Class::Decode | Class::Forbidden => at += self.check_inside(at),
                _ => at += 1,
            }
        }
        at
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let mut at = start + 2;
        let mut depth = 1;
        let mut first_end = None;
        let mut inner = None;
        let nesting = self.vain_searches < VAIN_SEARCHES;
        while let Some(&byte) = self.bytes.get(at) {
            match (byte, self.bytes.get(at + 1)) {
                (b'*', Some(b'/')) => {
                    at += 2;
                    depth -= 1;
                    first_end.get_or_insert(at);
                    if depth == 0 {
                        return self.push(Kind::BlockComment, start, at);
                    }
                }
                (b'/', Some(b'*')) if nesting => {
                    inner.get_or_insert(at);
                    at += 2;
                    depth += 1;
                }
                _ if matches!(BYTES[byte as usize], Class::Decode | Class::Forbidden) => at += self.check_inside(at),
                _ => at += 1,
            }
        }
        self.vain_searches += 1;
        self.cut_off |= first_end.is_none();
        mistake::unclosed_comment(self.mistakes, self.source, start, inner.filter(|_| first_end.is_some()));
        self.push(Kind::BlockComment, start, first_end.unwrap_or(self.bytes.len()));
    }

    /// `#true`, `#"raw"#`, or something else that begins with `#`.
    fn hash(&mut self) {
        let start = self.at;
        let hashes = self.bytes[start..].iter().take_while(|byte| **byte == b'#').count();
        if self.bytes.get(start + hashes) == Some(&b'"') {
            return self.raw_string(start, hashes);
        }
        let word_start = start + 1;
        let end = words::end(self.text, word_start);
        let word = self.text.get(word_start..end).unwrap_or_default();
        match word {
            "true" | "false" | "null" | "inf" | "-inf" | "nan" => self.push(Kind::Keyword, start, end),
            _ if word.is_empty() || self.begins_line() => {
                let end = self.rest_of_line(start);
                self.push(Kind::HashComment, start, end);
            }
            _ => self.push(Kind::UnknownKeyword, start, end),
        }
    }

    /// Whether the current position begins a line.
    fn begins_line(&self) -> bool {
        self.tokens.last().is_none_or(|token| token.kind == Kind::Newline)
    }

    /// A bare word: an identifier, a number, or text that needs quotes.
    fn word(&mut self) {
        let start = self.at;
        match self.bytes[start] {
            b'\'' => return self.foreign_string(start, '\''),
            0xE2 => {
                if let Some(quote) = words::typographic_quote(self.text, start) {
                    return self.foreign_string(start, quote);
                }
            }
            _ => {}
        }
        let end = words::end(self.text, start);
        match self.bytes.get(end) {
            None | Some(b' ' | b'\t' | b'\n' | b'\r' | b';' | b'}' | b')' | b'=') => {}
            Some(b'"') if &self.text[start..end] == "r" => return self.old_raw_string(start),
            Some(b'#') if &self.text[start..end] == "r" && words::hashes_then_quote(self.text, end) => {
                return self.old_raw_string(start);
            }
            Some(_) if words::goes_on(self.text, start, end) => return self.bad_word(start, end),
            Some(_) => {}
        }
        let kind = words::kind(&self.text[start..end]);
        self.push(kind, start, end);
    }

    /// A word with a character that bare words may not contain. It ends where a reader would say that it ends.
    fn bad_word(&mut self, start: usize, from: usize) {
        let end = words::bad_end(self.text, start, from);
        self.push(Kind::BadWord, start, end);
    }

    /// `'…'` or `“…”`, read as the string that the author meant.
    fn foreign_string(&mut self, start: usize, quote: char) {
        let closing: &[char] =
            if quote == '\'' { &['\''] } else { &['\u{201C}', '\u{201D}', '\u{201E}', '\u{2018}', '\u{2019}', '"'] };
        let inside = start + quote.len_utf8();
        let mut closing_end = None;
        for (offset, character) in self.text[inside..].char_indices() {
            if closing.contains(&character) {
                closing_end = Some(inside + offset + character.len_utf8());
                break;
            }
            if class(character) == Class::Newline {
                break;
            }
        }
        let end = closing_end.unwrap_or_else(|| words::end(self.text, start));
        self.push(Kind::ForeignQuoted, start, end);
    }
}
