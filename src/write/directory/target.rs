//! In: the files of a build, one by one and from several threads. Out: for each, its whole text and the state of the
//! current file at its path; then, the files of earlier builds whose release is gone, and those that belong to another
//! policy. Nothing is written.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::header::{self, Headers, Identities};
use super::hook;
use super::inventory::{INVENTORY, Inventory};
use super::scope::{Absence, Scope, is_sparse};
use super::staging::STAGING;
use crate::syntax::limits;
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
    Differs(Existing),
    /// The file with the right content.
    Same,
}

/// The content of a file in the folder.
pub(super) enum Existing {
    /// All of it.
    Whole(Vec<u8>),
    /// It is larger than any file is read.
    TooLarge,
}

impl Existing {
    /// Reads a file, up to a limit: what is in the folder came with the checkout.
    pub(super) fn read(path: &Path) -> Result<Self, WriteError> {
        let (start, whole) = beginning(path, limits::FILE_BYTES)?;
        Ok(if whole { Self::Whole(start) } else { Self::TooLarge })
    }
}

/// The first bytes of a file, at most `most`, and whether they are all.
fn beginning(path: &Path, most: usize) -> Result<(Vec<u8>, bool), WriteError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(WriteError::io("read", path))?;
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(WriteError::io("read", path))?;
    let whole = bytes.len() <= most;
    bytes.truncate(most);
    Ok((bytes, whole))
}

/// The folder and the known facts about it, for both writing and checking.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) folder: PathBuf,
    headers: Headers,
    /// What canaryc wrote there before.
    inventory: Inventory,
    /// The files that this build generates, and the policy of each.
    given: Mutex<BTreeMap<PathBuf, String>>,
    /// Hashes of the policies that are part of this build: of their places, first lines and names in the inventory.
    compiled: Mutex<HashSet<u128>>,
    /// Files in place of which this build writes one, and the policy that their first line names, unless the inventory
    /// lists them.
    replaced: Mutex<Vec<(PathBuf, Option<String>)>>,
    /// Sub-folders that were checked: they are folders or do not exist.
    folders: Mutex<HashSet<PathBuf>>,
}

/// The files of earlier builds that this build no longer generates.
#[derive(Debug, Default)]
pub(super) struct Former {
    /// Those to remove, in order.
    pub(super) stale: Vec<PathBuf>,
    /// Those that stay although nothing in this build generates them, in order.
    pub(super) left: Vec<Left>,
    /// The inventory after the build.
    pub(super) inventory: Inventory,
}

/// A file that says that canaryc wrote it, that this build does not generate, and that stays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// The file, relative to the folder.
    pub path: PathBuf,
    /// Why it is not removed.
    pub reason: LeftReason,
}

/// Why a file is not removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftReason {
    /// The inventory does not list it: it may be a copy, or from a version of canaryc without an inventory.
    Unlisted,
    /// Its policy is missing in a sparse checkout.
    Sparse,
    /// Its first line was changed, or a link or a folder took its place.
    Changed,
}

impl Target {
    pub(super) fn new(folder: PathBuf) -> Result<Self, WriteError> {
        Ok(Self {
            headers: Headers::new(&folder),
            inventory: Inventory::read(&folder)?,
            folder,
            given: Mutex::default(),
            compiled: Mutex::default(),
            replaced: Mutex::default(),
            folders: Mutex::default(),
        })
    }

    pub(super) fn compiled(&self, policy: &Path) {
        self.register(&self.headers.identities(policy), &self.headers.origin(policy));
    }

    fn register(&self, (place, name): &Identities, origin: &str) {
        let identities = [Some(place.as_str()), name.as_deref()].into_iter().flatten();
        lock(&self.compiled).extend(identities.map(hash).chain([hash(&Origin(origin))]));
    }

    /// Whether the policy of an entry in the inventory is part of this build. Nobody knows what standard input was.
    fn is_compiled(&self, origin: &str) -> bool {
        lock(&self.compiled).contains(&hash(&Origin(origin)))
    }

    /// The whole text of a file, and what exists at its path now.
    pub(super) fn compare(&self, file: Generated<'_>) -> Result<(String, State), WriteError> {
        let path = self.folder.join(file.path);
        if !is_inside(file.path) {
            return Err(WriteError::new(&path, WriteErrorKind::BadName));
        }
        let description = self.headers.describe(file.path, file.policy);
        if lock(&self.given).insert(file.path.to_owned(), description.origin.clone()).is_some() {
            return Err(WriteError::new(&path, WriteErrorKind::Twice));
        }
        self.check_parents(file.path)?;
        self.register(&description.identities, &description.origin);
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
        let (existing, whole) = beginning(&path, limits::FILE_BYTES.max(text.len()))?;
        if whole && existing == text.as_bytes() {
            return Ok((text, State::Same));
        }
        let Some(shown) = header::policy_of(&existing) else {
            return Err(WriteError::new(&path, WriteErrorKind::NotOurs));
        };
        let listed = self.inventory.0.get(file.path);
        if listed != Some(&description.origin) {
            lock(&self.replaced).push((file.path.to_owned(), listed.is_none().then_some(shown)));
        }
        Ok((text, State::Differs(if whole { Existing::Whole(existing) } else { Existing::TooLarge })))
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

    /// Refuses to replace the file of a policy that is not part of this build and still exists, as far as that is known.
    pub(super) fn check_replaced(&self) -> Result<(), WriteError> {
        let mut replaced = std::mem::take(&mut *lock(&self.replaced));
        replaced.sort();
        for (path, shown) in replaced {
            let known = match (&shown, self.inventory.0.get(&path)) {
                (None, Some(origin)) => self.may_replace(origin),
                (Some(shown), _) => self.shows_compiled(&path, shown),
                (None, None) => true,
            };
            if !known {
                let policy = shown.or_else(|| self.inventory.0.get(&path).cloned()).unwrap_or_default();
                return Err(WriteError::new(&self.folder.join(&path), WriteErrorKind::OtherPolicy { policy }));
            }
        }
        Ok(())
    }

    /// Whether the policy of an entry is part of this build, or was moved or deleted.
    fn may_replace(&self, origin: &str) -> bool {
        self.is_compiled(origin)
            || self
                .headers
                .policy_of_origin(origin)
                .is_some_and(|policy| policy.symlink_metadata().is_err() && !is_sparse(&policy))
    }

    /// The files that earlier builds wrote and this one does not. A file is stale if the inventory lists it with a policy
    /// of this build, or with one that was deleted.
    pub(super) fn former(&self, scope: &Scope) -> Result<Former, WriteError> {
        let given = lock(&self.given);
        let mut former = Former::default();
        for (path, origin) in self.inventory.0.iter().filter(|(path, _)| !given.contains_key(*path)) {
            let absence = match self.headers.policy_of_origin(origin) {
                _ if !path.starts_with(&scope.within) => Absence::Elsewhere,
                Some(_) if self.is_compiled(origin) => Absence::Deleted,
                Some(policy) => scope.absence(&policy),
                None => Absence::Elsewhere,
            };
            let exists = self.folder.join(path).symlink_metadata().is_ok();
            match absence {
                Absence::Deleted if !exists => continue,
                Absence::Deleted if self.is_removable(path) => {
                    former.stale.push(path.clone());
                    continue;
                }
                Absence::Deleted => {
                    former.left.push(Left { path: path.clone(), reason: LeftReason::Changed });
                    continue;
                }
                Absence::Sparse if exists => {
                    former.left.push(Left { path: path.clone(), reason: LeftReason::Sparse });
                }
                Absence::Sparse | Absence::Elsewhere => {}
            }
            former.inventory.0.insert(path.clone(), origin.clone());
        }
        former.inventory.0.extend(given.iter().map(|(path, origin)| (path.clone(), origin.clone())));
        let unlisted = self.unlisted(&scope.within, &given);
        former.left.extend(unlisted.into_iter().map(|path| Left { path, reason: LeftReason::Unlisted }));
        former.left.sort();
        Ok(former)
    }

    /// The inventory during the build: what it lists before or after.
    pub(super) fn inventory_meanwhile(&self, after: &Inventory) -> Inventory {
        let mut both = self.inventory.clone();
        both.0.extend(after.0.iter().map(|(path, origin)| (path.clone(), origin.clone())));
        both
    }

    /// Whether the inventory in the folder is this one.
    pub(super) fn lists(&self, inventory: &Inventory) -> bool {
        self.inventory == *inventory
    }

    /// Files that say that canaryc generated them from a policy of this build, and that are listed nowhere. A folder with
    /// its own inventory is another output folder. What cannot be read is not ours to judge.
    fn unlisted(&self, within: &Path, given: &BTreeMap<PathBuf, String>) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![within.to_owned()];
        while let Some(relative) = folders.pop() {
            let folder = self.folder.join(&relative);
            let is_other = !relative.as_os_str().is_empty() && folder.join(INVENTORY).symlink_metadata().is_ok();
            let Some(entries) = fs::read_dir(&folder).ok().filter(|_| !is_other) else { continue };
            for entry in entries.flatten() {
                let Ok(kind) = entry.file_type() else { continue };
                let path = relative.join(entry.file_name());
                if kind.is_dir() && !entry.file_name().as_encoded_bytes().starts_with(b".") {
                    folders.push(path);
                } else if kind.is_file()
                    && !given.contains_key(&path)
                    && !self.inventory.0.contains_key(&path)
                    && let Ok(Some(shown)) = header::policy_of_file(&self.folder.join(&path))
                    && self.shows_compiled(&path, &shown)
                {
                    found.push(path);
                }
            }
        }
        found
    }

    /// Whether a file is one below the folder, through no link, with the first line of canaryc.
    fn is_removable(&self, path: &Path) -> bool {
        let file = self.folder.join(path);
        self.check_parents(path).is_ok()
            && file.symlink_metadata().is_ok_and(|found| found.is_file())
            && matches!(header::policy_of_file(&file), Ok(Some(_)))
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

    /// Whether the policy in the first line of a file is part of this build.
    fn shows_compiled(&self, path: &Path, shown: &str) -> bool {
        let compiled = lock(&self.compiled);
        let identities = self.headers.identities_of_shown(path, shown);
        identities.iter().any(|identity| compiled.contains(&hash(identity.as_str())))
    }
}

/// The name of a policy in the inventory, which is hashed differently from its place.
#[derive(Hash)]
struct Origin<'a>(&'a str);

/// Whether a path is that of a file below the output folder, outside the staging folder, and not of the inventory.
pub(super) fn is_inside(path: &Path) -> bool {
    let mut components = path.components().peekable();
    let ours = components.peek().is_some_and(|first| first.as_os_str() != STAGING && first.as_os_str() != INVENTORY);
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
