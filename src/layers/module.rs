//! In: the path of an include. Out: the lowered file, read once in a process however often it is included, and the
//! transitive includes of a policy in the order of their precedence.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{holes, parameters};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::files::{FileError, Files, relative_to};
use crate::lower;
use crate::model::Block;
use crate::recognized;
use crate::source::{Source, Span};
use crate::syntax::limits;
use crate::syntax::tree::Document;
use crate::vocabulary::{DOCUMENT, Word};

/// One file, read and lowered.
#[derive(Debug)]
pub struct Module {
    /// Its text.
    pub source: Arc<Source>,
    /// Its nodes.
    pub block: Block,
    /// Its `metric`s and `guardrail`s, shared with every file that includes it.
    pub shared: Vec<Arc<Block>>,
    /// The mistakes in the parameters and holes of each of its nodes, by the index of the node. Most nodes have none.
    pub declarations: Vec<(usize, Diagnostics)>,
    /// The mistakes in the file itself.
    pub diagnostics: Diagnostics,
    /// Whether it has syntax errors, so part of it may be missing.
    pub unread: bool,
}

impl Module {
    /// Reads and lowers a text.
    pub fn read(source: Arc<Source>) -> Self {
        let mut diagnostics = Diagnostics::new();
        let document = lower::read(&source, &mut diagnostics);
        Self::lowered(source, &document, diagnostics)
    }

    /// Lowers a tree. `diagnostics` are those of reading it.
    pub fn lowered(source: Arc<Source>, document: &Document, mut diagnostics: Diagnostics) -> Self {
        let unread = diagnostics.has_errors();
        let mut block = lower::lower(document, &DOCUMENT, &source, &mut diagnostics);
        lower::mark_misread(&mut block, &diagnostics);
        let shared = block.children.iter().filter(|child| matches!(child.word(), Word::Metric | Word::Guardrail));
        let shared = shared.map(|child| Arc::new(child.clone())).collect();
        let declarations = declarations(&block, &source);
        Self { source, block, shared, declarations, diagnostics, unread }
    }
}

/// Checks the declarations of a file itself: once, however often it is included and used.
fn declarations(block: &Block, source: &Source) -> Vec<(usize, Diagnostics)> {
    let judged = [Word::Profile, Word::Release, Word::Metric, Word::Slo, Word::Check, Word::Provider];
    let mut all = Vec::new();
    for (index, child) in block.children.iter().enumerate().filter(|(_, child)| judged.contains(&child.word())) {
        let mut found = Diagnostics::new();
        parameters::check_declarations(child, source, &mut found);
        holes::check(child, source, &mut found);
        if !found.is_empty() {
            all.push((index, found));
        }
    }
    all
}

type Entry = Result<Arc<Module>, FileError>;

/// Included files, shared by every policy of a run.
pub struct Library<'a> {
    files: &'a dyn Files,
    modules: Mutex<HashMap<PathBuf, Arc<std::sync::OnceLock<Entry>>>>,
}

impl<'a> Library<'a> {
    /// An empty library over these files.
    pub fn new(files: &'a dyn Files) -> Self {
        Self { files, modules: Mutex::new(HashMap::new()) }
    }

    /// The files that it reads from.
    pub fn files(&self) -> &'a dyn Files {
        self.files
    }

    /// Whether `policy` may include a file, directly or not.
    fn admit(&self, policy: &Path, path: &Path) -> Result<(), FileError> {
        if crate::standard::find(path).is_some() { Ok(()) } else { self.files.admit(policy, path) }
    }

    /// The included file at a path.
    fn module(&self, path: &Path) -> Entry {
        let built_in = crate::standard::find(path);
        let cell = {
            let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(modules.entry(path.to_path_buf()).or_default())
        };
        cell.get_or_init(|| {
            let source = match built_in {
                Some(source) => source?,
                None => recognized::policy(self.files.read(path)?)?,
            };
            Ok(Arc::new(Module::read(source)))
        })
        .clone()
    }

    /// Every file that `root` includes, directly or not, each once, whatever links lead to it. The includes of a file come
    /// before the file.
    pub fn includes(&self, root: &Module, diagnostics: &mut Diagnostics) -> Vec<Arc<Module>> {
        self.includes_within(limits::INCLUDED_BYTES, root, diagnostics)
    }

    fn includes_within(&self, room: usize, root: &Module, diagnostics: &mut Diagnostics) -> Vec<Arc<Module>> {
        // Most policies include nothing, and to resolve links asks the disk.
        if root.block.all(Word::Include).next().is_none() {
            return Vec::new();
        }
        let mut closure = Closure {
            library: self,
            policy: &root.source.path,
            found: Vec::new(),
            read: HashMap::new(),
            followed: HashSet::new(),
            room: Some(room),
            stack: vec![Open { path: root.source.path.clone(), real: self.files.resolved(&root.source.path) }],
            diagnostics,
        };
        closure.of(root, &root.source.path);
        closure.found
    }
}

struct Closure<'a, 'b> {
    library: &'a Library<'a>,
    /// The policy that is compiled.
    policy: &'a Path,
    found: Vec<Arc<Module>>,
    /// The files that were read, by their paths with links resolved.
    read: HashMap<PathBuf, Arc<Module>>,
    /// The files whose includes were followed, and the folders in which the includes were looked for.
    followed: HashSet<(PathBuf, PathBuf)>,
    /// How many bytes more may be included; `None` after the first file that is too much.
    room: Option<usize>,
    stack: Vec<Open>,
    diagnostics: &'b mut Diagnostics,
}

/// A file whose includes are followed.
struct Open {
    path: PathBuf,
    /// The path with links resolved.
    real: PathBuf,
}

impl Closure<'_, '_> {
    /// Follows the includes of a file, which are relative to the path with which it was included.
    fn of(&mut self, module: &Module, named: &Path) {
        for include in module.block.all(Word::Include) {
            let Some(value) = include.argument().filter(|value| value.is_sound()) else { continue };
            let Some(written) = value.as_str() else { continue };
            let path = if written.starts_with("std:") { PathBuf::from(written) } else { relative_to(named, written) };
            self.include(path, value.span);
        }
    }

    fn include(&mut self, path: PathBuf, span: Span) {
        let real = self.library.files.resolved(&path);
        if let Some(start) = self.stack.iter().position(|open| open.path == path || open.real == real) {
            let opened = self.stack[start..].iter().map(|open| &open.path);
            let chain: Vec<String> = opened.chain([&path]).map(|path| format!("`{}`", path.display())).collect();
            self.diagnostics.push(
                Diagnostic::new(Code::IncludeCycle, span, format!("the includes form a cycle: {}", chain.join(" → ")))
                    .label("closes the cycle")
                    .help("move what both files need into a third one, and include it in both"),
            );
            return;
        }
        let folder = self.library.files.resolved(path.parent().unwrap_or(Path::new("")));
        let followed = (real.clone(), folder);
        let Some(room) = self.room.filter(|_| !self.followed.contains(&followed)) else { return };
        let is_read = self.read.contains_key(&real);
        let module = match self.module(&path, &real) {
            Ok(module) => module,
            Err(error) => {
                self.diagnostics.push(crate::standard::diagnostic(
                    &path,
                    &error,
                    span,
                    self.stack.last().map(|open| open.path.as_path()),
                ));
                return;
            }
        };
        let size = if is_read { 0 } else { module.source.text.len() };
        self.room = room.checked_sub(size).filter(|_| self.followed.len() < limits::INCLUDES);
        if self.room.is_none() {
            self.diagnostics.push(too_much(span));
            return;
        }
        if self.stack.len() >= limits::DEPTH {
            self.diagnostics.push(
                Diagnostic::new(Code::IncludeCycle, span, "includes are nested too deeply")
                    .label(format!("more than {} levels deep", limits::DEPTH))
                    .help("include the required files directly"),
            );
            return;
        }
        if let Some(release) = module.block.child(Word::Release) {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::IncludeOfRelease,
                    span,
                    format!("`{}` contains a release and cannot be included", path.display()),
                )
                .label("included here")
                .also(release.keyword, "a release")
                .why("Every policy that includes the file would build the release again.")
                .help("move the shared declarations into a file without a `release`"),
            );
        }
        self.followed.insert(followed);
        self.stack.push(Open { path: path.clone(), real });
        self.of(&module, &path);
        self.stack.pop();
        // Another link to a file declares nothing again.
        if !self.found.iter().any(|known| Arc::ptr_eq(known, &module)) {
            self.found.push(module);
        }
    }

    /// The file at a path, which is read only if no other path led to it.
    fn module(&mut self, path: &Path, real: &Path) -> Entry {
        self.library.admit(self.policy, path)?;
        if let Some(module) = self.read.get(real) {
            return Ok(Arc::clone(module));
        }
        let module = self.library.module(path)?;
        self.read.insert(real.to_owned(), Arc::clone(&module));
        Ok(module)
    }
}

/// The first file beyond what one policy may include.
fn too_much(span: Span) -> Diagnostic {
    let (files, size) = (limits::INCLUDES, limits::INCLUDED_BYTES / 1024 / 1024);
    Diagnostic::new(Code::WordTooMany, span, format!("a policy includes at most {files} files, of {size} MiB together"))
        .label("not included, nor any file after it")
        .help("include only the files that declare what the policy uses")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    const PROFILE: &str = "profile \"p\" {}\n";

    /// The number of files that a policy of these texts includes, and the codes of its mistakes.
    fn included(policy: &str, files: MemoryFiles, room: usize) -> (usize, Vec<Code>) {
        let mut diagnostics = Diagnostics::new();
        let root = Module::read(Source::new("p.canary.kdl", policy));
        let found = Library::new(&files).includes_within(room, &root, &mut diagnostics);
        (found.len(), diagnostics.iter().map(|diagnostic| diagnostic.code).collect())
    }

    #[test]
    fn the_files_of_all_includes_are_bounded() {
        let name = |n: usize| format!("d{}/f{n}.kdl", n % 10);
        let mut files = MemoryFiles::new();
        let (mut policy, mut parts) = (String::new(), vec![String::new(); 11]);
        for n in 0..limits::INCLUDES + 10 {
            files = files.with(name(n), PROFILE);
            parts[n % 11].push_str(&format!("include \"{}\"\n", name(n)));
        }
        for (n, part) in parts.into_iter().enumerate() {
            files = files.with(format!("part{n}.kdl"), part);
            policy.push_str(&format!("include \"part{n}.kdl\"\n"));
        }
        assert_eq!(included(&policy, files, usize::MAX), (limits::INCLUDES, vec![Code::WordTooMany]));
    }

    #[test]
    fn the_text_of_all_includes_is_bounded() {
        let files = MemoryFiles::new().with("a.kdl", PROFILE).with("b.kdl", PROFILE).with("c.kdl", PROFILE);
        let policy = "include \"a.kdl\"\ninclude \"b.kdl\"\ninclude \"a.kdl\"\ninclude \"c.kdl\"\n";
        assert_eq!(included(policy, files.clone(), 3 * PROFILE.len()), (3, vec![]));
        assert_eq!(included(policy, files, 2 * PROFILE.len()), (2, vec![Code::WordTooMany]));
    }
}
