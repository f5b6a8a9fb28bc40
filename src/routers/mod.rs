//! In: nothing. Out: the tables of traffic routers, one line each. Each router has a file or folder with all that
//! canaryc knows of it.

mod alb;
mod ambassador;
mod apisix;
mod app_mesh;
#[cfg(all(test, feature = "runtime"))]
mod documentation;
pub mod gateway_api;
mod istio;
pub mod nginx;
mod smi;
mod traefik;

use crate::router::Router;
use crate::router::entry::RoutingEntry;

/// Every router, in the order of the documentation.
pub const ROUTERS: &[&Router] = &[&gateway_api::ROUTER, &nginx::ROUTER];

/// The entries of the routers that canaryc does not write. Where a Rollout has several, a diagnostic names the first.
pub const UNWRITTEN: &[&RoutingEntry] =
    &[&alb::ENTRY, &istio::ENTRY, &smi::ENTRY, &apisix::ENTRY, &ambassador::ENTRY, &app_mesh::ENTRY, &traefik::ENTRY];

#[cfg(test)]
mod tests {
    use super::ROUTERS;
    use crate::router::feature::{Feature, Support};

    /// A router that supports one of these needs a place in `Release` first: the policy phase only refuses them.
    #[test]
    fn no_router_supports_what_a_release_cannot_express() {
        for router in ROUTERS {
            for feature in [Feature::Mirror, Feature::ExperimentWeight, Feature::PingPong] {
                assert_ne!((router.supports)(feature), Support::Yes, "{router:?}, {feature:?}");
            }
        }
    }
}
