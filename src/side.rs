//! In: nothing. Out: the two versions that a release runs side by side.

/// One of the two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The new version.
    Canary,
    /// The version that is replaced.
    Stable,
}
