//! The table of the language: every node with its arguments, properties, children, types, defaults and one sentence of
//! documentation each, a file a subject. In: nothing. Out: [`DOCUMENT`], from which everything else is reached.

mod audience;
mod body;
mod credentials;
mod document;
mod guardrail;
mod level;
mod make;
mod measure;
mod parameters;
mod provider;
mod remove;
mod route;
mod router;
mod service;
mod settings;
mod stage;
mod workload;

pub use body::{ENVIRONMENT, PROFILE, PROFILE_ENVIRONMENT, RELEASE};
pub use document::DOCUMENT;
