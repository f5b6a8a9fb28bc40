//! In: the files that a build would write. Out: their differences from the folder. Nothing is written.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::place;
use super::scope::Scope;
use super::target::{Existing, Generated, Left, State, Target, lock};
use crate::hidden;
use crate::secrets;
use crate::syntax::limits;
use crate::write::error::{WriteError, WriteErrorKind};
use crate::write::unified;

/// One file that differs from the policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The file, relative to the folder.
    pub path: PathBuf,
    /// How it differs.
    pub kind: DifferenceKind,
    /// A unified diff from the current content to the content that a build would write, without values of Secrets; one
    /// line for a whole file.
    pub diff: String,
}

/// How a file differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// The file does not exist.
    Missing,
    /// The content differs.
    Changed,
    /// The file exists, but its release is gone.
    Stale,
}

/// A comparison with a folder, used like [`Directory`](super::Directory).
#[derive(Debug)]
pub struct Check {
    target: Target,
    differences: Mutex<Vec<Difference>>,
}

impl Check {
    /// Starts a comparison. The folder need not exist.
    ///
    /// # Errors
    /// When there is a file in place of the folder.
    pub fn open(folder: &Path) -> Result<Self, WriteError> {
        if folder.is_file() {
            return Err(WriteError::new(folder, WriteErrorKind::IsFile));
        }
        Ok(Self { target: Target::new(place::real(folder)?)?, differences: Mutex::default() })
    }

    /// Notes that a policy is part of this build, even if it generates no file.
    pub fn compiled(&self, policy: &Path) {
        self.target.compiled(policy);
    }

    /// Compares one file. Can be called from several threads at once.
    ///
    /// # Errors
    /// When a build could not write this file either.
    pub fn add(&self, file: Generated<'_>) -> Result<(), WriteError> {
        let (text, state) = self.target.compare(file)?;
        let (kind, existing) = match state {
            State::Same => return Ok(()),
            State::Missing => (DifferenceKind::Missing, Existing::Whole(Vec::new())),
            State::Differs(existing) => (DifferenceKind::Changed, existing),
        };
        let diff = difference(file.path, &existing, &text, kind);
        lock(&self.differences).push(Difference { path: file.path.to_owned(), kind, diff });
        Ok(())
    }

    /// All differences, by path, and the files that a build would leave although it does not generate them.
    ///
    /// # Errors
    /// When the folder cannot be read, or a build would replace the file of another policy.
    pub fn finish(self, scope: &Scope) -> Result<(Vec<Difference>, Vec<Left>), WriteError> {
        self.target.check_replaced()?;
        let former = self.target.former(scope)?;
        let mut differences = lock(&self.differences).drain(..).collect::<Vec<_>>();
        for path in former.stale {
            let file = self.target.folder.join(&path);
            let diff = difference(&path, &Existing::read(&file)?, "", DifferenceKind::Stale);
            differences.push(Difference { path, kind: DifferenceKind::Stale, diff });
        }
        differences.sort_by(|left, right| left.path.cmp(&right.path));
        Ok((differences, former.left))
    }
}

/// The lines that differ. A whole file is one line: nobody reads all of it to learn that it is new. So is a file that is
/// too large to be one of ours.
fn difference(path: &Path, existing: &Existing, wanted: &str, kind: DifferenceKind) -> String {
    let name = hidden::path(path);
    let existing = match existing {
        Existing::Whole(bytes) => String::from_utf8_lossy(bytes),
        Existing::TooLarge => {
            let size = limits::FILE_BYTES / 1024 / 1024;
            return match kind {
                DifferenceKind::Stale => format!("- {name}: to be removed, larger than {size} MiB\n"),
                DifferenceKind::Missing | DifferenceKind::Changed => {
                    format!("- {name}: differs, larger than {size} MiB\n")
                }
            };
        }
    };
    match kind {
        DifferenceKind::Missing => format!("+ {name}: a new file of {} lines\n", wanted.lines().count()),
        DifferenceKind::Changed => {
            // A diff is printed in the log of a pipeline, which more people read than the Secrets of the repository.
            let (existing, wanted) = secrets::masked(&existing, wanted);
            unified::unified(&existing, &wanted, (&format!("a/{name}"), &format!("b/{name}")))
        }
        DifferenceKind::Stale => format!("- {name}: to be removed, {} lines\n", existing.lines().count()),
    }
}
