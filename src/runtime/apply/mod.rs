//! Applying releases. In: compiled bundles and a cluster. Out: for every object what is to be done about it and why; and, if
//! nothing speaks against it, the cluster as the policies want it, also in the middle of a release.
//!
//! What is decided is decided by pure functions (`decide`, and the rules of `service`, `route`, `rollout` and `prune`) on
//! what `client` has read. A server-side dry run says what an apply would lead to, so that neither defaults nor admission
//! need a model here. Every write names the version that was judged: what has changed since is read and judged again.

mod absence;
mod client;
mod decide;
mod desired;
mod difference;
mod estimate;
mod journal;
mod ownership;
mod prune;
mod refusal;
mod release_state;
mod report;
mod rollout;
mod route;
mod run;
mod service;

pub use decide::{Action, Decision, Permissions};
pub use desired::{Desired, Identity, Wanted};
pub use difference::{Difference, Path, Writer, differences};
pub use journal::Journal;
pub use ownership::MANAGER;
pub use report::{Tense, json, text};
pub use run::{Assessment, Request, Stopped, assess, carry_out};
