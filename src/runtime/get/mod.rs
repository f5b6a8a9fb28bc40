//! Shows releases. In: the objects of a release. Out: a tree of the Rollout, its revisions, and their ReplicaSets, pods
//! and AnalysisRuns; for many releases, a table.

pub mod json;
mod pod;
mod read;
pub mod text;
mod tree;

#[cfg(test)]
mod tests;

pub use pod::Pod;
pub use read::{all, one};
