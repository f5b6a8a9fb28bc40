//! The policies of `tests/language`, for tests.

use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostics;
use crate::lower;
use crate::source::Source;
use crate::syntax::tree::Document;
use crate::vocabulary::DOCUMENT;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language")
}

/// Every policy without a mistake.
pub(crate) fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = [root(), root().join("lib")]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "kdl" || extension == "yaml"))
        .collect();
    files.sort();
    assert!(files.len() > 35, "the corpus is in place");
    files
}

pub(crate) fn read(path: &Path) -> Document {
    read_source(&Source::new(path, std::fs::read_to_string(path).unwrap()))
}

/// Reads and lowers a policy that must have no mistake.
pub(crate) fn read_source(source: &Source) -> Document {
    let mut diagnostics = Diagnostics::new();
    let document = lower::read(source, &mut diagnostics);
    lower::lower(&document, &DOCUMENT, source, &mut diagnostics);
    let messages: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    assert!(messages.is_empty(), "{}: {messages:#?}\n{}", source.path.display(), source.text);
    document
}
