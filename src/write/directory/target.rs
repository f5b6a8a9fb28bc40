//! In: the files of a build, one by one and from several threads. Out: for each, its whole text and the state of the
//! current file at its path; then, the files of earlier builds whose release is gone. Nothing is written.

use std::collections::HashSet;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::header::{self, Headers, Identities};
use super::hook;
use super::staging::STAGING;
use crate::write::error::{WriteError, WriteErrorKind};

/// One file that the folder should contain.
#[derive(Clone, Copy, Debug)]
pub struct Generated<'a> {
    /// Its name, relative to the folder: `checkout.yaml`, `dev/shop-checkout.yaml`.
    pub path: &'a Path,
    /// The policy that it comes from; `None` for standard input.
    pub policy: Option<&'a Path>,
    /// Its content, without the first line, which says that it is generated.
    pub content: &'a str,
}

/// What exists at the path of a file.
pub(super) enum State {
    /// Nothing.
    Missing,
    /// A file that canaryc wrote, with different content.
    Differs(Vec<u8>),
    /// The file with the right content.
    Same,
}

/// The folder and the known facts about it, for both writing and checking.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) folder: PathBuf,
    headers: Headers,
    /// Hashes of the paths that this build generates. Storing the paths would need memory for every file.
    given: Mutex<HashSet<u128>>,
    /// Hashes of first lines of policies that are part of this build.
    compiled: Mutex<HashSet<u128>>,
    /// Sub-folders that were checked: they are folders or do not exist.
    folders: Mutex<HashSet<PathBuf>>,
}

impl Target {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            headers: Headers::new(&folder),
            folder,
            given: Mutex::default(),
            compiled: Mutex::default(),
            folders: Mutex::default(),
        }
    }

    pub(super) fn compiled(&self, policy: &Path) {
        self.register(&self.headers.identities(policy));
    }

    fn register(&self, (place, name): &Identities) {
        let hashes = [Some(place), name.as_ref()].into_iter().flatten().map(|identity| hash(identity.as_str()));
        lock(&self.compiled).extend(hashes);
    }

    /// The whole text of a file, and what exists at its path now.
    pub(super) fn compare(&self, file: Generated<'_>) -> Result<(String, State), WriteError> {
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

    /// Checks that each folder on the path to a file is a folder, or can be created.
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

    /// The files below `within` that canaryc wrote and whose release is gone, in order.
    pub(super) fn gone(&self, within: &Path) -> Result<Vec<PathBuf>, WriteError> {
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

    /// Removes a file that canaryc wrote, and the folders that become empty.
    pub(super) fn remove(&self, path: &Path) -> Result<(), WriteError> {
        let file = self.folder.join(path);
        hook::step();
        fs::remove_file(&file).map_err(WriteError::io("remove", &file))?;
        for parent in path.ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty()) {
            // A folder that is not empty stays.
            if fs::remove_dir(self.folder.join(parent)).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn is_gone(&self, path: &Path) -> bool {
        // canaryc cannot recognise an unreadable file as its own.
        let Ok(Some(shown)) = header::policy_of_file(&self.folder.join(path)) else { return false };
        let compiled = lock(&self.compiled);
        let identities = self.headers.identities_of_shown(path, &shown);
        identities.iter().any(|identity| compiled.contains(&hash(identity.as_str())))
            || !self.headers.policy_exists(path, &shown)
    }
}

/// Whether a path is that of a file below the output folder, outside the staging folder.
fn is_inside(path: &Path) -> bool {
    let mut components = path.components().peekable();
    let ours = components.peek().is_some_and(|first| first.as_os_str() != STAGING);
    ours && components.all(|component| matches!(component, Component::Normal(_))) && path.to_str().is_some()
}

/// A 128-bit hash of a value, the same in every run.
fn hash<T: Hash + ?Sized>(value: &T) -> u128 {
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        seed.hash(&mut hasher);
        value.hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

/// Acquires a lock even if another thread panicked while it held it.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
