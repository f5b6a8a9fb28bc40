//! In: a string. Out: its form in YAML that every reader reads as this string. The form is plain only if kubectl,
//! PyYAML and YAML 1.2 readers all read the text as itself.

use crate::hidden::{is_hidden, is_joiner};
use crate::syntax::yaml::{Reading, can_mean_more, readings};

/// How a string is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Without quotes.
    Plain,
    /// `"…"` without escapes.
    Quoted,
    /// `'…'`: it contains `"` or `\`, but only printable characters.
    SingleQuoted,
    /// `"…"` with escapes.
    Escaped,
    /// A `|` block.
    Block,
}

/// How one byte affects the form of a string that contains it.
const LETTER: u8 = 0;
/// May have a meaning together with its neighbours: `:`, `#`.
const CONTEXT: u8 = 1;
/// `"` or `\`.
const NEEDS_SINGLE: u8 = 2;
const LINE_BREAK: u8 = 4;
/// Control characters, and the first bytes of the other hidden characters.
const SUSPICIOUS: u8 = 8;
const TAB: u8 = 16;

/// The class of each byte.
const CLASSES: [u8; 256] = {
    let mut classes = [LETTER; 256];
    let mut byte = 0;
    while byte < 0x20 {
        classes[byte] = SUSPICIOUS;
        byte += 1;
    }
    classes[0x7f] = SUSPICIOUS;
    classes[0xc2] = SUSPICIOUS;
    classes[0xd8] = SUSPICIOUS;
    classes[0xe1] = SUSPICIOUS;
    classes[0xe2] = SUSPICIOUS;
    classes[0xef] = SUSPICIOUS;
    classes[0xf3] = SUSPICIOUS;
    classes[b':' as usize] = CONTEXT;
    classes[b'#' as usize] = CONTEXT;
    classes[b'"' as usize] = NEEDS_SINGLE;
    classes[b'\\' as usize] = NEEDS_SINGLE;
    classes[b'\n' as usize] = LINE_BREAK;
    classes[b'\t' as usize] = TAB;
    classes
};

/// The form of a value. A key takes [`key_form`].
pub(super) fn form(text: &str) -> Form {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else { return Form::Quoted };
    let found = bytes.iter().fold(0, |found, byte| found | CLASSES[*byte as usize]);
    if found & SUSPICIOUS != 0 && text.chars().any(needs_escape) {
        return Form::Escaped;
    }
    if found & LINE_BREAK != 0 {
        return if block(text) { Form::Block } else { Form::Escaped };
    }
    let plain = found & TAB == 0 && starts_plain(*first) && !bytes.ends_with(b" ");
    if plain && (found & CONTEXT == 0 || context(bytes)) && is_string(text, *first) {
        return Form::Plain;
    }
    if found & TAB != 0 {
        Form::Escaped
    } else if found & NEEDS_SINGLE != 0 {
        Form::SingleQuoted
    } else {
        Form::Quoted
    }
}

/// The form of a key, which must be on one line.
pub(super) fn key_form(text: &str) -> Form {
    match form(text) {
        Form::Block => Form::Escaped,
        other => other,
    }
}

/// Whether a character must be written as an escape.
pub(super) fn needs_escape(character: char) -> bool {
    !matches!(character, '\n' | '\t') && is_hidden(character) && !is_joiner(character)
}

/// Whether a plain string may start with this byte.
fn starts_plain(first: u8) -> bool {
    !matches!(
        first,
        b' ' | b'-'
            | b'?'
            | b':'
            | b','
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'#'
            | b'&'
            | b'*'
            | b'!'
            | b'|'
            | b'>'
            | b'\''
            | b'"'
            | b'%'
            | b'@'
            | b'`'
    )
}

/// Whether colons and hashes are only in places where they have no meaning.
fn context(bytes: &[u8]) -> bool {
    let means = |at: usize| match bytes[at] {
        b':' => bytes.get(at + 1) == Some(&b' '),
        _ => at > 0 && bytes[at - 1] == b' ',
    };
    !bytes.ends_with(b":") && !memchr::memchr2_iter(b':', b'#', bytes).any(means)
}

/// Whether every reader reads the text as a string.
fn is_string(text: &str, first: u8) -> bool {
    if !can_mean_more(first) {
        return true;
    }
    if text.starts_with("...") {
        return false;
    }
    let found = readings(text);
    [found.core, found.kubectl, found.older].iter().all(|reading| *reading == Reading::String)
}

/// Whether a text of several lines can be a block that all readers read the same way and that no editor changes.
fn block(text: &str) -> bool {
    let content = text.strip_suffix('\n').unwrap_or(text);
    !content.is_empty()
        && !content.starts_with([' ', '\t', '\n'])
        && !content.ends_with('\n')
        && !content.split('\n').any(|line| !line.is_empty() && line.bytes().all(|byte| matches!(byte, b' ' | b'\t')))
}
