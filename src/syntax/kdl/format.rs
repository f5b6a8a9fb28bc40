//! In: the text of a valid document. Out: the same document with normalized indentation and spacing. Comments, blank
//! lines between groups, and columns that the author aligned are kept; no value is rewritten.

use super::character::{Class, class, is_blank, line_end, newline_at};
use super::layout::{self, Line, Piece};
use super::lexer::lex;
use super::mistake::Mistakes;
use super::token::{Kind, Token};
use crate::diagnostic::Diagnostics;
use crate::source::Source;

/// Formats a document. Returns `None` when it has mistakes, which are added to `diagnostics`.
pub fn format(source: &Source, diagnostics: &mut Diagnostics) -> Option<String> {
    let mut found = Diagnostics::new();
    super::read(source, &mut found);
    let wrong = found.has_errors();
    diagnostics.append(found);
    if wrong {
        return None;
    }
    let tokens = lex(source, &mut Mistakes::default()).tokens;
    let blocks = blocks(&tokens);
    let mut formatter = Formatter {
        text: &source.text,
        tokens: &tokens,
        blocks,
        ends: ends(&tokens),
        at: 0,
        lines: Vec::new(),
        line: Line::default(),
        blank: false,
        glue: true,
        place: Place::default(),
    };
    formatter.nodes(0, false);
    formatter.flush();
    Some(layout::render(&formatter.lines))
}

/// How a block is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// `{}`
    Empty,
    /// `{ a; b }`
    OneLine,
    /// Each node on a line of its own.
    Lines,
}

/// How the block that opens at each token is written. Tokens that open no block have `Empty`.
fn blocks(tokens: &[Token]) -> Vec<Block> {
    /// A block whose `}` has not been read yet.
    struct Open {
        index: usize,
        has_content: bool,
        has_newlines: bool,
    }
    let mut blocks = vec![Block::Empty; tokens.len()];
    let mut open: Vec<Open> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let mut spans_lines = matches!(
            token.kind,
            Kind::Newline | Kind::Continuation | Kind::ContinuedNewline | Kind::LineComment | Kind::ContinuedComment
        );
        let mut is_content = !matches!(token.kind, Kind::Newline | Kind::Continuation | Kind::ContinuedNewline);
        if token.kind == Kind::Close
            && let Some(block) = open.pop()
        {
            blocks[block.index] = match (block.has_content, block.has_newlines) {
                (false, _) => Block::Empty,
                (true, false) => Block::OneLine,
                (true, true) => Block::Lines,
            };
            spans_lines = blocks[block.index] == Block::Lines;
            is_content = true;
        }
        if let Some(around) = open.last_mut() {
            around.has_content |= is_content;
            around.has_newlines |= spans_lines;
        }
        if token.kind == Kind::Open {
            open.push(Open { index, has_content: false, has_newlines: false });
        }
    }
    blocks
}

/// Whether a node ends behind the white space and comments that begin at each token. One pass from the end answers for all
/// of them: a file may consist of continued lines.
fn ends(tokens: &[Token]) -> Vec<bool> {
    let mut ends = true;
    let mut all: Vec<bool> = tokens
        .iter()
        .rev()
        .map(|token| {
            if !token.kind.is_inline_trivia() {
                ends =
                    matches!(token.kind, Kind::Newline | Kind::LineComment | Kind::Semicolon | Kind::Close | Kind::End);
            }
            ends
        })
        .collect();
    all.reverse();
    all
}

/// A place in the source, and the column it has there.
#[derive(Default)]
struct Place {
    offset: usize,
    column: usize,
}

struct Formatter<'a> {
    text: &'a str,
    tokens: &'a [Token],
    blocks: Vec<Block>,
    /// Of each token: whether a node ends behind the white space and comments that begin there.
    ends: Vec<bool>,
    at: usize,
    lines: Vec<Line>,
    line: Line,
    /// Whether a blank line precedes the next line.
    blank: bool,
    /// Whether the next piece follows the last one without a space.
    glue: bool,
    place: Place,
}

impl Formatter<'_> {
    fn peek(&self) -> Token {
        self.tokens[self.at]
    }

    /// The nodes up to a `}` or the end.
    fn nodes(&mut self, depth: usize, one_line: bool) {
        loop {
            let token = self.peek();
            match token.kind {
                Kind::Close | Kind::End => return,
                Kind::Newline => {
                    self.flush();
                    self.blank |= self.is_blank_line(token) && !self.opens_block();
                    self.at += 1;
                }
                Kind::Continuation | Kind::ContinuedNewline => self.at += 1,
                Kind::LineComment | Kind::ContinuedComment => {
                    self.begin(depth);
                    self.push(token, false);
                    self.flush();
                }
                Kind::BlockComment => {
                    self.begin(depth);
                    self.push(token, false);
                }
                _ => self.node(depth, one_line),
            }
        }
    }

    /// Whether the line above opens a block whose first line comes next.
    fn opens_block(&self) -> bool {
        self.lines.last().is_none_or(|line| line.opens_block)
    }

    fn is_blank_line(&self, newline: Token) -> bool {
        let text = &self.text[newline.range()];
        newline_at(text, 0)
            .is_some_and(|first| text[first..].chars().any(|character| class(character) == Class::Newline))
    }

    /// One node with its terminator.
    fn node(&mut self, depth: usize, one_line: bool) {
        self.begin(depth);
        let mut hides = false;
        loop {
            let token = self.peek();
            match token.kind {
                Kind::Newline | Kind::Continuation | Kind::ContinuedNewline if hides => self.at += 1,
                Kind::LineComment | Kind::ContinuedComment if hides => {
                    self.glue = false;
                    self.push(token, false);
                    self.flush();
                    self.begin(depth + 1);
                }
                Kind::Close | Kind::End | Kind::Newline => return,
                Kind::LineComment => {
                    self.push(token, false);
                    return self.flush();
                }
                Kind::Semicolon => return self.semicolon(one_line),
                Kind::Open => {
                    self.block(depth);
                    hides = false;
                }
                Kind::Slashdash => {
                    self.push(token, false);
                    self.glue = !self.begins_version_marker();
                    hides = true;
                }
                Kind::Continuation if self.continues_nothing() => self.at += 1,
                Kind::ContinuedComment => {
                    self.glue = false;
                    self.push(token, false);
                }
                Kind::Continuation => {
                    self.glue = false;
                    self.push(token, false);
                }
                Kind::ContinuedNewline => {
                    let ends = self.continues_nothing();
                    self.at += 1;
                    self.flush();
                    if ends {
                        return;
                    }
                    self.begin(depth + 1);
                }
                kind => {
                    let tight = matches!(kind, Kind::Equals | Kind::ParenthesisClose);
                    self.push(token, tight);
                    self.glue = matches!(kind, Kind::Equals | Kind::ParenthesisOpen | Kind::ParenthesisClose);
                    hides = hides && kind.is_inline_trivia();
                }
            }
        }
    }

    /// Whether the node ends on the line that the `\` joins to this one. The `\` is then not needed.
    fn continues_nothing(&self) -> bool {
        self.ends.get(self.at).is_none_or(|ends| *ends)
    }

    /// Whether the `/-` that was just read begins the version marker at the top of a file.
    fn begins_version_marker(&self) -> bool {
        let is_space = |token: &&Token| token.kind.is_inline_trivia() || token.kind == Kind::Newline;
        let next = self.tokens[self.at..].iter().find(|token| !is_space(token));
        self.lines.is_empty()
            && self.line.pieces.len() == 1
            && next.is_some_and(|next| &self.text[next.range()] == "kdl-version")
    }

    /// The `;` that ends a node: kept only between nodes that share a line.
    fn semicolon(&mut self, one_line: bool) {
        self.at += 1;
        if one_line {
            let more = self.tokens[self.at..]
                .iter()
                .take_while(|token| token.kind != Kind::Close)
                .any(|token| !token.kind.is_trivia());
            if more && let Some(last) = self.line.pieces.last_mut() {
                last.text.push(';');
            }
        } else {
            let comment = self.peek();
            if comment.kind == Kind::LineComment {
                self.push(comment, false);
            }
            self.flush();
        }
    }

    fn block(&mut self, depth: usize) {
        let open = self.peek();
        let kind = self.blocks[self.at];
        self.push(open, false);
        match kind {
            Block::Empty => {
                while self.peek().kind != Kind::Close && self.peek().kind != Kind::End {
                    self.at += 1;
                }
                self.push(self.peek(), true);
            }
            Block::OneLine => {
                self.nodes(depth, true);
                self.push(self.peek(), false);
            }
            Block::Lines => {
                if self.peek().kind == Kind::LineComment {
                    let comment = self.peek();
                    self.push(comment, false);
                }
                self.line.opens_block = true;
                self.flush();
                self.nodes(depth + 1, false);
                self.flush();
                self.blank = false;
                self.begin(depth);
                self.push(self.peek(), false);
            }
        }
    }

    /// Starts a line, unless one was started.
    fn begin(&mut self, depth: usize) {
        if self.line.pieces.is_empty() {
            self.line.depth = depth;
            self.line.blank_before = std::mem::take(&mut self.blank) && !self.lines.is_empty();
            self.glue = true;
        }
    }

    /// Ends the line, if one was started.
    fn flush(&mut self) {
        if !self.line.pieces.is_empty() {
            self.lines.push(std::mem::take(&mut self.line));
        }
    }

    /// Adds a token to the line. `tight` means that no space precedes it.
    fn push(&mut self, token: Token, tight: bool) {
        self.at += 1;
        let start = token.start as usize;
        let gap = start - self.tokens[..self.at - 1].last().map_or(0, |before| before.end as usize);
        let column = self.column(start);
        let text = self.written(token);
        let glued = std::mem::take(&mut self.glue) || tight;
        match self.line.pieces.last_mut() {
            Some(last) if glued => last.text.push_str(&text),
            _ => {
                let comment = token.kind == Kind::LineComment;
                self.line.pieces.push(Piece { text, column, gap, comment });
            }
        }
    }

    /// The column of a byte in the source. Offsets must be passed in ascending order.
    fn column(&mut self, offset: usize) -> usize {
        for character in self.text[self.place.offset..offset].chars() {
            self.place.column = if class(character) == Class::Newline { 0 } else { self.place.column + 1 };
        }
        self.place.offset = offset;
        self.place.column
    }

    /// The text of a token. Text blocks are indented like their line.
    fn written(&self, token: Token) -> String {
        let text = &self.text[token.range()];
        match token.kind {
            Kind::LineComment | Kind::ContinuedComment => text.trim_end().to_owned(),
            Kind::MultiLine if joins_lines(text) => text.to_owned(),
            Kind::MultiLine | Kind::RawMultiLine => reindent(text, self.line.depth + 1),
            _ => text.to_owned(),
        }
    }
}

/// Whether a backslash removes white space, so the lines of the value differ from the lines of the source.
fn joins_lines(text: &str) -> bool {
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character == '\\' && rest.next().is_some_and(|next| matches!(class(next), Class::Space | Class::Newline)) {
            return true;
        }
    }
    false
}

/// A block of text with the indentation of `depth`.
fn reindent(text: &str, depth: usize) -> String {
    let closing_start = text
        .rfind(|character| class(character) == Class::Newline)
        .map_or(0, |newline| newline + newline_at(text, newline).unwrap_or(1));
    let closing = &text[closing_start..];
    let prefix = &closing[..closing.find('"').unwrap_or(0)];
    let indentation = layout::INDENTATION.repeat(depth);
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    while at < closing_start {
        let end = line_end(text, at);
        let line = &text[at..end];
        if at == 0 {
            out.push_str(line);
        } else if !is_blank(line) {
            out.push_str(&indentation);
            out.push_str(line.strip_prefix(prefix).unwrap_or(line));
        }
        out.push('\n');
        at = end + newline_at(text, end).unwrap_or(1);
    }
    out.push_str(&indentation);
    out.push_str(&closing[prefix.len()..]);
    out
}
