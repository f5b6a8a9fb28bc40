//! In: the files that a build would write. Out: what of it differs from the folder; nothing is written.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use similar::TextDiff;

use super::target::{Generated, State, Target, lock};
use crate::write::error::{WriteError, WriteErrorKind};

/// One file that is not as the policies say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The file, relative to the folder.
    pub path: PathBuf,
    /// In what way it differs.
    pub kind: DifferenceKind,
    /// A unified diff from what is there to what a build would write.
    pub diff: String,
}

/// In what way a file differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// It is not there.
    Missing,
    /// It says something else.
    Changed,
    /// It is there, and its release is gone.
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
    /// When a file stands where the folder should be.
    pub fn open(folder: &Path) -> Result<Self, WriteError> {
        if folder.is_file() {
            return Err(WriteError::new(folder, WriteErrorKind::IsFile));
        }
        Ok(Self { target: Target::new(real(folder)?), differences: Mutex::default() })
    }

    /// Says that a policy is part of this build, also when no file comes from it.
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
            State::Missing => (DifferenceKind::Missing, Vec::new()),
            State::Differs(existing) => (DifferenceKind::Changed, existing),
        };
        let diff = unified(file.path, &String::from_utf8_lossy(&existing), &text, kind);
        lock(&self.differences).push(Difference { path: file.path.to_owned(), kind, diff });
        Ok(())
    }

    /// All differences, by path. `within` is the sub-folder in which files of gone releases are looked for.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn finish(self, within: &Path) -> Result<Vec<Difference>, WriteError> {
        let gone = self.target.gone(within)?;
        let mut differences = lock(&self.differences).drain(..).collect::<Vec<_>>();
        for path in gone {
            let file = self.target.folder.join(&path);
            let existing = fs::read(&file).map_err(WriteError::io("read", &file))?;
            let diff = unified(&path, &String::from_utf8_lossy(&existing), "", DifferenceKind::Stale);
            differences.push(Difference { path, kind: DifferenceKind::Stale, diff });
        }
        differences.sort_by(|left, right| left.path.cmp(&right.path));
        Ok(differences)
    }
}

fn unified(path: &Path, existing: &str, wanted: &str, kind: DifferenceKind) -> String {
    let name = path.display().to_string();
    let (left, right) = (format!("a/{name}"), format!("b/{name}"));
    let (left, right) = match kind {
        DifferenceKind::Missing => ("/dev/null", &*right),
        DifferenceKind::Changed => (&*left, &*right),
        DifferenceKind::Stale => (&*left, "/dev/null"),
    };
    TextDiff::from_lines(existing, wanted).unified_diff().context_radius(3).header(left, right).to_string()
}

/// The folder without symbolic links, as far as it exists.
fn real(folder: &Path) -> Result<PathBuf, WriteError> {
    let absolute = std::path::absolute(folder).map_err(WriteError::io("read", folder))?;
    for above in absolute.ancestors() {
        if let Ok(real) = fs::canonicalize(above) {
            return Ok(absolute.strip_prefix(above).map_or_else(|_| real.clone(), |rest| real.join(rest)));
        }
    }
    Ok(absolute)
}
