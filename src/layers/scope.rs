//! In: a policy and its includes. Out: a [`Scope`]: every declaration in reach, each name once.

use std::collections::HashMap;
use std::sync::Arc;

use super::module::Module;
use crate::diagnostic::{Diagnostics, reference};
use crate::model::Block;
use crate::source::Spanned;
use crate::syntax::tree::{Scalar, Text};
use crate::vocabulary::Word;

/// Declarations in reach of one policy, includes first.
pub struct Scope<'a> {
    /// `environments`: the closed set, empty when none are declared.
    pub environments: Vec<Spanned<Text>>,
    /// `provider`, `slo` and `check` at top level.
    pub shared: Vec<&'a Block>,
    /// `metric`
    pub metrics: Vec<Arc<Block>>,
    /// `profile`
    pub profiles: Vec<&'a Block>,
    /// `guardrail`
    pub guardrails: Vec<Arc<Block>>,
    /// `release`, only of the policy itself.
    pub releases: Vec<&'a Block>,
    /// Whether the top of a file was not fully understood, or a file could not be loaded.
    pub incomplete: bool,
}

impl<'a> Scope<'a> {
    /// Collects the declarations of the modules.
    pub fn of(root: &'a Module, includes: &'a [Arc<Module>], diagnostics: &mut Diagnostics) -> Self {
        let mut scope = Self {
            environments: Vec::new(),
            shared: Vec::new(),
            metrics: Vec::new(),
            profiles: Vec::new(),
            guardrails: Vec::new(),
            releases: root.block.all(Word::Release).collect(),
            incomplete: root.block.misread || includes.iter().any(|module| module.block.misread),
        };
        let mut environments: Option<&Block> = None;
        let modules = || includes.iter().map(AsRef::as_ref).chain([root]);
        for block in modules().flat_map(|module| &module.block.children) {
            match block.word() {
                Word::Environments => match environments {
                    Some(first) => diagnostics.push(block.declared_twice(first)),
                    None => environments = Some(block),
                },
                Word::Provider | Word::Slo | Word::Check => scope.shared.push(block),
                Word::Profile => scope.profiles.push(block),
                _ => {}
            }
        }
        for block in modules().flat_map(|module| &module.shared) {
            let list = if block.word() == Word::Metric { &mut scope.metrics } else { &mut scope.guardrails };
            list.push(Arc::clone(block));
        }
        for value in environments.into_iter().flat_map(|block| &block.arguments) {
            let Scalar::String(name) = &value.scalar else { continue };
            if !value.is_sound() {
                continue;
            }
            match scope.environments.iter().find(|known| known.value == *name) {
                Some(first) => diagnostics.push(reference::twice("environment", Some(name), value.span, first.span)),
                None => scope.environments.push(Spanned::new(Arc::clone(name), value.span)),
            }
        }
        // The lowering has already looked for duplicates within one file.
        across_files(scope.shared.iter().copied(), diagnostics);
        across_files(scope.profiles.iter().copied(), diagnostics);
        across_files(scope.metrics.iter().map(AsRef::as_ref), diagnostics);
        across_files(scope.guardrails.iter().map(AsRef::as_ref), diagnostics);
        scope
    }

    /// The profile with a name.
    pub fn profile(&self, name: &str) -> Option<&'a Block> {
        self.profiles.iter().copied().find(|profile| profile.name() == Some(name))
    }
}

fn across_files<'b>(blocks: impl IntoIterator<Item = &'b Block>, diagnostics: &mut Diagnostics) {
    // A policy may include very many files, and its scope is built for each release that judges them.
    let mut firsts: HashMap<(Word, &str), &Block> = HashMap::new();
    for block in blocks {
        let Some(name) = block.name() else { continue };
        let first = *firsts.entry((block.namespace_word(), name)).or_insert(block);
        if first.span.source != block.span.source {
            diagnostics.push(block.declared_twice(first));
        }
    }
}
