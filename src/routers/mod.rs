//! In: nothing. Out: the table of traffic routers, one line each. Each router has a folder with all that canaryc knows
//! of it.

#[cfg(test)]
mod documentation;
pub mod gateway_api;
pub mod nginx;

use crate::router::Router;

/// Every router, in the order of the documentation.
pub const ROUTERS: &[&Router] = &[&gateway_api::ROUTER, &nginx::ROUTER];

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
