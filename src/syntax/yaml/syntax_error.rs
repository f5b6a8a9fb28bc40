//! In: the place where the YAML parser failed, and its message. Out: one diagnostic that says what the author did. The
//! parser often fails late; the label points to the opening quote or bracket, or to the wrong line.

use super::locate::{self, Open, indentation, line_end, line_start};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::syntax::limits;

/// The failure of the parser.
#[derive(Clone, Copy)]
struct Failure<'a> {
    source: &'a Source,
    /// Where the document starts.
    document: usize,
    /// The position of the parser.
    at: usize,
    /// Its message.
    words: &'a str,
}

/// The diagnostic for a syntax error.
pub(super) fn diagnostic(source: &Source, document: usize, at: usize, words: &str) -> Diagnostic {
    let failure = Failure { source, document: document.min(at), at, words };
    failure
        .quoted()
        .or_else(|| failure.tabs())
        .or_else(|| failure.limits())
        .or_else(|| failure.bracket())
        .or_else(|| failure.character())
        .or_else(|| failure.line())
        .unwrap_or_else(|| failure.other())
}

/// Tabs at `from..to` that indent a line.
pub(super) fn tab(source: &Source, from: usize, to: usize) -> Diagnostic {
    let line = line_start(&source.text, from);
    let spaces = source.text[line..to].replace('\t', "  ");
    Diagnostic::new(Code::YamlTabIndentation, source.range(from, to), "this line is indented with a tab")
        .label(if to - from > 1 { "tabs" } else { "a tab" })
        .why("YAML only allows spaces here, because the width of a tab is not defined.")
        .help("indent with two spaces for each level, here and in the lines below")
        .fix(source.range(line, to), spaces)
}

impl Failure<'_> {
    fn says(&self, part: &str) -> bool {
        self.words.contains(part)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        self.source.range(start, end.max(start))
    }

    fn mistake(self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::YamlSyntax, span, message)
    }

    /// The character at a byte, or an empty span at the end.
    fn one(&self, at: usize) -> Span {
        let length = self.source.text[at..].chars().next().map_or(0, char::len_utf8);
        self.span(at, at + length)
    }

    /// The text from a byte to the end of its line.
    fn rest_of_line(&self, at: usize) -> Span {
        let end = line_end(&self.source.text, at);
        self.span(at, at + self.source.text[at..end].trim_end().len())
    }

    fn quoted(&self) -> Option<Diagnostic> {
        let text = &*self.source.text;
        if self.says("in quoted scalar") || self.says("scanning a quoted scalar") {
            let quote = text[self.at..].chars().next().unwrap_or('"');
            let diagnostic =
                Diagnostic::new(Code::YamlUnclosed, self.one(self.at), "the string that starts here is never closed")
                    .label(format!("no closing `{quote}`"));
            return Some(diagnostic.help(format!(
                "add `{quote}` at its end; inside the string, write `{quote}` as {}",
                if quote == '"' { "`\\\"`" } else { "`''`" }
            )));
        }
        if self.says("parsing a quoted scalar") {
            return Some(self.escape());
        }
        if self.says("trailing content") {
            let string = locate::enclosing(text, self.document, self.at).quoted;
            let diagnostic = self
                .mistake(self.rest_of_line(self.at), "unexpected text after the closing quote")
                .label("not part of the string");
            let Some((start, end)) = string else { return Some(diagnostic) };
            let lines = text[start..end].matches('\n').count();
            return Some(if lines > 0 {
                diagnostic
                    .also(self.one(start), format!("the string starts here, {lines} lines above"))
                    .help("the line where the string starts probably lacks a closing quote")
            } else {
                diagnostic
                    .also(self.span(start, end), "the string")
                    .help("put the whole value in quotes; write a quote as `\\\"` inside double quotes and as `''` inside single quotes")
            });
        }
        None
    }

    /// A backslash in double quotes that does not start an escape.
    fn escape(&self) -> Diagnostic {
        let text = &*self.source.text;
        let close = locate::closing_quote(text, self.at).unwrap_or(text.len());
        let mut at = self.at + 1;
        while at < close {
            if text.as_bytes()[at] == b'\\' {
                let Some(escaped) = text[at + 1..].chars().next() else { break };
                let digits = match escaped {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => 0,
                };
                let code = text.get(at + 2..at + 2 + digits);
                let valid = code
                    .and_then(|code| u32::from_str_radix(code, 16).ok().or(code.is_empty().then_some(0)))
                    .is_some_and(|code| char::from_u32(code).is_some());
                if let Some((character, end)) = surrogate_pair(text, at) {
                    let span = self.span(at, end);
                    return self
                        .mistake(span, "YAML has no surrogate pairs")
                        .label(format!("`{character}` as JSON writes it"))
                        .help(format!("write the character itself: `{character}`"))
                        .fix(span, character);
                }
                if !"0abtnvfre \"/\\N_LPxuU\t\n\r".contains(escaped) || !valid {
                    let end = (at + 1 + escaped.len_utf8() + digits).min(line_end(text, at));
                    let span = self.span(at, text.floor_char_boundary(end));
                    let shown = self.source.slice(span).to_owned();
                    return self
                        .mistake(span, format!("`{shown}` is not a valid escape"))
                        .label("in double quotes a backslash starts an escape")
                        .help("write `\\\\` for a backslash, or use single quotes, which have no escapes");
                }
                at += escaped.len_utf8();
            }
            at += 1;
        }
        self.mistake(self.one(self.at), "this string contains an unknown escape")
    }

    fn tabs(&self) -> Option<Diagnostic> {
        let text = &*self.source.text;
        let line = line_start(text, self.at);
        let width = indentation(text, line);
        let from = text[line..line + width].find('\t').map(|at| line + at);
        if let Some(from) = from.filter(|_| self.at <= line + width || self.says("tab") || self.says("context")) {
            return Some(tab(self.source, from, line + width));
        }
        if !self.says("tab") && !self.says("valid YAML whitespace") {
            return None;
        }
        let before = text[line..self.at].rfind('\t').map(|at| line + at);
        let at = before.or_else(|| text[self.at..].find('\t').map(|at| self.at + at)).unwrap_or(self.at);
        let line = line_start(text, at);
        if at < line + indentation(text, line) {
            return Some(tab(self.source, at, line + indentation(text, line)));
        }
        Some(
            Diagnostic::new(Code::YamlTabIndentation, self.one(at), "found a tab where YAML only allows spaces")
                .label("a tab")
                .help("use a space"),
        )
    }

    fn limits(&self) -> Option<Diagnostic> {
        self.says("recursion limit").then(|| {
            Diagnostic::new(
                Code::YamlTooDeep,
                self.one(self.at),
                format!("nested more than {} levels deep", limits::DEPTH),
            )
            .label("exceeds the limit")
            .help("no policy and no manifest needs this depth; look for repeated brackets")
        })
    }

    /// Mistakes inside `[…]` and `{…}`.
    fn bracket(&self) -> Option<Diagnostic> {
        let text = &*self.source.text;
        if self.says("misplaced bracket") {
            return Some(
                self.mistake(self.one(self.at), format!("unmatched `{}`", self.source.slice(self.one(self.at))))
                    .label("no bracket is open here")
                    .help("delete it, or add quotes if it belongs to a string"),
            );
        }
        let Open { at: opening, bracket } = locate::enclosing(text, self.document, self.at).open.pop()?;
        let close = if bracket == '[' { ']' } else { '}' };
        let found = text[self.at..].chars().next();
        let own_line = line_start(text, opening);
        let error_line = line_start(text, self.at);
        let fell_back = error_line > own_line && indentation(text, error_line) <= indentation(text, own_line);
        let wrong_closer = matches!(found, Some(']' | '}')) && found != Some(close);
        if wrong_closer {
            let found = found.unwrap_or(close);
            return Some(
                self.mistake(self.one(self.at), format!("`{found}` closes a `{bracket}`"))
                    .label(format!("expected `{close}`"))
                    .also(self.one(opening), "opened here")
                    .help(format!("write `{close}` here, or delete one of the two")),
            );
        }
        if found.is_none() || fell_back || self.says("document indicator") {
            if let Some(comment) = self.comment_with(opening, close) {
                let meant = format!("\"{}\"", self.source.slice(comment));
                return Some(
                    Diagnostic::new(
                        Code::YamlUnclosed,
                        comment,
                        format!("` #` starts a comment, so this `{bracket}` is never closed"),
                    )
                    .label(format!("the comment hides the `{close}`"))
                    .also(self.one(opening), "opened here")
                    .help(format!("write `{meant}`"))
                    .fix(comment, meant),
                );
            }
            return Some(
                Diagnostic::new(Code::YamlUnclosed, self.one(opening), format!("this `{bracket}` is never closed"))
                    .label(format!("no closing `{close}`"))
                    .help(format!("add `{close}` after its last item; if the bracket belongs to a string, add quotes")),
            );
        }
        Some(
            self.mistake(self.rest_of_token(), format!("expected `,` or `{close}`"))
                .label("not allowed here")
                .also(self.one(opening), format!("inside this `{bracket}`"))
                .help("separate items with a comma, and put a space after each colon; quote strings that contain `,` `[` `]` `{` `}` or `: `"),
        )
    }

    /// The word that starts a comment which hides a closing bracket: `[#releases]`.
    fn comment_with(&self, opening: usize, close: char) -> Option<Span> {
        let text = &*self.source.text;
        let end = line_end(text, opening);
        let line = text.get(opening..end)?;
        let hash = line.match_indices('#').map(|(at, _)| opening + at).find(|at| {
            text.as_bytes()[at - 1].is_ascii_whitespace() && !locate::enclosing(text, opening, *at).open.is_empty()
        })?;
        let rest = text.get(hash..end)?;
        let word = rest.find([',', ' ', ']', '}', '"', '\\']).unwrap_or(rest.len());
        (word > 1 && rest.contains(close)).then(|| self.span(hash, hash + word))
    }

    /// The text from the position of the parser to the next blank or comma.
    fn rest_of_token(&self) -> Span {
        let line = self.rest_of_line(self.at);
        let rest = self.source.slice(line);
        let end = rest.find([',', ' ', '\t', ']', '}']).filter(|length| *length > 0);
        self.span(self.at, end.map_or(line.end as usize, |length| self.at + length))
    }

    fn character(&self) -> Option<Diagnostic> {
        let first = self.source.text[self.at..].chars().next()?;
        if self.says("unexpected character") || (matches!(first, '@' | '`' | '%') && self.says("node content")) {
            let span = self.rest_of_line(self.at);
            let value = self.source.slice(span);
            let value = value.find(" #").map_or(value, |comment| value[..comment].trim_end());
            let span = self.span(self.at, self.at + value.len());
            return Some(
                self.mistake(span, format!("a value without quotes cannot start with `{first}`"))
                    .label("needs quotes")
                    .help(format!("write `'{}'`", value.replace('\'', "''"))),
            );
        }
        if self.says("anchor or alias") {
            return Some(
                self.mistake(self.one(self.at), format!("`{first}` needs a name after it"))
                    .label("starts an anchor or alias in YAML")
                    .help("to use it as a string, add quotes"),
            );
        }
        None
    }

    /// Mistakes of lines and their indentation.
    fn line(&self) -> Option<Diagnostic> {
        let text = &*self.source.text;
        if self.says("mapping values are not allowed") {
            let line = line_start(text, self.at);
            let before = text[line..self.at].trim_start();
            let also_a_value = before.contains(": ");
            let span = self.one(self.at);
            return Some(if also_a_value {
                self.mistake(span, "a line can only contain one `: `")
                    .label("this colon starts another value")
                    .help("if the colon belongs to the value, add quotes; otherwise start a new, indented line")
            } else {
                self.mistake(
                    self.rest_of_line(line + indentation(text, line)),
                    "unexpected indentation: the value above cannot have children",
                )
                .label("has no parent")
                .help("indent it like the lines around it, or delete the value of the line above")
            });
        }
        if self.says("simple key expect") {
            let line = self.line_above();
            return Some(
                self.mistake(line, "this line is neither `key: value` nor `- item`")
                    .label("missing colon and space")
                    .help("write `key: value`; in YAML a colon needs a space after it"),
            );
        }
        let indentation_words = [
            "did not find expected key",
            "invalid indentation",
            "expected '-' indicator",
            "not allowed in this context",
            "expected <document start>",
            "wrong indentation",
        ];
        if indentation_words.iter().any(|words| self.says(words)) {
            let line = line_start(text, self.at) + indentation(text, line_start(text, self.at));
            let dash = self.says("expected '-' indicator");
            return Some(
                self.mistake(
                    self.rest_of_line(line.max(self.at)),
                    "the indentation of this line does not match any line above it",
                )
                .label(if dash { "the items of the list above start with `- `" } else { "has no parent" })
                .help("indent it exactly like the lines that it belongs to"),
            );
        }
        None
    }

    /// The last line with text that ends before the position.
    fn line_above(&self) -> Span {
        let text = &*self.source.text;
        let before = text[self.document..self.at].trim_end();
        let end = self.document + before.len();
        let line = line_start(text, end).max(self.document);
        let start = (line + indentation(text, line)).min(end);
        if start == end { self.one(self.at) } else { self.span(start, end) }
    }

    fn other(&self) -> Diagnostic {
        let words =
            self.words.rsplit("did not find").next().unwrap_or(self.words).trim().trim_start_matches("expected ");
        let message = if self.says("did not find") {
            format!("invalid YAML: expected {words}")
        } else {
            format!("invalid YAML: {words}")
        };
        let span = self.rest_of_line(self.at);
        self.mistake(span, message).label("the parser stopped here").help("if the value is a string, add quotes")
    }
}

/// The character that two escapes of JSON write, such as `\ud83d\ude00`, and where they end.
fn surrogate_pair(text: &str, at: usize) -> Option<(String, usize)> {
    let unit = |from: usize| {
        let digits = text.get(from..from + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let character = String::from_utf16(&[unit(at)?, unit(at + 6)?]).ok()?;
    (character.chars().count() == 1).then_some((character, at + 12))
}
