//! Arguments that several commands have.

use std::path::{Path, PathBuf};

use crate::layers::Setting;
use crate::units::Date;
use clap::{Args, ValueEnum};

/// The policies that a command works on.
#[derive(Debug, Args)]
pub struct Paths {
    /// Policies, or folders that are searched for `*.canary.kdl`, `*.canary.yaml` and `*.canary.json`, passing over what
    /// `.gitignore` excludes; `-` is standard input [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub standard_input: StandardInput,
}

/// What standard input is called.
#[derive(Debug, Args)]
pub struct StandardInput {
    /// The path that standard input stands for: it is named in messages, decides whether the text is KDL or YAML, and is
    /// what included paths are relative to
    #[arg(long = "stdin-name", value_name = "PATH")]
    name: Option<PathBuf>,
}

impl StandardInput {
    /// The name in messages.
    pub fn name(&self) -> &Path {
        self.name.as_deref().unwrap_or(Path::new("<stdin>"))
    }
}

/// The form of what a command prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// For what a policy is compiled.
#[derive(Debug, Args)]
pub struct Target {
    /// The environment to compile for, one of those the policy declares
    #[arg(long = "env", value_name = "NAME")]
    pub environment: Option<String>,
    /// The value of a release's parameter; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub settings: Vec<Setting>,
    /// The day on which waivers are judged, YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = date, hide = true)]
    pub as_of: Option<Date>,
}

fn setting(text: &str) -> Result<Setting, String> {
    Setting::parse(text).ok_or_else(|| "write NAME=VALUE, such as `--set bake=10m`".to_owned())
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).map_err(|_| "write a day of the calendar as YYYY-MM-DD".to_owned())
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
    fn what_is_no_setting_or_day_says_what_to_write() {
        for (wrong, say) in
            [(["--set", "x"], "NAME=VALUE"), (["--set", "=x"], "NAME=VALUE"), (["--as-of", "2027-02-30"], "YYYY-MM-DD")]
        {
            let error = Cli::try_parse_from(["x"].iter().chain(&wrong)).unwrap_err();
            assert!(error.to_string().contains(say), "{error}");
        }
    }
}
