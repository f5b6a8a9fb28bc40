//! In: the path of a file, or standard input. Out: its text as a [`Source`], or why there is none.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::syntax::limits::FILE_BYTES;

/// Why a file gave no text.
#[derive(Debug)]
pub enum ReadError {
    /// It cannot be opened or read.
    Unreadable(PathBuf, io::Error),
    /// It is a folder.
    Folder(PathBuf),
    /// It is larger than the limit.
    TooLarge(PathBuf),
    /// Its bytes are no UTF-8: the text before the first wrong byte, and the place of that byte.
    NotUtf8(Arc<Source>, Span),
}

/// Reads a file. The source bears the path as it was given.
///
/// # Errors
/// When it cannot be read, is too large or no UTF-8.
pub fn file(path: &Path) -> Result<Arc<Source>, ReadError> {
    let unreadable = |error| ReadError::Unreadable(path.to_owned(), error);
    let opened = File::open(path).map_err(unreadable)?;
    let metadata = opened.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(ReadError::Folder(path.to_owned()));
    }
    read(path, opened, usize::try_from(metadata.len()).unwrap_or(usize::MAX))
}

/// Reads standard input; `name` is what the text is called in messages.
///
/// # Errors
/// As [`file`].
pub fn standard_input(name: &Path) -> Result<Arc<Source>, ReadError> {
    read(name, io::stdin().lock(), 0)
}

fn read(path: &Path, from: impl Read, expected: usize) -> Result<Arc<Source>, ReadError> {
    let too_large = || ReadError::TooLarge(path.to_owned());
    if expected > FILE_BYTES {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(expected + 1);
    // A pipe or device says nothing about its size beforehand.
    let limit = u64::try_from(FILE_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    from.take(limit).read_to_end(&mut bytes).map_err(|error| ReadError::Unreadable(path.to_owned(), error))?;
    if bytes.len() > FILE_BYTES {
        return Err(too_large());
    }
    String::from_utf8(bytes).map(|text| Source::new(path, text)).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let mut text = error.into_bytes();
        text.truncate(valid);
        let mut text = String::from_utf8(text).unwrap_or_default();
        text.push(char::REPLACEMENT_CHARACTER);
        let source = Source::new(path, text);
        let place = source.range(valid, source.text.len());
        ReadError::NotUtf8(source, place)
    })
}

impl ReadError {
    /// The diagnostic. It has a place of its own only when the text is no UTF-8: who names the file adds where.
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Unreadable(path, error) => {
                let reason = match error.kind() {
                    ErrorKind::NotFound => "there is no such file".to_owned(),
                    ErrorKind::PermissionDenied => "reading it is not allowed".to_owned(),
                    _ => error.to_string(),
                };
                Diagnostic::without_place(
                    Code::FileUnreadable,
                    format!("`{}` cannot be read: {reason}", path.display()),
                )
            }
            Self::Folder(path) => {
                Diagnostic::without_place(Code::FileUnreadable, format!("`{}` is a folder, not a file", path.display()))
            }
            Self::TooLarge(path) => {
                let mib = FILE_BYTES / (1024 * 1024);
                let message = format!("`{}` is larger than {mib} MiB", path.display());
                Diagnostic::without_place(Code::FileTooLarge, message)
                    .why("A policy is a few kilobytes long: this is another file than the one that was meant.")
            }
            Self::NotUtf8(_, place) => Diagnostic::new(Code::FileNotUtf8, *place, "the file is not UTF-8 text")
                .label("the first byte that is none")
                .help("save the file as UTF-8"),
        }
    }

    /// The text that the diagnostic points into.
    pub fn source(&self) -> Option<&Arc<Source>> {
        match self {
            Self::NotUtf8(source, _) => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.canary.kdl");
        std::fs::write(&path, "\u{feff}a\r\n").unwrap();
        let source = file(&path).unwrap();
        assert_eq!((&*source.text, &source.path), ("\u{feff}a\r\n", &path));
    }

    #[test]
    fn each_reason_has_its_message() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        assert!(file(&path).unwrap_err().diagnostic().message.ends_with("cannot be read: there is no such file"));
        assert!(file(folder.path()).unwrap_err().diagnostic().message.ends_with("is a folder, not a file"));
        File::create(&path).unwrap().set_len(FILE_BYTES as u64 + 1).unwrap();
        assert_eq!(file(&path).unwrap_err().diagnostic().code, Code::FileTooLarge);
        let endless = read(Path::new("endless"), io::repeat(b'a'), 0).unwrap_err();
        assert!(matches!(endless, ReadError::TooLarge(_)));
        let error = read(Path::new("latin"), &b"name \"caf\xe9\""[..], 0).unwrap_err();
        let ReadError::NotUtf8(source, place) = &error else { panic!("{error:?}") };
        assert_eq!((source.slice(*place), place.start), ("\u{fffd}", 9));
    }
}
