//! What the runtime mode does to which kinds: one table. Attempts are held against it wherever tests run, and roles are
//! printed from it, so that neither can know more than the other.

mod manifest;

pub use manifest::{Scope, Subject, manifests};

use super::kinds::Kind;

/// How much a role allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// To look: `track`, `get`, `diff`.
    ReadOnly,
    /// Every command.
    All,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// The kind.
    pub kind: Kind,
    /// The part of it that has rights of its own.
    pub subresource: Option<&'static str>,
    /// What every role allows.
    pub read: &'static [&'static str],
    /// What only the role for all commands allows.
    pub write: &'static [&'static str],
}

const fn right(kind: Kind, read: &'static [&'static str], write: &'static [&'static str]) -> Right {
    Right { kind, subresource: None, read, write }
}

/// What an apply may do to what it owns.
const OWNED: &[&str] = &["create", "patch", "delete"];

/// The table.
pub const RIGHTS: &[Right] = &[
    // A Rollout is never deleted.
    right(Kind::Rollout, &["get", "list", "watch"], &["create", "patch"]),
    // Promoting, aborting and retrying change what the controller keeps.
    Right { subresource: Some("status"), ..right(Kind::Rollout, &[], &["patch"]) },
    right(Kind::AnalysisRun, &["get", "list", "watch"], &[]),
    right(Kind::Pod, &["get", "list", "watch"], &[]),
    right(Kind::ReplicaSet, &["get", "list", "watch"], &["patch"]),
    // Workloads that a Rollout refers to: `undo` gives them their former template.
    right(Kind::Deployment, &["get", "list", "watch"], &["patch"]),
    right(Kind::PodTemplate, &["get"], &["patch"]),
    right(Kind::AnalysisTemplate, &["get", "list"], OWNED),
    right(Kind::Service, &["get", "list"], OWNED),
    right(Kind::HTTPRoute, &["get", "list"], OWNED),
    right(Kind::GRPCRoute, &["get", "list"], OWNED),
    right(Kind::TCPRoute, &["get", "list"], OWNED),
    right(Kind::TLSRoute, &["get", "list"], OWNED),
    right(Kind::HorizontalPodAutoscaler, &["get", "list"], OWNED),
    right(Kind::ScaledObject, &["get", "list"], OWNED),
];

impl Right {
    /// The verbs that a role of this level has.
    pub fn verbs(&self, level: Level) -> impl Iterator<Item = &'static str> {
        let write = if level == Level::All { self.write } else { &[] };
        self.read.iter().chain(write).copied()
    }
}

/// Does the role for all commands allow this?
pub fn is_known(verb: &str, kind: Kind, subresource: Option<&str>) -> bool {
    let mut own = RIGHTS.iter().filter(|right| right.kind == kind && right.subresource == subresource);
    own.any(|right| right.verbs(Level::All).any(|known| known == verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_kind_once() {
        for kind in Kind::ALL {
            let own = RIGHTS.iter().filter(|right| right.kind == *kind && right.subresource.is_none());
            assert_eq!(own.count(), 1, "{kind:?}");
        }
        assert!(is_known("patch", Kind::Rollout, Some("status")));
        assert!(!is_known("delete", Kind::Rollout, None));
        assert!(
            RIGHTS
                .iter()
                .all(|right| right.verbs(Level::ReadOnly).all(|verb| ["get", "list", "watch"].contains(&verb)))
        );
    }
}
