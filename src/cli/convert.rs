//! `canaryc convert`: the same policy in another syntax.

use std::path::PathBuf;

use crate::diagnostic::{Diagnostics, Report};
use crate::disk::Disk;
use crate::layers::Module;
use crate::lower;
use crate::source::{self, Sources};
use crate::syntax::comments;
use crate::vocabulary::{self, Format};
use clap::{Args, ValueEnum};

use super::arguments::StandardInput;
use super::input;
use super::shell::Shell;
use super::status::{ExitStatus, Failure};

/// Convert a policy to another syntax
///
/// A policy means the same in KDL, YAML and JSON. Comments are lost; the number of lost ones is on standard error. The
/// result goes to standard output.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc convert checkout.canary.kdl > checkout.canary.yaml
  canaryc convert checkout.canary.yaml     back to KDL
  canaryc convert checkout.canary.kdl --to json | jq .release")]
pub struct Arguments {
    /// The policy; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub standard_input: StandardInput,
    /// The syntax to write [default: yaml for KDL, kdl for YAML and JSON]
    #[arg(long, value_name = "SYNTAX")]
    pub to: Option<Syntax>,
}

/// A syntax to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Syntax {
    /// KDL 2.0.
    Kdl,
    /// YAML.
    Yaml,
    /// JSON.
    Json,
}

/// The line by which editors find the schema of a policy.
const SCHEMA: &str = "# yaml-language-server: $schema=https://canaryc.dev/schemas/policy.json\n";

/// Converts the file. A policy with unknown words or wrong types cannot be converted.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let source = input::file(&arguments.file, &arguments.standard_input, &Disk::default())?;
    let mut diagnostics = Diagnostics::new();
    let document = lower::read(&source, &mut diagnostics);
    let to = match (arguments.to, source.syntax()) {
        (Some(Syntax::Kdl), _) | (None, source::Syntax::Yaml) => Format::Kdl,
        (Some(Syntax::Yaml), _) | (None, source::Syntax::Kdl) => Format::Yaml,
        (Some(Syntax::Json), _) => Format::Json,
    };
    let module = Module::lowered(source.clone(), &document, diagnostics);
    if !module.diagnostics.has_errors() {
        let schema = if to == Format::Yaml { SCHEMA } else { "" };
        shell.print(schema.to_owned() + &vocabulary::convert(&document, to))?;
        match comments::count(&source) {
            0 => {}
            1 => shell.say("1 comment is not in the result: keep the original, or copy it"),
            count => shell.say(&format!("{count} comments are not in the result: keep the original, or copy them")),
        }
    }
    let mut sources = Sources::default();
    sources.add(source);
    Ok(shell.conclude(&Report::new([(sources, module.diagnostics)])))
}
