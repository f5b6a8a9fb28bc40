//! In: a text that canaryc did not write, such as a path, a name or the message of a server. Out: the same text for a
//! comment, a terminal or a program: it stays on its line, and shows what it is. Every other file asks this one.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

/// What stands for a character that a reader would not see.
const SUBSTITUTE: char = '?';

/// Whether a character acts instead of being seen: it ends a line for some reader (YAML 1.1 ends lines at U+0085, U+2028
/// and U+2029), moves a cursor, changes the direction of the text, or is invisible.
pub fn is_hidden(character: char) -> bool {
    match character {
        ' '..='~' => false,
        '\0'..='\u{9f}' => true,
        _ => matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}'),
    }
}

/// Whether a character connects or separates letters, as in Persian words and in emoji, and so belongs to legitimate text
/// although it is hidden.
pub fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// A name on one line.
pub fn one_line(text: &str) -> Cow<'_, str> {
    replaced(text, is_hidden, |_| SUBSTITUTE)
}

/// A sentence on one line. Its line breaks and tabs are spaces.
pub fn sentence(text: &str) -> Cow<'_, str> {
    replaced(text, is_hidden, |character| if is_layout(character) { ' ' } else { SUBSTITUTE })
}

/// The beginning of a sentence, on one line and of at most so many characters.
#[cfg(any(test, feature = "runtime"))]
pub fn excerpt(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    let beginning: String = characters.by_ref().take(most).collect();
    let mut shown = sentence(&beginning).into_owned();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// A text of several lines, with its tabs. A line may end with CR LF.
pub fn lines(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches('\n');
        let end = content.strip_suffix('\r').filter(|_| line.ends_with('\n'));
        let content = end.unwrap_or(content);
        shown.push_str(&replaced(content, |character| character != '\t' && is_hidden(character), |_| SUBSTITUTE));
        shown.push_str(&line[content.len()..]);
    }
    Cow::Owned(shown)
}

/// A path on one line.
pub fn path(path: &Path) -> String {
    one_line(&path.to_string_lossy()).into_owned()
}

/// JSON with the hidden characters of its strings as escapes. Outside strings, JSON has none but line breaks and tabs.
pub fn json(text: &str) -> Cow<'_, str> {
    let is_raw = |character: char| !is_layout(character) && is_hidden(character);
    if !text.contains(is_raw) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_raw(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

fn is_layout(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\t')
}

fn replaced(text: &str, is_wrong: impl Fn(char) -> bool, by: impl Fn(char) -> char) -> Cow<'_, str> {
    if !text.contains(&is_wrong) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|character| if is_wrong(character) { by(character) } else { character }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_every_language_stay() {
        for text in ["größer", "фаза", "阶段", "مرحلة", "naïve", "cafe\u{301}", "🚀", "a\u{a0}b", "葛\u{e0100}"]
        {
            assert!(matches!(one_line(text), Cow::Borrowed(_)), "{text}");
            assert!(matches!(json(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn no_text_leaves_its_line_or_hides() {
        for hidden in "\0\t\n\r\u{b}\u{c}\u{1b}\u{7f}\u{85}\u{9b}\u{ad}\u{61c}\u{200b}\u{200d}\u{200e}\u{2028}\u{2029}\u{202e}\u{2066}\u{feff}\u{e0041}".chars() {
            assert_eq!(one_line(&format!("a{hidden}b")), "a?b", "{hidden:?}");
            assert!(!sentence(&format!("a{hidden}b")).contains(is_hidden), "{hidden:?}");
            let text = json(&serde_json::Value::from(format!("a{hidden}b")).to_string()).into_owned();
            assert!(!text.contains(is_hidden), "{hidden:?}");
            assert_eq!(serde_json::from_str::<String>(&text).unwrap(), format!("a{hidden}b"));
        }
    }

    #[test]
    fn line_breaks_of_a_text_stay() {
        assert_eq!(lines("a\tb\r\nc\u{1b}d\re\n\u{2028}"), "a\tb\r\nc?d?e\n?");
        assert_eq!(sentence("a\n\tb\u{1b}"), "a  b?");
        assert_eq!([excerpt("a\nbc", 4), excerpt("a\nbc", 3)], ["a bc", "a b…"]);
    }
}
