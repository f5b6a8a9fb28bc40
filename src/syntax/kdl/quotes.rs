//! In: the opening quote of a string. Out: one token from quote to quote. If the closing quote is missing, the token
//! ends where the string was probably meant to end, so the rest of the file can be read.

use super::character::{BYTES, Class, class_at, is_blank, line_end, newline_at};
use super::inner_quotes;
use super::lexer::Lexer;
use super::token::Kind;
use super::words;

/// How often a search for closing quotes may reach the end of the text without success. See the constant of the lexer.
const VAIN_SEARCHES: usize = 8;

impl Lexer<'_> {
    /// At a `"`.
    pub(super) fn string(&mut self) {
        let start = self.at;
        if self.bytes[start..].starts_with(b"\"\"\"") {
            return self.triple(start, 0);
        }
        let mut escaped = false;
        let mut at = start + 1;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'"' => {
                    let kind = if escaped { Kind::Escaped } else { Kind::Quoted };
                    return match self.outer_end(start, at + 1) {
                        Some(end) => self.push(Kind::InnerQuotes, start, end),
                        None => self.push(kind, start, at + 1),
                    };
                }
                b'\\' => {
                    escaped = true;
                    at = self.after_escape(at);
                }
                _ => match BYTES[byte as usize] {
                    Class::Newline => break,
                    Class::Decode if newline_at(self.text, at).is_some() => break,
                    Class::Decode | Class::Forbidden => at += self.check_inside(at),
                    _ => at += 1,
                },
            }
        }
        self.unclosed(start, at);
    }

    /// The end of a string whose first closing quote, before `first_end`, was meant to be inside it.
    fn outer_end(&mut self, start: usize, first_end: usize) -> Option<usize> {
        let next = self.bytes.get(first_end)?;
        let follows = matches!(next, b' ' | b'\t' | b'\n' | b'\r' | b';' | b'}' | b')' | b'=' | b':' | b',' | b']');
        if follows || first_end <= self.vain_inner {
            return None;
        }
        let end = inner_quotes::outer_end(self.text, start, first_end);
        if end.is_none() {
            self.vain_inner = inner_quotes::searched_until(self.text, first_end);
        }
        end
    }

    /// The position after a `\` and the text that it escapes: one character, or all white space that follows.
    fn after_escape(&self, at: usize) -> usize {
        let mut at = at + 1;
        let mut white = false;
        while at < self.bytes.len() {
            match class_at(self.text, at) {
                (Class::Space | Class::Newline, length) => {
                    white = true;
                    at += length;
                }
                (_, length) => return if white { at } else { at + length },
            }
        }
        at
    }

    /// A `"` without a closing quote before `line_end`.
    fn unclosed(&mut self, start: usize, line_end: usize) {
        if self.reread_line != line_end
            && let Some(index) = self.swallowed(start)
        {
            // In `"a min="1" {` the first quote is the mistake: the text that looks like `"a min="` begins with the word `a`.
            self.reread_line = line_end;
            let token = self.tokens[index];
            self.tokens.truncate(index);
            self.mistakes.forget_from(token.start);
            let start = token.start as usize;
            let inside = start + 1;
            let length = self.text[inside..].find([' ', '\t', '=', ';', '{', '}', '"']).unwrap_or(0);
            self.set_spaced(token.spaced);
            return self.push(Kind::UnclosedString, start, inside + length);
        }
        if let Some(word) = self.tokens.last().copied()
            && word.end as usize == start
            && matches!(word.kind, Kind::Identifier | Kind::Number | Kind::BadWord)
            && inner_quotes::reads_on(&self.text[start + 1..line_end], false)
        {
            self.tokens.pop();
            self.set_spaced(word.spaced);
            return self.push(Kind::Unopened, word.start as usize, start + 1);
        }
        if let Some(end) = self.split_string_end(line_end, 0) {
            return self.push(Kind::SplitString, start, end);
        }
        let end = words::probable_string_end(self.text, start + 1).max(start + 1);
        self.push(Kind::UnclosedString, start, end);
    }

    /// The first string of this line that is followed by a word without a space between.
    fn swallowed(&self, before: usize) -> Option<usize> {
        let mut found = None;
        for (index, token) in self.tokens.iter().enumerate().rev() {
            if token.kind == Kind::Newline || token.kind == Kind::ContinuedNewline {
                break;
            }
            let end = token.end as usize;
            let glued = self.bytes.get(end).is_some_and(|byte| match byte {
                b'{' | b'"' => true,
                byte => BYTES[*byte as usize] == Class::Word,
            });
            if matches!(token.kind, Kind::Quoted | Kind::Escaped) && glued && end <= before {
                found = Some(index);
            }
        }
        found
    }

    /// The end of a string in plain quotes that spans several lines. It is in the next line with a quote. That line
    /// must have an odd number of quotes, and the first must be in a place where a closing quote is allowed.
    fn split_string_end(&self, first_line_end: usize, hashes: usize) -> Option<usize> {
        let mut start = first_line_end + newline_at(self.text, first_line_end)?;
        loop {
            let end = line_end(self.text, start);
            let line = &self.text[start..end];
            if let Some(quote) = line.find('"') {
                if !self.closes(start + quote, "\"", hashes) {
                    return None;
                }
                let after = line[quote + 1 + hashes..].chars().next();
                let closes = after.is_none_or(|after| after.is_whitespace() || matches!(after, ';' | '}' | ')'));
                let opens = line[..quote].ends_with(['=', ' ']) && !is_blank(&line[..quote]) && after.is_some();
                let odd = line.matches('"').count() % 2 == 1;
                return (closes && !opens && odd).then_some(start + quote + 1 + hashes);
            }
            start = end + newline_at(self.text, end)?;
        }
    }

    /// At `"""`, with `hashes` before it.
    fn triple(&mut self, start: usize, hashes: usize) {
        let body = start + hashes + 3;
        let limit = if self.vain_searches < VAIN_SEARCHES { self.bytes.len() } else { line_end(self.text, body) };
        let closing = self.find_triple(body, limit, hashes);
        let Some(closing) = closing else {
            self.vain_searches += 1;
            let end = self.probable_block_end(start, line_end(self.text, body), hashes);
            return self.push(Kind::UnclosedMultiLine, start, end);
        };
        let end = closing + 3 + hashes;
        if line_end(&self.text[..closing], body) == closing {
            return self.push(Kind::OneLineTriple, start, end);
        }
        if self.reopens(closing, end) {
            let end = self.probable_block_end(start, line_end(self.text, body), hashes);
            return self.push(Kind::UnclosedMultiLine, start, end);
        }
        let end = self.extra_hashes(end, hashes);
        self.push(if hashes == 0 { Kind::MultiLine } else { Kind::RawMultiLine }, start, end);
    }

    /// The position of the `"""` and hashes that close a block.
    fn find_triple(&mut self, from: usize, limit: usize, hashes: usize) -> Option<usize> {
        let mut at = from;
        while at < limit {
            match self.bytes[at] {
                b'"' if self.closes(at, "\"\"\"", hashes) => return Some(at),
                b'\\' if hashes == 0 => at = self.after_escape(at),
                byte => match BYTES[byte as usize] {
                    Class::Decode | Class::Forbidden => at += self.check_inside(at),
                    _ => at += 1,
                },
            }
        }
        None
    }

    fn closes(&self, at: usize, quotes: &str, hashes: usize) -> bool {
        self.bytes[at..]
            .strip_prefix(quotes.as_bytes())
            .is_some_and(|rest| rest.get(..hashes).is_some_and(|rest| rest.iter().all(|byte| *byte == b'#')))
    }

    /// Whether the quotes at `closing` appear to open the next block instead: a node precedes them, and they end their
    /// line.
    fn reopens(&self, closing: usize, end: usize) -> bool {
        let line_start = self.text[..closing].rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
        let before = &self.text[line_start..closing];
        let opens = before.ends_with(['=', ' ']) && !is_blank(before) && !before.trim_end().ends_with('\\');
        opens && newline_at(self.text, end).is_some()
    }

    /// The probable end of a block without closing quotes: quotes without their `#`, or the first line that is not
    /// indented deeper than the line that opens the block.
    fn probable_block_end(&self, start: usize, first_line_end: usize, hashes: usize) -> usize {
        let line_start = self.text[..start].rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
        let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
        let own = indentation(&self.text[line_start..start]);
        let mut end = first_line_end;
        let mut at = first_line_end;
        while let Some(newline) = newline_at(self.text, at) {
            let next = at + newline;
            at = line_end(self.text, next);
            let line = &self.text[next..at];
            if hashes > 0 && line.trim_start().starts_with("\"\"\"") {
                let quotes = next + indentation(line) + 3;
                return quotes + self.bytes[quotes..].iter().take_while(|byte| **byte == b'#').count();
            }
            if !line.trim().is_empty() {
                if indentation(line) <= own {
                    break;
                }
                end = next + line.trim_end().len();
            }
        }
        end
    }

    /// At the hashes of a raw string.
    pub(super) fn raw_string(&mut self, start: usize, hashes: usize) {
        if self.bytes[start + hashes..].starts_with(b"\"\"\"") {
            return self.triple(start, hashes);
        }
        let mut at = match self.vain_raw {
            Some((line_end, least)) if start < line_end && hashes >= least => line_end,
            _ => start + hashes + 1,
        };
        while let Some(&byte) = self.bytes.get(at) {
            match BYTES[byte as usize] {
                Class::Newline => break,
                Class::Decode if newline_at(self.text, at).is_some() => break,
                Class::Decode | Class::Forbidden => at += self.check_inside(at),
                _ if byte == b'"' && self.closes(at, "\"", hashes) => {
                    let end = at + 1 + hashes;
                    let all = self.extra_hashes(end, hashes);
                    return self.push(if all == end { Kind::Raw } else { Kind::ExtraHashes }, start, all);
                }
                _ => at += 1,
            }
        }
        self.vain_raw = Some((at, hashes));
        let content = start + hashes + 1;
        if let Some(end) = inner_quotes::raw_end(self.text, content, hashes) {
            return self.push(Kind::SplitString, start, end);
        }
        let end = inner_quotes::end_without_hashes(self.text, content)
            .unwrap_or_else(|| words::probable_string_end(self.text, content).max(content));
        self.push(Kind::UnclosedRaw, start, end);
    }

    fn extra_hashes(&self, end: usize, hashes: usize) -> usize {
        if hashes == 0 {
            return end;
        }
        end + self.bytes[end..].iter().take_while(|byte| **byte == b'#').count()
    }

    /// At the `r` of KDL 1's `r"…"` or `r#"…"#`.
    pub(super) fn old_raw_string(&mut self, start: usize) {
        let hashes = self.bytes[start + 1..].iter().take_while(|byte| **byte == b'#').count();
        let mut at = start + hashes + 2;
        while at < self.bytes.len() && newline_at(self.text, at).is_none() {
            if self.bytes[at] == b'"' && self.closes(at, "\"", hashes) {
                return self.push(Kind::OldRaw, start, at + 1 + hashes);
            }
            at += 1;
        }
        self.push(
            Kind::OldRaw,
            start,
            words::probable_string_end(self.text, start + hashes + 2).max(start + hashes + 2),
        );
    }
}
