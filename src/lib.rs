//! canaryc compiles a release policy (KDL, YAML or JSON) into the Kubernetes manifests that carry it out.
//!
//! Data flows one way: text → [`syntax`] → [`vocabulary`] → [`layers`] → [`policy`] → [`plan`] → [`emit`] →
//! [`validate`] → [`mod@write`]. [`diagnostic`] is what every phase says when it cannot go on.
//! With the feature `runtime`, the module `runtime` applies the manifests and follows the release.

mod backends;
mod braces;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod compile;
pub mod diagnostic;
#[cfg(feature = "cli")]
mod discover;
pub mod disk;
pub mod embedded;
pub mod emit;
pub mod expression;
pub mod files;
pub mod jsonpath;
pub mod kubernetes;
pub mod layers;
pub mod lower;
pub mod manifest;
pub mod model;
pub mod output;
pub mod plan;
pub mod pods;
pub mod policy;
pub mod promql;
pub mod provider;
pub mod providers;
#[cfg(feature = "runtime")]
pub mod runtime;
pub mod show;
mod side;
pub mod source;
pub mod standard;
pub mod syntax;
pub mod telemetry;
pub mod units;
pub mod validate;
pub mod vocabulary;
pub mod why;
pub mod write;
