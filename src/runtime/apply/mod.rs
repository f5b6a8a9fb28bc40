//! Applies releases. In: compiled bundles and a cluster. Out: a decision about every object, with its reason. If
//! nothing is refused, the cluster reaches the state that the policies describe, also in the middle of a release.
//!
//! Pure functions make the decisions (`decide`, and the rules of `service`, `rollout` and `prune`, and those of the routers) from what
//! `client` has read. A server-side dry run predicts the result of an apply, so defaults and admission need no model
//! here. Every write names the version that was judged. If the object has changed since, it is read and judged again.

mod absence;
mod client;
mod decide;
mod desired;
mod difference;
mod estimate;
mod first_replicas;
mod journal;
mod ownership;
mod prune;
mod refusal;
mod release_state;
mod report;
mod rollout;
mod run;
mod service;

pub use decide::{Decision, Permissions};
pub use desired::{Identity, Wanted};
pub use journal::Journal;
pub use report::{Tense, json, text};
pub use run::{Assessment, Request, Stopped, assess, carry_out};
