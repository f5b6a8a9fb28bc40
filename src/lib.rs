//! canaryc compiles a release policy (KDL, YAML or JSON) into the Kubernetes manifests that carry it out.
//!
//! Data flows one way: text → [`syntax`] → [`vocabulary`] → [`layers`] → [`policy`] → [`plan`] → [`emit`] →
//! [`validate`] → [`write`]. [`diagnostic`] is what every phase says when it cannot go on.

pub mod diagnostic;
pub mod discover;
pub mod manifest;
pub mod read;
pub mod source;
pub mod syntax;
