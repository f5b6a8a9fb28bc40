//! What every section's reader has at hand: the resolved policy, files, the diagnostics, and what other sections declared.
//! In: made once for each release. Out: whether anything was wrong, so that no unsound [`super::Release`] is made.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::files::{Files, relative_to};
use crate::layers::Resolved;
use crate::model::{Block, Value};
use crate::source::{Source, Sources, Span};
use crate::syntax::tree::Text;

/// The reading of one release.
pub struct Context<'a> {
    /// The policy that is read.
    pub resolved: &'a Resolved,
    /// What `{{release}}` and the like stand for.
    pub names: Names,
    /// The names of every `slo` and `check` in reach with their places, used ones first: a [`super::CheckId`] is an index
    /// into it.
    pub checks: Vec<(Text, Span)>,
    files: &'a dyn Files,
    sources: &'a mut Sources,
    diagnostics: &'a mut Diagnostics,
    unsound: bool,
    quiet: bool,
}

/// What the built-in names stand for in this release.
#[derive(Clone, Debug)]
pub struct Names {
    /// `{{release}}`
    pub release: Text,
    /// `{{namespace}}`
    pub namespace: BuiltIn,
    /// `{{environment}}`
    pub environment: BuiltIn,
    /// `{{service}}`
    pub service: BuiltIn,
    /// `{{stable-service}}`
    pub stable_service: BuiltIn,
    /// `{{canary-service}}`
    pub canary_service: BuiltIn,
}

/// A built-in name in this release.
#[derive(Clone, Debug)]
pub enum BuiltIn {
    /// It stands for this.
    Is(Text),
    /// There is nothing that it could stand for.
    Missing {
        /// Why: a sentence's end, such as "the release has no `namespace=`".
        because: &'static str,
        /// What to write.
        help: &'static str,
    },
    /// What it stands for was wrong, and that has been said.
    Undecided,
}

impl<'a> Context<'a> {
    /// The reading of a release before any of its sections.
    pub fn new(
        resolved: &'a Resolved,
        names: Names,
        files: &'a dyn Files,
        sources: &'a mut Sources,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        for source in resolved.sources.iter() {
            sources.add(Arc::clone(source));
        }
        Self { resolved, names, checks: Vec::new(), files, sources, diagnostics, unsound: false, quiet: false }
    }

    /// Says what is wrong. After an error no release comes out.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.unsound |= diagnostic.severity == Severity::Error;
        if !self.quiet {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Says that `block` lacks something, unless a part of it was misread that may have been it.
    pub fn report_missing(&mut self, block: &Block, diagnostic: Diagnostic) {
        if self.resolved.misread || block.is_doubtful() {
            self.already_said();
        } else {
            self.report(diagnostic);
        }
    }

    /// Says that a name leads nowhere, unless a file or a profile that may declare it could not be read. A name that is
    /// nearly that of something else is said all the same.
    pub fn report_unknown(&mut self, name: &str, diagnostic: Diagnostic) {
        if self.resolved.absent.may_declare(name) && diagnostic.fix.is_none() {
            self.already_said();
        } else {
            self.report(diagnostic);
        }
    }

    /// Marks the release as unsound without another diagnostic; one was reported already.
    pub fn already_said(&mut self) {
        self.unsound = true;
    }

    /// Whether there was an error so far.
    pub fn is_unsound(&self) -> bool {
        self.unsound
    }

    /// Reads something again without diagnostics, which were reported the first time.
    pub fn without_reporting<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.quiet, true);
        let result = read(self);
        self.quiet = before;
        result
    }

    /// Reads something that the release does not use, and returns its diagnostics instead of reporting them.
    pub fn with_own_diagnostics(&mut self, read: impl FnOnce(&mut Self)) -> Diagnostics {
        let reported = std::mem::take(self.diagnostics);
        let (quiet, unsound) = (std::mem::replace(&mut self.quiet, false), self.unsound);
        read(self);
        (self.quiet, self.unsound) = (quiet, unsound);
        std::mem::replace(self.diagnostics, reported)
    }

    /// Adds what another phase has found.
    pub fn append(&mut self, diagnostics: Diagnostics) {
        self.unsound |= diagnostics.has_errors();
        if !self.quiet {
            self.diagnostics.append(diagnostics);
        }
    }

    /// Lends the texts and a list of its own for diagnostics, which are taken over.
    pub fn with_diagnostics<T>(&mut self, work: impl FnOnce(&Sources, &mut Diagnostics) -> T) -> T {
        let mut found = Diagnostics::new();
        let result = work(self.sources, &mut found);
        self.append(found);
        result
    }

    /// Every text that spans point into.
    pub fn sources(&self) -> &Sources {
        self.sources
    }

    /// Adds a text that spans may point into.
    pub fn add_source(&mut self, source: Arc<Source>) {
        self.sources.add(source);
    }

    /// Where part of a value's text is written; a parameter's text is blamed on where the parameter was given.
    pub fn locate(&self, value: &Value, range: std::ops::Range<usize>) -> Span {
        if value.via.is_some() { value.blame() } else { value.locate(self.sources, range) }
    }

    /// The same in `text`, which is the value's text with more of its holes filled.
    pub fn locate_filled(&self, value: &Value, text: &str, range: std::ops::Range<usize>) -> Span {
        match self.sources.get(value.span.source).filter(|_| value.via.is_none()) {
            Some(source) => value.locate_filled(source, text, range),
            None => value.blame(),
        }
    }

    /// The path that a value names, relative to the file in which it is written.
    pub fn path(&self, value: &Value, text: &str) -> PathBuf {
        match self.sources.get(value.span.source) {
            Some(source) => relative_to(&source.path, text),
            None => PathBuf::from(text),
        }
    }

    /// Reads the file that a value names; says so when it cannot be read.
    pub fn read_file(&mut self, value: &Value, text: &str) -> Option<Arc<Source>> {
        let path = self.path(value, text);
        self.read_path(&path, value.blame())
    }

    fn read_path(&mut self, path: &Path, span: Span) -> Option<Arc<Source>> {
        match self.files.read(path) {
            Ok(source) => {
                self.sources.add(Arc::clone(&source));
                Some(source)
            }
            Err(error) => {
                self.report(error.diagnostic(path, span));
                None
            }
        }
    }
}

impl BuiltIn {
    /// What it stands for, if that is known.
    pub fn known(&self) -> Option<&Text> {
        match self {
            Self::Is(text) => Some(text),
            Self::Missing { .. } | Self::Undecided => None,
        }
    }
}
