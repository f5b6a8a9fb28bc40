//! In: what a file system refused, or what would destroy somebody's file. Out: an error that says what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why nothing was written. The command's exit code for it is 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteError {
    /// The file or folder that it is about.
    pub path: PathBuf,
    /// What is wrong with it.
    pub kind: WriteErrorKind,
}

/// What is wrong with a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteErrorKind {
    /// A file stands there that canaryc has not written.
    NotOurs,
    /// A symbolic link stands where a file or folder of ours has to be.
    Symlink,
    /// A folder stands where a file has to be.
    IsFolder,
    /// A file stands where a folder has to be.
    IsFile,
    /// Two releases ask for the same file.
    Twice,
    /// The name is absolute, leaves the folder, or is one that canaryc needs itself.
    BadName,
    /// An earlier file could not be written, so none is.
    Incomplete,
    /// The journal of an interrupted build cannot be understood.
    BadJournal,
    /// The operating system refused.
    Io {
        /// What was tried: "write", "create the folder" …
        action: &'static str,
        /// The kind of refusal.
        kind: io::ErrorKind,
        /// Its words.
        message: String,
    },
}

impl WriteError {
    pub(super) fn new(path: &Path, kind: WriteErrorKind) -> Self {
        Self { path: path.to_owned(), kind }
    }

    /// For `map_err`: what the operating system said about an action on a path.
    pub(super) fn io<'a>(action: &'static str, path: &'a Path) -> impl Fn(io::Error) -> Self + 'a {
        move |error| Self::new(path, WriteErrorKind::Io { action, kind: error.kind(), message: error.to_string() })
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.kind {
            WriteErrorKind::NotOurs => write!(
                formatter,
                "{path} was not written by canaryc, and is left alone; move it away, or choose another folder"
            ),
            WriteErrorKind::Symlink => write!(
                formatter,
                "{path} is a symbolic link; canaryc writes only into the folder itself, so replace the link by what it stands for"
            ),
            WriteErrorKind::IsFolder => {
                write!(formatter, "{path} is a folder, and a file of that name has to be written")
            }
            WriteErrorKind::IsFile => {
                write!(formatter, "{path} is a file, and a folder of that name has to be written")
            }
            WriteErrorKind::Twice => write!(formatter, "{path} would be written by two releases; rename one of them"),
            WriteErrorKind::BadName => write!(formatter, "{path} is not a name for a file in the output folder"),
            WriteErrorKind::Incomplete => {
                write!(formatter, "nothing was written to {path}, because one of its files could not be")
            }
            WriteErrorKind::BadJournal => write!(
                formatter,
                "{path} was left by an interrupted build and cannot be understood; delete it, and build again"
            ),
            WriteErrorKind::Io { action, kind, message } => {
                write!(formatter, "cannot {action} {path}: ")?;
                match kind {
                    io::ErrorKind::PermissionDenied => formatter.write_str("no permission"),
                    io::ErrorKind::ReadOnlyFilesystem => formatter.write_str("the file system is read-only"),
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                        formatter.write_str("the disk is full")
                    }
                    _ => formatter.write_str(message),
                }
            }
        }
    }
}

impl std::error::Error for WriteError {}
