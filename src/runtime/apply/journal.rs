//! The progress of an apply, for the report after an interruption or an error.

use std::cell::RefCell;

use super::decide::{Action, Decision};
use super::desired::Identity;

/// The writes of an apply, each with its progress.
#[derive(Debug, Default)]
pub struct Journal(RefCell<Vec<Entry>>);

#[derive(Debug)]
struct Entry {
    identity: Identity,
    progress: Progress,
}

/// The progress of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// It has not started.
    Pending,
    /// It was sent, but there is no answer yet.
    Sent,
    /// It is done.
    Done,
}

impl Journal {
    /// Records the planned writes.
    pub fn expect<'a>(&self, decisions: impl IntoIterator<Item = &'a Decision>) {
        let needs = |decision: &&Decision| decision.write.is_some() || decision.action == Action::Delete;
        let entry = |decision: &Decision| Entry { identity: decision.identity.clone(), progress: Progress::Pending };
        self.0.borrow_mut().extend(decisions.into_iter().filter(needs).map(entry));
    }

    pub(super) fn sent(&self, identity: &Identity) {
        self.set(identity, Progress::Sent);
    }

    pub(super) fn done(&self, identity: &Identity) {
        self.set(identity, Progress::Done);
    }

    /// It was sent, and the answer says that it failed.
    pub(super) fn undone(&self, identity: &Identity) {
        self.set(identity, Progress::Pending);
    }

    fn set(&self, identity: &Identity, progress: Progress) {
        let mut entries = self.0.borrow_mut();
        match entries.iter_mut().find(|entry| entry.identity == *identity) {
            Some(entry) => entry.progress = progress,
            // It was not planned until somebody else changed the object.
            None if progress == Progress::Sent => entries.push(Entry { identity: identity.clone(), progress }),
            None => {}
        }
    }

    /// Whether any write was sent or is done.
    pub fn has_begun(&self) -> bool {
        self.0.borrow().iter().any(|entry| entry.progress != Progress::Pending)
    }

    /// Whether every write is done.
    pub fn is_complete(&self) -> bool {
        self.0.borrow().iter().all(|entry| entry.progress == Progress::Done)
    }

    /// What was done and what was not, in sentences.
    pub fn account(&self) -> String {
        let entries = self.0.borrow();
        let of = |wanted: Progress| -> Vec<String> {
            let those = entries.iter().filter(|entry| entry.progress == wanted);
            those.map(|Entry { identity, .. }| format!("{identity} in {}", identity.namespace)).collect()
        };
        let sentence =
            |start: &str, names: Vec<String>| (!names.is_empty()).then(|| format!("{start}: {}.", names.join(", ")));
        let sentences = [
            sentence("Applied", of(Progress::Done)),
            sentence("Sent, but without an answer", of(Progress::Sent)),
            sentence("Not applied", of(Progress::Pending)),
        ];
        let sentences: Vec<String> = sentences.into_iter().flatten().collect();
        if sentences.is_empty() { "There was nothing to apply.".to_owned() } else { sentences.join(" ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::kinds::Kind;

    #[test]
    fn the_journal_separates_finished_from_unfinished_writes() {
        let identity =
            |name: &str| Identity { kind: Kind::Service, namespace: "shop".to_owned(), name: name.to_owned() };
        let decision = |name| Decision {
            identity: identity(name),
            action: Action::Delete,
            differences: Vec::new(),
            note: None,
            write: None,
        };
        let journal = Journal::default();
        assert_eq!(journal.account(), "There was nothing to apply.");
        journal.expect(&["a", "b", "c"].map(decision));
        assert!(!journal.has_begun() && !journal.is_complete());
        journal.sent(&identity("a"));
        journal.done(&identity("a"));
        journal.sent(&identity("b"));
        assert!(journal.has_begun() && !journal.is_complete());
        assert_eq!(
            journal.account(),
            "Applied: Service/a in shop. Sent, but without an answer: Service/b in shop. \
             Not applied: Service/c in shop."
        );
    }
}
