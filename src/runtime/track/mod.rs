//! Follows releases. In: a connection, and a release. Out: what happens to it, in real time, and how it ends.
//!
//! [`Tracker`] is the state machine, [`render`] turns its reports into pictures, lines and JSON, and
//! [`follow`](fn@follow) and [`follow_all`] feed it from a cluster.

mod cause;
mod ending;
mod follow;
mod happening;
mod looks;
mod many;
mod measurement;
mod memory;
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

pub use ending::{Cause, Ending, Failure, Traffic, Version, Waits};
pub use follow::{FollowOptions, Sink, Stopped, follow, follow_all};
pub use happening::{Happening, Position, StageAt, What};
pub use many::Many;
pub use measurement::{Measurement, Outcome};
pub use observed::{AnalysisRun, Event, PodProblem, ReplicaSet, RunPhase, RunPlace, slim};
pub use stage::{Activity, Place};
pub use tracker::{Options, Tracker};
pub use view::{Pods, StageView, View, Weight};
