//! In: the table of kinds. Out: what the runtime mode may do to which kind. Roles are printed from these rights, and in
//! tests every attempt is checked against them, so neither can know more than the other.

mod manifest;

pub use manifest::{Scope, Subject, manifests};

use crate::kubernetes::kinds::{Kind, Role};

/// How much a role allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// To look: `track`, `get`, `diff`.
    ReadOnly,
    /// Every command.
    All,
}

/// What roles allow for a kind, or for a part of it.
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

/// All rights, in the order of the kinds.
pub fn rights() -> impl Iterator<Item = Right> {
    // Promoting, aborting and retrying change what the controller keeps.
    let status = Right { kind: Kind::Rollout, subresource: Some("status"), read: &[], write: &["patch"] };
    Kind::ALL.iter().filter_map(|kind| right(*kind)).chain([status])
}

/// The rights that follow from the role of a kind.
fn right(kind: Kind) -> Option<Right> {
    const WATCH: &[&str] = &["get", "list", "watch"];
    let (read, write): (&[_], &[_]) = match kind.role() {
        Role::Release => (WATCH, &["create", "patch"]),
        Role::Part => (&["get", "list"], &["create", "patch", "delete"]),
        Role::Observed => (WATCH, &[]),
        Role::Workload => (WATCH, &["patch"]),
        Role::WorkloadTemplate => (&["get"], &["patch"]),
        Role::Checked => return None,
    };
    Some(Right { kind, subresource: None, read, write })
}

impl Right {
    /// The verbs that a role of this level has.
    pub fn verbs(&self, level: Level) -> impl Iterator<Item = &'static str> {
        let write = if level == Level::All { self.write } else { &[] };
        self.read.iter().chain(write).copied()
    }
}

/// Does the role for all commands allow this?
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
