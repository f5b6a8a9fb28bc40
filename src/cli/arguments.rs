//! Arguments that several commands have.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;

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
    #[expect(dead_code, reason = "joins the commands with the reader")]
    pub fn name(&self) -> &Path {
        self.name.as_deref().unwrap_or(Path::new("<stdin>"))
    }
}

/// For what a policy is compiled.
#[derive(Debug, Args)]
pub struct Target {
    /// The environment to compile for, one of those the policy declares
    #[arg(long = "env", value_name = "NAME")]
    pub environment: Option<String>,
    /// The value of a release's parameter; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub settings: Vec<Setting>,
    /// The day on which waivers are judged, YYYY-MM-DD
    #[arg(long, value_name = "DATE", hide = true)]
    pub as_of: Option<String>,
}

/// `name=value`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The parameter.
    pub name: String,
    /// Its value, as typed.
    pub value: String,
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self { name: name.to_owned(), value: value.to_owned() }),
            _ => Err("write NAME=VALUE, such as `--set bake=10m`".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_ends_its_name_at_the_first_equals_sign() {
        let setting = Setting::from_str("query=a=b").unwrap();
        assert_eq!((setting.name.as_str(), setting.value.as_str()), ("query", "a=b"));
        assert!(Setting::from_str("=x").is_err() && Setting::from_str("x").is_err());
    }
}
