//! In: the generated names that do not fit. Out: an error for each name that is too long for its suffixes, about the
//! longest suffix: a name that leaves room for it leaves room for all.

use crate::diagnostic::Diagnostics;
use crate::lint::Subject;
use crate::policy::names::TooLong;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut worst: Vec<&TooLong> = Vec::new();
    for name in subject.release.too_long.iter().chain(&subject.plan.too_long) {
        match worst.iter_mut().find(|other| other.name == name.name) {
            Some(other) if name.suffix.len() > other.suffix.len() => *other = name,
            Some(_) => {}
            None => worst.push(name),
        }
    }
    for name in worst {
        diagnostics.push(name.diagnostic());
    }
}
