//! In: nothing. Out: the table of traffic routers, one line each. Each router has a folder with all that canaryc knows
//! of it.

#[cfg(test)]
mod documentation;
pub mod gateway_api;
pub mod nginx;

use crate::router::Router;

/// Every router, in the order of the documentation.
pub const ROUTERS: &[&Router] = &[&gateway_api::ROUTER, &nginx::ROUTER];
