//! The KDL front end: reading, mistakes, printing and formatting.

mod mistakes;
mod reading;
mod support;
