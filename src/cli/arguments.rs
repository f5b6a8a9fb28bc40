//! Arguments that several commands share.

use std::path::{Path, PathBuf};

use crate::layers::Setting;
use crate::units::Date;
use clap::{Args, ValueEnum};

/// The policies to read.
#[derive(Debug, Args)]
pub struct Paths {
    /// Policies, or folders to search for `*.canary.kdl`, `*.canary.yaml` and `*.canary.json` files that `.gitignore` does
    /// not exclude; `-` is standard input [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub standard_input: StandardInput,
}

/// The name of standard input.
#[derive(Debug, Args)]
pub struct StandardInput {
    /// The path of the file that is on standard input: messages show it, its extension selects KDL or YAML, and included
    /// paths are relative to it
    #[arg(long = "stdin-name", value_name = "PATH")]
    name: Option<PathBuf>,
}

impl StandardInput {
    /// The name that messages show.
    pub fn name(&self) -> &Path {
        self.name.as_deref().unwrap_or(Path::new("<stdin>"))
    }
}

/// The format of what a command prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The environment and parameters to compile a policy with.
#[derive(Debug, Args)]
pub struct Target {
    /// Compile only for this environment, which the policy must declare
    #[arg(long = "env", value_name = "NAME")]
    pub environment: Option<String>,
    /// Set a parameter of a release; can be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub settings: Vec<Setting>,
    /// Let policies name the files of this folder too; can be repeated. Otherwise they may name those of their repository
    /// or, without one, those below their own folder
    #[arg(long = "allow-folder", value_name = "DIR")]
    pub allowed_folders: Vec<PathBuf>,
    /// The date to judge waivers by, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = date, hide = true)]
    pub as_of: Option<Date>,
}

fn setting(text: &str) -> Result<Setting, String> {
    Setting::parse(text).ok_or_else(|| "expected NAME=VALUE, such as `--set bake=10m`".to_owned())
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).map_err(|_| "expected a date, YYYY-MM-DD".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        target: Target,
    }

    #[test]
    fn a_setting_ends_its_name_at_the_first_equals_sign() {
        let cli = Cli::try_parse_from(["x", "--set", "query=a=b", "--set=bake=", "--as-of", "2027-03-31"]).unwrap();
        let settings: Vec<_> = cli.target.settings.iter().map(|setting| (&*setting.name, &*setting.text)).collect();
        assert_eq!(settings, [("query", "a=b"), ("bake", "")]);
        assert_eq!(cli.target.as_of, Date::new(2027, 3, 31));
    }

    #[test]
    fn a_wrong_setting_or_date_says_what_is_expected() {
        for (wrong, say) in
            [(["--set", "x"], "NAME=VALUE"), (["--set", "=x"], "NAME=VALUE"), (["--as-of", "2027-02-30"], "YYYY-MM-DD")]
        {
            let error = Cli::try_parse_from(["x"].iter().chain(&wrong)).unwrap_err();
            assert!(error.to_string().contains(say), "{error}");
        }
    }
}
