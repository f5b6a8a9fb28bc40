//! In: text. Out: a spanned [`tree`], whatever the syntax of the text, and one diagnostic for each mistake.

pub mod comments;
mod json;
pub mod kdl;
pub mod tree;
pub mod yaml;

pub use json::tree_json;

/// Limits on input, so no input can exhaust time or memory.
pub mod limits {
    /// Deepest nesting of nodes or collections.
    pub const DEPTH: usize = 128;
    /// Largest file, in bytes.
    pub const FILE_BYTES: usize = 4 * 1024 * 1024;
    /// The most nodes that the aliases of one YAML file may produce in total.
    pub const ALIAS_NODES: usize = 100_000;
    /// The most nodes of one keyword in a body, and the most values of one node. The limit is far above real use, and
    /// low enough to compare every pair quickly.
    pub const ITEMS: usize = 1_000;
    /// The most bytes of a text after parameter substitution. With profiles that use profiles, each may double its
    /// input.
    pub const FILLED: usize = 16 * 1024;
    /// The most bytes of the texts of one release after parameter substitution: a release has any number of texts.
    pub const FILLED_RELEASE: usize = 4 * 1024 * 1024;
    /// The same for all releases of a file together.
    pub const FILLED_FILE: usize = 64 * 1024 * 1024;
    /// The most files that one policy includes, directly or not.
    pub const INCLUDES: usize = 1_000;
    /// The most bytes of all of them together.
    pub const INCLUDED_BYTES: usize = 64 * 1024 * 1024;
    /// The largest object that a JSON patch with `copy` may build, in fields and bytes of text together. The store of the API
    /// server accepts no object above one and a half MiB.
    pub const COPIED: usize = 2 * 1024 * 1024;
    /// Most builds of one file: releases times environments.
    pub const BUILDS: usize = 4_000;
}
