//! The runtime mode, judged by the real API server and the real controller.

mod canaryc;
mod shop;
mod track;

use crate::suite::Suite;

/// Adds the tests.
pub fn tests(suite: &mut Suite) {
    track::tests(suite);
}
