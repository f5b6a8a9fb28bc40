//! In: the PATH arguments of a command. Out: the policies that they mean, sorted and without duplicates, or what is
//! wrong with the arguments. Only the named folders and their `.gitignore`s affect the result, not personal settings or
//! the environment.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "searches folders for policies")]

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, suggest};
use crate::hidden;

/// A policy to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// `-`
    StandardInput,
    /// A file, with the path that its user would type.
    File(PathBuf),
}

/// The file extensions of policies, in the order in which messages list them.
pub const EXTENSIONS: &[&str] = &[".canary.kdl", ".canary.yaml", ".canary.json", ".canary.yml"];

/// The most names of a folder that are compared with a missing one.
const MOST_NAMES: usize = 10_000;

/// The policies that the arguments mean: a file is used as it is, a folder is searched, `-` is standard input, and no
/// argument means the current folder. They are sorted by the bytes of their paths.
///
/// # Errors
/// One diagnostic for each argument that does not exist or contains no policy.
pub fn policies(arguments: &[PathBuf]) -> Result<Vec<Input>, Diagnostics> {
    let current = [PathBuf::from(".")];
    let arguments = if arguments.is_empty() { &current } else { arguments };
    let mut found = Found::default();
    let mut mistakes = Diagnostics::new();
    for argument in arguments {
        if argument.as_os_str() == "-" {
            found.standard_input = true;
            continue;
        }
        match std::fs::metadata(argument) {
            Ok(metadata) if metadata.is_dir() => found.search(argument, &mut mistakes),
            Ok(_) => found.files.push(plain(argument)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                mistakes.push(missing(argument));
            }
            Err(error) => mistakes.push(Diagnostic::without_place(
                Code::FileUnreadable,
                format!("cannot read `{}`: {error}", argument.display()),
            )),
        }
    }
    if mistakes.is_empty() { Ok(found.sorted(arguments.len())) } else { Err(mistakes) }
}

#[derive(Default)]
struct Found {
    standard_input: bool,
    files: Vec<PathBuf>,
    /// Whether a folder contained a link, through which one file may be found twice.
    links: bool,
}

impl Found {
    fn search(&mut self, folder: &Path, mistakes: &mut Diagnostics) {
        let before = self.files.len();
        let mut nearly = None;
        // Only .gitignore counts: a personal list of ignored files must not change which policies are built.
        let walk = ignore::WalkBuilder::new(folder)
            .require_git(false)
            .ignore(false)
            .git_global(false)
            .git_exclude(false)
            .build();
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    mistakes.push(Diagnostic::without_place(Code::FileUnreadable, unreadable(&error)));
                    continue;
                }
            };
            let Some(kind) = entry.file_type() else { continue };
            let name = entry.file_name().to_string_lossy();
            let is_policy =
                EXTENSIONS.iter().any(|extension| name.len() > extension.len() && name.ends_with(extension));
            if kind.is_symlink() && is_policy && entry.path().is_file() {
                self.links = true;
                self.files.push(plain(entry.path()));
            } else if kind.is_file() && is_policy {
                self.files.push(plain(entry.path()));
            } else if kind.is_file() && nearly.is_none() && name.ends_with(".kdl") {
                nearly = Some(plain(entry.path()));
            }
        }
        if self.files.len() == before {
            mistakes.push(nothing_in(folder, nearly.as_deref()));
        }
    }

    fn sorted(mut self, arguments: usize) -> Vec<Input> {
        self.files.sort_by(|left, right| left.as_os_str().as_encoded_bytes().cmp(right.as_os_str().as_encoded_bytes()));
        self.files.dedup();
        // One folder without links contains no file twice, and ten thousand system calls would be slow.
        if arguments > 1 || self.links {
            let mut seen = BTreeSet::new();
            self.files.retain(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
        }
        let files = self.files.into_iter().map(Input::File);
        self.standard_input.then_some(Input::StandardInput).into_iter().chain(files).collect()
    }
}

/// The path without `.` parts: `./a/./b` is `a/b`.
fn plain(path: &Path) -> PathBuf {
    let plain: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
    if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain }
}

fn missing(argument: &Path) -> Diagnostic {
    let path = plain(argument);
    let diagnostic =
        Diagnostic::without_place(Code::CommandNoSuchPath, format!("there is no file or folder `{}`", path.display()));
    // The wrong part is the first that does not exist.
    let exists = path.ancestors().skip(1).find(|parent| parent.as_os_str().is_empty() || parent.exists());
    let folder = exists.unwrap_or(Path::new(""));
    let wrong = path.strip_prefix(folder).ok().and_then(|rest| rest.components().next());
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Some(wrong) = wrong.map(|part| part.as_os_str().to_string_lossy()) else { return diagnostic };
    if listed.is_file() {
        return diagnostic.help(format!(
            "`{}` is a file, so it contains no `{}`",
            hidden::path(listed),
            hidden::one_line(&wrong)
        ));
    }
    let mut names: Vec<String> = std::fs::read_dir(listed)
        .map(|entries| entries.flatten().take(MOST_NAMES).map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .map(Iterator::collect)
        .unwrap_or_default();
    names.sort_unstable();
    let whole = names.iter().find(|name| policy_name(name) == Some(&*wrong)).map(String::as_str);
    let nearest = whole.or_else(|| suggest::nearest(&wrong, names.iter().map(String::as_str)));
    diagnostic.maybe_help(nearest.map(|name| format!("did you mean `{}`?", hidden::path(&folder.join(name)))))
}

/// `checkout` of `checkout.canary.kdl`.
fn policy_name(file: &str) -> Option<&str> {
    EXTENSIONS.iter().find_map(|extension| file.strip_suffix(extension))
}

fn nothing_in(folder: &Path, nearly: Option<&Path>) -> Diagnostic {
    let looked_for = "files named `NAME.canary.kdl`, `NAME.canary.yaml` or `NAME.canary.json`";
    let folder = plain(folder);
    let message = match folder.as_os_str().to_str() {
        Some(".") => "there is no policy in the current folder".to_owned(),
        _ => format!("there is no policy in folder `{}`", folder.display()),
    };
    let help = match nearly {
        Some(file) => format!("if `{}` is a policy, pass the file itself", hidden::path(file)),
        None => "pass another folder, or the file itself".to_owned(),
    };
    Diagnostic::without_place(Code::CommandNothingFound, message)
        .why(format!(
            "canaryc looks for {looked_for} in the folder and below, and skips hidden files and those in `.gitignore`."
        ))
        .help(help)
}

fn unreadable(error: &ignore::Error) -> String {
    match error {
        ignore::Error::WithPath { path, err } => {
            let reason = match err.io_error().map(std::io::Error::kind) {
                Some(ErrorKind::PermissionDenied) => "permission denied".to_owned(),
                _ => err.to_string(),
            };
            format!("cannot read `{}`: {reason}", plain(path).display())
        }
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => unreadable(err),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    /// The files that are found, relative to the folder.
    fn found(root: &Path, arguments: &[&str]) -> Vec<String> {
        let arguments: Vec<_> = arguments.iter().map(|argument| root.join(argument)).collect();
        let name = |input: Input| match input {
            Input::StandardInput => "-".to_owned(),
            Input::File(path) => path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"),
        };
        policies(&arguments).unwrap().into_iter().map(name).collect()
    }

    fn mistakes(root: &Path, argument: &str) -> Vec<(Code, String, Option<String>)> {
        let strip = |text: String| text.replace(&format!("{}/", root.display()), "");
        let all = policies(&[root.join(argument)]).unwrap_err().into_vec();
        all.into_iter().map(|it| (it.code, strip(it.message.into()), it.help.map(|help| strip(help.into())))).collect()
    }

    #[test]
    fn a_folder_is_searched_and_gitignore_respected_outside_of_git() {
        let root = folder(&[
            ("b.canary.kdl", ""),
            ("a/z.canary.yaml", ""),
            ("a-b/x.canary.json", ""),
            ("a/y.canary.yml", ""),
            ("lib/org.kdl", ""),
            (".canary.kdl", ""),
            (".hidden/h.canary.kdl", ""),
            ("out/o.canary.kdl", ""),
            ("deep/skip.canary.kdl", ""),
            ("deep/.gitignore", "skip.*"),
            (".gitignore", "/out\n"),
            (".ignore", "b.canary.kdl\n"),
        ]);
        let all = ["a-b/x.canary.json", "a/y.canary.yml", "a/z.canary.yaml", "b.canary.kdl"];
        assert_eq!(found(root.path(), &[""]), all);
        assert_eq!(found(root.path(), &["out/o.canary.kdl"]), ["out/o.canary.kdl"], "a named file is taken as it is");
        assert_eq!(found(root.path(), &["lib/org.kdl"]), ["lib/org.kdl"]);
    }

    #[test]
    fn a_file_with_several_names_is_used_once() {
        let root = folder(&[("a.canary.kdl", ""), ("sub/b.canary.kdl", "")]);
        assert_eq!(
            found(root.path(), &["a.canary.kdl", "./a.canary.kdl", "", "sub"]),
            ["a.canary.kdl", "sub/b.canary.kdl"]
        );
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.path().join("a.canary.kdl"), root.path().join("sub/link.canary.kdl"))
                .unwrap();
            std::os::unix::fs::symlink(root.path().join("gone"), root.path().join("sub/gone.canary.kdl")).unwrap();
            assert_eq!(found(root.path(), &[""]), ["a.canary.kdl", "sub/b.canary.kdl"]);
            assert_eq!(found(root.path(), &["sub"]), ["sub/b.canary.kdl", "sub/link.canary.kdl"]);
        }
    }

    #[test]
    fn standard_input_comes_first() {
        let root = folder(&[("a.canary.kdl", "")]);
        let file = root.path().join("a.canary.kdl");
        let inputs = policies(&[file.clone(), "-".into(), "-".into()]).unwrap();
        assert_eq!(inputs, [Input::StandardInput, Input::File(file)]);
    }

    #[test]
    fn a_missing_path_names_the_nearest() {
        let root = folder(&[("shop/checkout.canary.kdl", ""), ("shop/cart.canary.kdl", "")]);
        let help = |argument: &str| {
            let mistakes = mistakes(root.path(), argument);
            assert_eq!(mistakes.len(), 1);
            assert_eq!(mistakes[0].0, Code::CommandNoSuchPath);
            mistakes[0].2.clone()
        };
        assert_eq!(help("shop/chekout.canary.kdl").as_deref(), Some("did you mean `shop/checkout.canary.kdl`?"));
        assert_eq!(help("shop/checkout").as_deref(), Some("did you mean `shop/checkout.canary.kdl`?"));
        assert_eq!(help("shp/checkout.canary.kdl").as_deref(), Some("did you mean `shop`?"));
        assert_eq!(help("elsewhere/x"), None);
        let below = help("shop/cart.canary.kdl/x");
        assert!(below.is_some_and(|help| help.ends_with("shop/cart.canary.kdl` is a file, so it contains no `x`")));
    }

    #[test]
    fn an_empty_folder_names_the_expected_files() {
        let root = folder(&[("empty/readme.md", ""), ("near/checkout.kdl", "")]);
        let empty = mistakes(root.path(), "empty");
        assert_eq!(empty[0].0, Code::CommandNothingFound);
        assert_eq!(empty[0].1, "there is no policy in folder `empty`");
        let near = mistakes(root.path(), "near");
        assert_eq!(near[0].2.as_deref(), Some("if `near/checkout.kdl` is a policy, pass the file itself"));
    }

    #[test]
    fn paths_are_relative_to_the_current_folder() {
        for (given, shown) in
            [("./a/./b", "a/b"), (".", "."), ("../x", "../x"), ("/a/./b/", "/a/b"), ("a/../b", "a/../b")]
        {
            assert_eq!(plain(Path::new(given)), Path::new(shown), "{given}");
        }
    }
}
