//! In: a file, the text that was read from it and its new text, both without a byte order mark. Out: the file with all of
//! the new text, or unchanged after an error.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The most names that are tried for a temporary file.
const MOST_NAMES: u32 = 1_000;

/// The byte order mark of UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Replaces the text of a file, if it is still `old`. The file keeps its permissions, its owner, its other names and its
/// byte order mark, and a symbolic link stays one.
///
/// # Errors
/// When the file or its folder cannot be written, or somebody else has changed the file; the file is then unchanged.
pub fn replace(path: &Path, old: &str, new: &str) -> io::Result<()> {
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
    let mut number = 0_u32;
    loop {
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}-{number}.tmp", std::process::id()));
        let beside = path.with_file_name(name);
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < MOST_NAMES => number += 1,
            opened => return Ok((beside, opened?)),
        }
    }
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
    fn a_file_of_others_beside_it_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let theirs = folder.path().join(format!(".a.{}-0.tmp", std::process::id()));
        fs::write(&path, "old").unwrap();
        fs::write(&theirs, "theirs").unwrap();
        replace(&path, "old", "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_to_string(&theirs).unwrap(), "theirs");
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
