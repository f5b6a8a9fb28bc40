//! In: compiled releases. Out: one text with all of them, or named files for a folder. This file defines what an output
//! format provides; the other files of this folder are the formats.

use std::path::PathBuf;

use crate::compile::Compiled;
use crate::manifest::{Comments, Object};

/// An output format for compiled releases.
#[derive(Clone, Copy)]
pub struct Format {
    /// Its name in `--format`.
    pub name: &'static str,
    /// One line of help.
    pub summary: &'static str,
    /// How to write one text.
    pub stream: Result<&'static dyn Stream, Unavailable>,
    /// How to write files.
    pub folder: Result<&'static dyn Folder, Unavailable>,
}

/// All releases in one text, for standard output.
pub trait Stream: Sync {
    /// The contribution of one release to the text. Compiler threads call it in parallel, so most of the work belongs
    /// here. `comments` are those of each object, or none at all.
    fn parts(&self, objects: &[Object], comments: &[Comments]) -> Vec<String>;

    /// The whole text, from the parts of all releases in order.
    fn join(&self, parts: &[String]) -> String;
}

/// Files for each release.
pub trait Folder: Sync {
    /// The files of one release. [`Directory`](crate::write::directory::Directory) adds a first line to each, a comment
    /// that starts with `#` and marks the file as generated. `comments` are those of each object, or none at all.
    fn files(&self, release: &Compiled, comments: &[Comments]) -> Vec<OutputFile>;
}

/// A file of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Its path, relative to the output folder.
    pub path: PathBuf,
    /// The content, without the first line.
    pub content: String,
}

/// Why a format does not support one of the two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable {
    /// What is not supported, and why.
    pub message: &'static str,
    /// What to do instead.
    pub help: &'static str,
}

impl std::fmt::Debug for Format {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Format").field(&self.name).finish()
    }
}
