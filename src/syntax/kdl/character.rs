//! In: a byte or character of a KDL text. Out: its [`Class`], which decides where it is allowed. The table covers
//! ASCII; the few other characters that KDL treats specially are decoded.

/// What a character means outside strings and comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Allowed in a bare word.
    Word,
    /// White space inside a line.
    Space,
    /// Ends a line.
    Newline,
    /// One of `( ) { } [ ] / \ " # ; =`.
    Delimiter,
    /// Allowed nowhere in a document.
    Forbidden,
    /// A byte that begins a character outside ASCII. The character has to be decoded to find its class.
    Decode,
}

/// The class of every byte that can begin a character.
pub const BYTES: [Class; 256] = {
    let mut table = [Class::Word; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = Class::Forbidden;
        byte += 1;
    }
    table[0x7F] = Class::Forbidden;
    table[b'\t' as usize] = Class::Space;
    table[b' ' as usize] = Class::Space;
    table[b'\n' as usize] = Class::Newline;
    table[b'\r' as usize] = Class::Newline;
    table[0x0B] = Class::Newline;
    table[0x0C] = Class::Newline;
    let delimiters = b"(){}[]/\\\"#;=";
    let mut at = 0;
    while at < delimiters.len() {
        table[delimiters[at] as usize] = Class::Delimiter;
        at += 1;
    }
    table[0xC2] = Class::Decode;
    table[0xE1] = Class::Decode;
    table[0xE2] = Class::Decode;
    table[0xE3] = Class::Decode;
    table[0xEF] = Class::Decode;
    table
};

/// The class of a character.
pub fn class(character: char) -> Class {
    match character {
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Class::Space,
        '\u{85}' | '\u{2028}' | '\u{2029}' => Class::Newline,
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => Class::Forbidden,
        ascii if ascii.is_ascii() => BYTES[ascii as usize],
        _ => Class::Word,
    }
}

/// The class of the character at `at`, and its length in bytes. `at` is on a character boundary before the end.
pub fn class_at(text: &str, at: usize) -> (Class, usize) {
    let byte = text.as_bytes()[at];
    match BYTES[byte as usize] {
        Class::Decode => text[at..].chars().next().map_or((Class::Word, 1), |found| (class(found), found.len_utf8())),
        Class::Newline if byte == b'\r' && text.as_bytes().get(at + 1) == Some(&b'\n') => (Class::Newline, 2),
        found if byte < 0x80 => (found, 1),
        found => (found, text[at..].chars().next().map_or(1, char::len_utf8)),
    }
}

/// The length in bytes of the line break at `at`, if there is one.
pub fn newline_at(text: &str, at: usize) -> Option<usize> {
    match text.as_bytes().get(at)? {
        b'\n' | 0x0B | 0x0C => Some(1),
        b'\r' => Some(if text.as_bytes().get(at + 1) == Some(&b'\n') { 2 } else { 1 }),
        0xC2 | 0xE2 => match class_at(text, at) {
            (Class::Newline, length) => Some(length),
            _ => None,
        },
        _ => None,
    }
}

/// The length in bytes of the white space at `at`, if there is any.
pub fn space_at(text: &str, at: usize) -> Option<usize> {
    if at >= text.len() {
        return None;
    }
    match class_at(text, at) {
        (Class::Space, length) => Some(length),
        _ => None,
    }
}

/// The end of the line that contains `at`: its newline, or the end of the text.
pub fn line_end(text: &str, mut at: usize) -> usize {
    while at < text.len() {
        if newline_at(text, at).is_some() {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// Whether the text holds only white space without line breaks.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|character| class(character) == Class::Space)
}
