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
}
