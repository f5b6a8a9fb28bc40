//! In: the arguments `--level CODE=LEVEL` and `--deny-warnings`. Out: the level of each warning that they name.

use crate::diagnostic::{Code, Group, Level, Levels, WarningCode, suggest};
use clap::Args;

/// The levels of warnings.
#[derive(Debug, Args)]
pub struct LevelArguments {
    /// Set the level of a warning to `off`, `warn` or `error`; can be repeated. An error cannot be changed: the API server
    /// or the controller would reject the manifests, or not do what the policy says
    #[arg(long = "level", value_name = "CODE=LEVEL", value_parser = level)]
    levels: Vec<(WarningCode, Level)>,
    /// Report every warning as an error, except those whose level is set by `--level`
    #[arg(long)]
    deny_warnings: bool,
}

impl LevelArguments {
    /// The levels; the last one for a code applies.
    pub fn levels(&self) -> Levels {
        let mut levels: Levels = self.levels.iter().copied().collect();
        if self.deny_warnings {
            levels.deny_others();
        }
        levels
    }
}

fn level(text: &str) -> Result<(WarningCode, Level), String> {
    let (code, level) = text.split_once('=').ok_or("expected CODE=LEVEL, such as `--level check/unused=error`")?;
    Ok((warning(code)?, named(level)?))
}

fn named(name: &str) -> Result<Level, String> {
    let level = Level::ALL.iter().find(|level| level.name() == name);
    level.copied().ok_or_else(|| {
        format!("there is no level `{name}`: write {}", suggest::one_of(Level::ALL.iter().map(|level| level.name())))
    })
}

fn warning(name: &str) -> Result<WarningCode, String> {
    let code = Code::from_name(name).ok_or_else(|| unknown(name))?;
    if code.group() == Group("apply") {
        return Err(format!("`{code}` is about a cluster, and only commands that use one report it"));
    }
    WarningCode::new(code).ok_or_else(|| format!("`{code}` is an error, and only the level of a warning can be set"))
}

fn unknown(name: &str) -> String {
    let warnings = Code::ALL.iter().filter(|code| WarningCode::new(**code).is_some()).map(|code| code.name());
    match suggest::nearest(name, warnings) {
        Some(nearest) => format!("there is no code `{name}`; did you mean `{nearest}`?"),
        None => format!("there is no code `{name}`; `canaryc explain --list` lists all codes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_level_of_a_code_applies() {
        let arguments = |texts: &[&str]| LevelArguments {
            levels: texts.iter().map(|text| level(text).unwrap()).collect(),
            deny_warnings: false,
        };
        let repeated = arguments(&["check/unused=error", "check/unused=off"]);
        assert_eq!(repeated.levels(), arguments(&["check/unused=off"]).levels());
        assert_ne!(repeated.levels(), arguments(&["check/unused=error"]).levels());
    }

    #[test]
    fn a_wrong_level_says_what_is_expected() {
        for (wrong, expected) in [
            ("check/unused", "CODE=LEVEL"),
            ("check/unused=of", "there is no level `of`: write `off`, `warn` or `error`"),
            ("check/unusd=off", "did you mean `check/unused`?"),
            ("xyz=off", "`canaryc explain --list`"),
            ("stage/weight-falls=warn", "`stage/weight-falls` is an error"),
            ("apply/estimated=off", "only commands that use one report it"),
        ] {
            let message = level(wrong).unwrap_err();
            assert!(message.contains(expected), "{wrong}: {message}");
        }
    }
}
