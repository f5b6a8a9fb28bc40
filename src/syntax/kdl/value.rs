//! In: a token that holds a value. Out: the value. A mistake in it is reported and read as what was probably meant.

use super::mistake;
use super::parser::{Parser, Place};
use super::token::{Kind, Token};
use super::{number, strings, word_mistake};
use crate::source::Spanned;
use crate::syntax::tree::{Scalar, Text};

/// The value of an argument or property.
pub fn scalar(parser: &mut Parser<'_>, token: Token) -> Spanned<Scalar> {
    let word = parser.slice(token);
    let value = match token.kind {
        Kind::Number => number::value(word),
        Kind::Keyword => keyword(word.get(1..).unwrap_or_default(), word),
        Kind::Reserved => {
            word_mistake::bare_keyword(parser, token);
            keyword(word, word)
        }
        Kind::UnknownKeyword => word_mistake::unknown_keyword(parser, token),
        _ => Scalar::String(string(parser, token, Place::Value)),
    };
    Spanned::new(value, parser.span(token))
}

/// The name of a node, property or type: a string.
pub fn name(parser: &mut Parser<'_>, token: Token, place: Place) -> Spanned<Text> {
    let text = match token.kind {
        Kind::Number | Kind::Keyword | Kind::Reserved | Kind::UnknownKeyword => {
            word_mistake::not_a_name(parser, token, place);
            Text::from(parser.slice(token))
        }
        _ => string(parser, token, place),
    };
    Spanned::new(text, parser.span(token))
}

fn keyword(name: &str, text: &str) -> Scalar {
    match name {
        "true" => Scalar::Boolean(true),
        "false" => Scalar::Boolean(false),
        "inf" => Scalar::Number { value: f64::INFINITY, text: text.into() },
        "-inf" => Scalar::Number { value: f64::NEG_INFINITY, text: text.into() },
        "nan" => Scalar::Number { value: f64::NAN, text: text.into() },
        _ => Scalar::Null,
    }
}

/// The text of a string token.
fn string(parser: &mut Parser<'_>, token: Token, place: Place) -> Text {
    let range = token.range();
    let word = parser.slice(token);
    let source = parser.source;
    let hashes = word.bytes().take_while(|byte| *byte == b'#').count();
    let inside = |front: usize, back: usize| {
        let end = word.len().saturating_sub(back).max(front.min(word.len()));
        word.get(front..end).unwrap_or_default()
    };
    match token.kind {
        Kind::Identifier => Text::from(word),
        Kind::Quoted => Text::from(inside(1, 1)),
        Kind::Escaped => {
            let (from, to) = (range.start + 1, range.end - 1);
            Text::from(strings::unescape(source, parser.mistakes, range, from, to))
        }
        Kind::MultiLine | Kind::RawMultiLine => {
            let raw = token.kind == Kind::RawMultiLine;
            // The token includes a surplus `#` after the closing quotes.
            let closing = word.bytes().rev().take_while(|byte| *byte == b'#').count();
            if closing > hashes {
                mistake::extra_hashes(parser.mistakes, source, range.clone(), hashes);
            }
            let (from, to) = (range.start + hashes + 3, range.end - closing.max(hashes) - 3);
            Text::from(strings::dedent(source, parser.mistakes, range, from, to, raw))
        }
        Kind::Raw => Text::from(inside(hashes + 1, hashes + 1)),
        Kind::ExtraHashes => {
            let closing = word.bytes().rev().take_while(|byte| *byte == b'#').count();
            mistake::extra_hashes(parser.mistakes, source, range, hashes);
            Text::from(inside(hashes + 1, closing + 1))
        }
        Kind::UnclosedString => {
            mistake::unclosed_string(parser.mistakes, source, range);
            Text::from(inside(1, 0))
        }
        Kind::UnclosedRaw => {
            mistake::unclosed_raw(parser.mistakes, source, range);
            let content = inside(hashes + 1, 0);
            Text::from(content.trim_end_matches('#').strip_suffix('"').unwrap_or(content))
        }
        Kind::UnclosedMultiLine => {
            mistake::unclosed_block(parser.mistakes, source, range);
            let content = inside(hashes + 3, 0);
            let closed = content.trim_end_matches('#').strip_suffix("\"\"\"").filter(|_| hashes > 0);
            Text::from(strings::lenient(closed.unwrap_or(content)))
        }
        Kind::Unopened => {
            mistake::unopened_string(parser.mistakes, source, range);
            Text::from(inside(0, 1))
        }
        Kind::InnerQuotes => {
            let content = strings::leniently_unescaped(inside(1, 1));
            mistake::inner_quotes(parser.mistakes, source, range, &content);
            Text::from(content)
        }
        Kind::SplitString => {
            mistake::split_string(parser.mistakes, source, range);
            Text::from(strings::lenient(inside(hashes + 1, hashes + 1)))
        }
        Kind::OneLineTriple => {
            let content = inside(hashes + 3, hashes + 3);
            mistake::one_line_triple(parser.mistakes, source, range, content);
            Text::from(content)
        }
        Kind::ForeignQuoted => {
            let content = strings::inside_foreign(word);
            word_mistake::foreign_quotes(parser, token, content);
            Text::from(content)
        }
        Kind::OldRaw => {
            let content = strings::inside_old_raw(word);
            word_mistake::old_raw(parser, token, content);
            Text::from(content)
        }
        _ => {
            word_mistake::missing_quotes(parser, token, place);
            Text::from(word)
        }
    }
}
