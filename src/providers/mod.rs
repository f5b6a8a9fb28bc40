//! In: nothing. Out: the table of metric providers, one line each. What canaryc knows of a provider stands in its file or
//! folder.

pub mod job;
pub mod prometheus;
pub mod web;

use crate::provider::Provider;

/// Every provider, in the order of the documentation.
pub const PROVIDERS: &[&Provider] = &[&prometheus::PROVIDER, &web::PROVIDER, &job::PROVIDER];
