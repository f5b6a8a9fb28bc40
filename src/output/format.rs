//! In: compiled releases. Out: one text that holds all of them, or named files for a folder.
//! What an output format has to provide; the formats are the files beside this one.

use std::path::PathBuf;

use crate::compile::Compiled;
use crate::manifest::Object;

/// A form in which compiled releases leave canaryc.
#[derive(Clone, Copy)]
pub struct Format {
    /// What `--format` calls it.
    pub name: &'static str,
    /// One line of help.
    pub summary: &'static str,
    /// How it is written as one text.
    pub stream: Result<&'static dyn Stream, Unavailable>,
    /// How it is written as files.
    pub folder: Result<&'static dyn Folder, Unavailable>,
}

/// All releases in one text, as standard output gets them.
pub trait Stream: Sync {
    /// What one release adds to the text. Compiler threads call it, so the work belongs here.
    fn parts(&self, objects: &[Object]) -> Vec<String>;

    /// The whole text, from the parts of all releases in order.
    fn join(&self, parts: &[String]) -> String;
}

/// Files for each release.
pub trait Folder: Sync {
    /// The files of one release. [`Directory`](crate::write::directory::Directory) adds a first line to each, a comment
    /// that starts with `#` and marks the file as generated.
    fn files(&self, release: &Compiled) -> Vec<OutputFile>;
}

/// A file that a format gives a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Relative to the output folder.
    pub path: PathBuf,
    /// The content, without the first line.
    pub content: String,
}

/// Why a format cannot be written in one of the two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable {
    /// What does not work, and why.
    pub message: &'static str,
    /// What to do instead.
    pub help: &'static str,
}

impl std::fmt::Debug for Format {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Format").field(&self.name).finish()
    }
}
