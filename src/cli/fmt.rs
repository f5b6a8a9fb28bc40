//! `canaryc fmt`: formats policies.

use std::io::{self, Write};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Report};
use crate::discover::{self, Input};
use crate::disk::Disk;
use crate::hidden;
use crate::source::{Source, Sources, Syntax};
use crate::syntax::kdl;
use clap::Args;
use rayon::prelude::*;

use super::arguments::Paths;
use super::progress::Progress;
use super::replace::{remove_leftovers, replace};
use super::shell::Shell;
use super::status::{ExitStatus, Failure};
use super::{diff, input, threads};

/// Format KDL policies
///
/// Rewrites the files in place and keeps comments. Standard input is formatted to standard output. Policies in YAML and
/// JSON are skipped. Files with KDL syntax errors are reported and not changed.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc fmt                              all policies below the current folder
  canaryc fmt --check                      changes nothing; fails and shows what would change
  canaryc fmt - < checkout.canary.kdl      for editors")]
pub struct Arguments {
    #[command(flatten)]
    pub paths: Paths,
    /// Write nothing; show what would change, and exit with 1 if a file would
    #[arg(long)]
    pub check: bool,
}

/// The result for one input.
enum Outcome {
    /// It is formatted, or not KDL.
    Unchanged(Input, Arc<Source>),
    /// Its formatted text, which differs.
    Changed(Input, Arc<Source>, String),
    /// It has KDL syntax errors.
    Invalid(Sources, Diagnostics),
    /// It cannot be read.
    Unreadable(Box<Diagnostic>),
}

/// Formats every selected policy.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let inputs = discover::policies(&arguments.paths.paths)
        .map_err(|found| Failure::Asked(Report::new([(Sources::default(), found)])))?;
    if !arguments.check {
        remove_leftovers(inputs.iter().filter_map(|input| match input {
            Input::File(path) => Some(path.as_path()),
            Input::StandardInput => None,
        }));
    }
    let progress = Progress::new(shell, "policies", inputs.len());
    let disk = Disk::default();
    let each = |input| {
        let outcome = format(input, arguments, &disk);
        progress.advance();
        outcome
    };
    let outcomes: Vec<_> = threads::in_parallel(|| inputs.into_par_iter().map(each).collect());
    drop(progress);

    let (mut found, mut unreadable) = (Vec::new(), Diagnostics::new());
    let mut changed = 0;
    for outcome in outcomes {
        match outcome {
            // A pipe expects the text even if it is unchanged.
            Outcome::Unchanged(Input::StandardInput, source) if !arguments.check => shell.print(&*source.text)?,
            Outcome::Unchanged(Input::File(path), source) if source.syntax() != Syntax::Kdl => {
                // In a folder they are expected.
                if arguments.paths.paths.contains(&path) {
                    shell.say(&format!("{} is unchanged: `fmt` formats KDL only", hidden::path(&path)));
                }
            }
            Outcome::Unchanged(..) => {}
            Outcome::Invalid(sources, diagnostics) => found.push((sources, diagnostics)),
            Outcome::Unreadable(diagnostic) => unreadable.push(*diagnostic),
            Outcome::Changed(input, source, formatted) => {
                changed += usize::from(arguments.check || input != Input::StandardInput);
                write(&input, &source, &formatted, arguments.check, shell)?;
            }
        }
    }
    let report = Report::new(found);
    let status = shell.conclude(&report);
    if !unreadable.is_empty() {
        return Err(Failure::Asked(Report::new([(Sources::default(), unreadable)])));
    }
    if changed > 0 && !shell.quiet {
        let files = if changed == 1 { "file" } else { "files" };
        let done = if arguments.check { "would change" } else { "changed" };
        let _ = writeln!(io::stderr(), "{changed} {files} {done}");
    }
    Ok(if arguments.check && changed > 0 { ExitStatus::Mistakes } else { status })
}

fn format(input: Input, arguments: &Arguments, disk: &Disk) -> Outcome {
    let source = match input::read(&input, &arguments.paths.standard_input, disk) {
        Ok(source) => source,
        Err(diagnostic) => return Outcome::Unreadable(diagnostic),
    };
    if source.syntax() != Syntax::Kdl {
        return Outcome::Unchanged(input, source);
    }
    let mut diagnostics = Diagnostics::new();
    match kdl::format(&source, &mut diagnostics) {
        Some(formatted) if *formatted == *source.text => Outcome::Unchanged(input, source),
        Some(formatted) => Outcome::Changed(input, source, formatted),
        None => {
            let mut sources = Sources::default();
            sources.add(source);
            Outcome::Invalid(sources, diagnostics)
        }
    }
}

fn write(input: &Input, source: &Source, formatted: &str, check: bool, shell: &Shell) -> Result<(), Failure> {
    match input {
        _ if check => {
            let path = source.path.display().to_string();
            shell.print(diff::unified(&path, &source.text, formatted, shell.appearance()))
        }
        Input::StandardInput => shell.print(formatted),
        Input::File(path) => {
            replace(path, &source.text, formatted).map_err(|error| Failure::Unwritable(Some(path.clone()), error))
        }
    }
}
