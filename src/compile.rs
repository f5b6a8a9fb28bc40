//! The whole way, in one call. In: a policy's text, what it may read, and what is asked. Out: the bundles of its
//! releases and everything that was found wrong.

use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::layers::{self, Library, Module, Resolved, Setting};
use crate::source::{Source, Sources, Spanned};
use crate::syntax::tree::Text;

/// What is asked of a compilation.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Only this environment; without it, every one that is declared.
    pub environment: Option<Text>,
    /// Values of the releases' own parameters.
    pub settings: Vec<Setting>,
}

/// What came of one policy file.
#[derive(Debug)]
pub struct Compilation {
    /// Every text that diagnostics and origins point into.
    pub sources: Sources,
    /// What is wrong with it.
    pub diagnostics: Diagnostics,
    /// The resolved policies, also of releases that did not compile.
    pub resolved: Vec<Resolved>,
    /// The environments in its scope.
    pub environments: Vec<Spanned<Text>>,
}

/// Compiles one policy file.
pub fn compile(source: Arc<Source>, library: &Library<'_>, request: &Request) -> Compilation {
    let mut sources = Sources::default();
    sources.add(Arc::clone(&source));
    let mut diagnostics = Diagnostics::new();
    let mut root = Module::read(source);
    let includes = library.includes(&root, &mut diagnostics);
    for include in &includes {
        sources.add(Arc::clone(&include.source));
        diagnostics.append(include.diagnostics.clone());
    }
    let resolution = layers::resolve(
        &root,
        &includes,
        request.environment.as_deref(),
        &request.settings,
        &mut sources,
        &mut diagnostics,
    );
    diagnostics.append(std::mem::take(&mut root.diagnostics));
    Compilation { sources, diagnostics, resolved: resolution.policies, environments: resolution.environments }
}
