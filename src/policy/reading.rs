//! In: a release as far as it could be read. Out: the release for rules to judge, and for emitters only if it is sound.

use super::Release;

/// A release as far as canaryc could read it. The plan and the rules work on it even after an error, so that one run
/// reports every independent mistake.
#[derive(Clone, Debug)]
pub struct Reading {
    release: Release,
    is_sound: bool,
}

impl Reading {
    /// A release, and whether reading it reported no error.
    pub(super) fn new(release: Release, is_sound: bool) -> Self {
        Self { release, is_sound }
    }

    /// The release as far as it could be read.
    pub fn release(&self) -> &Release {
        &self.release
    }

    /// The release, if there was no error.
    pub fn sound(self) -> Option<Release> {
        self.is_sound.then_some(self.release)
    }
}
