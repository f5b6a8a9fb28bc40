//! In: nothing. Out: the back ends of this build, for the policy phase.

use crate::provider::Providers;
use crate::router::Routers;

/// The back ends that a policy can use.
#[derive(Clone, Copy, Debug)]
pub struct Backends {
    /// The providers of metrics.
    pub providers: Providers,
    /// The routers of traffic.
    pub routers: Routers,
}
