//! In: generated files. Out: a folder that contains them, or its differences from them. canaryc never changes a file
//! that it did not write, removes only what its inventory of the folder lists, and does not rewrite a file that is up to
//! date.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "writes files")]

mod check;
mod header;
mod hook;
mod inventory;
mod place;
mod scope;
mod staging;
mod target;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use place::{Resolved, resolved};

pub use check::{Check, Difference, DifferenceKind};
pub use scope::Scope;
pub use target::{Generated, Left, LeftReason};
pub use writer::{Directory, Summary};
