//! `canaryc why`: which line of a policy a field comes from, and which fields come from a line.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use crate::compile::Compilation;
use crate::diagnostic::{Code, Diagnostic, Lines, Position, Report, suggest};
use crate::hidden;
use crate::layers::{Parameter, Resolved};
use crate::manifest::{Object, Pointer};
use crate::source::{Source, SourceId, Sources};
use crate::why::{self, Found};

use clap::Args;

use super::arguments::{StandardInput, Target};
use super::shell::Shell;
use super::status::{ExitStatus, Failure};
use super::{compilation, input};

/// Show which line a field comes from, or which fields come from a line
///
/// With an object and a field: the lines of the policy that the field comes from. With a line: the fields of all manifests
/// that come from it.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc why checkout.canary.kdl Rollout/checkout spec.strategy.canary.steps[3].setWeight
  canaryc why checkout.canary.kdl Rollout/checkout /spec/replicas
  canaryc why checkout.canary.kdl Rollout/checkout 'metadata.annotations[\"canaryc.dev/plan\"]'
  canaryc why checkout.canary.kdl:12 --env prod")]
pub struct Arguments {
    /// The policy, or a line of it; a place as messages print it (`FILE:LINE:COLUMN`) is its line
    #[arg(value_name = "FILE[:LINE]")]
    place: PathBuf,
    /// The object that has the field
    #[arg(value_name = "KIND/NAME", requires = "field")]
    object: Option<ObjectName>,
    /// The field: `spec.replicas`, `spec.steps[3]` or `/spec/replicas`
    #[arg(value_name = "FIELD", value_parser = field)]
    field: Option<Pointer>,
    #[command(flatten)]
    pub standard_input: StandardInput,
    #[command(flatten)]
    pub target: Target,
}

/// The question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Which lines a field comes from.
    Field {
        /// The policy.
        file: PathBuf,
        /// The object.
        object: ObjectName,
        /// Its field.
        field: Pointer,
    },
    /// Which fields come from a line.
    Line {
        /// The policy.
        file: PathBuf,
        /// Counted from 1.
        line: NonZeroUsize,
    },
}

/// `Rollout/checkout`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectName {
    /// The object's kind.
    pub kind: String,
    /// Its name.
    pub name: String,
}

impl Arguments {
    /// The question; `None` if the arguments name neither a line nor a field.
    pub fn question(&self) -> Option<Question> {
        match (&self.object, &self.field) {
            (Some(object), Some(field)) => {
                Some(Question::Field { file: self.place.clone(), object: object.clone(), field: field.clone() })
            }
            _ => {
                let (before, last) = number_at_end(self.place.to_str()?)?;
                let (file, line) = number_at_end(before).unwrap_or((before, last));
                Some(Question::Line { file: file.into(), line })
            }
        }
    }
}

/// The text before `:NUMBER`, and the number.
fn number_at_end(text: &str) -> Option<(&str, NonZeroUsize)> {
    let (before, number) = text.rsplit_once(':')?;
    Some((before, number.parse().ok()?))
}

impl FromStr for ObjectName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            Some((kind, name)) if !kind.is_empty() && !name.is_empty() => {
                Ok(Self { kind: kind.to_owned(), name: name.to_owned() })
            }
            _ => Err("expected KIND/NAME, such as `Rollout/checkout`".to_owned()),
        }
    }
}

fn field(text: &str) -> Result<Pointer, String> {
    Pointer::parse(text)
        .map_err(|_| "expected a field, such as `spec.steps[3].setWeight`, `metadata.labels[\"app.kubernetes.io/name\"]` or `/spec/steps/3`".to_owned())
}

/// Answers the question.
pub fn run(arguments: &Arguments, shell: &Shell) -> Result<ExitStatus, Failure> {
    let Some(question) = arguments.question() else {
        let message = "expected a field or a line";
        let help = "write `canaryc why FILE KIND/NAME FIELD`, or `canaryc why FILE:LINE`";
        return Err(input::asked(Diagnostic::without_place(Code::WhyQuestion, message).help(help)));
    };
    let file = match &question {
        Question::Field { file, .. } | Question::Line { file, .. } => file,
    };
    let (source, compilation) = compilation::file(file, &arguments.standard_input, &arguments.target)?;
    if compilation.diagnostics.has_errors() {
        return Ok(shell.conclude(&Report::new([(compilation.sources, compilation.diagnostics)])));
    }
    let answers = match &question {
        Question::Field { object, field, .. } => of_field(&compilation, object, field)?,
        Question::Line { line, .. } => of_line(&compilation, &source.path, line.get())?,
    };
    shell.print(hidden::lines(&answers).as_bytes())?;
    Ok(ExitStatus::Success)
}

/// The resolved policies, each with its compiled objects.
fn objects(compilation: &Compilation) -> impl Iterator<Item = (&Resolved, &[Object])> {
    compilation.policies.iter().filter_map(|policy| {
        let objects = policy.compiled.as_ref()?.bundle.objects.as_slice();
        Some((&policy.resolved, objects))
    })
}

fn of_field(compilation: &Compilation, wanted: &ObjectName, pointer: &Pointer) -> Result<String, Failure> {
    let mut text = String::new();
    let mut known = Vec::new();
    let mut nearest = None;
    let mut places = Places { sources: &compilation.sources, lines: BTreeMap::new() };
    for (resolved, objects) in objects(compilation) {
        for object in objects {
            known.push(why::name(object));
            if !object.kind().eq_ignore_ascii_case(&wanted.kind) || object.name() != wanted.name {
                continue;
            }
            match pointer.find(&object.root) {
                Some(field) => {
                    heading(resolved, &mut text);
                    let found = why::of_field(object, field, &pointer.to_string());
                    describe(&found, resolved, &mut places, &mut text);
                }
                None => {
                    nearest = Some(
                        pointer
                            .nearest(&object.root)
                            .entries()
                            .iter()
                            .map(|(key, _)| key.to_string())
                            .collect::<Vec<_>>(),
                    )
                }
            }
        }
    }
    if !text.is_empty() {
        return Ok(text);
    }
    let name = format!("{}/{}", wanted.kind, wanted.name);
    let (message, help) = match nearest {
        Some(keys) if keys.is_empty() => (format!("`{name}` has no field `{pointer}`"), None),
        Some(keys) => {
            (format!("`{name}` has no field `{pointer}`"), Some(format!("available fields: `{}`", keys.join("`, `"))))
        }
        None => {
            known.sort_unstable();
            known.dedup();
            let meant = suggest::did_you_mean(&name, known.iter().map(String::as_str));
            (
                format!("the policy generates no object `{name}`"),
                Some(meant.unwrap_or_else(|| format!("it gives `{}`", known.join("`, `")))),
            )
        }
    };
    Err(input::asked(Diagnostic::without_place(Code::WhyQuestion, message).maybe_help(help)))
}

fn of_line(compilation: &Compilation, path: &std::path::Path, line: usize) -> Result<String, Failure> {
    let mut text = String::new();
    for (resolved, objects) in objects(compilation) {
        let found = why::of_line(objects, &compilation.sources, path, line);
        if found.is_empty() {
            continue;
        }
        heading(resolved, &mut text);
        let mut last = "";
        for found in &found {
            if found.object != last {
                text.push_str(&format!("{}\n", found.object));
                last = &found.object;
            }
            text.push_str(&format!("    {} = {}\n", found.field, found.value));
        }
    }
    if text.is_empty() {
        let message = format!("no field comes from line {line} of `{}`", path.display());
        let help = "braces, comments and checks that no stage uses generate no fields";
        return Err(input::asked(Diagnostic::without_place(Code::WhyQuestion, message).help(help)));
    }
    Ok(text)
}

fn heading(resolved: &Resolved, text: &mut String) {
    if let Some(environment) = &resolved.environment {
        text.push_str(&format!("environment {environment}\n"));
    }
}

/// The most characters of a line that are shown, and those before a field that comes later in its line.
const WIDEST: usize = 160;
const LEAD: usize = 24;

/// The lines of the sources that were asked for, each read once.
struct Places<'a> {
    sources: &'a Sources,
    lines: BTreeMap<SourceId, (&'a Source, Lines<'a>)>,
}

impl<'a> Places<'a> {
    fn of(&mut self, id: SourceId) -> Option<&(&'a Source, Lines<'a>)> {
        Some(match self.lines.entry(id) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let source = self.sources.get(id)?;
                entry.insert((source, Lines::new(source)))
            }
        })
    }
}

/// The field, and the line that it comes from, underlined.
fn describe(found: &Found, resolved: &Resolved, places: &mut Places<'_>, text: &mut String) {
    text.push_str(&format!("{} {} = {}\n", found.object, found.field, found.value));
    let span = found.origin.span;
    let Some((source, lines)) = places.of(span.source) else { return };
    let Position { line, column } = lines.position(span.start as usize);
    // A policy may be one line of a megabyte, which comes from a program.
    let (skipped, lead) = if column > WIDEST { (column - 1 - LEAD, LEAD) } else { (0, column - 1) };
    let shown: String = source.text[lines.range(line - 1)].chars().skip(skipped).take(WIDEST).collect();
    let underlined = source.slice(span).lines().next().unwrap_or_default().chars().take(WIDEST - lead).count().max(1);
    let number = line.to_string();
    let margin = " ".repeat(number.len());
    text.push_str(&format!("  {}:{line}:{column}, {}\n", hidden::path(&source.path), why::derivation(found.origin)));
    text.push_str(&format!("  {number} | {shown}\n  {margin} | {}{}\n", " ".repeat(lead), "^".repeat(underlined)));
    if let Some(parameter) = found.origin.parameter.and_then(|id| resolved.parameter(id)) {
        text.push_str(&format!("  {}\n", set_by(parameter)));
    }
}

/// Which parameter sets a field, and how to change it.
fn set_by(parameter: &Parameter) -> String {
    let name = &parameter.name;
    match &parameter.profile {
        None => format!("set by parameter `{name}`; change it with `--set {name}=…`"),
        Some(profile) => format!("set by parameter `{name}`; change it with `use \"{profile}\" {name}=…`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        why: Arguments,
    }

    fn question(arguments: &[&str]) -> Option<Question> {
        Cli::try_parse_from(["why"].iter().chain(arguments)).ok()?.why.question()
    }

    #[test]
    fn both_directions_are_understood() {
        let line = NonZeroUsize::new(12).unwrap();
        assert_eq!(question(&["a.canary.kdl:12"]), Some(Question::Line { file: "a.canary.kdl".into(), line }));
        assert_eq!(question(&["a.canary.kdl:12:5"]), Some(Question::Line { file: "a.canary.kdl".into(), line }));
        let object = ObjectName { kind: "Rollout".into(), name: "checkout".into() };
        let field = Pointer::parse("spec.replicas").unwrap();
        let expected = Question::Field { file: "a.canary.kdl".into(), object, field };
        assert_eq!(question(&["a.canary.kdl", "Rollout/checkout", "spec.replicas"]), Some(expected));
        for wrong in [
            &["a.canary.kdl"][..],
            &["a:0"],
            &["a:x"],
            &["a:12:x"],
            &["a", "Rollout"],
            &["a", "Rollout/x"],
            &["a", "/x", "y"],
        ] {
            assert_eq!(question(wrong), None, "{wrong:?}");
        }
    }
}
