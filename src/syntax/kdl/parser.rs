//! In: tokens whose braces pair up. Out: the tree. The parser reports a mistake, reads it as what was probably meant,
//! and continues after it.

mod assigned;

use super::mistake::Mistakes;
use super::token::{Kind, Token};
use super::{node_mistake as mistake, value, words};
use crate::source::{Source, Span, Spanned};
use crate::syntax::limits;
use crate::syntax::tree::{Children, Document, Entry, Node, Text};

/// The place of a string, which decides what a mistake in it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An argument, or the value of a property.
    Value,
    /// The name of a node.
    NodeName,
    /// The name of a property.
    PropertyName,
    /// Between the parentheses of a type annotation.
    Type,
}

/// The state of the parser.
pub struct Parser<'a> {
    pub(super) source: &'a Source,
    pub(super) text: &'a str,
    pub(super) mistakes: &'a mut Mistakes,
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    said_too_deep: bool,
    /// Properties on lines of their own in the block that is being read.
    orphans: Vec<Entry>,
}

/// The parts of the node that is being read.
struct Draft {
    node: Node,
    /// Where it begins.
    start: u32,
    /// Where the last piece that belongs to it ends.
    end: u32,
    /// Whether a block after `/-` was read. Only blocks may follow it.
    hidden_block: bool,
    /// Commas, reported together when the node ends.
    commas: Vec<Span>,
    /// Whether a `[` was reported. The rest of the brackets is then skipped silently.
    brackets: bool,
}

/// A block, and the properties on lines of their own in it.
struct Block {
    children: Children,
    orphans: Vec<Entry>,
    /// Whether it is nested too deeply and was skipped.
    skipped: bool,
}

/// Builds the tree.
pub fn parse(source: &Source, mistakes: &mut Mistakes, tokens: &[Token]) -> Document {
    let text: &str = &source.text;
    let mut parser =
        Parser { source, text, mistakes, tokens, at: 0, depth: 0, said_too_deep: false, orphans: Vec::new() };
    let nodes = parser.nodes();
    Document { nodes }
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Token {
        self.tokens[self.at]
    }

    fn advance(&mut self) -> Token {
        let token = self.tokens[self.at];
        if token.kind != Kind::End {
            self.at += 1;
        }
        token
    }

    pub(super) fn span(&self, token: Token) -> Span {
        Span { source: self.source.id, start: token.start, end: token.end }
    }

    fn between(&self, start: u32, end: u32) -> Span {
        Span { source: self.source.id, start, end: end.max(start) }
    }

    pub(super) fn slice(&self, token: Token) -> &'a str {
        &self.text[token.range()]
    }

    /// Skips tokens that are allowed between two tokens of a node.
    fn skip_inline(&mut self) {
        while self.peek().kind.is_inline_trivia() {
            self.at += 1;
        }
    }

    /// Skips tokens that are allowed after a `/-`, including newlines.
    fn skip_lines(&mut self) {
        while self.peek().kind.is_trivia() {
            self.report_hash_comment();
            self.at += 1;
        }
    }

    fn report_hash_comment(&mut self) {
        if self.peek().kind == Kind::HashComment {
            mistake::hash_comment(self, self.peek());
        }
    }

    /// The nodes up to the `}` or the end. Neither of these is consumed.
    fn nodes(&mut self) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        loop {
            let token = self.peek();
            match token.kind {
                Kind::End | Kind::Close => return nodes,
                kind if kind.is_trivia() => {
                    self.report_hash_comment();
                    self.at += 1;
                }
                Kind::Semicolon => {
                    self.at += 1;
                    mistake::stray_semicolon(self, token);
                }
                Kind::Slashdash => {
                    self.at += 1;
                    self.skip_lines();
                    match self.peek().kind {
                        Kind::End | Kind::Close | Kind::Semicolon | Kind::Slashdash => {
                            mistake::dangling_slashdash(self, token, self.peek());
                            self.end_of_node();
                        }
                        Kind::Open => {
                            mistake::hidden_block_without_node(self, token);
                            self.children();
                        }
                        _ => {
                            self.node();
                        }
                    }
                }
                Kind::Open => {
                    let open = self.peek();
                    mistake::block_without_node(self, open, nodes.last());
                    let block = self.children();
                    if let Some(node) = nodes.last_mut() {
                        node.span.end = block.children.span.end;
                        adopt(node, block);
                    }
                    self.end_of_node();
                }
                _ => {
                    if let Some(node) = self.node() {
                        nodes.push(node);
                    }
                }
            }
        }
    }

    /// One node with its terminator, unless that is a `}`.
    fn node(&mut self) -> Option<Node> {
        let first = self.peek();
        let type_annotation = self.type_annotation(Place::NodeName);
        self.skip_inline();
        let token = self.peek();
        let assigns = self.assigns_block();
        let orphan = self.has_equals_next() && !assigns;
        let name = if orphan && token.kind.is_value() {
            // A property. Mistakes in its name are reported when it is read as a property.
            self.at += 1;
            Spanned::new(Text::from(self.slice(token)), self.span(token))
        } else if token.kind.is_value() {
            self.at += 1;
            value::name(self, token, Place::NodeName)
        } else {
            if first.kind != Kind::ParenthesisOpen || type_annotation.is_some() {
                mistake::missing_node_name(self, token, first);
            }
            self.skip_node();
            return None;
        };
        let mut draft = Draft {
            start: first.start,
            end: token.end,
            node: Node { type_annotation, name, entries: Vec::new(), children: None, span: self.span(token) },
            hidden_block: false,
            commas: Vec::new(),
            brackets: false,
        };
        if assigns {
            self.assigned_block(&mut draft, token);
        } else if orphan {
            self.skip_inline();
            mistake::property_on_a_line(self, token, self.depth > 0);
            let entry = self.property(&mut draft, token, false);
            draft.node.entries.extend(entry);
        } else {
            self.strip_colon(&mut draft, token);
        }
        while self.part(&mut draft) {}
        draft.node.span = self.between(draft.start, draft.end);
        if !draft.brackets {
            mistake::commas(self, &draft.commas);
        }
        if orphan {
            self.orphans.append(&mut draft.node.entries);
            return None;
        }
        Some(draft.node)
    }

    /// `name:`, as in YAML.
    fn strip_colon(&mut self, draft: &mut Draft, token: Token) {
        let name: &str = &draft.node.name.value;
        if let Some(word) = name.strip_suffix(':')
            && !word.is_empty()
            && token.kind == Kind::Identifier
        {
            let word = Text::from(word);
            let span = self.span(token);
            mistake::node_colon(self, span);
            draft.node.name = Spanned::new(word, Span { end: span.end - 1, ..span });
        } else if self.peek().kind == Kind::Identifier && !self.peek().spaced && self.slice(self.peek()) == ":" {
            let colon = self.advance();
            mistake::node_colon(self, self.between(token.start, colon.end));
        }
    }

    /// Reads one argument, property or block of a node. Returns false when the node has ended.
    fn part(&mut self, draft: &mut Draft) -> bool {
        self.skip_inline();
        let token = self.peek();
        match token.kind {
            Kind::Newline | Kind::LineComment | Kind::Semicolon | Kind::HashComment => {
                self.report_hash_comment();
                self.at += 1;
                return false;
            }
            Kind::Close | Kind::End => return false,
            Kind::Open => {
                let second = draft.node.children.is_some();
                if second {
                    mistake::second_block(self, token);
                }
                let block = self.children();
                draft.end = block.children.span.end;
                adopt(&mut draft.node, block);
                return second || self.behind_block(draft);
            }
            Kind::Slashdash => self.hidden_part(draft),
            Kind::Bracket => {
                self.at += 1;
                if !draft.brackets {
                    mistake::bracket(self, token);
                }
                draft.brackets = true;
            }
            Kind::Equals => {
                self.at += 1;
                let next = self.peek();
                mistake::equals(self, token, next);
                if next.kind.is_value() {
                    self.at += 1;
                    value::scalar(self, next);
                }
            }
            Kind::ParenthesisClose => {
                self.at += 1;
                mistake::parenthesis(self, token);
            }
            Kind::Identifier if self.slice(token) == "," => {
                self.at += 1;
                draft.commas.push(self.span(token));
            }
            _ => self.entry(draft, token, false),
        }
        true
    }

    /// After a block, only the end of the node or a hidden block is allowed. Returns false when the node has ended.
    fn behind_block(&mut self, draft: &mut Draft) -> bool {
        self.skip_inline();
        let token = self.peek();
        match token.kind {
            kind if kind.is_trivia() => true,
            Kind::Semicolon | Kind::Close | Kind::End | Kind::Open => true,
            Kind::Slashdash => {
                draft.hidden_block = true;
                true
            }
            _ if draft.brackets && token.kind == Kind::Bracket => true,
            kind if kind.is_value() && (kind != Kind::Identifier || self.has_equals_next()) => {
                mistake::entry_behind_block(self, self.span(token));
                true
            }
            _ => {
                mistake::behind_block(self, token, draft.end);
                false
            }
        }
    }

    /// Whether an `=` follows the next token.
    fn has_equals_next(&self) -> bool {
        self.tokens[self.at..]
            .iter()
            .skip(1)
            .find(|token| !token.kind.is_inline_trivia())
            .is_some_and(|token| token.kind == Kind::Equals)
    }

    /// `/-` and what it hides.
    fn hidden_part(&mut self, draft: &mut Draft) {
        let slashdash = self.advance();
        self.skip_lines();
        let token = self.peek();
        match token.kind {
            Kind::Open => {
                self.children();
                draft.hidden_block = true;
                self.skip_inline();
            }
            kind if kind.is_value() || kind == Kind::ParenthesisOpen => {
                let behind_block = draft.hidden_block || draft.node.children.is_some();
                let end = draft.end;
                let kept = draft.node.entries.len();
                draft.hidden_block = false;
                self.entry(draft, token, true);
                draft.hidden_block = behind_block;
                draft.node.entries.truncate(kept);
                draft.end = end;
                if behind_block {
                    mistake::entry_behind_block(self, self.span(token));
                }
            }
            _ => {
                mistake::dangling_slashdash(self, slashdash, token);
                self.skip_misplaced(Kind::Equals);
            }
        }
    }

    /// Skips a reported sign and its value.
    fn skip_misplaced(&mut self, kind: Kind) {
        if self.peek().kind == kind {
            self.at += 1;
            self.skip_inline();
            if self.peek().kind.is_value() {
                self.at += 1;
            }
        }
    }

    /// An argument or a property. `glued` means that no white space is required before it.
    fn entry(&mut self, draft: &mut Draft, token: Token, glued: bool) {
        let token = if glued { token } else { self.without_comma_before(draft, token) };
        if !token.spaced && !glued && !draft.brackets {
            match token.kind {
                Kind::UnclosedString | Kind::UnclosedRaw | Kind::UnclosedMultiLine => {}
                _ => mistake::missing_space(self, token),
            }
        }
        if draft.hidden_block {
            mistake::entry_behind_block(self, self.span(token));
            draft.hidden_block = false;
        }
        let type_annotation = self.type_annotation(Place::Value);
        let value_token = if token.kind == Kind::ParenthesisOpen {
            self.skip_inline();
            self.peek()
        } else {
            token
        };
        if !value_token.kind.is_value() {
            if type_annotation.is_some() {
                mistake::missing_typed_value(self, token, value_token);
            }
            self.skip_misplaced(Kind::Slashdash);
            return;
        }
        self.at += 1;
        let behind = self.at;
        self.skip_inline();
        let colon = self.colon(value_token);
        if self.peek().kind == Kind::Equals || colon {
            if type_annotation.is_some() {
                mistake::type_before_name(self, token);
            }
            let entry = self.property(draft, value_token, colon);
            draft.end = entry.as_ref().map_or(value_token.end, |entry| entry.span.end);
            draft.node.entries.extend(entry);
            return;
        }
        self.at = behind;
        let value_token = self.without_comma_behind(draft, value_token);
        let value = value::scalar(self, value_token);
        draft.end = value_token.end;
        let span = self.between(token.start, value_token.end);
        draft.node.entries.push(Entry { name: None, type_annotation, value, span });
    }

    /// A word that begins with a comma because it directly follows the previous value.
    fn without_comma_before(&self, draft: &mut Draft, token: Token) -> Token {
        let word = self.slice(token);
        if token.kind != Kind::Identifier || token.spaced || !word.starts_with(',') {
            return token;
        }
        draft.commas.push(self.between(token.start, token.start + 1));
        let rest = word.trim_start_matches(',');
        let start = token.end - u32::try_from(rest.len()).unwrap_or(0);
        Token { kind: words::kind(rest), start, spaced: true, ..token }
    }

    /// A bare word that ends with a comma.
    fn without_comma_behind(&self, draft: &mut Draft, token: Token) -> Token {
        let word = self.slice(token);
        let rest = word.trim_end_matches(',');
        if !matches!(token.kind, Kind::Identifier | Kind::BadWord) || rest.len() == word.len() || rest.is_empty() {
            return token;
        }
        let end = token.start + u32::try_from(rest.len()).unwrap_or(0);
        draft.commas.push(self.between(end, token.end));
        let kind = if words::end(rest, 0) == rest.len() { words::kind(rest) } else { Kind::BadWord };
        Token { kind, end, ..token }
    }

    /// Reports `name: value` or `"name": value`, as in YAML and JSON. Returns whether it was there.
    fn colon(&mut self, token: Token) -> bool {
        let next = self.peek();
        if token.kind == Kind::Identifier && token.end - token.start > 1 && self.slice(token).ends_with(':') {
            if next.kind.is_value() {
                mistake::property_colon(self, self.span(token), token, next);
                return true;
            }
        } else if next.kind == Kind::Identifier && !next.spaced && self.slice(next) == ":" {
            self.at += 1;
            let value = self.peek();
            mistake::property_colon(self, self.span(next), token, value);
            return value.kind.is_value();
        }
        false
    }

    /// The rest of a property after its name. The parser is at the `=`, or at the value when a colon replaced the `=`.
    fn property(&mut self, draft: &mut Draft, name_token: Token, colon: bool) -> Option<Entry> {
        let mut name = value::name(self, name_token, Place::PropertyName);
        if colon && let Some(word) = name.value.strip_suffix(':') {
            name = Spanned::new(Text::from(word), Span { end: name.span.end - 1, ..name.span });
        }
        let equals = if colon { name_token } else { self.advance() };
        self.skip_inline();
        let annotation = self.type_annotation(Place::Value);
        self.skip_inline();
        let token = self.peek();
        if !token.kind.is_value() {
            mistake::missing_value(self, name_token, equals, token);
            self.skip_misplaced(Kind::Equals);
            self.skip_misplaced(Kind::Slashdash);
            return None;
        }
        if token.kind == Kind::Identifier && token.spaced && self.has_equals_next() {
            // `weight= pause="10m"`: the word is the next property.
            mistake::missing_value(self, name_token, equals, token);
            return None;
        }
        self.at += 1;
        let token = self.without_comma_behind(draft, token);
        let value = value::scalar(self, token);
        let span = self.between(name_token.start, token.end);
        Some(Entry { name: Some(name), type_annotation: annotation, value, span })
    }

    /// `(type)`, if it comes next.
    fn type_annotation(&mut self, place: Place) -> Option<Spanned<Text>> {
        let open = self.peek();
        if open.kind != Kind::ParenthesisOpen {
            return None;
        }
        self.at += 1;
        self.skip_inline();
        let token = self.peek();
        if !token.kind.is_value() {
            mistake::empty_type(self, open, token);
            while matches!(self.peek().kind, Kind::Slashdash | Kind::ParenthesisOpen) || self.peek().kind.is_value() {
                self.at += 1;
            }
            if self.peek().kind == Kind::ParenthesisClose {
                self.at += 1;
            }
            return None;
        }
        self.at += 1;
        let name = value::name(self, token, Place::Type);
        self.skip_inline();
        if self.peek().kind == Kind::ParenthesisClose {
            self.at += 1;
            return Some(name);
        }
        mistake::unclosed_type(self, open, self.peek(), place);
        while self.peek().kind.is_value() || self.peek().kind.is_inline_trivia() {
            self.at += 1;
        }
        if self.peek().kind == Kind::ParenthesisClose {
            self.at += 1;
        }
        None
    }

    /// A block, from its `{`.
    fn children(&mut self) -> Block {
        let open = self.advance();
        self.depth += 1;
        let outer = std::mem::take(&mut self.orphans);
        let skipped = self.depth > limits::DEPTH;
        let nodes = if skipped {
            if !self.said_too_deep {
                self.said_too_deep = true;
                mistake::too_deep(self, open);
            }
            self.skip_block();
            Vec::new()
        } else {
            self.nodes()
        };
        let orphans = std::mem::replace(&mut self.orphans, outer);
        self.depth -= 1;
        let end = self.peek().end;
        if self.peek().kind == Kind::Close {
            self.at += 1;
        }
        Block { children: Children { nodes, span: self.between(open.start, end) }, orphans, skipped }
    }

    /// Skips the content of a block, up to its `}`.
    fn skip_block(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.peek().kind {
                Kind::Open => depth += 1,
                Kind::Close if depth == 0 => return,
                Kind::Close => depth -= 1,
                Kind::End => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Skips the rest of an unreadable node, including its block.
    fn skip_node(&mut self) {
        loop {
            match self.peek().kind {
                Kind::Newline | Kind::LineComment | Kind::Semicolon | Kind::HashComment => {
                    self.at += 1;
                    return;
                }
                Kind::Close | Kind::End => return,
                Kind::Open => {
                    self.children();
                }
                _ => self.at += 1,
            }
        }
    }

    /// Skips the `;` after something that was not a node.
    fn end_of_node(&mut self) {
        self.skip_inline();
        if self.peek().kind == Kind::Semicolon {
            self.at += 1;
        }
    }
}

/// Gives a node a block, or adds to the block that it has.
fn adopt(node: &mut Node, block: Block) {
    if block.skipped {
        return;
    }
    node.entries.extend(block.orphans);
    match &mut node.children {
        Some(own) => {
            own.nodes.extend(block.children.nodes);
            own.span.end = block.children.span.end;
        }
        none => *none = Some(block.children),
    }
}
