//! In: the PATH and target arguments of a command. Out: the command's result for each compiled policy, and one report.
//! Policies are compiled in parallel.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::compile::{Compilation, Request, compile};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Levels, Report, reference};
use crate::discover::{self, Input};
use crate::layers::{Library, Setting};
use crate::source::{Source, Sources};
use rayon::prelude::*;

use super::arguments::{Paths, StandardInput, Target};
use super::identities::Identities;
use super::input;
use super::progress::Progress;
use super::shell::Shell;
use super::status::{ExitStatus, Failure};
use super::threads;

/// The result of a run.
pub struct Outcome<T> {
    /// The command's result for each policy that could be read, in that order.
    pub results: Vec<T>,
    /// All diagnostics.
    pub report: Report,
    /// Whether a file could not be read.
    pub unreadable: bool,
    /// The environments that any policy declares, each once, in alphabetical order.
    pub environments: Vec<String>,
}

impl<T> Outcome<T> {
    /// Reports the diagnostics, and returns the exit status.
    pub fn conclude(&self, shell: &Shell) -> ExitStatus {
        shell.conclude(&self.report);
        self.status()
    }

    /// The exit status. A file that cannot be read is no mistake of a policy, like an argument that does not exist.
    pub fn status(&self) -> ExitStatus {
        match self.report.has_errors() {
            _ if self.unreadable => ExitStatus::Usage,
            true => ExitStatus::Mistakes,
            false => ExitStatus::Success,
        }
    }
}

/// One policy of a run.
#[derive(Clone, Copy)]
pub struct Policy<'a> {
    /// Its file; `None` for standard input.
    pub path: Option<&'a Path>,
}

/// Compiles the policies that the arguments select. `use_compilation` is called from several threads; a run keeps only
/// what it returns and the diagnostics, because whole compilations would take too much memory.
///
/// # Errors
/// When a path does not exist or holds no policy.
pub fn run<T: Send>(
    paths: &Paths,
    target: &Target,
    levels: Levels,
    shell: &Shell,
    what: &'static str,
    use_compilation: impl Fn(Policy<'_>, &Compilation) -> T + Sync,
) -> Result<Outcome<T>, Failure> {
    let inputs = discover::policies(&paths.paths)
        .map_err(|mistakes| Failure::Asked(Report::new([(Sources::default(), mistakes)])))?;
    let progress = Progress::new(shell, what, inputs.len());
    let request = Request { levels, ..request(target) };
    let disk = input::disk(&target.allowed_folders)?;
    let library = Library::new(&disk);
    let declared = Mutex::default();
    let identities = Identities::default();
    let each = |(index, input): (usize, &Input)| {
        let source = input::read(input, &paths.standard_input, &disk);
        let part = match source {
            Ok(source) => {
                let compilation = compile(source, &library, &request);
                note(&declared, &compilation);
                identities.note(index, &compilation);
                Part::new(use_compilation(policy(input), &compilation), compilation)
            }
            Err(diagnostic) => Part::unreadable(*diagnostic),
        };
        progress.advance();
        part
    };
    // Starting the thread pool takes longer than compiling one policy.
    let all: Vec<Part<T>> = match inputs.as_slice() {
        [only] => vec![each((0, only))],
        several => threads::in_parallel(|| several.par_iter().enumerate().map(each).collect()),
    };
    drop(progress);
    let declared = declared.into_inner().unwrap_or_else(PoisonError::into_inner);
    let again = |input: &Input| match input {
        Input::File(_) => {
            let source = input::read(input, &paths.standard_input, &disk).ok()?;
            Some(compile(source, &library, &request))
        }
        Input::StandardInput => None,
    };
    let twice = identities.defined_twice(&inputs, again);
    Ok(gather(all, twice, declared, target))
}

fn policy(input: &Input) -> Policy<'_> {
    let path = match input {
        Input::File(path) => Some(path.as_path()),
        Input::StandardInput => None,
    };
    Policy { path }
}

/// The request for a compilation.
pub fn request(target: &Target) -> Request {
    Request {
        environment: target.environment.as_deref().map(Into::into),
        settings: target.settings.clone(),
        levels: Levels::default(),
    }
}

/// Compiles the FILE argument of a command.
///
/// # Errors
/// When the file cannot be read.
pub fn file(
    path: &Path,
    standard_input: &StandardInput,
    target: &Target,
) -> Result<(Arc<Source>, Compilation), Failure> {
    let disk = input::disk(&target.allowed_folders)?;
    let source = input::file(path, standard_input, &disk)?;
    let library = Library::new(&disk);
    let mut compilation = compile(Arc::clone(&source), &library, &request(target));
    let mut found = Diagnostics::new();
    unknown_settings(&target.settings, &compilation.parameters, &mut compilation.sources, &mut found);
    if compilation.environments.is_empty() {
        unknown_environment(target, &[], &mut found);
    }
    compilation.diagnostics.append(found);
    Ok((source, compilation))
}

/// What a run keeps of one policy.
struct Part<T> {
    result: Option<T>,
    findings: Option<Box<(Sources, Diagnostics)>>,
}

impl<T> Part<T> {
    /// Without diagnostics, nothing will be shown of the policy's text, and it is dropped.
    fn new(result: T, compilation: Compilation) -> Self {
        let findings = (compilation.sources, compilation.diagnostics);
        Self { result: Some(result), findings: (!findings.1.is_empty()).then(|| Box::new(findings)) }
    }

    fn unreadable(diagnostic: Diagnostic) -> Self {
        let mut found = Diagnostics::new();
        found.push(diagnostic);
        Self { result: None, findings: Some(Box::new((Sources::default(), found))) }
    }
}

/// The environments and parameters that policies declare, for `--env` and `--set`.
#[derive(Default)]
struct Declared {
    environments: BTreeSet<String>,
    parameters: BTreeSet<String>,
}

/// Adds the declarations of a policy.
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

fn gather<T>(all: Vec<Part<T>>, twice: Vec<(Sources, Diagnostics)>, declared: Declared, target: &Target) -> Outcome<T> {
    let unreadable = all.iter().any(|part| part.result.is_none());
    let mut results = Vec::with_capacity(all.len());
    let mut findings = Vec::new();
    for part in all {
        results.extend(part.result);
        findings.extend(part.findings.map(|findings| *findings));
    }
    findings.extend(twice);
    let environments: Vec<String> = declared.environments.into_iter().collect();
    let parameters: Vec<String> = declared.parameters.into_iter().collect();
    let (mut sources, mut found) = (Sources::default(), Diagnostics::new());
    unknown_settings(&target.settings, &parameters, &mut sources, &mut found);
    unknown_environment(target, &environments, &mut found);
    findings.push((sources, found));
    Outcome { results, report: Report::new(findings), unreadable, environments }
}

/// Reports `--set` of a parameter that no release declares.
fn unknown_settings(settings: &[Setting], known: &[String], sources: &mut Sources, found: &mut Diagnostics) {
    for setting in settings.iter().filter(|setting| !known.iter().any(|name| **name == *setting.name)) {
        sources.add(Arc::clone(&setting.source));
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        found.push(reference::unknown("parameter", &setting.name, setting.name_span(), &known));
    }
}

/// Reports `--env` in a run without environments. A policy that declares environments reports an unknown one itself.
fn unknown_environment(target: &Target, environments: &[String], found: &mut Diagnostics) {
    if let (Some(wanted), []) = (&target.environment, environments) {
        found.push(
            Diagnostic::without_place(Code::EnvironmentUnknown, format!("there is no environment `{wanted}`")).help(
                "no policy declares environments: remove `--env`, or declare them: `environments \"dev\" \"prod\"`",
            ),
        );
    }
}
