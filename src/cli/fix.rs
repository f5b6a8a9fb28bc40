//! In: the report of a run. Out: the files that it is about, with every fix that is certain; or an error, and the files
//! before it are changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Applicability, Edit, Fix, Report};
use crate::source::Source;

use super::replace::{remove_leftovers, replace};
use super::status::Failure;

/// The number of rounds after which `check --fix` stops: a fix can reveal a mistake that has a fix as well.
pub const ROUNDS: usize = 10;

/// Applies the certain fixes of a report, and returns the number of mistakes that they correct and the files that they
/// change. Of two fixes that change the same text, the first is applied; the other one is left for the next round.
///
/// # Errors
/// When a file cannot be written, or has changed since it was read.
pub fn apply(report: &Report) -> Result<(usize, Vec<PathBuf>), Failure> {
    let mut files: BTreeMap<&Path, (Arc<Source>, Vec<Edit>)> = BTreeMap::new();
    let mut mistakes = 0;
    for fix in report.diagnostics().iter().filter_map(|diagnostic| diagnostic.fix.as_ref()) {
        if fix.applicability == Applicability::Certain && accept(fix, report, &mut files) {
            mistakes += 1;
        }
    }
    remove_leftovers(files.keys().copied());
    for (path, (source, edits)) in &files {
        write(path, source, edits)?;
    }
    Ok((mistakes, files.into_keys().map(Path::to_owned).collect()))
}

/// Adds the edits of a fix to those of their files, if all of them can be applied.
fn accept<'r>(fix: &Fix, report: &'r Report, files: &mut BTreeMap<&'r Path, (Arc<Source>, Vec<Edit>)>) -> bool {
    let sources = fix.edits.iter().map(|edit| report.sources().get(edit.span.source));
    let Some(sources) = sources.collect::<Option<Vec<_>>>() else { return false };
    let can_be_applied = sources.iter().zip(&fix.edits).all(|(source, edit)| {
        // The built-in policies are no files.
        let is_file = source.path.is_file();
        let is_free = files
            .get(&*source.path)
            .is_none_or(|(known, edits)| known.text == source.text && !edits.iter().any(|other| overlap(other, edit)));
        is_file && is_free
    });
    if can_be_applied {
        for (source, edit) in sources.into_iter().zip(&fix.edits) {
            let (known, edits) = files.entry(&source.path).or_insert_with(|| (Arc::clone(source), Vec::new()));
            // Each policy that includes a file has read it for itself.
            let span = known.range(edit.span.start as usize, edit.span.end as usize);
            edits.push(Edit { span, replacement: edit.replacement.clone() });
        }
    }
    can_be_applied
}

/// Whether two edits change the same text, or insert at the same place.
fn overlap(one: &Edit, other: &Edit) -> bool {
    let (one, other) = (one.span, other.span);
    (one.start < other.end && other.start < one.end) || one.start == other.start
}

fn write(path: &Path, source: &Source, edits: &[Edit]) -> Result<(), Failure> {
    let fix = Fix { applicability: Applicability::Certain, edits: edits.to_vec() };
    let fixed = fix.apply(source).ok_or_else(|| std::io::Error::other("two corrections change the same text"));
    fixed
        .and_then(|fixed| replace(path, &source.text, &fixed))
        .map_err(|error| Failure::Unwritable(Some(path.to_owned()), error))
}
