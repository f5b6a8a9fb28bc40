//! In: a release and a stage. Out: the names of the AnalysisTemplates that they need.
//! The policy phase asks here whether there is room for them, before a plan is made.

use crate::policy::Release;
use crate::policy::stage::{GateTime, Stage};
use crate::units::name::{Name, NameError};

/// `<release>-<stage>`, or `<release>-<stage>-start`: the gates of a stage.
///
/// # Errors
/// When the name would be too long.
pub fn gates(release: &Release, stage: &Stage, at: GateTime) -> Result<Name, NameError> {
    let name = release.name.value.join(stage.label.as_str())?;
    match at {
        GateTime::End => Ok(name),
        GateTime::Start => name.with_suffix("-start"),
    }
}

/// `<release>-watch`: the background analysis.
///
/// # Errors
/// When the name would be too long.
pub fn watch(release: &Release) -> Result<Name, NameError> {
    release.name.value.with_suffix("-watch")
}

/// `<release>-hold`: the look at the end of a stage that stands until a person promotes. `<release>-hold-<stage>`
/// where a stage holds for fewer checks than the watch has, because its own gates judge the others.
///
/// # Errors
/// When the name would be too long.
pub fn hold(release: &Release, stage: Option<&Stage>) -> Result<Name, NameError> {
    let name = release.name.value.with_suffix("-hold")?;
    stage.map_or(Ok(name.clone()), |stage| name.join(stage.label.as_str()))
}

/// The name, where the policy has seen to it that there is room.
pub(super) fn sure(name: Result<Name, NameError>, release: &Release) -> Name {
    name.unwrap_or_else(|_| release.name.value.clone())
}
