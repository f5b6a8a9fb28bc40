//! In: the Rust sources of the library. Out: their code, without comments and unit tests.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file.
pub struct Source {
    /// Relative to the repository, with `/`.
    pub path: String,
    pub code: String,
}

/// Every source file of the library, in order.
pub fn library() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    let relative = |path: &PathBuf| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    let sources =
        files.iter().map(|path| Source { path: relative(path), code: code(&fs::read_to_string(path).unwrap()) });
    sources.filter(|source| !is_for_tests(&source.path)).collect()
}

fn is_for_tests(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.contains("/tests/") || name == "testing.rs" || name == "tests.rs" || name.ends_with("_tests.rs")
}

/// The part of a file before its unit tests, without the lines that are comments.
fn code(text: &str) -> String {
    let is_of_tests = |at: &usize| {
        let declaration = text[*at..].lines().nth(1).unwrap_or_default();
        declaration.contains("mod ") && declaration.ends_with('{')
    };
    let tests = text.match_indices("#[cfg(test)]\n").map(|(at, _)| at).find(is_of_tests);
    let lines = text[..tests.unwrap_or(text.len())].lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn comments_and_unit_tests_do_not_count() {
    let text = "//! Istio\nlet a = 1; // kept\n    /// Istio\nlet b = 2;\n#[cfg(test)]\nmod tests {\n    Istio\n}\n";
    assert_eq!(code(text), "let a = 1; // kept\nlet b = 2;");
    let text = "#[cfg(test)]\nmod cases;\nlet a = 1;\n#[cfg(test)]\npub(super) mod testing {\n    Istio\n}\n";
    assert_eq!(code(text), "#[cfg(test)]\nmod cases;\nlet a = 1;");
}
