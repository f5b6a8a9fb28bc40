//! In: [`Object`](crate::manifest::Object)s. Out: their YAML or JSON, on standard output or as the files of a folder.

pub mod directory;
mod error;
pub mod json;
mod plain;
mod serialize;
pub(crate) mod unified;
pub mod yaml;

pub use error::{WriteError, WriteErrorKind};
