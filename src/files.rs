//! In: a path in a policy. Out: a [`Source`], or why the file cannot be read. The compiler reads files only through
//! [`Files`], so the caller decides where they come from.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Source, Span};

/// Reads the files that a policy names.
pub trait Files: Sync {
    /// The text of a file. Reading one twice may return the same source.
    ///
    /// # Errors
    /// When there is no such file, or it cannot be read as UTF-8 text of bounded size.
    fn read(&self, path: &Path) -> Result<Arc<Source>, FileError>;
}

/// Files in memory, by path: for tests, for an editor, and for programs without a disk.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles(HashMap<PathBuf, Arc<Source>>);

impl MemoryFiles {
    /// Without any file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. Policies name it by a path relative to their own.
    #[must_use]
    pub fn with(mut self, path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> Self {
        let path = path.into();
        self.0.insert(path.clone(), Source::new(path, text));
        self
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path) -> Result<Arc<Source>, FileError> {
        self.0.get(path).cloned().ok_or(FileError::NotFound { nearest: None })
    }
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    /// The file does not exist.
    NotFound {
        /// The most similar name in the same folder.
        nearest: Option<String>,
    },
    /// It is a folder.
    Folder,
    /// The bytes at this offset are not UTF-8.
    NotUtf8 {
        /// In bytes.
        offset: usize,
    },
    /// It exceeds the size limit of files.
    TooLarge {
        /// In bytes.
        bytes: u64,
    },
    /// The message of the operating system.
    Other(String),
}

/// A path as written in the file `from`: relative to its folder, `.` and `..` resolved by name.
pub fn relative_to(from: &Path, written: &str) -> PathBuf {
    let mut path = from.parent().map(Path::to_path_buf).unwrap_or_default();
    for component in Path::new(written).components() {
        match component {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                if path.ends_with("..") || !path.pop() {
                    path.push("..");
                }
            }
            other => path.push(other),
        }
    }
    path
}

impl FileError {
    /// The diagnostic for a file that the text at `span` names.
    pub fn diagnostic(&self, path: &Path, span: Span) -> Diagnostic {
        let diagnostic = self.on_command_line(path).also(span, "named here");
        match self {
            Self::NotFound { nearest: None } => diagnostic.help("a path is relative to the file that contains it"),
            _ => diagnostic,
        }
    }

    /// The diagnostic for a file on the command line, or one that an editor passes to standard input.
    pub fn on_command_line(&self, path: &Path) -> Diagnostic {
        let path = path.display();
        let diagnostic = Diagnostic::without_place;
        match self {
            Self::NotFound { nearest } => {
                let help = nearest.as_ref().map(|nearest| format!("did you mean `{nearest}`?"));
                diagnostic(Code::FileUnreadable, format!("there is no file `{path}`")).maybe_help(help)
            }
            Self::Folder => {
                diagnostic(Code::FileUnreadable, format!("`{path}` is a folder, not a file")).help("name a file in it")
            }
            Self::NotUtf8 { offset } => {
                diagnostic(Code::FileNotUtf8, format!("`{path}` is not UTF-8 text (byte {offset})"))
                    .help("save it as UTF-8")
            }
            Self::TooLarge { bytes } => diagnostic(
                Code::FileTooLarge,
                format!(
                    "`{path}` is too large: {bytes} bytes, and at most {} are read",
                    crate::syntax::limits::FILE_BYTES
                ),
            ),
            Self::Other(reason) => diagnostic(Code::FileUnreadable, format!("cannot read `{path}`: {reason}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_files_are_found_by_their_whole_path() {
        let files = MemoryFiles::new().with("lib/org.kdl", "a").with("lib/org.kdl", "b");
        assert_eq!(&*files.read(Path::new("lib/org.kdl")).unwrap().text, "b");
        assert_eq!(files.read(Path::new("org.kdl")).unwrap_err(), FileError::NotFound { nearest: None });
    }

    #[test]
    fn paths_are_relative_to_their_file() {
        let from = Path::new("policies/shop.canary.kdl");
        assert_eq!(relative_to(from, "lib/org.kdl"), Path::new("policies/lib/org.kdl"));
        assert_eq!(relative_to(from, "./../org.kdl"), Path::new("org.kdl"));
        assert_eq!(relative_to(from, "../../x"), Path::new("../x"));
        assert_eq!(relative_to(Path::new("a.kdl"), "../../x"), Path::new("../../x"));
        assert_eq!(relative_to(from, "/etc/x"), Path::new("/etc/x"));
    }
}
