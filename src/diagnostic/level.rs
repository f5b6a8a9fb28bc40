//! In: diagnostics, and the levels that a caller sets for some warnings. Out: the diagnostics at these levels.

use super::{Code, Diagnostics, Severity};

/// How to report a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Not at all.
    Off,
    /// As a warning.
    Warn,
    /// As an error: nothing compiles.
    Error,
}

/// A code whose level can be set: that of a warning. The policy of an error cannot be compiled, or would mislead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WarningCode(Code);

/// The levels of some warnings. All other warnings are reported as warnings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(Vec<(WarningCode, Level)>);

impl Level {
    /// Every level.
    pub const ALL: &'static [Self] = &[Self::Off, Self::Warn, Self::Error];

    /// `off`, `warn`, `error`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

impl WarningCode {
    /// `None` if the code is an error.
    pub fn new(code: Code) -> Option<Self> {
        (code.severity() == Severity::Warning).then_some(Self(code))
    }
}

impl Levels {
    /// Sets the level of a warning. A later call replaces an earlier one.
    pub fn set(&mut self, code: WarningCode, level: Level) {
        self.0.retain(|(other, _)| *other != code);
        self.0.push((code, level));
    }

    /// The diagnostics at these levels.
    #[must_use]
    pub fn apply(&self, diagnostics: Diagnostics) -> Diagnostics {
        if self.0.is_empty() {
            return diagnostics;
        }
        let mut changed = Diagnostics::new();
        for mut diagnostic in diagnostics.into_vec() {
            match self.of(diagnostic.code) {
                Some(Level::Off) => continue,
                Some(Level::Error) => diagnostic.severity = Severity::Error,
                Some(Level::Warn) | None => {}
            }
            changed.push(diagnostic);
        }
        changed
    }

    /// Whether a warning is reported as an error.
    pub fn is_error(&self, code: Code) -> bool {
        self.of(code) == Some(Level::Error)
    }

    fn of(&self, code: Code) -> Option<Level> {
        self.0.iter().find(|(WarningCode(other), _)| *other == code).map(|(_, level)| *level)
    }
}

impl FromIterator<(WarningCode, Level)> for Levels {
    fn from_iter<T: IntoIterator<Item = (WarningCode, Level)>>(pairs: T) -> Self {
        let mut levels = Self::default();
        for (code, level) in pairs {
            levels.set(code, level);
        }
        levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;

    #[test]
    fn a_level_changes_or_hides_the_warnings_of_its_code() {
        let levels = [
            (Code::NotifyTwice, Level::Error),
            (Code::CheckOverlap, Level::Error),
            (Code::CheckOverlap, Level::Off),
            (Code::QuerySurprise, Level::Warn),
        ];
        let levels: Levels = levels.into_iter().map(|(code, level)| (WarningCode::new(code).unwrap(), level)).collect();
        let mut diagnostics = Diagnostics::new();
        for code in
            [Code::NotifyTwice, Code::CheckOverlap, Code::QuerySurprise, Code::QueryWindowShort, Code::FileNotUtf8]
        {
            diagnostics.push(Diagnostic::without_place(code, "x"));
        }
        let changed: Vec<_> = levels.apply(diagnostics).iter().map(|it| (it.code, it.severity)).collect();
        let expected = [
            (Code::NotifyTwice, Severity::Error),
            (Code::QuerySurprise, Severity::Warning),
            (Code::QueryWindowShort, Severity::Warning),
            (Code::FileNotUtf8, Severity::Error),
        ];
        assert_eq!(changed, expected);
    }

    #[test]
    fn an_error_has_no_level() {
        assert_eq!(WarningCode::new(Code::StageWeightFalls), None);
    }
}
