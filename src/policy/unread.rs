//! What canaryc could not read of a release. A rule does not judge what depends on it.

/// The sections of a release that canaryc could not read completely. For each, a diagnostic was reported.
#[derive(Clone, Debug, Default)]
pub struct Unread(Vec<Section>);

/// A part of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Any part of the release: something that seems to be missing may be there.
    Release,
    /// A child of the release that may be its `router`.
    Router,
    /// `rollout`
    Rollout,
    /// A stage, or an audience that a stage may admit.
    Stages,
    /// The `audience=` of a stage.
    Admissions,
    /// A `watch`, a `gate` or an `experiment`.
    Measurements,
}

impl Unread {
    /// Adds a section if `is_unread`.
    pub(super) fn add(&mut self, section: Section, is_unread: bool) {
        if is_unread && !self.has(section) {
            self.0.push(section);
        }
    }

    /// Whether canaryc could not read this section.
    pub fn has(&self, section: Section) -> bool {
        self.0.contains(&section)
    }
}
