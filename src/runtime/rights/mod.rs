//! In: the table of kinds. Out: what the runtime mode may do to each kind. Roles are generated from these permissions,
//! and the tests check every request against them, so the two cannot differ.

mod manifest;

pub use manifest::{Scope, Subject, manifests};

use crate::kubernetes::kinds::{Kind, Role};

/// How much a role allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Read access: `track`, `get`, `diff`.
    ReadOnly,
    /// Every command.
    All,
}

/// The permissions for a kind, or for a subresource of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// The kind.
    pub kind: Kind,
    /// The subresource with its own permissions.
    pub subresource: Option<&'static str>,
    /// What every role allows.
    pub read: &'static [&'static str],
    /// What only the role for all commands allows.
    pub write: &'static [&'static str],
}

/// All rights, in the order of the kinds.
pub fn rights() -> impl Iterator<Item = Right> {
    // Promote, abort and retry change the status, which the controller maintains.
    let status = Right { kind: Kind::Rollout, subresource: Some("status"), read: &[], write: &["patch"] };
    Kind::ALL.iter().filter_map(|kind| right(*kind)).chain([status])
}

/// The permissions that follow from the role of a kind.
fn right(kind: Kind) -> Option<Right> {
    const WATCH: &[&str] = &["get", "list", "watch"];
    let (read, write): (&[_], &[_]) = match kind.role() {
        Role::Release => (WATCH, &["create", "patch"]),
        Role::Part | Role::Autoscaler | Role::Copy => (&["get", "list"], &["create", "patch", "delete"]),
        Role::Observed => (WATCH, &[]),
        Role::Workload => (WATCH, &["patch"]),
        Role::WorkloadTemplate => (&["get"], &["patch"]),
        Role::Checked => return None,
    };
    Some(Right { kind, subresource: None, read, write })
}

impl Right {
    /// The verbs of a role of this level.
    pub fn verbs(&self, level: Level) -> impl Iterator<Item = &'static str> {
        let write = if level == Level::All { self.write } else { &[] };
        self.read.iter().chain(write).copied()
    }
}

/// Whether the role for all commands allows this.
pub fn is_known(verb: &str, kind: Kind, subresource: Option<&str>) -> bool {
    let mut own = rights().filter(|right| right.kind == kind && right.subresource == subresource);
    own.any(|right| right.verbs(Level::All).any(|known| known == verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_follow_from_the_roles_of_kinds() {
        assert!(is_known("patch", Kind::Rollout, Some("status")));
        assert!(!is_known("delete", Kind::Rollout, None));
        assert!(is_known("delete", Kind::Service, None));
        assert!(!is_known("get", Kind::Job, None));
        assert!(
            rights().all(|right| right.verbs(Level::ReadOnly).all(|verb| ["get", "list", "watch"].contains(&verb)))
        );
    }
}
