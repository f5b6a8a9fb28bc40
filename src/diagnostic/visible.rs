//! In: text that a user wrote. Out: text that a terminal shows unchanged: nothing in it moves the cursor, hides, or
//! changes the direction of writing.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

use crate::hidden::is_hidden;

/// The replacement of a character that must not reach a terminal. `None` keeps the character itself.
pub(super) fn substitute(character: char, unicode: bool) -> Option<char> {
    match character {
        '\t' => None,
        '\0'..='\x1f' if unicode => char::from_u32(0x2400 + u32::from(character)),
        '\x7f' if unicode => Some('\u{2421}'),
        _ if is_hidden(character) => Some(if unicode { '\u{fffd}' } else { '?' }),
        _ if !unicode && character.width().unwrap_or(0) == 0 => Some('?'),
        _ => None,
    }
}

/// A message on one line.
pub(super) fn line(text: &str, unicode: bool) -> String {
    message(&text.replace(['\n', '\r', '\t'], " "), unicode).into_owned()
}

/// A path on one line.
pub(super) fn path(path: &str, unicode: bool) -> String {
    message(&path.replace(['\n', '\r', '\t'], "?"), unicode).into_owned()
}

/// Paragraphs without terminal control characters; line ends stay.
pub(super) fn message(text: &str, unicode: bool) -> Cow<'_, str> {
    let replaced = |character: char| if character == '\n' { None } else { substitute(character, unicode) };
    if text.chars().any(|character| replaced(character).is_some()) {
        text.chars().map(|character| replaced(character).unwrap_or(character)).collect()
    } else {
        Cow::Borrowed(text)
    }
}

/// Breaks a paragraph at spaces into lines of at most `width` columns. `` `code` `` is kept on one line where it fits.
pub fn wrap(paragraph: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in paragraph.lines() {
        // An indented line is code and is kept as written.
        if line.starts_with(' ') {
            lines.push(line.to_owned());
            continue;
        }
        let mut current = String::new();
        let mut columns = 0;
        for piece in pieces(line, width) {
            let piece_columns = unicode_width::UnicodeWidthStr::width(piece);
            if columns > 0 && columns + 1 + piece_columns > width {
                lines.push(std::mem::take(&mut current));
                columns = 0;
            }
            if columns > 0 {
                current.push(' ');
                columns += 1;
            }
            current.push_str(piece);
            columns += piece_columns;
        }
        lines.push(current);
    }
    lines
}

/// The words of a line. Text between backticks is one word unless it is wider than a line.
fn pieces(line: &str, width: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut quoted_from) = (0, None);
    for (offset, character) in line.char_indices() {
        match (character, quoted_from) {
            ('`', None) => quoted_from = Some(offset),
            ('`', Some(from)) => {
                quoted_from = None;
                if offset - from >= width {
                    let split = line.get(start..offset).unwrap_or("");
                    let last = split.rfind(' ').map_or(start, |space| start + space + 1);
                    pieces.extend(split.get(..last - start).unwrap_or("").split(' ').filter(|piece| !piece.is_empty()));
                    start = last;
                }
            }
            (' ', None) => {
                pieces.push(line.get(start..offset).unwrap_or(""));
                start = offset + 1;
            }
            _ => {}
        }
    }
    pieces.extend(line.get(start..).unwrap_or("").split(' '));
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown() {
        assert_eq!(message("a\u{1b}[31mb\u{202e}c\0\n", true), "a␛[31mb\u{fffd}c␀\n");
        assert_eq!(message("a\u{1b}b\u{9b}", false), "a?b?");
        assert!(matches!(message("plain öö", true), Cow::Borrowed(_)));
    }

    #[test]
    fn paragraphs_are_broken_at_spaces_and_not_in_code() {
        let lines = wrap("write `stage weight=\"5%\"` and no more\n  code   as it is", 24);
        assert_eq!(lines, ["write", "`stage weight=\"5%\"` and", "no more", "  code   as it is"]);
        assert_eq!(wrap("`a code that is by far too long to stay whole`", 20).len(), 3);
    }
}
