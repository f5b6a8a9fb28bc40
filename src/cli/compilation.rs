//! In: the PATH and target arguments of a command. Out: every policy compiled, in parallel, and one report of all that
//! is wrong; what a command makes of each is its own business.

use std::path::Path;
use std::sync::Arc;

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
    /// What the command made of each policy, in the order of the inputs.
    pub made: Vec<T>,
    /// Everything that is wrong.
    pub report: Report,
    /// Environments that any of the policies declares, each once, in alphabetical order.
    pub environments: Vec<String>,
}

/// Compiles the policies that the arguments mean; `make` is called from several threads.
///
/// # Errors
/// When a path does not exist or holds no policy.
pub fn run<T: Send>(
    paths: &Paths,
    target: &Target,
    shell: &Shell,
    what: &'static str,
    make: impl Fn(Option<&Path>, &Compilation) -> T + Sync,
) -> Result<Outcome<T>, Failure> {
    let inputs = discover::policies(&paths.paths)
        .map_err(|mistakes| Failure::Asked(Report::new([(Sources::default(), mistakes)])))?;
    let progress = Progress::new(shell, what, inputs.len());
    let request = request(target);
    let library = Library::new(&Disk);
    let each = |input: &Input| {
        let made = one(input, &paths.standard_input, &library, &request, &make);
        progress.advance();
        made
    };
    // A thread pool costs more than one policy.
    let all: Vec<One<T>> = match inputs.as_slice() {
        [only] => vec![each(only)],
        several => several.par_iter().map(each).collect(),
    };
    drop(progress);
    Ok(gather(all, target))
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

struct One<T> {
    made: Option<T>,
    wrong: Option<(Sources, Diagnostics)>,
    environments: Vec<String>,
    parameters: Vec<String>,
}

fn one<T>(
    input: &Input,
    standard_input: &StandardInput,
    library: &Library<'_>,
    request: &Request,
    make: &impl Fn(Option<&Path>, &Compilation) -> T,
) -> One<T> {
    let source = match input::read(input, standard_input) {
        Ok(source) => source,
        Err(diagnostic) => {
            let mut found = Diagnostics::new();
            found.push(*diagnostic);
            return One {
                made: None,
                wrong: Some((Sources::default(), found)),
                environments: Vec::new(),
                parameters: Vec::new(),
            };
        }
    };
    let compilation = compile(source, library, request);
    let path = match input {
        Input::File(path) => Some(path.as_path()),
        Input::StandardInput => None,
    };
    let made = make(path, &compilation);
    One {
        made: Some(made),
        environments: compilation.environments.iter().map(|name| name.value.to_string()).collect(),
        parameters: compilation.parameters,
        // The texts of a policy are let go as soon as nothing will be shown of them.
        wrong: (!compilation.diagnostics.is_empty()).then_some((compilation.sources, compilation.diagnostics)),
    }
}

fn gather<T>(all: Vec<One<T>>, target: &Target) -> Outcome<T> {
    let mut made = Vec::with_capacity(all.len());
    let mut parts = Vec::new();
    let (mut environments, mut parameters) = (Vec::new(), Vec::new());
    for one in all {
        made.extend(one.made);
        parts.extend(one.wrong);
        environments.extend(one.environments);
        parameters.extend(one.parameters);
    }
    for names in [&mut environments, &mut parameters] {
        names.sort_unstable();
        names.dedup();
    }
    let (mut sources, mut found) = (Sources::default(), Diagnostics::new());
    unknown_settings(&target.settings, &parameters, &mut sources, &mut found);
    unknown_environment(target, &environments, &mut found);
    parts.push((sources, found));
    Outcome { made, report: Report::new(parts), environments }
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
