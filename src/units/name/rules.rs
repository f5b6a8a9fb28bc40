//! In: a kind of name and a text. Out: the first rule of that kind that the text violates.

use std::ops::Range;

use super::error::{NameError, NameProblem};

/// The kind of a name, by the rule that Kubernetes has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// Most names: up to 63 of `a-z 0-9 -`.
    Dns1123Label,
    /// Services: as above, but the first character is a letter.
    Dns1035Label,
    /// Secrets, ConfigMaps and others: labels separated by dots, up to 253 characters.
    Dns1123Subdomain,
    /// A host, optionally with a leading `*.`.
    Host,
    /// Key of a label.
    LabelKey,
    /// Value of a label; may be empty.
    LabelValue,
    /// Key of an annotation.
    AnnotationKey,
    /// Environment variable.
    EnvironmentVariable,
    /// Name of a container port: up to 15 of `a-z 0-9 -`, with a letter.
    PortName,
}

impl NameKind {
    /// Whether the API server accepts it.
    pub fn check(self, text: &str) -> Result<(), NameError> {
        self.rule(text).map_err(|(problem, range)| {
            let instead = self.nearest(text).filter(|nearest| nearest != text && self.rule(nearest).is_ok());
            // A truncated name may collide with another, so the author has to choose.
            let cut = matches!(problem, NameProblem::TooLong { .. });
            NameError { kind: self, problem, range, instead: instead.filter(|_| !cut) }
        })
    }

    fn rule(self, text: &str) -> Result<(), Broken> {
        if text.is_empty() {
            return if self == Self::LabelValue { Ok(()) } else { Err((NameProblem::Empty, 0..0)) };
        }
        match self {
            Self::Dns1123Label => label(text, 0, false),
            Self::Dns1035Label => label(text, 0, true),
            Self::Dns1123Subdomain => subdomain(text, 0),
            Self::Host => host(text),
            Self::LabelKey => key(text, false),
            Self::AnnotationKey => key(text, true),
            Self::LabelValue => word(text, 0),
            Self::EnvironmentVariable => variable(text),
            Self::PortName => port(text),
        }
    }

    fn nearest(self, text: &str) -> Option<String> {
        let near = match self {
            Self::Dns1123Label | Self::PortName => nearest_label(text),
            Self::Dns1035Label => nearest_label(text).trim_start_matches(|c: char| !c.is_ascii_lowercase()).to_owned(),
            Self::Dns1123Subdomain => nearest_subdomain(text),
            Self::Host => {
                let text = text.trim();
                let text = text.split_once("://").map_or(text, |(_, rest)| rest);
                let text = text.split(['/', ':', '?', '#']).next().unwrap_or_default();
                match text.strip_prefix("*.") {
                    Some(rest) => format!("*.{}", nearest_subdomain(rest)),
                    None => nearest_subdomain(text),
                }
            }
            Self::LabelKey | Self::AnnotationKey => match text.split_once('/') {
                Some((prefix, name)) if !prefix.is_empty() => {
                    format!("{}/{}", nearest_subdomain(prefix), nearest_word(name))
                }
                Some((_, name)) => nearest_word(name),
                None => nearest_word(text),
            },
            Self::LabelValue => nearest_word(text),
            Self::EnvironmentVariable => {
                let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
                let text: String = text.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
                if text.starts_with(|c: char| c.is_ascii_digit()) { format!("_{text}") } else { text }
            }
        };
        (!near.is_empty()).then_some(near)
    }
}

type Broken = (NameProblem, Range<usize>);

/// The first character that `allowed` rejects; it allows ASCII only.
fn characters(text: &str, base: usize, allowed: impl Fn(char) -> bool) -> Result<(), Broken> {
    if text.bytes().all(|byte| byte.is_ascii() && allowed(char::from(byte))) {
        return Ok(());
    }
    match text.char_indices().find(|(_, character)| !allowed(*character)) {
        None => Ok(()),
        Some((at, character)) => {
            let lower_would_do = character.is_ascii_uppercase() && allowed(character.to_ascii_lowercase());
            let problem =
                if lower_would_do { NameProblem::UpperCase(character) } else { NameProblem::Character(character) };
            Err((problem, base + at..base + at + character.len_utf8()))
        }
    }
}

fn length(text: &str, base: usize, most: usize) -> Result<(), Broken> {
    if text.len() <= most {
        return Ok(());
    }
    Err((NameProblem::TooLong { length: text.len(), most }, base + most..base + text.len()))
}

/// Checks the first and last character.
fn ends(text: &str, base: usize, first: impl Fn(char) -> bool, last: impl Fn(char) -> bool) -> Result<(), Broken> {
    match text.chars().next() {
        Some(character) if !first(character) => {
            return Err((NameProblem::Start(character), base..base + character.len_utf8()));
        }
        _ => {}
    }
    match text.chars().next_back() {
        Some(character) if !last(character) => {
            Err((NameProblem::End(character), base + text.len() - character.len_utf8()..base + text.len()))
        }
        _ => Ok(()),
    }
}

fn is_label_end(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit()
}

/// The roles of a byte, as bits.
const LETTER: u8 = 1;
const LABEL_END: u8 = 2;
const LABEL: u8 = 4;
const WORD_END: u8 = 8;
const WORD: u8 = 16;

/// The roles of each byte.
const ROLES: [u8; 256] = {
    let mut roles = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let at = byte as u8;
        if at.is_ascii_lowercase() {
            roles[byte] |= LETTER;
        }
        if at.is_ascii_lowercase() || at.is_ascii_digit() {
            roles[byte] |= LABEL_END | LABEL;
        }
        if at.is_ascii_alphanumeric() {
            roles[byte] |= WORD_END | WORD;
        }
        byte += 1;
    }
    roles[b'-' as usize] |= LABEL | WORD;
    roles[b'_' as usize] |= WORD;
    roles[b'.' as usize] |= WORD;
    roles
};

/// Whether every byte is allowed in a text, the first one at its beginning and the last one at its end.
fn consists_of(bytes: &[u8], all: u8, first: u8, last: u8) -> bool {
    let role = |byte: &u8| ROLES[usize::from(*byte)];
    let (Some(start), Some(end)) = (bytes.first(), bytes.last()) else { return false };
    role(start) & first != 0 && role(end) & last != 0 && bytes.iter().fold(all, |can, byte| can & role(byte)) != 0
}

fn label(text: &str, base: usize, letter_first: bool) -> Result<(), Broken> {
    // Nearly all names are valid. The violated rule is searched only for an invalid one.
    if text.len() <= super::LABEL_LENGTH
        && consists_of(text.as_bytes(), LABEL, if letter_first { LETTER } else { LABEL_END }, LABEL_END)
    {
        return Ok(());
    }
    if text.is_empty() {
        return Err((NameProblem::EmptyPart, base..base));
    }
    characters(text, base, |c| is_label_end(c) || c == '-')?;
    ends(text, base, |c| if letter_first { c.is_ascii_lowercase() } else { is_label_end(c) }, is_label_end)?;
    length(text, base, super::LABEL_LENGTH)
}

fn subdomain(text: &str, base: usize) -> Result<(), Broken> {
    // Nearly all names are valid. The violated rule is searched only for an invalid one.
    if text.len() <= 253 && is_subdomain(text) {
        return Ok(());
    }
    ends(text, base, |c| c != '.', |c| c != '.')?;
    let mut at = base;
    for part in text.split('.') {
        characters(part, at, |c| is_label_end(c) || c == '-')?;
        if part.is_empty() {
            return Err((NameProblem::EmptyPart, at - 1..at + 1));
        }
        ends(part, at, is_label_end, is_label_end)?;
        at += part.len() + 1;
    }
    length(text, base, 253)
}

/// Labels separated by dots, whatever their lengths.
fn is_subdomain(text: &str) -> bool {
    let can_be = |byte: u8, role: u8| ROLES[usize::from(byte)] & role != 0;
    let mut before = b'.';
    for byte in text.bytes() {
        let fits = match (before, byte) {
            (_, b'.') => can_be(before, LABEL_END),
            (b'.', _) => can_be(byte, LABEL_END),
            _ => can_be(byte, LABEL),
        };
        if !fits {
            return false;
        }
        before = byte;
    }
    can_be(before, LABEL_END)
}

fn host(text: &str) -> Result<(), Broken> {
    if text == "*" {
        return Err((NameProblem::BareWildcard, 0..1));
    }
    let base = if text.starts_with("*.") { 2 } else { 0 };
    if text[base..].is_empty() {
        return Err((NameProblem::BareWildcard, 0..text.len()));
    }
    // Only a text with colons, or with a digit at its end, can be an address.
    let may_be_address = text.ends_with(|last: char| last.is_ascii_digit()) || text.contains(':');
    if may_be_address && text.parse::<std::net::IpAddr>().is_ok() {
        return Err((NameProblem::IpAddress, 0..text.len()));
    }
    subdomain(&text[base..], base)?;
    if text.len() <= super::LABEL_LENGTH {
        return Ok(());
    }
    let mut at = base;
    for part in text[base..].split('.') {
        length(part, at, super::LABEL_LENGTH)?;
        at += part.len() + 1;
    }
    Ok(())
}

fn is_word_end(character: char) -> bool {
    character.is_ascii_alphanumeric()
}

fn word(text: &str, base: usize) -> Result<(), Broken> {
    if text.len() <= super::LABEL_LENGTH && consists_of(text.as_bytes(), WORD, WORD_END, WORD_END) {
        return Ok(());
    }
    if text.is_empty() {
        return Err((NameProblem::EmptyPart, base..base));
    }
    characters(text, base, |c| is_word_end(c) || matches!(c, '-' | '_' | '.'))?;
    ends(text, base, is_word_end, is_word_end)?;
    length(text, base, super::LABEL_LENGTH)
}

fn key(text: &str, any_case: bool) -> Result<(), Broken> {
    let Some(slash) = memchr::memchr(b'/', text.as_bytes()) else {
        return word(text, 0);
    };
    let (prefix, name) = (&text[..slash], &text[slash + 1..]);
    if prefix.is_empty() {
        return Err((NameProblem::EmptyPart, 0..1));
    }
    if any_case {
        subdomain(&prefix.to_ascii_lowercase(), 0)?
    } else {
        subdomain(prefix, 0)?
    }
    word(name, prefix.len() + 1)
}

fn variable(text: &str) -> Result<(), Broken> {
    characters(text, 0, |c| c.is_ascii_alphanumeric() || "_.-".contains(c))?;
    ends(text, 0, |c| !c.is_ascii_digit(), |_| true)?;
    if text == "." || text.starts_with("..") {
        return Err((NameProblem::Start('.'), 0..1));
    }
    Ok(())
}

fn port(text: &str) -> Result<(), Broken> {
    characters(text, 0, |c| is_label_end(c) || c == '-')?;
    ends(text, 0, is_label_end, is_label_end)?;
    if let Some(at) = text.find("--") {
        return Err((NameProblem::DoubleHyphen, at..at + 2));
    }
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return Err((NameProblem::NoLetter, 0..text.len()));
    }
    length(text, 0, 15)
}

/// Lower case; every run of other characters is one hyphen; none at the ends.
pub(super) fn nearest_label(text: &str) -> String {
    let mut label = String::with_capacity(text.len());
    for character in text.chars().map(|character| character.to_ascii_lowercase()) {
        if is_label_end(character) {
            label.push(character);
        } else if !label.is_empty() && !label.ends_with('-') {
            label.push('-');
        }
    }
    label.truncate(label.trim_end_matches('-').len());
    label
}

fn nearest_subdomain(text: &str) -> String {
    let parts: Vec<String> = text.split('.').map(nearest_label).filter(|part| !part.is_empty()).collect();
    parts.join(".")
}

fn nearest_word(text: &str) -> String {
    let allowed = |c: char| is_word_end(c) || "-_.".contains(c);
    let text: String = text.chars().map(|c| if allowed(c) { c } else { '-' }).collect();
    text.trim_matches(|c| !is_word_end(c)).to_owned()
}
