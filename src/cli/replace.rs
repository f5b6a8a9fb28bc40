//! In: a file, the text that was read from it and its new text, both without a byte order mark. Out: the file with all of
//! the new text, or unchanged after an error.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::write::directory::{Resolved, resolved};

/// The most names that are tried for a temporary file.
const MOST_NAMES: u32 = 1_000;

/// What tells the name of a temporary file from those of others: it follows the name of the policy.
const OURS: &str = ".canaryc-";
/// The end of the name of a temporary file.
const TEMPORARY: &str = ".tmp";

/// The byte order mark of UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Replaces the text of a file, if it is still `old`. The file keeps its permissions, its owner, its other names and its
/// byte order mark, and a symbolic link stays one.
///
/// # Errors
/// When the file or its folder cannot be written, a link leads out of its repository, or somebody else has changed the file;
/// the file is then unchanged.
pub fn replace(path: &Path, old: &str, new: &str) -> io::Result<()> {
    let Resolved { real, leaves_repository } = resolved(path)?;
    if leaves_repository {
        let real = real.display();
        return Err(io::Error::other(format!(
            "a link leads out of its repository, to {real}; to change that file, name it without the link"
        )));
    }
    let path = path.canonicalize()?;
    let metadata = fs::metadata(&path)?;
    if metadata.permissions().readonly() {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied));
    }
    let before = unchanged(&path, old)?;
    let mark = if before.starts_with(MARK) { MARK } else { b"" };
    let new = [mark, new.as_bytes()].concat();
    if has_other_names(&metadata) {
        // A new file would not have the other names. Without one, a write that fails is repaired as far as possible.
        return fs::write(&path, &new).inspect_err(|_| drop(fs::write(&path, &before)));
    }
    let (beside, mut file) = new_file_beside(&path)?;
    let written = file
        .write_all(&new)
        .and_then(|()| take_over_owner(&file, &metadata))
        .and_then(|()| file.set_permissions(metadata.permissions()))
        .and_then(|()| file.sync_all())
        // An editor may have saved the file meanwhile.
        .and_then(|()| unchanged(&path, old))
        .and_then(|_| fs::rename(&beside, &path));
    if written.is_err() {
        // Whether this works or not, the error that matters is the first.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A new file in the same folder. Files of others with such a name stay.
fn new_file_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    // Each name is used once, so nothing that removes leftovers can mean a later file.
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in 0..MOST_NAMES {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!("{OURS}{}-{number}{TEMPORARY}", std::process::id()));
        let beside = path.with_file_name(name);
        let file = match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            opened => opened?,
        };
        // While it is locked, no other run takes it for a leftover. One that does so before removes it.
        let is_taken = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
        if !is_taken && beside.symlink_metadata().is_ok() {
            return Ok((beside, file));
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

/// Removes the temporary files that killed runs have left in the folders of these files.
pub fn remove_leftovers<'a>(files: impl IntoIterator<Item = &'a Path>) {
    let folders: BTreeSet<&Path> = files.into_iter().filter_map(Path::parent).collect();
    for folder in folders {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let is_ours = resolved(folder).is_ok_and(|folder| !folder.leaves_repository);
        for entry in fs::read_dir(folder).into_iter().filter(|_| is_ours).flatten().flatten() {
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if !is_file || !entry.file_name().to_str().is_some_and(is_temporary) {
                continue;
            }
            let path = entry.path();
            // A run that is not over holds the lock of its file. What cannot be removed stays until the next run.
            let Ok(file) = File::open(&path) else { continue };
            if file.try_lock().is_ok() {
                let _ = fs::remove_file(&path);
            }
        }
    }
}

/// Whether a name is that of a temporary file: `.web.canary.kdl.canaryc-4711-0.tmp`.
fn is_temporary(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = name.strip_suffix(TEMPORARY).and_then(|name| name.strip_prefix('.')?.rsplit_once(OURS));
    let numbers = parts.filter(|(file, _)| !file.is_empty()).and_then(|(_, numbers)| numbers.split_once('-'));
    numbers.is_some_and(|(process, number)| is_number(process) && is_number(number))
}

/// What a file holds, if its text is still `old`.
fn unchanged(path: &Path, old: &str) -> io::Result<Vec<u8>> {
    let present = fs::read(path)?;
    // The reader of policies drops a byte order mark.
    if present.strip_prefix(MARK).unwrap_or(&present) == old.as_bytes() {
        Ok(present)
    } else {
        Err(io::Error::other("it has changed since it was read; run the same command again"))
    }
}

/// Whether the file has several names (hard links).
#[cfg(unix)]
fn has_other_names(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &fs::Metadata) -> bool {
    false
}

/// Gives a new file the owner of the old one: root may format the files of others.
#[cfg(unix)]
fn take_over_owner(file: &File, old: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let new = file.metadata()?;
    if (new.uid(), new.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    fchown(file, Some(old.uid()), Some(old.gid()))
}

#[cfg(not(unix))]
fn take_over_owner(_: &File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_without_leftovers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.canary.kdl");
        fs::write(&path, "old").unwrap();
        replace(&path, "old", "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(replace(&folder.path().join("gone"), "old", "new").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&path, &link).unwrap();
        replace(&link, "old", "new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn what_somebody_else_saved_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "saved by an editor").unwrap();
        let error = replace(&path, "old", "new").unwrap_err();
        assert!(error.to_string().contains("changed"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "saved by an editor");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_leftovers_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let leftovers = [".a.canary.kdl.canaryc-4711-0.tmp", ".b.canaryc-1-12.tmp"];
        let others =
            ["a.canary.kdl", ".a.canary.kdl.4711-0.tmp", ".canaryc-1-0.tmp", ".a.canaryc-1.tmp", "a.canaryc-1-0.tmp"];
        let locked = at(".c.canaryc-1-0.tmp");
        leftovers.iter().chain(&others).for_each(|name| fs::write(at(name), "").unwrap());
        let held = File::create(&locked).unwrap();
        held.lock().unwrap();
        remove_leftovers([&*at("a.canary.kdl"), &at("b.canary.kdl")]);
        assert!(leftovers.iter().all(|name| !at(name).exists()));
        assert!(others.iter().all(|name| at(name).exists()) && locked.exists());
        // What this run writes has such a name.
        let (beside, file) = new_file_beside(&at("a.canary.kdl")).unwrap();
        remove_leftovers([&*at("a.canary.kdl")]);
        assert!(beside.exists());
        drop(file);
        remove_leftovers([&*at("a.canary.kdl")]);
        assert!(!beside.exists());
    }

    #[test]
    fn a_byte_order_mark_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "\u{feff}old").unwrap();
        replace(&path, "old", "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "\u{feff}new");
    }

    #[cfg(unix)]
    #[test]
    fn hard_links_stay() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&path, "old").unwrap();
        fs::hard_link(&path, &other).unwrap();
        assert!(replace(&path, "older", "new").is_err());
        replace(&path, "old", "new").unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "new");
    }
}
