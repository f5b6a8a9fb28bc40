//! The common part of `apply` and `diff`. In: the paths and the target. Out: the releases of the policies, and what to
//! do about them in a cluster.

use crate::compile::Compilation;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Levels, Report, suggest};
use crate::emit::Bundle;
use crate::runtime::Connection;
use crate::runtime::apply::{self, Assessment, Request, Wanted};
use crate::source::Sources;

use crate::cli::arguments::{Format, Paths, Target};
use crate::cli::shell::Shell;
use crate::cli::status::{ExitStatus, Failure};
use crate::cli::{compilation, input};

/// A compiled release.
pub struct Compiled {
    bundle: Bundle,
    sources: Sources,
}

/// Compiles the policies. The inner `Err` is the exit status after errors, which were all reported.
pub fn compile(paths: &Paths, target: &Target, shell: &Shell) -> Result<Result<Vec<Compiled>, ExitStatus>, Failure> {
    let outcome =
        compilation::run(paths, target, Levels::default(), shell, "policies", |_, compilation| releases(compilation))?;
    if target.environment.is_none() && !outcome.environments.is_empty() && !outcome.report.has_errors() {
        return Err(environment_unsaid(&outcome.environments));
    }
    Ok(match outcome.conclude(shell) {
        ExitStatus::Success => Ok(outcome.results.into_iter().flatten().collect()),
        status => Err(status),
    })
}

fn releases(compilation: &Compilation) -> Vec<Compiled> {
    let compiled = compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref());
    compiled.map(|one| Compiled { bundle: one.bundle.clone(), sources: compilation.sources.clone() }).collect()
}

fn environment_unsaid(environments: &[String]) -> Failure {
    let listed = suggest::one_of(environments.iter().map(String::as_str));
    input::asked(
        Diagnostic::without_place(Code::EnvironmentUnsaid, "the command needs an environment")
            .why("Every release of the policies belongs to an environment.")
            .help(format!("add `--env` with {listed}")),
    )
}

/// The desired releases for a cluster.
pub fn wanted(compiled: &[Compiled], connection: &Connection) -> Result<Vec<Wanted>, Failure> {
    let one = |one: &Compiled| {
        Wanted::new(&one.bundle, one.sources.clone(), connection.namespace()).map_err(|diagnostic| {
            let mut found = Diagnostics::new();
            found.push(*diagnostic);
            Failure::Asked(Report::new([(one.sources.clone(), found)]))
        })
    };
    compiled.iter().map(one).collect()
}

/// What to do about each release.
pub async fn assess(
    connection: &Connection,
    wanted: &[Wanted],
    request: &Request,
    shell: &Shell,
) -> Result<Vec<Assessment>, Failure> {
    let mut assessments = Vec::with_capacity(wanted.len());
    let mut warnings = Vec::new();
    for release in wanted {
        let assessment = apply::assess(connection, release, request).await?;
        warnings.push((release.sources.clone(), collected(assessment.warnings.iter().cloned())));
        assessments.push(assessment);
    }
    say(warnings, shell);
    Ok(assessments)
}

/// Reports why objects cannot be applied, if any.
pub fn say_refusals(wanted: &[Wanted], assessments: &[Assessment], shell: &Shell) -> bool {
    let refusals = wanted.iter().zip(assessments);
    let refusals =
        refusals.map(|(wanted, assessment)| (wanted.sources.clone(), collected(assessment.refusals().cloned())));
    say(refusals.collect(), shell)
}

/// Reports the diagnostics, if any.
pub fn say(found: Vec<(Sources, Diagnostics)>, shell: &Shell) -> bool {
    let report = Report::new(found);
    if !report.is_empty() {
        shell.report(&report);
    }
    !report.is_empty()
}

pub fn collected(diagnostics: impl IntoIterator<Item = Diagnostic>) -> Diagnostics {
    let mut all = Diagnostics::new();
    diagnostics.into_iter().for_each(|diagnostic| all.push(diagnostic));
    all
}

/// Prints the decisions in the requested format.
pub fn print(
    wanted: &[Wanted],
    assessments: &[Assessment],
    tense: apply::Tense,
    format: Format,
    shell: &Shell,
) -> Result<(), Failure> {
    let pairs = wanted.iter().zip(assessments);
    shell.print(match format {
        Format::Json => apply::json(pairs.map(|(wanted, found)| (wanted, found.all().collect())), tense),
        Format::Text => {
            pairs.flat_map(|(_, found)| found.all()).map(|one| apply::text(one, tense, shell.appearance())).collect()
        }
    })
}
