//! The versions of Argo Rollouts that the manifests are for, and that the lab runs. In: nothing. Out: the versions.

use std::fmt;

/// A version of Argo Rollouts. A lab runs one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rollouts {
    /// 1.9, beside Gateway API 1.4.
    V1_9,
    /// 1.10, beside Gateway API 1.7.
    V1_10,
}

impl Rollouts {
    /// All of them, the newest first.
    pub const ALL: [Self; 2] = [Self::V1_10, Self::V1_9];
}

impl fmt::Display for Rollouts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::V1_9 => "1.9",
            Self::V1_10 => "1.10",
        })
    }
}
