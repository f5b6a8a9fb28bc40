//! The policies in documents compile. A whole policy compiles without an error; a fragment is only read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use canaryc::compile::Library;
use canaryc::compile::{Request, compile};
use canaryc::diagnostic::{Diagnostic, Diagnostics, Severity};
use canaryc::files::{FileError, Files};
use canaryc::source::Source;

use crate::support::markdown::{Block, ROOT, blocks, documents, read};

/// Files that policies name: the files that a document shows or the tests provide, then those in a folder of the
/// project.
#[derive(Default)]
pub struct Folder {
    shown: BTreeMap<PathBuf, Arc<Source>>,
    folder: Option<PathBuf>,
}

impl Folder {
    pub fn add(&mut self, name: &str, text: &str) {
        self.shown.insert(name.into(), Source::new(name, text));
    }
}

impl Files for Folder {
    fn read(&self, path: &Path) -> Result<Arc<Source>, FileError> {
        if let Some(shown) = self.shown.get(path) {
            return Ok(Arc::clone(shown));
        }
        let text = self.folder.as_ref().and_then(|folder| fs::read_to_string(folder.join(path)).ok());
        text.map(|text| Source::new(path, text)).ok_or(FileError::NotFound { nearest: None })
    }
}

/// The diagnostics of a policy.
pub fn judge(name: &str, policy: &str, files: &Folder) -> Vec<Diagnostic> {
    compile(Source::new(name, policy), &Library::new(files), &Request::default()).diagnostics.into_vec()
}

/// One line for each error.
pub fn errors(diagnostics: &[Diagnostic]) -> Vec<String> {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.map(|error| format!("{}: {}", error.code, error.message)).collect()
}

/// Whether a block of the generated reference is a whole policy. Other blocks show the node of a section.
fn is_whole(document: &Path, block: &Block) -> bool {
    if document.starts_with("docs/reference") {
        block.text.lines().any(|line| line.starts_with("release ")) && block.text.contains("\n    stage ")
    } else {
        !block.is("fragment")
    }
}

#[test]
fn policies_in_documents_compile() {
    let mut wrong = Vec::new();
    let mut whole = 0;
    for document in documents() {
        let text = read(&document);
        let mut files = Folder::default();
        for block in blocks(&text) {
            if let Some(name) = block.word("file") {
                files.add(name, &block.text);
            }
            if block.language != "kdl" {
                continue;
            }
            files.folder = block.word("in").map(|folder| Path::new(ROOT).join(folder));
            let place = format!("{}:{}", document.display(), block.line);
            if is_whole(&document, &block) {
                // The commands of a document run its intended mistakes.
                if !block.is("mistake") {
                    whole += 1;
                    let said = errors(&judge("policy.canary.kdl", &block.text, &files));
                    wrong.extend(said.into_iter().map(|error| format!("{place}: {error}")));
                }
            } else {
                let mut mistakes = Diagnostics::new();
                canaryc::internals::syntax::kdl::read(&Source::new("fragment.kdl", &*block.text), &mut mistakes);
                let mistakes: Vec<Diagnostic> = mistakes.into_vec();
                wrong.extend(errors(&mistakes).into_iter().map(|error| format!("{place}: {error}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(whole > 5, "the documents show policies");
}
