//! In: the jobs of each analysis. Out: an error for a name that the controller cuts to an invalid name of a Job, or to the
//! name of another one.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::plan::Purpose;
use crate::policy::check::{Check, OnFail, Verdict};
use crate::policy::measure::MeasureKind;

/// A Job is called `<uid>.<check>.<number>`, in at most 63 characters, of which the identifier takes 36. Up to 999
/// measurements have one to three digits.
const LONGEST: [usize; 3] = [24, 23, 22];

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut reported: Vec<&str> = Vec::new();
    for template in &subject.plan.templates {
        let measured = template.measurements.iter().filter_map(|measured| subject.release.check(measured.check));
        let jobs: Vec<&Check> = measured.filter(|check| is_job(check)).collect();
        for (index, check) in jobs.iter().enumerate() {
            let (name, places) = (check.name.value.as_str(), cut(template.purpose, check));
            if reported.contains(&name) {
                continue;
            }
            let namesake = jobs.iter().take(index).find(|other| is_same(other.name.value.as_str(), name, places));
            if let Some(diagnostic) = ends_with_hyphen(check, places).or_else(|| Some(namesakes(check, namesake?))) {
                reported.push(name);
                diagnostics.push(diagnostic);
            }
        }
    }
}

fn is_job(check: &Check) -> bool {
    matches!((&check.measure.kind, &check.verdict), (MeasureKind::Direct(_), Verdict::ByItself))
}

/// Where names are cut: a gate with few measurements does not reach the tenth.
fn cut(purpose: Purpose, check: &Check) -> &'static [usize] {
    let is_short = purpose == Purpose::Gate && check.on_fail.value == OnFail::Abort && check.failure_limit.value < 5;
    if is_short && check.count.is_none() && check.success_limit.is_none() { &LONGEST[..1] } else { &LONGEST }
}

/// Whether the controller gives two checks the same Job.
fn is_same(one: &str, other: &str, places: &[usize]) -> bool {
    places.iter().any(|longest| one.get(..*longest).unwrap_or(one) == other.get(..*longest).unwrap_or(other))
}

fn ends_with_hyphen(check: &Check, places: &[usize]) -> Option<Diagnostic> {
    let name = check.name.value.as_str();
    let mut cut = places.iter().filter_map(|longest| Some((name.get(..*longest)?, name.get(*longest..)?)));
    let (kept, _) = cut.find(|(kept, rest)| !rest.is_empty() && kept.ends_with('-'))?;
    Some(
        Diagnostic::new(Code::JobName, check.name.span(), format!("a Job cannot be called after `{name}`"))
            .label(format!("cut to `{kept}`"))
            .why("The controller cuts the name of a check in the name of its Job. The API server rejects a name that ends with a hyphen, so the check is never measured.")
            .help(format!("write a name of at most {} characters", LONGEST[2])),
    )
}

fn namesakes(check: &Check, other: &Check) -> Diagnostic {
    let (name, other_name) = (&check.name.value, &other.name.value);
    let kept = name.as_str().get(..LONGEST[2]).unwrap_or(name.as_str());
    Diagnostic::new(Code::JobName, check.name.span(), format!("`{name}` and `{other_name}` would have the same Job"))
        .label(format!("both begin with `{kept}`"))
        .also(other.name.span(), "the other one")
        .why("The controller cuts the name of a check in the name of its Job, and takes a Job that already has this name for its own. Only one of the two checks would run.")
        .help(format!("give them names of at most {} characters, or names that differ before that", LONGEST[2]))
}
