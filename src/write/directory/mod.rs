//! In: generated files, one by one and from several threads. Out: a folder that holds all of them, or what it held before.
//! Files that canaryc has not written are never touched; those that did not change keep their time of change.

mod check;
mod header;
mod journal;
#[cfg(test)]
mod tests;

pub use check::{Check, Difference, DifferenceKind};

use std::collections::HashSet;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{ErrorKind, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::{WriteError, WriteErrorKind};
use header::{Headers, Identities};
use journal::{Journal, STAGING};

/// One file that is to be in the folder.
#[derive(Clone, Copy, Debug)]
pub struct Generated<'a> {
    /// Its name, relative to the folder: `checkout.yaml`, `dev/shop-checkout.yaml`.
    pub path: &'a Path,
    /// The policy that it comes from; `None` for standard input.
    pub policy: Option<&'a Path>,
    /// What is in it, without the first line, which says that it is generated.
    pub content: &'a str,
}

/// What a commit has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that are new or have changed.
    pub written: usize,
    /// Files that were right already.
    pub unchanged: usize,
    /// Files of ours whose release is gone.
    pub removed: usize,
}

/// A folder that is being written. Without [`commit`](Self::commit), nothing in it changes.
#[derive(Debug)]
pub struct Directory {
    target: Target,
    journal: Mutex<Option<Journal>>,
    staged: AtomicUsize,
    unchanged: AtomicUsize,
    failed: AtomicBool,
    /// Holds the lock on the folder until it is dropped.
    _lock: File,
}

impl Directory {
    /// Makes the folder if need be, waits until no other canaryc writes to it, and sees an interrupted build through.
    ///
    /// # Errors
    /// When the folder cannot be made, read or locked.
    pub fn open(folder: &Path) -> Result<Self, WriteError> {
        if folder.is_file() {
            return Err(WriteError::new(folder, WriteErrorKind::IsFile));
        }
        fs::create_dir_all(folder).map_err(WriteError::io("create the folder", folder))?;
        let folder = fs::canonicalize(folder).map_err(WriteError::io("read", folder))?;
        let lock = File::open(&folder).map_err(WriteError::io("read", &folder))?;
        lock.lock().map_err(WriteError::io("lock", &folder))?;
        journal::recover(&folder)?;
        Ok(Self {
            target: Target::new(folder),
            journal: Mutex::new(None),
            staged: AtomicUsize::new(0),
            unchanged: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            _lock: lock,
        })
    }

    /// Says that a policy is part of this build, also when no file comes from it: then its old files go.
    pub fn compiled(&self, policy: &Path) {
        self.target.compiled(policy);
    }

    /// Stages one file. Can be called from several threads at once.
    ///
    /// # Errors
    /// When the file cannot be written, or would take the place of something that is not ours. The commit then fails.
    pub fn add(&self, file: Generated<'_>) -> Result<(), WriteError> {
        self.stage(file).inspect_err(|_| self.failed.store(true, Ordering::Relaxed))
    }

    fn stage(&self, file: Generated<'_>) -> Result<(), WriteError> {
        let (text, state) = self.target.compare(file)?;
        if matches!(state, State::Same) {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        let folder = &self.target.folder;
        // A folder for each thread: two that create files in one folder wait for each other.
        let shard = rayon::current_thread_index().unwrap_or(0);
        let number = self.staged.fetch_add(1, Ordering::Relaxed);
        let staged = journal::staged(folder, shard, number);
        hook::step();
        let mut created = match File::create_new(&staged) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.with_journal(|journal| journal.make_shard(shard))?;
                File::create_new(&staged)
            }
            created => created,
        }
        .map_err(WriteError::io("write", &staged))?;
        hook::step();
        created.write_all(text.as_bytes()).map_err(WriteError::io("write", &folder.join(file.path)))?;
        let line = journal::move_line(shard, number, file.path)?;
        self.with_journal(|journal| journal.line(&line))
    }

    fn with_journal(&self, use_it: impl FnOnce(&mut Journal) -> Result<(), WriteError>) -> Result<(), WriteError> {
        let mut journal = lock(&self.journal);
        match &mut *journal {
            Some(journal) => use_it(journal),
            empty => use_it(empty.insert(Journal::create(&self.target.folder)?)),
        }
    }

    /// Puts all staged files in their places, and removes those of ours below `within` whose release is gone: their
    /// policy was compiled in this build without giving them, or does not exist any more. `within` is relative to the
    /// folder; empty is all of it.
    ///
    /// # Errors
    /// When a file could not be staged, or the operating system refuses. Before the commit, nothing has changed then.
    pub fn commit(self, within: &Path) -> Result<Summary, WriteError> {
        if self.failed.load(Ordering::Relaxed) {
            return Err(WriteError::new(&self.target.folder, WriteErrorKind::Incomplete));
        }
        let gone = self.target.gone(within)?;
        for path in &gone {
            self.with_journal(|journal| journal.line(&journal::remove_line(path)?))?;
        }
        let summary = Summary {
            written: self.staged.load(Ordering::Relaxed),
            unchanged: self.unchanged.load(Ordering::Relaxed),
            removed: gone.len(),
        };
        let journal = lock(&self.journal).take();
        journal.map_or(Ok(()), |journal| journal.commit(&self.target.folder))?;
        Ok(summary)
    }
}

impl Drop for Directory {
    /// Clears away what was staged and not committed.
    fn drop(&mut self) {
        if lock(&self.journal).take().is_some() {
            drop(journal::clear(&self.target.folder));
        }
    }
}

/// What is in the place of a file.
enum State {
    /// Nothing.
    Missing,
    /// A file of ours that says something else.
    Differs(Vec<u8>),
    /// The file as it has to be.
    Same,
}

/// The folder and what is known about it; the same for writing and for checking.
#[derive(Debug)]
struct Target {
    folder: PathBuf,
    headers: Headers,
    /// Hashes of the paths that this build gives; the paths themselves would grow with the number of files.
    given: Mutex<HashSet<u128>>,
    /// Hashes of first lines of policies that are part of this build.
    compiled: Mutex<HashSet<u128>>,
    /// Sub-folders that were seen to be folders, or not to exist.
    folders: Mutex<HashSet<PathBuf>>,
}

impl Target {
    fn new(folder: PathBuf) -> Self {
        Self {
            headers: Headers::new(&folder),
            folder,
            given: Mutex::default(),
            compiled: Mutex::default(),
            folders: Mutex::default(),
        }
    }

    fn compiled(&self, policy: &Path) {
        self.register(&self.headers.identities(policy));
    }

    fn register(&self, (place, name): &Identities) {
        let hashes = [Some(place), name.as_ref()].into_iter().flatten().map(|identity| hash(identity.as_str()));
        lock(&self.compiled).extend(hashes);
    }

    /// The whole text of a file, and what is in its place now.
    fn compare(&self, file: Generated<'_>) -> Result<(String, State), WriteError> {
        let path = self.folder.join(file.path);
        if !is_inside(file.path) {
            return Err(WriteError::new(&path, WriteErrorKind::BadName));
        }
        if !lock(&self.given).insert(hash(file.path)) {
            return Err(WriteError::new(&path, WriteErrorKind::Twice));
        }
        self.check_parents(file.path)?;
        let description = self.headers.describe(file.path, file.policy);
        self.register(&description.identities);
        let mut text = description.line;
        text.push_str(file.content);
        let found = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok((text, State::Missing)),
            Err(error) => return Err(WriteError::io("read", &path)(error)),
            Ok(found) => found,
        };
        if found.is_symlink() {
            return Err(WriteError::new(&path, WriteErrorKind::Symlink));
        }
        if !found.is_file() {
            return Err(WriteError::new(&path, WriteErrorKind::IsFolder));
        }
        let mut existing = Vec::with_capacity(usize::try_from(found.len()).unwrap_or(0));
        let mut opened = File::open(&path).map_err(WriteError::io("read", &path))?;
        opened.read_to_end(&mut existing).map_err(WriteError::io("read", &path))?;
        if existing == text.as_bytes() {
            return Ok((text, State::Same));
        }
        if header::policy_of(&existing).is_none() {
            return Err(WriteError::new(&path, WriteErrorKind::NotOurs));
        }
        Ok((text, State::Differs(existing)))
    }

    /// Whether each folder on the way to a file is one, or can be made.
    fn check_parents(&self, path: &Path) -> Result<(), WriteError> {
        let mut known = lock(&self.folders);
        for parent in path.ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty()) {
            if known.contains(parent) {
                break;
            }
            let folder = self.folder.join(parent);
            match fs::symlink_metadata(&folder) {
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(error) => return Err(WriteError::io("read", &folder)(error)),
                Ok(found) if found.is_symlink() => return Err(WriteError::new(&folder, WriteErrorKind::Symlink)),
                Ok(found) if !found.is_dir() => return Err(WriteError::new(&folder, WriteErrorKind::IsFile)),
                Ok(_) => {}
            }
            known.insert(parent.to_owned());
        }
        Ok(())
    }

    /// Our files below `within` whose release is gone, in order.
    fn gone(&self, within: &Path) -> Result<Vec<PathBuf>, WriteError> {
        let mut gone = Vec::new();
        let mut folders = vec![within.to_owned()];
        while let Some(relative) = folders.pop() {
            let folder = self.folder.join(&relative);
            let entries = match fs::read_dir(&folder) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                entries => entries.map_err(WriteError::io("read", &folder))?,
            };
            for entry in entries {
                let entry = entry.map_err(WriteError::io("read", &folder))?;
                let kind = entry.file_type().map_err(WriteError::io("read", &folder))?;
                let path = relative.join(entry.file_name());
                if kind.is_dir() && !entry.file_name().as_encoded_bytes().starts_with(b".") {
                    folders.push(path);
                } else if kind.is_file() && !lock(&self.given).contains(&hash(&*path)) && self.is_gone(&path) {
                    gone.push(path);
                }
            }
        }
        gone.sort();
        Ok(gone)
    }

    fn is_gone(&self, path: &Path) -> bool {
        // A file that cannot be read cannot be known to be ours.
        let Ok(Some(shown)) = header::policy_of_file(&self.folder.join(path)) else { return false };
        let compiled = lock(&self.compiled);
        let identities = self.headers.identities_of_shown(path, &shown);
        identities.iter().any(|identity| compiled.contains(&hash(identity.as_str())))
            || !self.headers.policy_exists(path, &shown)
    }
}

/// Whether a path is one of a file below the output folder, and not in the staging folder.
fn is_inside(path: &Path) -> bool {
    let mut components = path.components().peekable();
    let ours = components.peek().is_some_and(|first| first.as_os_str() != STAGING);
    ours && components.all(|component| matches!(component, Component::Normal(_))) && path.to_str().is_some()
}

/// 128 bits that stand for a value, the same in every run.
fn hash<T: Hash + ?Sized>(value: &T) -> u128 {
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        seed.hash(&mut hasher);
        value.hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

/// A lock that a panic of another thread cannot take away.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Places at which tests kill the process.
mod hook {
    /// Called before each change of the file system.
    #[cfg(test)]
    pub(super) fn step() {
        super::tests::step();
    }

    /// Nothing, outside tests.
    #[cfg(not(test))]
    pub(super) fn step() {}
}
