//! In: generated files, one by one and from several threads. Out: a folder that contains all of them.
//!
//! Until [`Directory::commit`], nothing in the folder changes, so an error in any policy writes nothing. The commit
//! replaces whole files by renaming. If it is interrupted, some files are new and the others old, and the next build
//! completes it: a build compares every file and writes those that differ.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::inventory::INVENTORY;
use super::place;
use super::scope::Scope;
use super::staging::Staging;
use super::target::{Generated, Left, State, Target};
use crate::write::error::{WriteError, WriteErrorKind};

/// The number of files for each action of the commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that are new or have changed.
    pub written: usize,
    /// Files that already had the right content.
    pub unchanged: usize,
    /// Files that an earlier build wrote and whose release is gone.
    pub removed: usize,
    /// Files that stay although nothing in this build generates them.
    pub left: Vec<Left>,
}

/// A folder that is being written. Without [`commit`](Self::commit), nothing in it changes.
#[derive(Debug)]
pub struct Directory {
    target: Target,
    staging: Staging,
    staged: AtomicUsize,
    unchanged: AtomicUsize,
    failed: AtomicBool,
    /// Dropped after the staging folder, which is in it.
    _created: Created,
    /// The operating system releases the lock on the folder when this file is dropped.
    _lock: File,
}

/// The folders that this build creates, the innermost first. Those that stay empty are removed when it is dropped.
#[derive(Debug)]
struct Created(Vec<PathBuf>);

impl Created {
    /// The folder and those around it, as far as they do not exist.
    fn missing(folder: &Path) -> Self {
        let missing = folder.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        Self(missing.map(Path::to_path_buf).collect())
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        // The operating system does not remove a folder with files in it.
        let _ = self.0.iter().try_for_each(fs::remove_dir);
    }
}

impl Directory {
    /// Creates the folder if it does not exist, and waits until no other canaryc writes to it; `waiting` is called first.
    ///
    /// # Errors
    /// When the folder cannot be created, read or locked, or a link leads out of the repository that it is in.
    pub fn open(folder: &Path, waiting: impl FnOnce()) -> Result<Self, WriteError> {
        if folder.is_file() {
            return Err(WriteError::new(folder, WriteErrorKind::IsFile));
        }
        place::real(folder)?;
        let created = Created::missing(folder);
        fs::create_dir_all(folder).map_err(WriteError::io("create the folder", folder))?;
        let folder = place::real(folder)?;
        // An editor that builds on save and a commit hook may run at the same time.
        let lock = File::open(&folder).map_err(WriteError::io("read", &folder))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waiting();
                lock.lock().map_err(WriteError::io("lock", &folder))?;
            }
            Err(TryLockError::Error(error)) => return Err(WriteError::io("lock", &folder)(error)),
        }
        Ok(Self {
            staging: Staging::new(&folder)?,
            target: Target::new(folder)?,
            staged: AtomicUsize::new(0),
            unchanged: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            _created: created,
            _lock: lock,
        })
    }

    /// Notes that a policy is part of this build, even if it generates no file: its old files are then removed.
    pub fn compiled(&self, policy: &Path) {
        self.target.compiled(policy);
    }

    /// Stages one file. Can be called from several threads at once.
    ///
    /// # Errors
    /// When the file cannot be written, or a file that canaryc did not write is in its place. The commit then fails.
    pub fn add(&self, file: Generated<'_>) -> Result<(), WriteError> {
        self.stage(file).inspect_err(|_| self.failed.store(true, Ordering::Relaxed))
    }

    fn stage(&self, file: Generated<'_>) -> Result<(), WriteError> {
        let (text, state) = self.target.compare(file)?;
        let counter = if matches!(state, State::Same) { &self.unchanged } else { &self.staged };
        counter.fetch_add(1, Ordering::Relaxed);
        if matches!(state, State::Same) { Ok(()) } else { self.staging.add(file.path, &text) }
    }

    /// Moves all staged files into place, and removes the stale files: those that the inventory lists with a policy that
    /// was compiled in this build without generating them, or that was deleted.
    ///
    /// # Errors
    /// When a file could not be staged, or would replace that of another policy; then nothing has changed. When the
    /// operating system refuses to move or remove a file; then those before it have changed.
    pub fn commit(self, scope: &Scope) -> Result<Summary, WriteError> {
        if self.failed.load(Ordering::Relaxed) {
            return Err(WriteError::new(&self.target.folder, WriteErrorKind::Incomplete));
        }
        self.target.check_replaced()?;
        let former = self.target.former(scope)?;
        let summary = Summary {
            written: self.staged.load(Ordering::Relaxed),
            unchanged: self.unchanged.load(Ordering::Relaxed),
            removed: former.stale.len(),
            left: former.left,
        };
        // A build that is interrupted leaves no file that the inventory does not list.
        let inventory = self.target.folder.join(INVENTORY);
        let meanwhile = self.target.inventory_meanwhile(&former.inventory);
        if !self.target.lists(&meanwhile) {
            self.staging.replace(&inventory, &meanwhile.text())?;
        }
        self.staging.publish(&self.target.folder)?;
        former.stale.iter().try_for_each(|path| self.target.remove(path))?;
        if meanwhile != former.inventory {
            self.staging.replace(&inventory, &former.inventory.text())?;
        }
        Ok(summary)
    }
}
