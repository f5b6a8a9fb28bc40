//! The runtime mode, which communicates with a cluster. In: compiled bundles, or the name of a Rollout. Out: what to
//! do, what was done, and what was observed. Only this module is async, and only it and `cli/runtime` need the feature.
//!
//! Decisions and requests are separate. Data from a cluster becomes plain data, and pure functions judge it. Only the
//! files with a [`Connection`] wait for answers.

pub mod act;
pub mod apply;
pub mod cluster_error;
pub mod connection;
pub mod get;
mod limits;
pub mod retry;
pub mod rights;
pub mod rollout;
pub mod track;
mod versions;
mod workload;

pub use jiff::Timestamp;

pub use cluster_error::{Attempt, ClusterError};
pub use connection::{Connection, ConnectionOptions};
