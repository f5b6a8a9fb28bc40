//! In: a Markdown document. Out: its fenced blocks, each with the words of its fence and its heading.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the project.
pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A fenced block.
#[derive(Debug)]
pub struct Block {
    /// `kdl`, `yaml`, `console`, …
    pub language: String,
    /// The other words of the fence: `fragment`, `file=deployment.yaml`.
    pub words: Vec<String>,
    /// The last second-level heading before it.
    pub heading: String,
    /// The line of its fence.
    pub line: usize,
    pub text: String,
}

impl Block {
    /// The value of a word such as `file=deployment.yaml`.
    pub fn word(&self, name: &str) -> Option<&str> {
        self.words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }

    /// Whether the fence has a word, such as `fragment`.
    pub fn is(&self, word: &str) -> bool {
        self.words.iter().any(|other| other == word)
    }
}

/// The blocks of a document, in order.
pub fn blocks(document: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut heading = String::new();
    let mut open: Option<Block> = None;
    for (line, text) in document.lines().enumerate() {
        match (&mut open, text.trim_end()) {
            (Some(_), "```") => blocks.extend(open.take()),
            (Some(block), _) => {
                block.text.push_str(text);
                block.text.push('\n');
            }
            (None, text) => {
                if let Some(title) = text.strip_prefix("## ") {
                    heading = title.to_owned();
                }
                if let Some(fence) = text.strip_prefix("```") {
                    let mut words = fence.split_whitespace().map(str::to_owned);
                    let language = words.next().unwrap_or_default();
                    let (words, heading) = (words.collect(), heading.clone());
                    open = Some(Block { language, words, heading, line: line + 1, text: String::new() });
                }
            }
        }
    }
    assert!(open.is_none(), "a block is not closed: {open:?}");
    blocks
}

/// Every document for people: the README and its neighbours, `docs/`, and the READMEs of the examples. Paths are
/// relative to the project, in alphabetical order.
pub fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for top in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs", "examples"] {
        collect(&Path::new(ROOT).join(top), &mut found);
    }
    found.sort();
    found.into_iter().map(|path| path.strip_prefix(ROOT).unwrap().to_owned()).collect()
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| collect(&entry.unwrap().path(), found));
    } else if path.extension().is_some_and(|extension| extension == "md") {
        found.push(path.to_owned());
    }
}

/// The text of a document.
pub fn read(document: &Path) -> String {
    fs::read_to_string(Path::new(ROOT).join(document)).unwrap()
}
