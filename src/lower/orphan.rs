//! In: properties on lines of their own in a block. Out: one diagnostic that says where they belong: on the line of the
//! block's node, on the line before them, or as a node.

use super::Lowering;
use super::written_as::has_property;
use crate::diagnostic::{Code, Diagnostic, Edit, Fix};
use crate::model::Block;
use crate::source::{Spanned, Syntax};
use crate::syntax::tree::{Entry, Node, Text};

impl Lowering<'_> {
    /// Whether a property is on a line of its own in the block of its node.
    pub(super) fn is_orphan(&self, entry: &Entry, node: &Node) -> bool {
        let inside = node
            .children
            .as_ref()
            .is_some_and(|children| (children.span.start..children.span.end).contains(&entry.span.start));
        inside && self.source.syntax() == Syntax::Kdl
    }

    /// Reports such a property if another line explains it. Returns whether nothing more is to be said of it.
    pub(super) fn orphan(&mut self, name: &Spanned<Text>, entry: &Entry, block: &mut Block, node: &Node) -> bool {
        let first = self.forget(name.span, &[Code::KdlMisplacedProperty]);
        let before = node.children().iter().rev().find(|child| child.span.end <= entry.span.start);
        let sibling = before.filter(|before| {
            let spec = block.spec.children.iter().find(|child| child.node.word.as_str() == &*before.name.value);
            spec.is_some_and(|spec| has_property(spec.node, &name.value))
        });
        let diagnostic =
            Diagnostic::new(Code::KdlMisplacedProperty, name.span, format!("property `{}` has no node", name.value));
        // The properties on the lines below it are the same mistake.
        let group = sibling.map(|before| self.below(before, block, node)).unwrap_or_default();
        if group.first().is_some_and(|first| first.span != entry.span) {
            block.misread = true;
            return true;
        }
        let diagnostic = if let Some(before) = sibling {
            let gap = before.span.at_end().to(name.span.at_start());
            let diagnostic = diagnostic
                .label("on a line of its own")
                .also(before.name.span, format!("belongs to this `{}`", before.name.value));
            let all: String = group.iter().map(|entry| format!(" {}", self.source.slice(entry.span))).collect();
            if before.children.is_some() {
                diagnostic.help(format!("write `{}` before the `{{` of `{}`", all.trim_start(), before.name.value))
            } else if self.source.slice(gap).trim().is_empty() {
                let starts = std::iter::once(before.span).chain(group.iter().map(|entry| entry.span));
                let gaps = starts.zip(&group).map(|(last, next)| last.at_end().to(next.span.at_start()));
                let edit = |span| Edit { span, replacement: " ".to_owned() };
                let mut diagnostic = diagnostic.help(format!(
                    "join the lines: `{}{all}`; a `\\` at the end of a line joins it with the next one, too",
                    self.source.slice(before.span),
                ));
                let edits = gaps.map(edit).collect();
                diagnostic.fix = Some(Fix { applicability: crate::diagnostic::Applicability::Certain, edits });
                diagnostic
            } else {
                diagnostic.help(format!("write `{}` on the line of `{}`", all.trim_start(), before.name.value))
            }
        } else if block.spec.children.iter().any(|child| child.node.word.as_str() == &*name.value) {
            let line = |other: &&Entry| !self.source.slice(entry.span.to(other.span)).contains(['\n', '\r']);
            let last = node.entries.iter().filter(|other| other.span.start > entry.span.start).take_while(line).last();
            let written = self.source.slice(entry.value.span.to(last.unwrap_or(entry).span));
            diagnostic
                .label("a node, not a property")
                .help(format!("write it without `=`: `{} {written}`", name.value))
                .fix(name.span.at_end().to(entry.value.span.at_start()), " ")
        } else {
            return false;
        };
        block.misread = true;
        if first {
            self.diagnostics.push(diagnostic);
        }
        true
    }

    /// The properties on lines of their own directly below a node that has them.
    fn below<'n>(&self, before: &Node, block: &Block, node: &'n Node) -> Vec<&'n Entry> {
        let spec = block.spec.children.iter().find(|child| child.node.word.as_str() == &*before.name.value);
        let next = node.children().iter().find(|child| child.span.start >= before.span.end);
        let is_below = |entry: &&Entry| {
            let own = entry.name.as_ref().zip(spec).is_some_and(|(name, spec)| has_property(spec.node, &name.value));
            own && entry.span.start >= before.span.end && next.is_none_or(|next| entry.span.start < next.span.start)
        };
        node.entries.iter().filter(is_below).take_while(|entry| self.is_orphan(entry, node)).collect()
    }

    /// Reports the properties of the node itself that are in its block: one mistake, however many lines.
    pub(super) fn own_orphans(&mut self, node: &Node, block: &Block, orphans: &[&Entry]) {
        let Some((first, others)) = orphans.split_first() else { return };
        let (Some(name), Some(children)) = (&first.name, &node.children) else { return };
        let open = children.span.at_start();
        let all: String = orphans.iter().map(|entry| format!(" {}", self.source.slice(entry.span))).collect();
        // `workload = {`: another diagnostic removes the `=`.
        let head = self.source.slice(node.span.at_start().to(open)).trim_end().trim_end_matches('=').trim_end();
        let mut diagnostic = Diagnostic::new(
            Code::KdlMisplacedProperty,
            name.span,
            format!("property `{}` is inside the braces of its node", name.value),
        )
        .label(format!("belongs to `{}`", block.spec.word))
        .help(format!("write it before the `{{`: `{head}{all} {{`"));
        for entry in others.iter().take(3) {
            diagnostic = diagnostic.also(entry.span, "this one too");
        }
        let mut edits: Vec<Edit> =
            orphans.iter().map(|entry| Edit { span: entry.span, replacement: String::new() }).collect();
        let spaced = self.source.slice(node.span.at_start().to(open)).ends_with(char::is_whitespace);
        let replacement = format!("{}{} ", if spaced { "" } else { " " }, all.trim_start());
        edits.push(Edit { span: open, replacement });
        diagnostic.fix = Some(Fix { applicability: crate::diagnostic::Applicability::Certain, edits });
        self.diagnostics.push(diagnostic);
    }
}
