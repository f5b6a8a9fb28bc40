//! In: tokens. Out: tokens whose braces pair up. A missing or surplus brace is reported once and repaired by the
//! indentation, so later nodes keep the level at which they were written.

use super::mistake::{self, Mistakes};
use super::token::{Kind, Token};
use crate::source::Source;

/// A `{` whose `}` has not been read yet.
struct Block {
    /// Its byte in the text.
    brace: usize,
    /// The token that names the node it belongs to.
    name: Option<usize>,
    /// The line of the brace.
    line: usize,
    /// How far that line is indented.
    indentation: usize,
}

/// The first token of a line.
struct Line {
    indentation: usize,
    /// One past the last token of the line that is no comment.
    end: usize,
    number: usize,
}

/// Repairs unbalanced braces. Balanced tokens are returned unchanged.
pub fn balance(source: &Source, mistakes: &mut Mistakes, tokens: Vec<Token>, cut_off: bool) -> Vec<Token> {
    let mut depth = 0_i64;
    let mut lowest = 0_i64;
    for token in &tokens {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => {
                depth -= 1;
                lowest = lowest.min(depth);
            }
            _ => {}
        }
    }
    if depth == 0 && lowest == 0 {
        return tokens;
    }
    let indented = indentation_can_be_trusted(&tokens);
    let mut balance = Balance {
        source,
        mistakes,
        tokens: &tokens,
        indented,
        ahead: depth,
        blocks: Vec::new(),
        lines: Vec::new(),
        inserted: Vec::new(),
        dropped: Vec::new(),
        stray_before: false,
    };
    balance.run(cut_off);
    let Balance { mut inserted, dropped, .. } = balance;
    inserted.sort_by_key(|(at, _)| *at);
    merge(&tokens, &inserted, &dropped)
}

/// Whether most blocks are indented deeper than the line that opens them.
fn indentation_can_be_trusted(tokens: &[Token]) -> bool {
    let mut deeper = 0_usize;
    let mut flat = 0_usize;
    let mut own = 0;
    for (index, window) in tokens.windows(3).enumerate() {
        let [token, newline, next] = window else { continue };
        if token.kind == Kind::Newline {
            own = (newline.start - token.end) as usize;
        } else if index == 0 {
            own = token.start as usize;
        }
        if token.kind == Kind::Open && newline.kind == Kind::Newline && next.kind != Kind::Close {
            if (next.start - newline.end) as usize > own {
                deeper += 1;
            } else {
                flat += 1;
            }
        }
    }
    deeper > 0 && deeper >= flat
}

struct Balance<'a> {
    source: &'a Source,
    mistakes: &'a mut Mistakes,
    tokens: &'a [Token],
    indented: bool,
    /// The number of `{` minus the number of `}` in the remaining tokens.
    ahead: i64,
    blocks: Vec<Block>,
    lines: Vec<Line>,
    inserted: Vec<(usize, Token)>,
    dropped: Vec<usize>,
    stray_before: bool,
}

impl Balance<'_> {
    fn run(&mut self, cut_off: bool) {
        let mut line = 0;
        let mut indentation = self.tokens.first().map_or(0, |token| token.start as usize);
        let mut first = true;
        let mut name = None;
        let mut behind_last = 0;
        for (index, token) in self.tokens.iter().enumerate() {
            match token.kind {
                Kind::Newline => {
                    line += 1;
                    first = true;
                    name = None;
                    indentation = self.tokens.get(index + 1).map_or(0, |next| (next.start - token.end) as usize);
                    continue;
                }
                kind if kind.is_trivia() => continue,
                Kind::End => break,
                Kind::Close => {
                    self.ahead += 1;
                    self.close(index, line, indentation, first, behind_last);
                    name = None;
                }
                kind => {
                    if first {
                        self.begin_line(index, line, indentation, behind_last);
                    }
                    if kind == Kind::Semicolon || kind == Kind::Slashdash {
                        name = None;
                    } else if name.is_none() && kind != Kind::Open {
                        name = Some(index);
                    }
                    if kind == Kind::Open {
                        self.ahead -= 1;
                        let block = Block { brace: token.start as usize, name, line, indentation };
                        self.blocks.push(block);
                        name = None;
                    }
                    self.stray_before = false;
                }
            }
            first = false;
            behind_last = index + 1;
            if let Some(last) = self.lines.last_mut()
                && last.number == line
            {
                last.end = index + 1;
            }
        }
        let open: Vec<usize> = self.blocks.iter().map(|block| block.brace).collect();
        let end = self.tokens.len() - 1;
        for _ in &open {
            self.insert(behind_last.min(end), Kind::Close);
        }
        if cut_off || self.too_deep(&open) {
            return;
        }
        match open.as_slice() {
            [_] => {
                if let Some(block) = self.blocks.pop() {
                    self.report_unclosed(&block, None);
                }
            }
            open => mistake::unclosed_braces(self.mistakes, self.source, open),
        }
    }

    /// Whether the nesting is deeper than a document may have. The parser reports that, so it is not reported here.
    fn too_deep(&self, open: &[usize]) -> bool {
        open.len() > crate::syntax::limits::DEPTH
    }

    /// Whether more blocks are open than will be closed.
    fn misses_close(&self) -> bool {
        self.indented && i64::try_from(self.blocks.len()).unwrap_or(i64::MAX).saturating_add(self.ahead) > 0
    }

    /// Whether more will be closed than are open.
    fn misses_open(&self) -> bool {
        self.indented && i64::try_from(self.blocks.len()).unwrap_or(i64::MAX).saturating_add(self.ahead) < 0
    }

    /// A line that is not indented deeper than the line of an open block lies outside that block.
    fn begin_line(&mut self, index: usize, line: usize, indentation: usize, behind_last: usize) {
        while self.misses_close()
            && self.blocks.last().is_some_and(|block| indentation <= block.indentation && block.line < line)
        {
            self.give_up(index, behind_last);
        }
        while self.lines.last().is_some_and(|before| before.indentation >= indentation) {
            self.lines.pop();
        }
        self.lines.push(Line { indentation, end: index + 1, number: line });
    }

    fn close(&mut self, index: usize, line: usize, indentation: usize, first: bool, behind_last: usize) {
        // `ahead` already excludes this brace; the checks below need it included.
        self.ahead -= 1;
        if first {
            while self.misses_close()
                && self.blocks.last().is_some_and(|block| indentation < block.indentation && block.line < line)
            {
                self.give_up(index, behind_last);
            }
        }
        let surplus = self.misses_open()
            && self.blocks.last().is_some_and(|block| block.line < line && (!first || block.indentation < indentation));
        self.ahead += 1;
        if !surplus && self.blocks.pop().is_some() {
            self.stray_before = false;
            return;
        }
        let missing =
            if first && (self.indented || self.blocks.is_empty()) { self.missing_open(indentation) } else { None };
        match missing {
            Some((at, line_end, next)) => {
                mistake::stray_brace(
                    self.mistakes,
                    self.source,
                    self.tokens[index].start as usize,
                    Some((line_end, next)),
                );
                self.insert(at, Kind::Open);
            }
            None => {
                if !self.stray_before {
                    mistake::stray_brace(self.mistakes, self.source, self.tokens[index].start as usize, None);
                }
                self.stray_before = true;
                self.dropped.push(index);
            }
        }
    }

    /// Finds the line above a surplus `}` that has the same indentation and is followed by deeper lines: its `{` is
    /// missing. Returns the token after that line, the byte where the line ends, and the byte where the deeper text
    /// begins.
    fn missing_open(&mut self, indentation: usize) -> Option<(usize, usize, usize)> {
        let mut deeper = false;
        while self.lines.last().is_some_and(|line| line.indentation > indentation) {
            self.lines.pop();
            deeper = true;
        }
        let line = self.lines.last().filter(|line| deeper && line.indentation == indentation)?;
        let last = self.tokens.get(line.end.checked_sub(1)?)?;
        let innermost = self.blocks.last().map_or(0, |block| block.brace);
        let next = self.tokens[line.end..].iter().find(|token| !token.kind.is_trivia())?;
        let fits =
            !matches!(last.kind, Kind::Open | Kind::Close | Kind::Semicolon) && (last.start as usize) >= innermost;
        fits.then_some((line.end, last.end as usize, next.start as usize))
    }

    /// Closes the innermost block after its last token and reports it. The token at `index` shows that the block had
    /// ended.
    fn give_up(&mut self, index: usize, behind_last: usize) {
        if let Some(block) = self.blocks.pop() {
            self.insert(behind_last, Kind::Close);
            self.report_unclosed(&block, Some(index));
        }
    }

    fn report_unclosed(&mut self, block: &Block, back: Option<usize>) {
        let source = self.source;
        let name = block.name.and_then(|index| self.tokens.get(index)).map_or("", |token| &source.text[token.range()]);
        let back =
            back.and_then(|index| self.tokens.get(index)).map(|token| (token.start as usize, token.end as usize));
        mistake::unclosed_brace(self.mistakes, source, block.brace, name, back);
    }

    /// Inserts a zero-length brace before the token at `at`.
    fn insert(&mut self, at: usize, kind: Kind) {
        let end = at.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or(0, |token| token.end);
        self.inserted.push((at, Token { kind, spaced: true, start: end, end }));
    }
}

fn merge(tokens: &[Token], inserted: &[(usize, Token)], dropped: &[usize]) -> Vec<Token> {
    let mut merged = Vec::with_capacity(tokens.len() + inserted.len());
    let mut inserted = inserted.iter().peekable();
    let mut dropped = dropped.iter().peekable();
    for (index, token) in tokens.iter().enumerate() {
        while let Some((_, brace)) = inserted.next_if(|(at, _)| *at <= index) {
            merged.push(*brace);
        }
        if dropped.next_if(|at| **at == index).is_some() {
            // A line that held only the surplus brace keeps its newlines, which still separate nodes.
            continue;
        }
        merged.push(*token);
    }
    merged
}
