//! Points at which a test kills the process: one before each change to the file system.

/// Called before each change to the file system.
#[cfg(test)]
pub(super) fn step() {
    super::tests::step();
}

/// Does nothing outside tests.
#[cfg(not(test))]
pub(super) fn step() {}
