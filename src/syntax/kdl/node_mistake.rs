//! In: a place where the pieces of nodes do not fit together. Out: the diagnostic for it.

use super::mistake::shown;
use super::parser::{Parser, Place};
use super::strings;
use super::token::{Kind, Token};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::limits;
use crate::syntax::tree::Node;

/// The name of a token in a message.
fn named(parser: &Parser<'_>, token: Token) -> String {
    match token.kind {
        Kind::End => "the end of the file".to_owned(),
        Kind::Newline | Kind::LineComment | Kind::ContinuedNewline => "the end of the line".to_owned(),
        _ => format!("`{}`", shown(parser.slice(token))),
    }
}

/// A span that can be underlined: for the end of a line, the place after its last character.
fn visible(parser: &Parser<'_>, token: Token) -> Span {
    let span = parser.span(token);
    match token.kind {
        Kind::Newline | Kind::End => span.at_start(),
        _ => span,
    }
}

/// `# comment`
pub fn hash_comment(parser: &mut Parser<'_>, token: Token) {
    let span = parser.span(token);
    let hashes = parser.slice(token).bytes().take_while(|byte| *byte == b'#').count();
    parser.mistakes.push(
        Diagnostic::new(Code::KdlHashComment, span.part(0, hashes), "a comment starts with `//`, not with `#`")
            .label("not a comment in KDL")
            .help(format!("write `//{}`", shown(parser.slice(token).trim_start_matches('#'))))
            .fix(span.part(0, hashes), "//"),
    );
}

/// A `;` that does not end a node.
pub fn stray_semicolon(parser: &mut Parser<'_>, token: Token) {
    let span = parser.span(token);
    parser.mistakes.push(
        Diagnostic::new(Code::KdlStraySemicolon, span, "unexpected `;`")
            .label("no node before it")
            .help("delete it")
            .fix(span, ""),
    );
}

/// `/-` before nothing.
pub fn dangling_slashdash(parser: &mut Parser<'_>, slashdash: Token, next: Token) {
    let found = named(parser, next);
    parser.mistakes.push(
        Diagnostic::new(Code::KdlDanglingSlashdash, parser.span(slashdash), "`/-` has nothing to comment out")
            .label(format!("followed by {found}"))
            .help(
                "write `/-` before a node, an argument, a property or a block, or delete it; `//` comments out a line",
            ),
    );
}

/// `/-` before a block with no node.
pub fn hidden_block_without_node(parser: &mut Parser<'_>, slashdash: Token) {
    parser.mistakes.push(
        Diagnostic::new(Code::KdlDanglingSlashdash, parser.span(slashdash), "`/-` is before a block without a node")
            .label("starts a new node, which needs a name")
            .help("write `/-` and the `{` on the line of their node"),
    );
}

/// `{` on a line of its own.
pub fn block_without_node(parser: &mut Parser<'_>, open: Token, before: Option<&Node>) {
    let span = parser.span(open);
    let diagnostic = Diagnostic::new(Code::KdlMisplacedBlock, span, "a block must start on the line of its node");
    let Some(node) = before.filter(|node| node.children.is_none()) else {
        parser.mistakes.push(
            Diagnostic::new(Code::KdlMisplacedBlock, span, "this block has no node")
                .label("expected a name before it")
                .help("write the name of a node before the `{`"),
        );
        return;
    };
    let gap = Span { start: node.span.end, end: span.start, ..span };
    let only_space = parser.source.slice(gap).trim().is_empty();
    let diagnostic = diagnostic
        .label("on a line of its own")
        .also(node.name.span, "probably belongs to this node")
        .help(format!("move the `{{` to the end of the line of `{}`", shown(&node.name.value)));
    parser.mistakes.push(if only_space { diagnostic.fix(gap, " ") } else { diagnostic });
}

/// A node that begins with something other than a name.
pub fn missing_node_name(parser: &mut Parser<'_>, token: Token, first: Token) {
    let found = named(parser, token);
    let message = if first.start == token.start {
        format!("expected the name of a node, found {found}")
    } else {
        format!("missing name before {found}")
    };
    let span = visible(parser, token);
    parser.mistakes.push(
        Diagnostic::new(Code::KdlMissingName, span, message)
            .label("expected a name")
            .help("write the name, then values, then properties such as `key=\"value\"`"),
    );
}

/// `name:` where `name` was expected.
pub fn node_colon(parser: &mut Parser<'_>, span: Span) {
    let colon = Span { start: span.end - 1, ..span };
    let word = shown(parser.source.slice(Span { end: span.end - 1, ..span }));
    parser.mistakes.push(
        Diagnostic::new(Code::KdlColon, colon, "KDL does not use a colon after a name")
            .label("not part of KDL")
            .help(format!("write `{word} \"value\"`, or `{word}=\"value\"` after the name of a node; to use YAML, name the file `….canary.yaml`"))
            .fix(colon, ""),
    );
}

/// `key: value` after the name of a node.
pub fn property_colon(parser: &mut Parser<'_>, colon: Span, name: Token, value: Token) {
    let colon = Span { start: colon.end - 1, ..colon };
    let key = parser.slice(name).trim_end_matches(':');
    let diagnostic = Diagnostic::new(Code::KdlColon, colon, "a property needs `=`").label("unexpected colon");
    let diagnostic = if value.kind.is_value() {
        let word = parser.slice(value);
        let quoted = if matches!(value.kind, Kind::Identifier) { strings::quote(word) } else { word.to_owned() };
        diagnostic
            .help(format!("write `{}={}`", shown(key), shown(&quoted)))
            .fix(Span { end: value.start, ..colon }, "=")
    } else {
        diagnostic.help(format!("write `{}=\"value\"`", shown(key)))
    };
    parser.mistakes.push(diagnostic);
}

/// Two blocks.
pub fn second_block(parser: &mut Parser<'_>, open: Token) {
    parser.mistakes.push(
        Diagnostic::new(Code::KdlMisplacedBlock, parser.span(open), "a node can only have one block")
            .label("second block")
            .help("merge the blocks, or start a new node on the next line"),
    );
}

/// A property on a line of its own.
pub fn property_on_a_line(parser: &mut Parser<'_>, name: Token, in_block: bool) {
    let key = shown(parser.slice(name));
    let diagnostic =
        Diagnostic::new(Code::KdlMisplacedProperty, parser.span(name), format!("property `{key}` has no node"))
            .label("expected the name of a node");
    parser.mistakes.push(if in_block {
        diagnostic.help(format!(
            "write `{key}=…` on the line of its node, before the `{{`; a `\\` at the end of a line continues it"
        ))
    } else {
        diagnostic.help(format!("write the name of a node before `{key}=…`"))
    });
}

/// `selector = { … }`
pub fn assigned_block(parser: &mut Parser<'_>, (name, equals): (Token, Token), braces: Span, node: &Node) {
    let word = shown(&node.name.value);
    let diagnostic =
        Diagnostic::new(Code::KdlMisplacedBlock, parser.span(equals), format!("`{word}` is a node, not a property"))
            .label("a block follows");
    let before = Span { start: name.end, ..braces };
    parser.mistakes.push(if node.children.is_none() && !node.entries.is_empty() {
        let pairs: String = node
            .entries
            .iter()
            .filter_map(|entry| {
                let name = parser.source.slice(entry.name.as_ref()?.span);
                Some(format!(" {name}={}", parser.source.slice(entry.value.span)))
            })
            .collect();
        diagnostic.help(format!("write `{word}{pairs}`")).fix(before, pairs)
    } else {
        diagnostic.help(format!("write `{word} {{`, without `=`")).fix(Span { end: braces.start, ..before }, " ")
    });
}

/// `} something`
pub fn behind_block(parser: &mut Parser<'_>, token: Token, block_end: u32) {
    let span = parser.span(token);
    let gap = Span { start: block_end, end: block_end, ..span };
    let diagnostic = Diagnostic::new(Code::KdlBehindBlock, span, "unexpected text after a block");
    parser.mistakes.push(match token.kind {
        Kind::Equals | Kind::ParenthesisClose | Kind::Bracket => {
            diagnostic.label("not allowed after the block").help("delete it, or write it before the `{`")
        }
        _ => diagnostic
            .label("starts the next node")
            .help("write `;` after the `}`, or start a new line; values and properties must come before the `{`")
            .fix(gap, ";"),
    });
}

/// `[`
pub fn bracket(parser: &mut Parser<'_>, token: Token) {
    parser.mistakes.push(
        Diagnostic::new(Code::KdlBrackets, parser.span(token), "KDL has no lists")
            .label("not part of KDL")
            .help("write the values one after another: `gate \"smoke\" \"load\"`"),
    );
}

/// Commas between values.
pub fn commas(parser: &mut Parser<'_>, commas: &[Span]) {
    let Some((first, others)) = commas.split_first() else { return };
    let mut diagnostic = Diagnostic::new(Code::KdlComma, *first, "values are separated by spaces, not by commas")
        .label(if others.is_empty() { "not part of KDL" } else { "not part of KDL, here and after the next values" })
        .help("remove the commas");
    let last = others.last().unwrap_or(first);
    let whole = first.to(*last);
    let text = parser.source.slice(whole);
    if text.len() < 400 {
        let mut without = String::with_capacity(text.len());
        let mut at = whole.start;
        for comma in commas {
            without.push_str(parser.source.slice(Span { start: at, end: comma.start, ..whole }));
            let after = parser.text.as_bytes().get(comma.end as usize);
            if after.is_some_and(|after| !after.is_ascii_whitespace()) {
                without.push(' ');
            }
            at = comma.end;
        }
        diagnostic = diagnostic.fix(whole, without);
    }
    parser.mistakes.push(diagnostic);
}

/// `=` without a name before it, or a second `=`.
pub fn equals(parser: &mut Parser<'_>, equals: Token, next: Token) {
    let follows = next.kind.is_value();
    parser.mistakes.push(
        Diagnostic::new(Code::KdlMissingName, parser.span(equals), "expected the name of a property before `=`")
            .label(if follows { "its value has no property" } else { "has no property" })
            .help("write `name=\"value\"`, with one `=`"),
    );
}

/// A `)` without a matching `(`.
pub fn parenthesis(parser: &mut Parser<'_>, token: Token) {
    parser.mistakes.push(
        Diagnostic::new(Code::KdlMissingQuotes, parser.span(token), "unmatched `)`")
            .label("no `(` before it")
            .help("put a string with parentheses in quotes"),
    );
}

/// Two values without a space between them.
pub fn missing_space(parser: &mut Parser<'_>, token: Token) {
    let span = parser.span(token);
    let before = parser.text[..token.start as usize].chars().next_back();
    let quote = before == Some('"') || before == Some('#');
    parser.mistakes.push(
        Diagnostic::new(Code::KdlMissingSpace, span, "expected a space before this value")
            .label(if quote { "directly after the closing quote" } else { "directly after the previous value" })
            .help("add a space between them; inside a string, write a quote as `\\\"`")
            .fix(span.at_start(), " "),
    );
}

/// A value or property after a block.
pub fn entry_behind_block(parser: &mut Parser<'_>, span: Span) {
    parser.mistakes.push(
        Diagnostic::new(
            Code::KdlBehindBlock,
            span,
            "values and properties must come before the block, even if `/-` comments it out",
        )
        .label("after a block")
        .help("move it before the `{`, or start a new node on the next line"),
    );
}

/// `(type)` without a value after it.
pub fn missing_typed_value(parser: &mut Parser<'_>, open: Token, token: Token) {
    let found = named(parser, token);
    parser.mistakes.push(
        Diagnostic::new(Code::KdlTypeAnnotation, parser.span(open), "expected a value after the type in parentheses")
            .label(format!("followed by {found}"))
            .help("delete the parentheses; if they belong to a string, add quotes"),
    );
}

/// `(type)name=value`
pub fn type_before_name(parser: &mut Parser<'_>, open: Token) {
    parser.mistakes.push(
        Diagnostic::new(
            Code::KdlTypeAnnotation,
            parser.span(open),
            "a type must be before the value of a property, not before its name",
        )
        .label("before a name")
        .help("write `name=(type)\"value\"`"),
    );
}

/// `()`, or something other than a name in parentheses.
pub fn empty_type(parser: &mut Parser<'_>, open: Token, token: Token) {
    let found = named(parser, token);
    parser.mistakes.push(
        Diagnostic::new(Code::KdlTypeAnnotation, parser.span(open), "expected the name of a type in parentheses")
            .label(format!("followed by {found}"))
            .help("delete them; if they belong to a string, add quotes"),
    );
}

/// `(type` without `)`.
pub fn unclosed_type(parser: &mut Parser<'_>, open: Token, token: Token, place: Place) {
    let found = named(parser, token);
    let target = if place == Place::NodeName { "a node" } else { "a value" };
    parser.mistakes.push(
        Diagnostic::new(Code::KdlTypeAnnotation, parser.span(open), format!("this `(` before {target} is not closed"))
            .label(format!("expected `)` before {found}"))
            .help("parentheses contain the name of a type; if they belong to a string, add quotes"),
    );
}

/// `name=` without a value.
pub fn missing_value(parser: &mut Parser<'_>, name: Token, equals: Token, token: Token) {
    let key = shown(parser.slice(name));
    let found = named(parser, token);
    let mut diagnostic = Diagnostic::new(
        Code::KdlMissingValue,
        parser.span(name).to(parser.span(equals)),
        format!("property `{key}` has no value"),
    )
    .label(format!("followed by {found}"));
    diagnostic = match token.kind {
        Kind::Slashdash => diagnostic.help("write `/-` before the name to comment out the whole property"),
        Kind::Equals => diagnostic.help(format!("write one `=`: `{key}=\"value\"`")),
        _ => diagnostic.help(format!("write `{key}=\"value\"`")),
    };
    parser.mistakes.push(diagnostic);
}

/// Blocks that are nested too deeply.
pub fn too_deep(parser: &mut Parser<'_>, open: Token) {
    parser.mistakes.push(
        Diagnostic::new(
            Code::KdlTooDeep,
            parser.span(open),
            format!("blocks are nested more than {} deep", limits::DEPTH),
        )
        .label("the contents of this block are not read")
        .help("no policy needs this depth; look for a block that is repeated or never closed"),
    );
}
