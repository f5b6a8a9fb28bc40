//! The KDL front end: reading, mistakes, printing and formatting.

mod formatting;
mod mistakes;
mod oracle;
mod printing;
mod reading;
mod support;
