//! In: nothing. Out: what the policy phase is told of the back ends that this build knows.

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
