//! In: staged files and the moves and removals that make them the folder's content. Out: all of them done, or none.
//! The journal gets its name in one rename, and that is the commit; whoever finds it later carries it out again.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{header, hook};
use crate::write::error::{WriteError, WriteErrorKind};

/// The folder inside the output folder that holds what is not yet in its place.
pub(super) const STAGING: &str = ".canaryc-staging";
const PARTIAL: &str = "journal.partial";
const COMMITTED: &str = "journal";

/// One line of the journal; paths are relative to the output folder.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
enum Entry {
    /// The file that was staged by this thread, with this number, becomes the file.
    Move(usize, usize, PathBuf),
    /// The file, which is ours, goes.
    Remove(PathBuf),
}

/// Entries that are read before they are carried out, and those of them that one thread carries out.
const BATCH: usize = 4096;
const PART: usize = 256;

/// A journal that is being written.
#[derive(Debug)]
pub(super) struct Journal {
    staging: PathBuf,
    lines: BufWriter<File>,
}

impl Journal {
    /// Makes the staging folder. There is none: [`recover`] has seen to that.
    pub(super) fn create(folder: &Path) -> Result<Self, WriteError> {
        let staging = folder.join(STAGING);
        hook::step();
        fs::create_dir(&staging).map_err(WriteError::io("create the folder", &staging))?;
        let path = staging.join(PARTIAL);
        hook::step();
        let lines = BufWriter::new(File::create(&path).map_err(WriteError::io("write", &path))?);
        Ok(Self { staging, lines })
    }

    /// Makes the folder in which a thread stages its files.
    pub(super) fn make_shard(&mut self, shard: usize) -> Result<(), WriteError> {
        let path = self.staging.join(shard.to_string());
        hook::step();
        match fs::create_dir(&path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                Err(WriteError::io("create the folder", &path)(error))
            }
            _ => Ok(()),
        }
    }

    /// Adds a line, which [`move_line`] or [`remove_line`] has made.
    pub(super) fn line(&mut self, line: &str) -> Result<(), WriteError> {
        hook::step();
        self.lines.write_all(line.as_bytes()).map_err(WriteError::io("write", &self.staging.join(PARTIAL)))
    }

    /// From here on the new content is the folder's content, even if this process dies at once.
    pub(super) fn commit(mut self, folder: &Path) -> Result<(), WriteError> {
        let (partial, committed) = (self.staging.join(PARTIAL), self.staging.join(COMMITTED));
        hook::step();
        let flushed = self.lines.flush();
        hook::step();
        if let Err(error) = flushed.and_then(|()| fs::rename(&partial, &committed)) {
            drop(clear(folder));
            return Err(WriteError::io("write", &committed)(error));
        }
        carry_out(folder, Journaled::JustNow)
    }
}

/// The line that says that a staged file becomes the file at `path`.
pub(super) fn move_line(shard: usize, number: usize, path: &Path) -> Result<String, WriteError> {
    line(&Entry::Move(shard, number, path.to_owned()), path)
}

/// The line that says that the file at `path` goes.
pub(super) fn remove_line(path: &Path) -> Result<String, WriteError> {
    line(&Entry::Remove(path.to_owned()), path)
}

fn line(entry: &Entry, path: &Path) -> Result<String, WriteError> {
    let mut line = serde_json::to_string(entry).map_err(|_| WriteError::new(path, WriteErrorKind::BadName))?;
    line.push('\n');
    Ok(line)
}

/// Where a staged file is.
pub(super) fn staged(folder: &Path, shard: usize, number: usize) -> PathBuf {
    folder.join([STAGING, "/", &shard.to_string(), "/", &number.to_string()].concat())
}

/// When a journal was committed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Journaled {
    /// By this process, which has just looked at what stands in the places.
    JustNow,
    /// By one that was interrupted. Somebody may have put a file of their own there since.
    Earlier,
}

/// Finishes a build that was interrupted after its commit, and clears away one that was interrupted before.
pub(super) fn recover(folder: &Path) -> Result<(), WriteError> {
    let staging = folder.join(STAGING);
    match fs::symlink_metadata(&staging) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(WriteError::io("read", &staging)(error)),
        Ok(found) if found.is_symlink() => return Err(WriteError::new(&staging, WriteErrorKind::Symlink)),
        Ok(found) if !found.is_dir() => return Err(WriteError::new(&staging, WriteErrorKind::IsFile)),
        Ok(_) => {}
    }
    if staging.join(COMMITTED).exists() { carry_out(folder, Journaled::Earlier) } else { clear(folder) }
}

/// Removes what was staged.
pub(super) fn clear(folder: &Path) -> Result<(), WriteError> {
    let staging = folder.join(STAGING);
    hook::step();
    match fs::remove_dir_all(&staging) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(WriteError::io("remove", &staging)(error)),
        _ => Ok(()),
    }
}

/// Does what a committed journal says. What is done already is done again without harm.
fn carry_out(folder: &Path, journaled: Journaled) -> Result<(), WriteError> {
    let journal = folder.join(STAGING).join(COMMITTED);
    let file = File::open(&journal).map_err(WriteError::io("read", &journal))?;
    let mut lines = BufReader::new(file).lines();
    loop {
        let batch = lines.by_ref().take(BATCH).map(|line| match line {
            Ok(line) => entry(&journal, &line),
            Err(error) => Err(WriteError::io("read", &journal)(error)),
        });
        let batch: Vec<Entry> = batch.collect::<Result<_, _>>()?;
        if batch.is_empty() {
            break;
        }
        // What goes comes last in a journal; alone, because the folders that it leaves empty go with it.
        let (moves, removals): (Vec<_>, Vec<_>) = batch.iter().partition(|entry| matches!(entry, Entry::Move(..)));
        let done = |part: &[&Entry]| part.iter().try_for_each(|entry| carry_out_entry(folder, entry, journaled));
        moves.par_chunks(PART).try_for_each(done)?;
        done(&removals)?;
    }
    hook::step();
    fs::remove_file(&journal).map_err(WriteError::io("remove", &journal))?;
    clear(folder)
}

/// The entry that a line of a journal holds.
fn entry(journal: &Path, line: &str) -> Result<Entry, WriteError> {
    let entry = serde_json::from_str(line).ok().filter(|entry| match entry {
        Entry::Move(_, _, path) | Entry::Remove(path) => super::is_inside(path),
    });
    entry.ok_or_else(|| WriteError::new(journal, WriteErrorKind::BadJournal))
}

fn carry_out_entry(folder: &Path, entry: &Entry, journaled: Journaled) -> Result<(), WriteError> {
    match entry {
        Entry::Move(shard, number, path) => move_file(&staged(folder, *shard, *number), &folder.join(path), journaled),
        Entry::Remove(path) => remove_file(folder, path),
    }
}

fn move_file(from: &Path, to: &Path, journaled: Journaled) -> Result<(), WriteError> {
    if journaled == Journaled::Earlier {
        match header::policy_of_file(to) {
            Ok(None) => return Err(WriteError::new(to, WriteErrorKind::NotOurs)),
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(WriteError::io("read", to)(error)),
            _ => {}
        }
    }
    hook::step();
    let moved = match (fs::rename(from, to), to.parent()) {
        // Perhaps the folder is missing; another thread may have made it since.
        (Err(error), Some(parent)) if error.kind() == ErrorKind::NotFound => {
            hook::step();
            fs::create_dir_all(parent).map_err(WriteError::io("create the folder", parent))?;
            hook::step();
            fs::rename(from, to)
        }
        (moved, _) => moved,
    };
    match moved {
        // It was moved before the interruption.
        Err(error) if error.kind() == ErrorKind::NotFound && journaled == Journaled::Earlier => Ok(()),
        moved => moved.map_err(WriteError::io("write", to)),
    }
}

fn remove_file(folder: &Path, path: &Path) -> Result<(), WriteError> {
    let file = folder.join(path);
    if !matches!(header::policy_of_file(&file), Ok(Some(_))) {
        return Ok(());
    }
    hook::step();
    fs::remove_file(&file).map_err(WriteError::io("remove", &file))?;
    // Folders that are empty now go as well; one that is not empty stays, and that is no error.
    for above in path.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty()) {
        if fs::remove_dir(folder.join(above)).is_err() {
            break;
        }
    }
    Ok(())
}
