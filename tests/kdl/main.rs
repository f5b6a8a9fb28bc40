//! The KDL front end: reading, mistakes, printing and formatting.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

mod formatting;
mod mistakes;
mod oracle;
mod printing;
mod reading;
mod support;
