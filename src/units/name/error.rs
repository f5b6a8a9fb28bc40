//! In: the rule that a name violates. Out: sentences about it, and the name to use instead.

use std::fmt;
use std::ops::Range;

use super::rules::NameKind;

/// The rule that a name violates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameProblem {
    /// The name is empty.
    Empty,
    /// A capital letter where only lower case is allowed.
    UpperCase(char),
    /// A character that is not allowed.
    Character(char),
    /// A character that is not allowed at the start.
    Start(char),
    /// A character that is not allowed at the end.
    End(char),
    /// An empty part between two dots, or before or after a slash.
    EmptyPart,
    /// Two consecutive hyphens.
    DoubleHyphen,
    /// No letter.
    NoLetter,
    /// An IP address instead of a host name.
    IpAddress,
    /// `*` alone.
    BareWildcard,
    /// Too long.
    TooLong {
        /// Its length.
        length: usize,
        /// The maximum length.
        most: usize,
    },
    /// The suffix that canaryc adds does not fit.
    NoRoomForSuffix {
        /// The suffix.
        suffix: String,
        /// The length that leaves room for it.
        room: usize,
        /// The length of the name.
        length: usize,
    },
}

/// A name that the API server would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    /// What kind of name it is.
    pub kind: NameKind,
    /// The rule that it violates.
    pub problem: NameProblem,
    /// The bytes of the text that violate it.
    pub range: Range<usize>,
    /// The nearest valid name, if there is one.
    pub instead: Option<String>,
}

impl NameKind {
    /// The name of the kind with its article, for sentences.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Dns1123Label | Self::Dns1123Subdomain => "a name",
            Self::Dns1035Label => "a name of a Service",
            Self::Host => "a host",
            Self::LabelKey => "a label key",
            Self::LabelValue => "a label value",
            Self::AnnotationKey => "an annotation key",
            Self::EnvironmentVariable => "a name of an environment variable",
            Self::PortName => "a port name",
        }
    }

    /// The allowed characters.
    pub fn form(self) -> &'static str {
        match self {
            Self::Dns1123Label => "use lower-case letters, digits and hyphens, with a letter or digit at both ends",
            Self::Dns1035Label => {
                "use lower-case letters, digits and hyphens, starting with a letter and ending with a letter or digit"
            }
            Self::Dns1123Subdomain => {
                "use lower-case letters, digits, hyphens and dots, with a letter or digit around each dot"
            }
            Self::Host => {
                "write a host such as `\"shop.example.com\"` or `\"*.example.com\"`, without scheme, port or path"
            }
            Self::LabelKey | Self::AnnotationKey => {
                "write a key such as `\"team\"` or `\"example.com/team\"`: letters, digits, `-`, `_` and dots"
            }
            Self::LabelValue => "use letters, digits, `-`, `_` and dots, with a letter or digit at both ends",
            Self::EnvironmentVariable => "use letters, digits, `_`, `-` and dots, without a digit at the start",
            Self::PortName => "use at most 15 lower-case letters, digits and hyphens, with at least one letter",
        }
    }
}

impl NameError {
    /// One line, lower case, no full stop.
    pub fn message(&self) -> String {
        let noun = self.kind.noun();
        match &self.problem {
            NameProblem::Empty => format!("expected {noun}, found an empty string"),
            NameProblem::UpperCase(_) => format!("{noun} cannot contain upper-case letters"),
            NameProblem::Character(' ') => format!("{noun} cannot contain spaces"),
            NameProblem::Character(character) => format!("`{}` is not allowed in {noun}", character.escape_debug()),
            NameProblem::Start(character) => format!("{noun} cannot start with `{}`", character.escape_debug()),
            NameProblem::End(character) => format!("{noun} cannot end with `{}`", character.escape_debug()),
            NameProblem::EmptyPart => format!("{noun} cannot have an empty part"),
            NameProblem::DoubleHyphen => format!("{noun} cannot contain two hyphens in a row"),
            NameProblem::NoLetter => format!("{noun} needs a letter"),
            NameProblem::IpAddress => "expected a host name, found an IP address".to_owned(),
            NameProblem::BareWildcard => "a wildcard needs a domain after it".to_owned(),
            NameProblem::TooLong { length, most } => {
                format!("{noun} has at most {most} characters, found {length}")
            }
            NameProblem::NoRoomForSuffix { suffix, .. } => {
                format!("this name is too long: with the suffix `{suffix}` it exceeds 63 characters")
            }
        }
    }

    /// A few words under the text.
    pub fn label(&self) -> String {
        match &self.problem {
            NameProblem::Empty => "empty".to_owned(),
            NameProblem::UpperCase(_) => "upper-case letter".to_owned(),
            NameProblem::Character(_) => "not allowed here".to_owned(),
            NameProblem::Start(_) => "not allowed first".to_owned(),
            NameProblem::End(_) => "not allowed last".to_owned(),
            NameProblem::EmptyPart => "empty part".to_owned(),
            NameProblem::DoubleHyphen => "two hyphens".to_owned(),
            NameProblem::NoLetter => "missing letter".to_owned(),
            NameProblem::IpAddress => "an IP address".to_owned(),
            NameProblem::BareWildcard => "missing domain".to_owned(),
            NameProblem::TooLong { length, most } => format!("{} too many", length - most),
            NameProblem::NoRoomForSuffix { room, length, .. } => format!("{} too many", length.saturating_sub(*room)),
        }
    }

    /// What to write.
    pub fn help(&self) -> String {
        match (&self.instead, &self.problem) {
            (Some(text), _) => format!("write `\"{text}\"`"),
            (None, NameProblem::NoRoomForSuffix { room, .. }) => format!("use a name of at most {room} characters"),
            (None, NameProblem::TooLong { most, .. }) => format!("use at most {most} characters"),
            (None, NameProblem::IpAddress) => "write the host name that clients use".to_owned(),
            (None, _) => self.kind.form().to_owned(),
        }
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message())
    }
}

impl std::error::Error for NameError {}
