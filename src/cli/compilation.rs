//! In: the PATH and target arguments of a command. Out: every policy compiled, in parallel, and one report of all that
//! is wrong; what a command makes of each is its own business.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use canaryc::compile::{Compilation, Request, compile};
use canaryc::diagnostic::{Code, Diagnostic, Diagnostics, Report, reference};
use canaryc::discover::{self, Input};
use canaryc::disk::Disk;
use canaryc::layers::{Library, Setting};
use canaryc::source::{Source, Sources};
use rayon::prelude::*;

use super::arguments::{Paths, StandardInput, Target};
use super::input;
use super::progress::Progress;
use super::shell::Shell;
use super::status::Failure;

/// What came of a run.
pub struct Outcome<T> {
    /// The policies, in order.
    pub inputs: Vec<Input>,
    /// What the command made of each policy that could be read, in that order.
    pub made: Vec<T>,
    /// Everything that is wrong.
    pub report: Report,
    /// Environments that any of the policies declares, each once, in alphabetical order.
    pub environments: Vec<String>,
}

/// One of the policies of a run.
#[derive(Clone, Copy)]
pub struct Policy<'a> {
    /// Its index among the inputs.
    pub index: usize,
    /// Its file; `None` for standard input.
    pub path: Option<&'a Path>,
}

/// Compiles the policies that the arguments mean; `make` is called from several threads. What is kept of a policy is
/// what `make` returns and what is wrong with it, so that memory does not grow with the number of policies.
///
/// # Errors
/// When a path does not exist or holds no policy.
pub fn run<T: Send>(
    paths: &Paths,
    target: &Target,
    shell: &Shell,
    what: &'static str,
    make: impl Fn(Policy<'_>, &Compilation) -> T + Sync,
) -> Result<Outcome<T>, Failure> {
    let inputs = discover::policies(&paths.paths)
        .map_err(|mistakes| Failure::Asked(Report::new([(Sources::default(), mistakes)])))?;
    let progress = Progress::new(shell, what, inputs.len());
    let request = request(target);
    let library = Library::new(&Disk);
    let declared = Mutex::default();
    let each = |(index, input): (usize, &Input)| {
        let source = input::read(input, &paths.standard_input);
        let one = match source {
            Ok(source) => {
                let compilation = compile(source, &library, &request);
                note(&declared, &compilation);
                One::new(make(policy(index, input), &compilation), compilation)
            }
            Err(diagnostic) => One::unreadable(*diagnostic),
        };
        progress.advance();
        one
    };
    // A thread pool costs more than one policy.
    let all: Vec<One<T>> = match inputs.as_slice() {
        [only] => vec![each((0, only))],
        several => several.par_iter().enumerate().map(each).collect(),
    };
    drop(progress);
    let declared = declared.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(gather(inputs, all, declared, target))
}

fn policy(index: usize, input: &Input) -> Policy<'_> {
    let path = match input {
        Input::File(path) => Some(path.as_path()),
        Input::StandardInput => None,
    };
    Policy { index, path }
}

/// What a target asks of a compilation.
pub fn request(target: &Target) -> Request {
    Request { environment: target.environment.as_deref().map(Into::into), settings: target.settings.clone() }
}

/// The compilation of the FILE argument of a command.
///
/// # Errors
/// When the file cannot be read.
pub fn file(
    path: &Path,
    standard_input: &StandardInput,
    target: &Target,
) -> Result<(Arc<Source>, Compilation), Failure> {
    let source = input::file(path, standard_input)?;
    let library = Library::new(&Disk);
    let mut compilation = compile(Arc::clone(&source), &library, &request(target));
    let mut found = Diagnostics::new();
    unknown_settings(&target.settings, &compilation.parameters, &mut compilation.sources, &mut found);
    if compilation.environments.is_empty() {
        unknown_environment(target, &[], &mut found);
    }
    compilation.diagnostics.append(found);
    Ok((source, compilation))
}

/// What is kept of one policy.
struct One<T> {
    made: Option<T>,
    wrong: Option<Box<(Sources, Diagnostics)>>,
}

impl<T> One<T> {
    /// The texts of a policy are let go as soon as nothing will be shown of them.
    fn new(made: T, compilation: Compilation) -> Self {
        let wrong = (compilation.sources, compilation.diagnostics);
        Self { made: Some(made), wrong: (!wrong.1.is_empty()).then(|| Box::new(wrong)) }
    }

    fn unreadable(diagnostic: Diagnostic) -> Self {
        let mut found = Diagnostics::new();
        found.push(diagnostic);
        Self { made: None, wrong: Some(Box::new((Sources::default(), found))) }
    }
}

/// The names that `--env` and `--set` can have.
#[derive(Default)]
struct Declared {
    environments: BTreeSet<String>,
    parameters: BTreeSet<String>,
}

/// Adds what a policy declares.
fn note(declared: &Mutex<Declared>, compilation: &Compilation) {
    if compilation.environments.is_empty() && compilation.parameters.is_empty() {
        return;
    }
    let mut declared = declared.lock().unwrap_or_else(PoisonError::into_inner);
    for environment in compilation.environments.iter().map(|name| &*name.value) {
        if !declared.environments.contains(environment) {
            declared.environments.insert(environment.to_owned());
        }
    }
    declared.parameters.extend(compilation.parameters.iter().cloned());
}

fn gather<T>(inputs: Vec<Input>, all: Vec<One<T>>, declared: Declared, target: &Target) -> Outcome<T> {
    let mut made = Vec::with_capacity(all.len());
    let mut parts = Vec::new();
    for one in all {
        made.extend(one.made);
        parts.extend(one.wrong.map(|wrong| *wrong));
    }
    let environments: Vec<String> = declared.environments.into_iter().collect();
    let parameters: Vec<String> = declared.parameters.into_iter().collect();
    let (mut sources, mut found) = (Sources::default(), Diagnostics::new());
    unknown_settings(&target.settings, &parameters, &mut sources, &mut found);
    unknown_environment(target, &environments, &mut found);
    parts.push((sources, found));
    Outcome { inputs, made, report: Report::new(parts), environments }
}

/// `--set` of a parameter that no release of the run has.
fn unknown_settings(settings: &[Setting], known: &[String], sources: &mut Sources, found: &mut Diagnostics) {
    for setting in settings.iter().filter(|setting| !known.iter().any(|name| **name == *setting.name)) {
        sources.add(Arc::clone(&setting.source));
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        found.push(reference::unknown("parameter", &setting.name, setting.name_span(), &known));
    }
}

/// `--env` in a run in which nothing declares environments. A policy that does declares what is wrong itself.
fn unknown_environment(target: &Target, environments: &[String], found: &mut Diagnostics) {
    if let (Some(wanted), []) = (&target.environment, environments) {
        found.push(
            Diagnostic::without_place(Code::EnvironmentUnknown, format!("there is no environment `{wanted}`"))
                .help("no policy here declares environments: leave `--env` out, or declare them: `environments \"dev\" \"prod\"`"),
        );
    }
}
