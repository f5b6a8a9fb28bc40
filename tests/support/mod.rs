//! Helpers of the tests. In: what a test asks for. Out: compiled policies, random policies, documents as walks, and
//! readers of YAML to compare with.

pub mod corpus;
pub mod generate;
pub mod markdown;
pub mod readers;
pub mod sources;
pub mod walk;
