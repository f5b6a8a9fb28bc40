//! In: a refusal of the file system, or a path whose file canaryc must not replace. Out: an error that says what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a folder cannot be written.
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
    /// canaryc has not written the file that is there.
    NotOurs,
    /// A symbolic link is in the place of a generated file or folder.
    Symlink,
    /// The output folder is, or is below, a symbolic link that leads out of its repository.
    LeavesRepository {
        /// Where it leads.
        target: PathBuf,
    },
    /// The file was generated from a policy that is not part of this build.
    OtherPolicy {
        /// That policy.
        policy: String,
    },
    /// A folder is in the place of a file.
    IsFolder,
    /// A file is in the place of a folder.
    IsFile,
    /// Two releases generate the same file.
    Twice,
    /// The name is absolute, leaves the folder, or is that of the staging folder.
    BadName,
    /// An earlier file could not be written, so none is.
    Incomplete,
    /// The operating system refused.
    Io {
        /// What canaryc tried to do: "write", "create the folder" …
        action: &'static str,
        /// The kind of error.
        kind: io::ErrorKind,
        /// The message of the operating system.
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
                "{path} was not written by canaryc and is left unchanged; move it away, or choose another folder"
            ),
            WriteErrorKind::Symlink => write!(
                formatter,
                "{path} is a symbolic link; canaryc writes only into the folder itself, so replace the link with its target"
            ),
            WriteErrorKind::LeavesRepository { target } => write!(
                formatter,
                "{path} is a link that leads out of its repository, to {}; to write there, name that folder itself",
                target.display()
            ),
            WriteErrorKind::OtherPolicy { policy } => write!(
                formatter,
                "{path} was generated from {policy}, which is not part of this build, and is left unchanged; rename one \
                 of the releases, build both policies together, or delete the file if its policy is gone"
            ),
            WriteErrorKind::IsFolder => {
                write!(formatter, "{path} is a folder, but a file of that name must be written")
            }
            WriteErrorKind::IsFile => {
                write!(formatter, "{path} is a file, but a folder of that name is needed")
            }
            WriteErrorKind::Twice => write!(formatter, "{path} would be written by two releases; rename one of them"),
            WriteErrorKind::BadName => write!(formatter, "{path} is not a name for a file in the output folder"),
            WriteErrorKind::Incomplete => {
                write!(formatter, "nothing was written to {path}, because one of its files could not be written")
            }
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
