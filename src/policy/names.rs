//! In: the name of a release or of a Service. Out: the names that canaryc derives from it, or why a name does not fit.
//! This file lists every generated name. Names without a suffix come from the policy: the Rollout, the autoscaler and a
//! route without a name have the release's name, and a managed header route has the name of its audience.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::sourced::Sourced;
use crate::policy::stage::GateTime;
use crate::source::Span;
use crate::units::name::{Name, NameError};

/// A name that consists of another name and a suffix. All of them are DNS labels of at most 63 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratedName<'a> {
    /// The Service of the stable version, if callers use a root Service for both versions: `<service>-stable`.
    StableService,
    /// The Service of the canary: `<service>-canary`.
    CanaryService,
    /// The AnalysisTemplate of the watch: `<release>-watch`.
    WatchTemplate,
    /// The AnalysisTemplate of holds for all checks that the watch can hold for: `<release>-hold`.
    HoldTemplate,
    /// The AnalysisTemplate of a stage that holds for fewer checks: `<release>-hold-<stage>`.
    StageHoldTemplate {
        /// The label of the stage.
        stage: &'a Name,
    },
    /// The AnalysisTemplate of a stage's gates: `<release>-<stage>`; before the pause, `<release>-<stage>-start`.
    GateTemplate {
        /// The label of the stage.
        stage: &'a Name,
        /// When the gates are measured.
        at: GateTime,
    },
    /// The routes of a pinned audience: `<release>-<audience>`, then `<release>-<audience>-2` and so on.
    PinnedRoute {
        /// The name of the audience.
        audience: &'a Name,
        /// The index of the route, from 0.
        index: usize,
    },
}

impl GeneratedName<'_> {
    /// The text after the other name.
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
    /// When the name would be longer than 63 characters.
    pub fn of(self, name: &Name) -> Result<Name, NameError> {
        name.with_suffix(&self.suffix())
    }

    /// The whole name; `cause` is the part of the policy that needs it.
    ///
    /// # Errors
    /// When the name would be longer than 63 characters.
    pub fn needed(self, name: &Sourced<Name>, cause: Option<Span>) -> Result<Name, Box<TooLong>> {
        let owner = match self {
            Self::StageHoldTemplate { stage } | Self::GateTemplate { stage, .. } => {
                Some(format!("the stage `{stage}`"))
            }
            Self::PinnedRoute { audience, .. } => Some(format!("the audience `{audience}`")),
            _ => None,
        };
        let too_long = |error| Box::new(TooLong { name: name.span(), suffix: self.suffix(), owner, cause, error });
        self.of(&name.value).map_err(too_long)
    }
}

/// A generated name that does not fit.
#[derive(Clone, Debug)]
pub struct TooLong {
    /// The name without the suffix.
    pub name: Span,
    /// The suffix.
    pub suffix: String,
    /// What has the name in the suffix.
    owner: Option<String>,
    /// The part of the policy that needs it, unless that is the name itself.
    cause: Option<Span>,
    error: NameError,
}

impl TooLong {
    /// The diagnostic about it.
    pub fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::new(Code::NameNoRoom, self.name, self.error.message())
            .label(self.error.label())
            .why("The API server would reject a longer name in the middle of an apply.")
            .help(match &self.owner {
                // The name of a release that runs cannot change.
                Some(owner) => format!("shorten the name of {owner}, or {}", self.error.help()),
                None => self.error.help(),
            });
        match self.cause {
            Some(cause) => diagnostic.also(cause, format!("adds `{}`", self.suffix)),
            None => diagnostic,
        }
    }
}

/// The diagnostic about gates of a stage that would share a template with something else.
pub fn taken_template(release: &Name, suffix: &str, stage: Span, taken: Span) -> Diagnostic {
    let message = format!("the template of these gates would be named `{release}{suffix}`, which is already taken");
    let diagnostic = Diagnostic::new(Code::StageReservedName, stage, message)
        .label("has its own template")
        .why("One of the two templates would replace the other, and the wrong one would judge the release.")
        .help("rename the stage");
    if taken == stage { diagnostic } else { diagnostic.also(taken, "uses the same name") }
}
