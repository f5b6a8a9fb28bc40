//! In: the text of a file, before it is parsed. Out: a diagnostic for each kind of forbidden character. Some readers
//! drop or rewrite these characters silently, and some display a different text than they read.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Source;

/// Reports forbidden characters, each kind once. Returns false when there was one: the parser would stop silently at a
/// NUL.
pub(super) fn check(source: &Source, diagnostics: &mut Diagnostics) -> bool {
    if source.text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')) {
        return true;
    }
    let mut found: BTreeMap<char, (usize, usize)> = BTreeMap::new();
    for (at, character) in source.text.char_indices() {
        if refused(character) && !(at == 0 && character == '\u{feff}') {
            found.entry(character).or_insert((at, 0)).1 += 1;
        }
    }
    let mut ordered: Vec<_> = found.iter().collect();
    ordered.sort_by_key(|(_, (at, _))| *at);
    for (character, (at, count)) in &ordered {
        let span = source.range(*at, at + character.len_utf8());
        let times = if *count > 1 { format!(", {count} times") } else { String::new() };
        diagnostics.push(
            Diagnostic::new(Code::YamlControlCharacter, span, format!("{} in the text{times}", name(**character)))
                .label("invisible")
                .why("kubectl, kustomize and other tools reject, drop or change such characters, so the cluster would not run what a reviewer has read.")
                .help("delete it, or write it as an escape in double quotes"),
        );
    }
    ordered.is_empty()
}

/// Whether a character is forbidden in a file.
fn refused(character: char) -> bool {
    matches!(character,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a character is forbidden in a value too, even as an escape.
pub(super) fn refused_in_value(character: char) -> bool {
    matches!(character,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}')
}

/// How a message names a character.
pub(super) fn name(character: char) -> String {
    let words = match character {
        '\0' => "a NUL",
        '\u{85}' => "a next-line character",
        '\u{2028}' => "a line separator",
        '\u{2029}' => "a paragraph separator",
        '\u{feff}' => "a byte order mark",
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "a text direction mark",
        _ => "a control character",
    };
    format!("{words} (U+{:04X})", u32::from(character))
}
