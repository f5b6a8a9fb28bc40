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

/// The levels of some warnings. All other warnings are reported as warnings, unless they are denied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    set: Vec<(WarningCode, Level)>,
    /// Whether warnings without a level are errors.
    deny_others: bool,
}

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
        self.set.retain(|(other, _)| *other != code);
        self.set.push((code, level));
    }

    /// Reports every warning as an error, except those whose level is set.
    pub fn deny_others(&mut self) {
        self.deny_others = true;
    }

    /// The diagnostics at these levels.
    #[must_use]
    pub fn apply(&self, diagnostics: Diagnostics) -> Diagnostics {
        if *self == Self::default() {
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
        let set = self.set.iter().find(|(WarningCode(other), _)| *other == code).map(|(_, level)| *level);
        set.or((self.deny_others && code.severity() == Severity::Warning).then_some(Level::Error))
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
    fn a_denied_warning_is_an_error_unless_its_level_is_set() {
        let mut levels: Levels = [(WarningCode::new(Code::CheckOverlap).unwrap(), Level::Warn)].into_iter().collect();
        levels.deny_others();
        let mut diagnostics = Diagnostics::new();
        for code in [Code::NotifyTwice, Code::CheckOverlap, Code::FileNotUtf8] {
            diagnostics.push(Diagnostic::without_place(code, "x"));
        }
        let severities: Vec<_> = levels.apply(diagnostics).iter().map(|it| it.severity).collect();
        assert_eq!(severities, [Severity::Error, Severity::Warning, Severity::Error]);
        assert!(levels.is_error(Code::NotifyTwice) && !levels.is_error(Code::CheckOverlap));
    }

    #[test]
    fn an_error_has_no_level() {
        assert_eq!(WarningCode::new(Code::StageWeightFalls), None);
    }
}
