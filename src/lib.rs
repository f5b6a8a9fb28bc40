//! canaryc compiles a release policy (KDL, YAML or JSON) into the Kubernetes manifests that carry it out.
//!
//! [`compile::compile`] does all of it, without a disk: a caller passes the policy and the files that the policy may name.
//!
//! ```
//! use canaryc::compile::{Library, Request, compile};
//! use canaryc::files::MemoryFiles;
//! use canaryc::source::Source;
//!
//! let policy = r#"release "web" { workload replicas=4 { selector app="web" }; stage weight="25%" pause="10m"; }"#;
//! let files = MemoryFiles::new();
//! let compilation = compile(Source::new("web.canary.kdl", policy), &Library::new(&files), &Request::default());
//!
//! assert!(!compilation.diagnostics.has_errors());
//! let objects = compilation.objects().map(canaryc::manifest::Object::kind).collect::<Vec<_>>();
//! assert_eq!(objects, ["Rollout"]);
//! ```
//!
//! Data flows one way, through one module for each phase: text → `syntax` → `lower` → `layers` → `policy` → `plan` →
//! `emit` → `validate` → `write`. Every phase reports errors as [`diagnostic`]s and continues with what it has.
//! With the feature `runtime`, the command line also applies the manifests and follows the release.

#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports, reason = "only the command line uses the rest"))]
#![cfg_attr(test, allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read and write files"))]

mod allow;
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
mod embedded;
mod emit;
mod expression;
pub mod files;
mod hidden;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals;
mod jsonpath;
mod kubernetes;
mod layers;
mod lint;
mod lower;
pub mod manifest;
mod model;
pub mod output;
mod plan;
mod pods;
mod policy;
mod promql;
mod provider;
mod providers;
mod re2;
mod recognized;
#[cfg(feature = "cli")]
mod reference;
mod router;
mod routers;
#[cfg(feature = "runtime")]
mod runtime;
mod secrets;
mod show;
mod side;
pub mod source;
mod standard;
mod status_code;
mod syntax;
mod telemetry;
mod units;
mod validate;
mod vocabulary;
mod why;
pub mod write;
