//! `canaryc fmt`: lays out policies evenly.

use std::io::{self, Write};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Report};
use crate::discover::{self, Input};
use crate::source::{Source, Sources, Syntax};
use crate::syntax::kdl;
use clap::Args;
use rayon::prelude::*;

use super::arguments::Paths;
use super::progress::Progress;
use super::replace::replace;
use super::shell::Shell;
use super::status::{ExitStatus, Failure};
use super::{diff, input};

/// Lay out KDL policies evenly
///
/// Rewrites the files in place; comments stay. Standard input is written to standard output. Policies in YAML and JSON
/// are passed over, and so are files with mistakes in their KDL: those are reported.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc fmt                              all policies below the current folder
  canaryc fmt --check                      changes nothing; fails and shows what would change
  canaryc fmt - < checkout.canary.kdl      for editors")]
pub struct Arguments {
    #[command(flatten)]
    pub paths: Paths,
    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    pub check: bool,
}

/// What came of one input.
enum Outcome {
    /// It is as it should be, or no KDL.
    Even(Input, Arc<Source>),
    /// It should be this.
    Uneven(Input, Arc<Source>, String),
    /// Its KDL has mistakes.
    Mistaken(Sources, Diagnostics),
    /// It cannot be read.
    Unread(Box<Diagnostic>),
}

/// Formats every policy that is meant.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let inputs = discover::policies(&arguments.paths.paths)
        .map_err(|found| Failure::Asked(Report::new([(Sources::default(), found)])))?;
    let progress = Progress::new(shell, "policies", inputs.len());
    let outcomes: Vec<_> = inputs
        .into_par_iter()
        .map(|input| {
            let outcome = format(input, arguments);
            progress.advance();
            outcome
        })
        .collect();
    drop(progress);

    let (mut found, mut unread) = (Vec::new(), Diagnostics::new());
    let mut changed = 0;
    for outcome in outcomes {
        match outcome {
            // Who pipes a text through expects it back.
            Outcome::Even(Input::StandardInput, source) if !arguments.check => shell.print(&*source.text)?,
            Outcome::Even(..) => {}
            Outcome::Mistaken(sources, diagnostics) => found.push((sources, diagnostics)),
            Outcome::Unread(diagnostic) => unread.push(*diagnostic),
            Outcome::Uneven(input, source, formatted) => {
                changed += usize::from(arguments.check || input != Input::StandardInput);
                write(&input, &source, &formatted, arguments.check, shell)?;
            }
        }
    }
    let report = Report::new(found);
    let status = shell.conclude(&report);
    if !unread.is_empty() {
        return Err(Failure::Asked(Report::new([(Sources::default(), unread)])));
    }
    if changed > 0 && !shell.quiet {
        let files = if changed == 1 { "file" } else { "files" };
        let done = if arguments.check { "would change" } else { "changed" };
        let _ = writeln!(io::stderr(), "{changed} {files} {done}");
    }
    Ok(if arguments.check && changed > 0 { ExitStatus::Mistakes } else { status })
}

fn format(input: Input, arguments: &Arguments) -> Outcome {
    let source = match input::read(&input, &arguments.paths.standard_input) {
        Ok(source) => source,
        Err(diagnostic) => return Outcome::Unread(diagnostic),
    };
    if source.syntax() != Syntax::Kdl {
        return Outcome::Even(input, source);
    }
    let mut diagnostics = Diagnostics::new();
    match kdl::format(&source, &mut diagnostics) {
        Some(formatted) if *formatted == *source.text => Outcome::Even(input, source),
        Some(formatted) => Outcome::Uneven(input, source, formatted),
        None => {
            let mut sources = Sources::default();
            sources.add(source);
            Outcome::Mistaken(sources, diagnostics)
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
        Input::File(path) => replace(path, formatted).map_err(|error| Failure::Unwritable(Some(path.clone()), error)),
    }
}
