//! The one way in which the library reads files, so that the core stays pure and tests need no disk.
//! In: a path. Out: a [`Source`], or what is wrong with the file.

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

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    /// There is none; with the name in the same folder that is most like it.
    NotFound {
        /// The nearest name.
        nearest: Option<String>,
    },
    /// It is a folder.
    Folder,
    /// The bytes at this offset are not UTF-8.
    NotUtf8 {
        /// In bytes.
        offset: usize,
    },
    /// It is larger than [`crate::syntax::limits::FILE_BYTES`].
    TooLarge {
        /// In bytes.
        bytes: u64,
    },
    /// What the operating system says.
    Other(String),
}

/// A path as written in the file `from`: relative to its folder, `.` and `..` resolved by name.
pub fn relative_to(from: &Path, written: &str) -> PathBuf {
    let mut path = from.parent().map(Path::to_path_buf).unwrap_or_default();
    for component in Path::new(written).components() {
        match component {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                if !path.pop() || path.ends_with("..") {
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
        let shown = path.display();
        match self {
            Self::NotFound { nearest } => {
                let diagnostic = Diagnostic::new(Code::FileUnreadable, span, format!("there is no file `{shown}`"))
                    .label("named here");
                match nearest {
                    Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
                    None => diagnostic.help("a path is relative to the file that holds it"),
                }
            }
            Self::Folder => Diagnostic::new(Code::FileUnreadable, span, format!("`{shown}` is a folder, not a file"))
                .help("name a file in it"),
            Self::NotUtf8 { offset } => {
                Diagnostic::new(Code::FileNotUtf8, span, format!("`{shown}` is not UTF-8 text (byte {offset})"))
                    .help("save it as UTF-8")
            }
            Self::TooLarge { bytes } => Diagnostic::new(
                Code::FileUnreadable,
                span,
                format!(
                    "`{shown}` is too large: {bytes} bytes, and at most {} are read",
                    crate::syntax::limits::FILE_BYTES
                ),
            ),
            Self::Other(reason) => {
                Diagnostic::new(Code::FileUnreadable, span, format!("`{shown}` cannot be read: {reason}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file_that_holds_them() {
        let from = Path::new("policies/shop.canary.kdl");
        assert_eq!(relative_to(from, "lib/org.kdl"), Path::new("policies/lib/org.kdl"));
        assert_eq!(relative_to(from, "./../org.kdl"), Path::new("org.kdl"));
        assert_eq!(relative_to(from, "../../x"), Path::new("../x"));
        assert_eq!(relative_to(Path::new("a.kdl"), "../../x"), Path::new("../../x"));
        assert_eq!(relative_to(from, "/etc/x"), Path::new("/etc/x"));
    }
}
