//! Helpers of the tests. In: a request of a test. Out: compiled policies, random policies, documents as walks, and YAML
//! readers for comparison.

pub mod corpus;
pub mod generate;
pub mod markdown;
pub mod readers;
pub mod sources;
pub mod walk;
