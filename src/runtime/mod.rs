//! The runtime mode: what talks to a cluster. In: compiled bundles, or the name of a Rollout. Out: what is to be done, what
//! was done, and what was seen. Nothing but this module is async, and nothing but it and `cli/runtime` needs the feature.
//!
//! Deciding is apart from asking: what is read from a cluster becomes plain data, pure functions judge it, and only the
//! files that hold a [`Connection`] wait for answers.

pub mod act;
pub mod apply;
pub mod cluster_error;
pub mod connection;
pub mod get;
pub mod retry;
pub mod rights;
pub mod rollout;
pub mod track;
mod versions;
mod workload;

pub use jiff::Timestamp;

pub use cluster_error::{Attempt, ClusterError};
pub use connection::{Connection, ConnectionOptions};
