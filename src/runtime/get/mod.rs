//! What there is of a release. In: its objects. Out: a tree: the Rollout, its revisions, their ReplicaSets, pods and
//! AnalysisRuns; and of many releases a table.

pub mod json;
mod pod;
mod read;
pub mod text;
mod tree;

#[cfg(test)]
mod tests;

pub use pod::Pod;
pub use read::{all, one};
pub use tree::{Mark, Replicas, Revision, Run, Tree};
