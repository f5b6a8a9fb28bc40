//! In: the text and a byte in it. Out: exact places that the YAML parser does not report: where an open string or
//! bracket begins, where a quoted string ends, which tab indents a line.

/// A bracket that is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// The byte of the bracket.
    pub(super) at: usize,
    /// `[` or `{`.
    pub(super) bracket: char,
}

/// What a scan of the text up to a place found.
#[derive(Debug, Default)]
pub(super) struct Enclosing {
    /// The open brackets at that place, outermost first.
    pub(super) open: Vec<Open>,
    /// The last quoted string before it, quotes included.
    pub(super) quoted: Option<(usize, usize)>,
}

/// Scans the tokens of `text[start..end]`, roughly like a YAML scanner. The result is exact enough for a message.
pub(super) fn enclosing(text: &str, start: usize, end: usize) -> Enclosing {
    let bytes = text.as_bytes();
    let mut found = Enclosing::default();
    let mut at = start;
    let mut token_may_start = true;
    while at < end {
        let byte = bytes[at];
        match byte {
            b'#' if at == start || bytes[at - 1].is_ascii_whitespace() => {
                at = line_end(text, at);
                continue;
            }
            b'"' | b'\'' if token_may_start => {
                let Some(close) = closing_quote(text, at).filter(|close| *close <= end) else { break };
                found.quoted = Some((at, close));
                at = close;
                token_may_start = false;
                continue;
            }
            b'|' | b'>' if token_may_start && found.open.is_empty() => {
                at = after_block(text, at);
                token_may_start = true;
                continue;
            }
            b'[' | b'{' if token_may_start || !found.open.is_empty() => {
                found.open.push(Open { at, bracket: char::from(byte) });
                token_may_start = true;
            }
            b']' | b'}' if !found.open.is_empty() => {
                found.open.pop();
                token_may_start = false;
            }
            b',' if !found.open.is_empty() => token_may_start = true,
            b':' | b'-' | b'?' if bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace) => token_may_start = true,
            b'\n' => token_may_start = true,
            b' ' | b'\t' | b'\r' => {}
            _ => token_may_start = false,
        }
        at += 1;
    }
    found
}

/// One past the closing quote of the string that starts at `start`.
pub(super) fn closing_quote(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.get(start)?;
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'\\' && quote == b'"' {
            at += 1;
        } else if *byte == quote {
            if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') {
                at += 1;
            } else {
                return Some(at + 1);
            }
        }
        at += 1;
    }
    None
}

/// The end of the line that holds a byte, without the line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at..];
    let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    at + if length > 0 && rest[length - 1] == b'\r' { length - 1 } else { length }
}

/// The start of the line that holds a byte.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1)
}

/// How far a line is indented, by spaces and tabs.
pub(super) fn indentation(text: &str, line: usize) -> usize {
    text.as_bytes()[line..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The position after the block scalar whose `|` or `>` is at `at`: the first line that is not indented deeper than its
/// own.
fn after_block(text: &str, at: usize) -> usize {
    let own = indentation(text, line_start(text, at));
    let mut line = line_end(text, at) + 1;
    while line < text.len() {
        let end = line_end(text, line);
        if !text[line..end].trim().is_empty() && indentation(text, line) <= own {
            break;
        }
        line = if text.as_bytes().get(end) == Some(&b'\r') { end + 2 } else { end + 1 };
    }
    line.min(text.len())
}

/// The tabs that indent the line of the token at `start`, if only indentation precedes the token.
pub(super) fn tab_before(text: &str, start: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = start.min(bytes.len());
    let mut tabs: Option<(usize, usize)> = None;
    while at > 0 {
        match bytes[at - 1] {
            b'\t' => tabs = Some((at - 1, tabs.map_or(at, |(_, end)| end))),
            b' ' => {}
            b'\n' => break,
            _ => return None,
        }
        at -= 1;
    }
    tabs
}

/// The byte after an anchor or tag at `at` and the blanks after it.
pub(super) fn after_property(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let name = rest.find([' ', '\t', '\n', '\r', ',', ']', '}']).unwrap_or(rest.len());
    let blanks = rest[name..].find(|next: char| !matches!(next, ' ' | '\t' | '\n' | '\r')).unwrap_or(0);
    at + name + blanks
}

/// The dash of the first item. The parser reports the start of a block sequence after that dash.
pub(super) fn sequence_dash(text: &str, start: usize, is_sequence: bool) -> usize {
    if !is_sequence || matches!(text.as_bytes().get(start), Some(b'[' | b'-')) {
        return start;
    }
    let before = text[..start].trim_end_matches([' ', '\t']);
    if before.ends_with('-') { before.len() - 1 } else { start }
}

/// The length of the alias, anchor or tag at the start of a text.
pub(super) fn property_length(rest: &str) -> usize {
    rest.find([' ', '\t', '\n', '\r', ',', ']', '}']).unwrap_or(rest.len())
}
