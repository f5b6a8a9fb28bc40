//! In: `selector = { … }`, as in HCL. Out: the node that was meant, and one diagnostic.

use super::{Draft, Parser, adopt, mistake};
use crate::diagnostic::Code;
use crate::syntax::kdl::token::{Kind, Token};

impl Parser<'_> {
    /// Whether an `=` and a block follow the next token.
    pub(super) fn assigns_block(&self) -> bool {
        let mut kinds = self.tokens[self.at..].iter().skip(1).map(|token| token.kind);
        let mut next = || kinds.find(|kind| !kind.is_inline_trivia());
        next() == Some(Kind::Equals) && next() == Some(Kind::Open)
    }

    /// `selector = { app = "web" }`, as in HCL: a node with a block, or, if it only holds properties, with these.
    pub(super) fn assigned_block(&mut self, draft: &mut Draft, name: Token) {
        self.skip_inline();
        let equals = self.advance();
        self.skip_inline();
        let open = self.peek();
        let mut block = self.children();
        draft.end = block.children.span.end;
        let braces = self.between(open.start, draft.end);
        let are_properties = block.children.nodes.is_empty() && !block.orphans.is_empty() && !block.skipped;
        if are_properties {
            self.mistakes.forget_codes(&[Code::KdlMisplacedProperty, Code::KdlComma], braces);
            draft.node.entries.append(&mut block.orphans);
        } else {
            adopt(&mut draft.node, block);
        }
        mistake::assigned_block(self, (name, equals), braces, &draft.node);
    }
}
