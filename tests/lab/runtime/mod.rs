//! The runtime mode, judged by the real API server and the real controller.

mod act;
mod canaryc;
mod shop;

use crate::suite::Suite;

/// Adds the tests.
pub fn tests(suite: &mut Suite) {
    act::tests(suite);
}
