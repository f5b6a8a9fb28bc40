//! A walk over the table: every node once, those near the top of the file first. In: the table. Out: its nodes, each
//! with its enclosing nodes.

use std::collections::VecDeque;

use super::table::DOCUMENT;
use super::{NodeSpec, Word};

/// A node of the table and where it occurs first.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The node.
    pub node: &'static NodeSpec,
    /// The enclosing nodes, from the top of the file; empty for the document and for nodes at the top.
    pub path: Vec<Word>,
}

/// Every node, the document first. A node that several parents share is listed once, under the first of them.
pub fn every_node() -> Vec<Visit> {
    let mut visits = Vec::new();
    let mut seen: Vec<&'static NodeSpec> = vec![&DOCUMENT];
    let mut queue = VecDeque::from([Visit { node: &DOCUMENT, path: Vec::new() }]);
    while let Some(visit) = queue.pop_front() {
        for child in visit.node.children {
            if !seen.iter().any(|seen| std::ptr::eq(*seen, child.node)) {
                seen.push(child.node);
                let mut path = visit.path.clone();
                if visit.node.word != Word::Document {
                    path.push(visit.node.word);
                }
                queue.push_back(Visit { node: child.node, path });
            }
        }
        visits.push(visit);
    }
    visits
}
