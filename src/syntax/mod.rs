//! In: text. Out: a spanned [`tree`], whatever the text was written in, and one diagnostic for each mistake.

mod json;
pub mod kdl;
pub mod tree;
pub mod yaml;

pub use json::tree_json;

/// Bounds on what is read, so that no input can exhaust time or memory.
pub mod limits {
    /// Deepest nesting of nodes or collections.
    pub const DEPTH: usize = 128;
    /// Largest file, in bytes.
    pub const FILE_BYTES: usize = 16 * 1024 * 1024;
    /// Most nodes that the aliases of one YAML file may add up to.
    pub const ALIAS_NODES: usize = 100_000;
    /// Most nodes of one keyword in a body, and most values of one node: far more than anybody reads, and few enough
    /// that comparing each with each takes no time.
    pub const ITEMS: usize = 1_000;
    /// Most bytes of a text into which parameters have been put: through profiles, each may double what it is given.
    pub const FILLED: usize = 16 * 1024;
    /// Most builds of one file: releases times environments.
    pub const BUILDS: usize = 4_000;
}
