//! In: a byte range of a value's text. Out: the span of the source that produced it, through quotes, escapes and
//! dedents. It is needed only for mistakes in the middle of a string, so it decodes the string again instead of keeping
//! a map.

use std::ops::Range;

use super::Value;
use crate::source::{Source, Sources, Span};

impl Value {
    /// The place of bytes `range` of the value's text. Text from a parameter is located at its `{{name}}`. If the place
    /// cannot be found, it is the whole value.
    pub fn locate(&self, sources: &Sources, range: Range<usize>) -> Span {
        sources.get(self.span.source).map_or(self.span, |source| self.locate_in(source, range))
    }

    /// The same, for a known source.
    pub fn locate_in(&self, source: &Source, range: Range<usize>) -> Span {
        self.as_str().map_or(self.span, |text| self.locate_filled(source, text, range))
    }

    /// The same in `text`, which is the value's text with more of its holes filled.
    pub fn locate_filled(&self, source: &Source, text: &str, range: Range<usize>) -> Span {
        let offsets = offsets(text, source.slice(self.span));
        match (offsets.get(range.start), offsets.get(range.end.max(range.start + 1) - 1)) {
            (Some(start), Some(end)) if start.start <= end.end => self.span.part(start.start, end.end),
            _ => self.span,
        }
    }
}

/// The place of each part of one text, for repeated lookups.
pub struct PlaceMap {
    span: Span,
    offsets: Vec<Range<usize>>,
}

impl PlaceMap {
    /// The places of `text`, which is the value's text, possibly with names filled in.
    pub fn new(value: &Value, text: &str, sources: &Sources) -> Self {
        match sources.get(value.span.source).filter(|_| value.via.is_none()) {
            Some(source) => Self { span: value.span, offsets: offsets(text, source.slice(value.span)) },
            None => Self { span: value.blame(), offsets: Vec::new() },
        }
    }

    /// The place of bytes `range` of the text. If it cannot be found, it is the whole value.
    pub fn locate(&self, range: Range<usize>) -> Span {
        match (self.offsets.get(range.start), self.offsets.get(range.end.max(range.start + 1) - 1)) {
            (Some(start), Some(end)) if start.start <= end.end => self.span.part(start.start, end.end),
            _ => self.span,
        }
    }
}

/// For each byte of `text`, the bytes of `literal` that produced it. Follows the literal from left to right: a
/// character that equals the next one of the text produced it; an escape is decoded; anything else (quotes,
/// indentation) is skipped.
fn offsets(text: &str, literal: &str) -> Vec<Range<usize>> {
    let mut found = Vec::with_capacity(text.len());
    let mut at = literal.len() - literal.trim_start_matches('#').trim_start_matches('"').trim_start_matches('\'').len();
    let raw = literal.starts_with('#');
    let (mut holes, mut written_holes) = (Holes::new(text), Holes::new(literal));
    let mut characters = text.char_indices();
    'characters: while let Some((position, wanted)) = characters.next() {
        // A hole that the controller fills has another spelling in the text. All of it maps to all of this one.
        if let (Some(hole), Some(written)) = (holes.at(position), written_holes.at(at)) {
            found.extend(std::iter::repeat_n(at..at + written, hole));
            at += written;
            let end = position + hole;
            while characters.clone().next().is_some_and(|(next, _)| next < end) {
                characters.next();
            }
            continue;
        }
        while let Some(here) = literal[at..].chars().next() {
            let (decoded, length) =
                if here == '\\' && !raw { escape(&literal[at..]) } else { (Some(here), here.len_utf8()) };
            let range = at..at + length;
            if decoded == Some(wanted) || (wanted == '\n' && here == '\r') {
                at = range.end;
                found.extend(std::iter::repeat_n(range, wanted.len_utf8()));
                continue 'characters;
            }
            if here == '{' && literal[at..].starts_with("{{") {
                // The following text comes from a parameter. All of it maps to the hole, up to where the text
                // continues.
                let close = written_holes.at(at).map_or(literal.len(), |length| at + length);
                found.extend(std::iter::repeat_n(at..close, wanted.len_utf8()));
                if literal[close..].starts_with(wanted) {
                    at = close;
                }
                continue 'characters;
            }
            at = range.end;
        }
        break;
    }
    found
}

/// The holes of a text, looked up from left to right. The closing `}}` is searched once.
struct Holes<'a> {
    text: &'a str,
    /// The first `}}` at or after the last lookup.
    close: Option<usize>,
}

impl<'a> Holes<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, close: text.find("}}") }
    }

    /// The length of the hole that starts at a place.
    fn at(&mut self, place: usize) -> Option<usize> {
        let rest = self.text.get(place..).filter(|rest| rest.starts_with("{{"))?;
        if self.close.is_some_and(|close| close < place) {
            self.close = rest.find("}}").map(|offset| place + offset);
        }
        self.close.map(|close| close + 2 - place)
    }
}

/// The character of the escape at the start of `rest`, and the length of the escape.
fn escape(rest: &str) -> (Option<char>, usize) {
    let mut characters = rest.char_indices().skip(1);
    let Some((_, kind)) = characters.next() else { return (None, 1) };
    let simple = match kind {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        's' => ' ',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' if rest[2..].starts_with('{') => {
            let close = rest.find('}').unwrap_or(rest.len() - 1);
            let code = u32::from_str_radix(rest.get(3..close).unwrap_or_default(), 16).ok();
            return (code.and_then(char::from_u32), close + 1);
        }
        'u' | 'x' | 'U' => {
            let digits = match kind {
                'x' => 2,
                'u' => 4,
                _ => 8,
            };
            let code = u32::from_str_radix(rest.get(2..2 + digits).unwrap_or_default(), 16).ok();
            return (code.and_then(char::from_u32), (2 + digits).min(rest.len()));
        }
        other => other,
    };
    (Some(simple), 1 + kind.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::offsets;

    fn under(text: &str, literal: &str, part: &str) -> String {
        let start = text.find(part).unwrap();
        let offsets = offsets(text, literal);
        literal[offsets[start].start..offsets[start + part.len() - 1].end].to_owned()
    }

    #[test]
    fn quotes_escapes_and_dedent_are_followed() {
        assert_eq!(under("rate(x)", r#""rate(x)""#, "(x)"), "(x)");
        assert_eq!(under("a \"b\" c", r#""a \"b\" c""#, "\"b\""), r#"\"b\""#);
        assert_eq!(under("sum(\n  x\n)", "\"\"\"\n    sum(\n      x\n    )\n    \"\"\"", "x"), "x");
        assert_eq!(under("a{b=\"c\"}", "#\"a{b=\"c\"}\"#", "\"c\""), "\"c\"");
        assert_eq!(under("é\u{e9}x", r#""é\u{e9}x""#, "x"), "x");
    }

    #[test]
    fn an_argument_of_the_controller_is_one_piece() {
        assert_eq!(under("a-{{args.canary-hash}}-g", r#""a-{{canary-hash}}-g""#, "args"), "{{canary-hash}}");
        assert_eq!(under("a-{{args.canary-hash}}-g", r#""a-{{canary-hash}}-g""#, "-g"), "-g");
    }

    #[test]
    fn errors_in_substituted_text_point_at_the_placeholder() {
        assert_eq!(under("a-orders-b", r#""a-{{topic}}-b""#, "orders"), "{{topic}}");
        assert_eq!(under("a-orders-b", r#""a-{{topic}}-b""#, "b"), "b");
    }

    #[test]
    fn unclosed_braces_are_found() {
        assert_eq!(under("a{{b}} {{{{x", r#""a{{b}} {{{{x""#, "x"), "x");
        assert_eq!(under("{{{{ b}} c", r#""{{{{ b}} c""#, "c"), "c");
    }
}
