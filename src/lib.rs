//! canaryc compiles a release policy (KDL, YAML or JSON) into the Kubernetes manifests that carry it out.
//!
//! [`compile::compile`] does all of it, without a disk: a caller passes the policy and the files that the policy may name.
//!
//! ```
//! use canaryc::compile::{Request, compile};
//! use canaryc::files::MemoryFiles;
//! use canaryc::layers::Library;
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
//! Data flows one way, through one module for each phase: text → `syntax` → `vocabulary` → `layers` → `policy` → `plan` →
//! `emit` → `validate` → `write`. Every phase reports errors as [`diagnostic`]s and continues with what it has.
//! With the feature `runtime`, the command line also applies the manifests and follows the release.

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
