//! In: nothing. Out: the table of metric providers, one line each. Each provider has a file or folder with all that
//! canaryc knows of it.

#[cfg(test)]
mod documentation;
pub mod graphite;
pub mod job;
pub mod prometheus;
pub mod web;

use crate::provider::Provider;

/// Every provider, in the order of the documentation.
pub const PROVIDERS: &[&Provider] = &[&prometheus::PROVIDER, &graphite::PROVIDER, &web::PROVIDER, &job::PROVIDER];
