//! In: the name of a release or of a Service. Out: the names that canaryc makes of it, or why there is no room for one.
//! Every generated name is listed here. What has no suffix bears a name of the policy: the Rollout, the autoscaler and a
//! route without a name bear the release's, and a managed header route bears its audience's.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::Sourced;
use crate::policy::stage::GateTime;
use crate::source::Span;
use crate::units::name::{Name, NameError};

/// A name that is made of another name and a suffix. All of them are DNS labels, of at most 63 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratedName<'a> {
    /// The Service of the stable version, where callers name a Service in front of both: `<service>-stable`.
    StableService,
    /// The Service of the canary: `<service>-canary`.
    CanaryService,
    /// The AnalysisTemplate of the watch: `<release>-watch`.
    WatchTemplate,
    /// The AnalysisTemplate of holds for everything that the watch can hold for: `<release>-hold`.
    HoldTemplate,
    /// The AnalysisTemplate of a stage that holds for less than that: `<release>-hold-<stage>`.
    StageHoldTemplate {
        /// The label of the stage.
        stage: &'a Name,
    },
    /// The AnalysisTemplate of a stage's gates: `<release>-<stage>`, and `<release>-<stage>-start` before the pause.
    GateTemplate {
        /// The label of the stage.
        stage: &'a Name,
        /// When the gates are asked.
        at: GateTime,
    },
    /// The routes of a pinned audience: `<release>-<audience>`, then `<release>-<audience>-2` and so on.
    PinnedRoute {
        /// The name of the audience.
        audience: &'a Name,
        /// Which of its routes, from 0.
        index: usize,
    },
}

impl GeneratedName<'_> {
    /// What is added to the other name.
    pub fn suffix(self) -> String {
        match self {
            Self::StableService => "-stable".to_owned(),
            Self::CanaryService => "-canary".to_owned(),
            Self::WatchTemplate => "-watch".to_owned(),
            Self::HoldTemplate => "-hold".to_owned(),
            Self::StageHoldTemplate { stage } => format!("-hold-{stage}"),
            Self::GateTemplate { stage, at: GateTime::End } => format!("-{stage}"),
            Self::GateTemplate { stage, at: GateTime::Start } => format!("-{stage}-start"),
            Self::PinnedRoute { audience, index: 0 } => format!("-{audience}"),
            Self::PinnedRoute { audience, index } => format!("-{audience}-{}", index + 1),
        }
    }

    /// The whole name.
    ///
    /// # Errors
    /// When it would be too long.
    pub fn of(self, name: &Name) -> Result<Name, NameError> {
        name.with_suffix(&self.suffix())
    }

    /// The whole name, or a diagnostic that names what asks for it.
    ///
    /// # Errors
    /// When the name would be too long.
    pub fn reported(self, name: &Sourced<Name>, cause: Span) -> Result<Name, Box<Diagnostic>> {
        let added = || format!("adds `{}`", self.suffix());
        self.of(&name.value).map_err(|error| Box::new(no_room(name.span(), &error).also(cause, added())))
    }
}

/// A name leaves no room for what is added to it.
pub fn no_room(name: Span, error: &NameError) -> Diagnostic {
    Diagnostic::new(Code::NameNoRoom, name, error.message())
        .label(error.label())
        .why("The API server would reject a longer name in the middle of an apply.")
        .help(error.help())
}

/// The gates of a stage would share a template with something else.
pub fn taken_template(release: &Name, suffix: &str, stage: Span, taken: Span) -> Diagnostic {
    let message = format!("the template of these gates would be named `{release}{suffix}`, which is already taken");
    let diagnostic = Diagnostic::new(Code::StageReservedName, stage, message)
        .label("has its own template")
        .why("One of the two templates would replace the other, and the wrong one would judge the release.")
        .help("rename the stage");
    if taken == stage { diagnostic } else { diagnostic.also(taken, "uses the same name") }
}
