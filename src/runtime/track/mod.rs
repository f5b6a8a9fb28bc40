//! Follows releases. In: a connection, and a release. Out: its events in real time, and how it ends.
//!
//! [`Tracker`] is the state machine, [`render`] turns its events into pictures, lines and JSON, and
//! [`follow`](fn@follow) and [`follow_all`] feed it from a cluster.

mod cause;
mod check_view;
mod ending;
mod event;
mod follow;
mod many;
mod memory;
mod new_measurements;
mod observed;
mod release;
pub mod render;
mod stage;
mod store;
mod threshold;
mod tracker;
mod value;
mod view;
mod watch;

#[cfg(test)]
mod tests;

pub use check_view::CheckView;
pub use ending::Ending;
pub use event::{Event, EventKind};
pub use follow::{FollowOptions, Sink, Stopped, follow, follow_all};
pub use many::Many;
pub use observed::{AnalysisRun, Observation, PodProblem, ReplicaSet, RunPhase, RunPlace, slim};
pub use tracker::{Options, Tracker};
pub use view::{Pods, View};
