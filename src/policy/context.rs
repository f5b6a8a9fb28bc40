//! What the reader of every section needs: the resolved policy, files, the diagnostics, and what other sections
//! declare. In: the phase makes one for each release. Out: whether there was an error. After an error there is no
//! [`super::Release`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::files::{FileError, Files, relative_to};
use crate::layers::{Filled, Resolved};
use crate::model::{Block, Value};
use crate::policy::names::TooLong;
use crate::recognized;
use crate::source::{Source, Sources, Span};
use crate::syntax::tree::Text;
use crate::vocabulary::Word;

/// The reading of one release.
pub struct Context<'a> {
    /// The policy to read.
    pub resolved: &'a Resolved,
    /// The values of `{{release}}` and the other built-in names.
    pub names: Names,
    /// The name and place of every `slo` and `check` in scope, used ones first. A [`super::CheckId`] is an index into
    /// this list.
    pub checks: Vec<(Text, Span)>,
    /// The generated names that do not fit. A rule reports them.
    pub too_long: Vec<TooLong>,
    /// How much text the parameters of metrics have filled in.
    pub filled: Filled,
    files: &'a dyn Files,
    sources: &'a mut Sources,
    diagnostics: &'a mut Diagnostics,
    unsound: bool,
    quiet: bool,
}

/// The values of the built-in names in this release.
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

/// The value of a built-in name in this release.
#[derive(Clone, Debug)]
pub enum BuiltIn {
    /// It has this value.
    Is(Text),
    /// It has no value.
    Missing {
        /// Why: the end of a sentence, such as "the release has no `namespace=`".
        because: &'static str,
        /// What to write instead.
        help: &'static str,
    },
    /// Its value is invalid, and a diagnostic was reported.
    Undecided,
}

impl<'a> Context<'a> {
    /// Starts to read a release, before any of its sections.
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
        Self {
            resolved,
            names,
            checks: Vec::new(),
            too_long: Vec::new(),
            filled: Filled::default(),
            files,
            sources,
            diagnostics,
            unsound: false,
            quiet: false,
        }
    }

    /// Reports a diagnostic. After an error the phase returns no release.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.unsound |= diagnostic.severity == Severity::Error;
        if !self.quiet {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports a mistake that several places of the release show: one diagnostic names all of them.
    pub fn report_with_others(&mut self, diagnostic: Diagnostic) {
        self.unsound |= diagnostic.severity == Severity::Error;
        if !self.quiet {
            self.diagnostics.push_or_merge(diagnostic);
        }
    }

    /// Whether the release may have a router that was not understood, or that a file or profile which could not be read
    /// declares.
    pub fn misreads_router(&self) -> bool {
        let release = &self.resolved.release;
        self.resolved.misread || release.misread || release.child(Word::Router).is_some_and(|router| router.misread)
    }

    /// Reports that `block` lacks something, unless canaryc misread a part of the block that may be the missing one.
    pub fn report_missing(&mut self, block: &Block, diagnostic: Diagnostic) {
        if self.resolved.misread || block.is_doubtful() {
            self.already_said();
        } else {
            self.report(diagnostic);
        }
    }

    /// Reports an unknown name, unless canaryc could not read a file or a profile that may declare it. It always
    /// reports a name that closely resembles a known one.
    pub fn report_unknown(&mut self, name: &str, diagnostic: Diagnostic) {
        if self.resolved.absent.may_declare(name) && diagnostic.fix.is_none() {
            self.already_said();
        } else {
            self.report(diagnostic);
        }
    }

    /// Adds a generated name that does not fit.
    pub fn add_too_long(&mut self, name: TooLong) {
        self.unsound = true;
        if !self.quiet {
            self.too_long.push(name);
        }
    }

    /// Marks the release as unsound without another diagnostic; one was reported already.
    pub fn already_said(&mut self) {
        self.unsound = true;
    }

    /// Whether there was an error.
    pub fn is_unsound(&self) -> bool {
        self.unsound
    }

    /// Reads something again without diagnostics: the first reading reported them.
    pub fn without_reporting<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.quiet, true);
        let result = read(self);
        self.quiet = before;
        result
    }

    /// Reads something that the release does not use. Returns the diagnostics instead of reporting them.
    pub fn with_own_diagnostics(&mut self, read: impl FnOnce(&mut Self)) -> Diagnostics {
        let reported = std::mem::take(self.diagnostics);
        let (quiet, unsound) = (std::mem::replace(&mut self.quiet, false), self.unsound);
        read(self);
        (self.quiet, self.unsound) = (quiet, unsound);
        std::mem::replace(self.diagnostics, reported)
    }

    /// Reads something. Also returns whether that succeeded without an error.
    pub fn with_soundness<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> (T, bool) {
        let before = std::mem::replace(&mut self.unsound, false);
        let result = read(self);
        let is_sound = !self.unsound;
        self.unsound |= before;
        (result, is_sound)
    }

    /// Adds the diagnostics of another phase.
    pub fn append(&mut self, diagnostics: Diagnostics) {
        self.unsound |= diagnostics.has_errors();
        if !self.quiet {
            self.diagnostics.append(diagnostics);
        }
    }

    /// Lends the sources and a new list of diagnostics to `work`, then adds the list to this one.
    pub fn with_diagnostics<T>(&mut self, work: impl FnOnce(&Sources, &mut Diagnostics) -> T) -> T {
        let mut found = Diagnostics::new();
        let result = work(self.sources, &mut found);
        self.append(found);
        result
    }

    /// Every text that spans refer to.
    pub fn sources(&self) -> &Sources {
        self.sources
    }

    /// Where part of a value's text is written. For the text of a parameter, that is where the parameter was given.
    pub fn locate(&self, value: &Value, range: std::ops::Range<usize>) -> Span {
        if value.via.is_some() { value.blame() } else { value.locate(self.sources, range) }
    }

    /// As [`Self::locate`], for `text`: the text of the value with more of its holes filled.
    pub fn locate_filled(&self, value: &Value, text: &str, range: std::ops::Range<usize>) -> Span {
        match self.sources.get(value.span.source).filter(|_| value.via.is_none()) {
            Some(source) => value.locate_filled(source, text, range),
            None => value.blame(),
        }
    }

    /// The path in a value, relative to the file that contains the value.
    pub fn path(&self, value: &Value, text: &str) -> PathBuf {
        match self.sources.get(value.span.source) {
            Some(source) => relative_to(&source.path, text),
            None => PathBuf::from(text),
        }
    }

    /// Reads the file that a value names, whatever it holds: messages must not quote it. Reports a file that it cannot
    /// read.
    pub fn read_file(&mut self, value: &Value, text: &str) -> Option<Arc<Source>> {
        let path = self.path(value, text);
        let read = self.files.read(&path);
        self.source_of(read, &path, value.blame())
    }

    /// Reads the manifest, or the patch of one, that a value names. Messages may quote it.
    pub fn read_manifest(&mut self, value: &Value, text: &str) -> Option<Arc<Source>> {
        let path = self.path(value, text);
        let read = self.files.read(&path).and_then(recognized::manifest);
        self.source_of(read, &path, value.blame())
    }

    fn source_of(&mut self, read: Result<Arc<Source>, FileError>, path: &Path, span: Span) -> Option<Arc<Source>> {
        match read {
            Ok(source) => {
                self.sources.add(Arc::clone(&source));
                Some(source)
            }
            Err(error) => {
                let from = self.sources.get(span.source).map(|source| source.path.clone());
                self.report(error.diagnostic(path, span, from.as_deref()));
                None
            }
        }
    }
}

impl BuiltIn {
    /// Its value, if it has a valid one.
    pub fn known(&self) -> Option<&Text> {
        match self {
            Self::Is(text) => Some(text),
            Self::Missing { .. } | Self::Undecided => None,
        }
    }
}
