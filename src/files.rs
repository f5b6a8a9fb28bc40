//! In: a path in a policy. Out: a [`Source`], or why the file cannot be read. The compiler reads files only through
//! [`Files`], so the caller decides where they come from.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::hidden;
use crate::source::{Source, Span};

/// Reads the files that a policy names.
pub trait Files: Sync {
    /// Whether a policy may have a file read. It is asked before [`read`](Self::read) for each file that the policy, or a
    /// file that it includes, names. Files that are not on a disk need no boundary.
    ///
    /// # Errors
    /// When the file is outside the boundary of the policy.
    fn admit(&self, policy: &Path, path: &Path) -> Result<(), FileError> {
        let (_, _) = (policy, path);
        Ok(())
    }

    /// The path of a file with links resolved: two paths with the same one are the same file, which is read once.
    fn resolved(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }

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

/// The files that one policy may name.
pub(crate) struct FilesOf<'a> {
    files: &'a dyn Files,
    policy: PathBuf,
}

impl<'a> FilesOf<'a> {
    pub(crate) fn new(files: &'a dyn Files, policy: &Path) -> Self {
        Self { files, policy: policy.to_owned() }
    }
}

impl Files for FilesOf<'_> {
    fn read(&self, path: &Path) -> Result<Arc<Source>, FileError> {
        self.files.admit(&self.policy, path)?;
        self.files.read(path)
    }
}

/// The folder below which a policy may name files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boundary {
    /// The repository of the policy.
    Repository,
    /// The folder of the policy, which is in no repository.
    PolicyFolder,
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
    /// It is not a folder, and one is needed.
    NotFolder,
    /// It is a named pipe, a device or a socket.
    NotRegular,
    /// It is outside the folder below which the policy may name files.
    Outside {
        /// That folder.
        boundary: Boundary,
    },
    /// It is a link with the name of a policy or a manifest to a file with another kind of name.
    Disguised,
    /// Nothing in it says that it is a policy or a manifest, whichever is expected.
    Unrecognized(Expected),
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

/// What a file that a policy names should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// `include`
    Policy,
    /// `file=`
    Manifest,
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
    // The folder of a policy in the working folder has no name.
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

impl FileError {
    /// The diagnostic for a file that the text at `span` of the file `from` names.
    pub fn diagnostic(&self, path: &Path, span: Span, from: Option<&Path>) -> Diagnostic {
        let diagnostic = self.on_command_line(path).also(span, "named here");
        match self {
            Self::NotFound { nearest: Some(nearest) } => {
                // As the policy has to name it: relative to its own folder.
                let folder = from.and_then(Path::parent).unwrap_or(Path::new(""));
                let nearest = Path::new(nearest);
                let shown = nearest.strip_prefix(folder).unwrap_or(nearest);
                diagnostic.help(format!("did you mean `{}`?", hidden::path(shown)))
            }
            Self::NotFound { nearest: None } => diagnostic.help("a path is relative to the file that contains it"),
            Self::Outside { boundary: Boundary::Repository } => {
                diagnostic.help("copy the file into the repository, or allow its folder: `--allow-folder DIR`")
            }
            Self::Outside { boundary: Boundary::PolicyFolder } => diagnostic.help(
                "move the file below the folder of the policy, put both into a Git repository, or allow its folder: \
                 `--allow-folder DIR`",
            ),
            _ => diagnostic,
        }
    }

    /// The diagnostic for a file on the command line, or one that an editor passes to standard input.
    pub fn on_command_line(&self, path: &Path) -> Diagnostic {
        let path = path.display();
        let diagnostic = Diagnostic::without_place;
        match self {
            Self::NotFound { nearest } => {
                let help = nearest.as_ref().map(|nearest| format!("did you mean `{}`?", hidden::one_line(nearest)));
                diagnostic(Code::FileUnreadable, format!("there is no file `{path}`")).maybe_help(help)
            }
            Self::Folder => {
                diagnostic(Code::FileUnreadable, format!("`{path}` is a folder, not a file")).help("name a file in it")
            }
            Self::NotFolder => diagnostic(Code::FileUnreadable, format!("`{path}` is not a folder")),
            Self::NotRegular => diagnostic(
                Code::FileUnreadable,
                format!("`{path}` is not a regular file but a named pipe, a device or a socket"),
            )
            .help("name a regular file; to compile what a command prints, pipe it into `canaryc … -`"),
            Self::Outside { boundary } => {
                let outside = match boundary {
                    Boundary::Repository => "the repository of the policy",
                    Boundary::PolicyFolder => "the folder of the policy",
                };
                diagnostic(Code::FileOutside, format!("`{path}` is outside {outside}")).why(
                    "A policy of a stranger could otherwise show or copy the secrets of the machine that builds it.",
                )
            }
            Self::Disguised => diagnostic(Code::FileOutside, format!("`{path}` is a link to a file of another kind"))
                .why("A policy of a stranger could otherwise show a file that is neither a policy nor a manifest.")
                .help("replace the link with the file"),
            Self::Unrecognized(Expected::Policy) => {
                diagnostic(Code::FileUnrecognized, format!("`{path}` is not a policy"))
                    .why("Messages quote policies, so canaryc reads nothing that may be a secret file as one.")
                    .help("include a file that ends in `.kdl`, `.yaml`, `.yml` or `.json` and declares something")
            }
            Self::Unrecognized(Expected::Manifest) => {
                diagnostic(Code::FileUnrecognized, format!("`{path}` is not a Kubernetes manifest"))
                    .why("Messages quote manifests, so canaryc reads nothing that may be a secret file as one.")
                    .help("name a YAML or JSON file with `apiVersion`, `kind`, `metadata` or `spec` at its top")
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
        assert_eq!([relative_to(Path::new("a.kdl"), "."), relative_to(from, "..")], [Path::new("."), Path::new(".")]);
        assert_eq!(relative_to(from, "/etc/x"), Path::new("/etc/x"));
    }
}
