//! The whole way, in one call. In: a policy's text, what it may read, and what is asked. Out: the bundles of its
//! releases and everything that was found wrong.

use std::collections::HashMap;
use std::sync::Arc;

use crate::backends::BACKENDS;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, suggest};
use crate::emit::{self, Bundle};
use crate::layers::{self, Library, Module, Resolved, Setting};
use crate::manifest::Object;
use crate::model::Block;
use crate::plan::{self, Plan};
use crate::policy::{self, Release};
use crate::source::{Source, Sources, Span, Spanned, Syntax};
use crate::syntax::tree::Text;
use crate::validate;
use crate::vocabulary::{self, Word};

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
    /// Each release for each environment, in the order of the file, then of `environments`.
    pub policies: Vec<Policy>,
    /// The environments in its scope.
    pub environments: Vec<Spanned<Text>>,
    /// The parameters that its releases declare, for `--set`.
    pub parameters: Vec<String>,
}

/// One release for one environment.
#[derive(Debug)]
pub struct Policy {
    /// As the layers left it.
    pub resolved: Resolved,
    /// What it compiles to; `None` when it has errors.
    pub compiled: Option<Compiled>,
}

/// A release that compiles.
#[derive(Debug)]
pub struct Compiled {
    /// The release.
    pub release: Release,
    /// Its timeline.
    pub plan: Plan,
    /// Its objects.
    pub bundle: Bundle,
}

impl Compilation {
    /// The objects of all releases, in order.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.policies.iter().filter_map(|policy| policy.compiled.as_ref()).flat_map(|compiled| &compiled.bundle.objects)
    }
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
    if let Some(wanted) = &request.environment {
        unknown_environment(wanted, &resolution.environments, &mut diagnostics);
    }
    let releases = root.block.all(Word::Release);
    let parameters = releases.flat_map(|release| release.all(Word::Param)).filter_map(Block::name).map(str::to_owned);
    let parameters = parameters.collect();
    let mut found = Vec::new();
    let mut policies = Vec::with_capacity(resolution.policies.len());
    for resolved in resolution.policies {
        let mut own = Diagnostics::new();
        let compiled = release(&resolved, library, &mut sources, &mut own);
        found.push((resolved.environment.clone(), own));
        policies.push(Policy { resolved, compiled });
    }
    diagnostics.append(by_environment(found, resolution.environments.len()));
    let policies_read: Vec<&Source> =
        std::iter::once(&*root.source).chain(includes.iter().map(|include| &*include.source)).collect();
    let diagnostics = in_the_syntax_of_each(diagnostics, &policies_read);
    if diagnostics.has_errors() {
        // A file is built whole or not at all.
        for policy in &mut policies {
            policy.compiled = None;
        }
    }
    Compilation { sources, diagnostics, policies, environments: resolution.environments, parameters }
}

fn release(
    resolved: &Resolved,
    library: &Library<'_>,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Compiled> {
    let release = policy::release(resolved, library.files(), BACKENDS, sources, diagnostics)?;
    let plan = match plan::plan(&release) {
        Ok(plan) => plan,
        Err(errors) => {
            diagnostics.append(errors);
            return None;
        }
    };
    match emit::emit(&release, &plan) {
        Ok(bundle) => {
            validate::bundle(&release, &bundle, diagnostics);
            Some(Compiled { release, plan, bundle })
        }
        Err(errors) => {
            diagnostics.append(errors);
            None
        }
    }
}

/// Advice about a YAML policy is written in YAML; `policies` holds the policy, then what it includes.
fn in_the_syntax_of_each(diagnostics: Diagnostics, policies: &[&Source]) -> Diagnostics {
    let mut all = Diagnostics::new();
    for mut diagnostic in diagnostics.into_vec() {
        let place = diagnostic.span().map(|span| span.source);
        // What stands in a manifest is mended in the policy, or in the manifest, which has its own words.
        let source = policies.iter().find(|source| Some(source.id) == place).or(policies.first());
        if source.is_some_and(|source| source.syntax() == Syntax::Yaml) {
            vocabulary::in_yaml(&mut diagnostic);
        }
        all.push(diagnostic);
    }
    all
}

/// An environment that is asked for and not among those declared.
fn unknown_environment(wanted: &str, declared: &[Spanned<Text>], diagnostics: &mut Diagnostics) {
    let Some(first) = declared.first() else { return };
    if declared.iter().any(|name| *name.value == *wanted) {
        return;
    }
    let known: Vec<&str> = declared.iter().map(|name| &*name.value).collect();
    let nearest = suggest::nearest(wanted, known.iter().copied());
    let listed = format!("the environments are `{}`", known.join("`, `"));
    diagnostics.push(
        Diagnostic::new(Code::EnvironmentUnknown, first.span, format!("there is no environment `{wanted}`"))
            .label("declared here")
            .help(nearest.map_or(listed, |nearest| format!("did you mean `--env {nearest}`?"))),
    );
}

/// What is wrong in every environment is said once; what is wrong only in some says in which.
fn by_environment(mut found: Vec<(Option<Text>, Diagnostics)>, environments: usize) -> Diagnostics {
    if let [(_, only)] = found.as_mut_slice() {
        return std::mem::take(only);
    }
    let mut distinct: Vec<(Diagnostic, Vec<Text>)> = Vec::new();
    // Those at one place are few, and all of them may be very many.
    let mut known: HashMap<(Code, Option<Span>), Vec<usize>> = HashMap::new();
    for (environment, diagnostics) in found {
        for diagnostic in diagnostics.into_vec() {
            let here = known.entry((diagnostic.code, diagnostic.span())).or_default();
            let position = match here.iter().find(|position| distinct[**position].0 == diagnostic) {
                Some(position) => *position,
                None => {
                    here.push(distinct.len());
                    distinct.push((diagnostic, Vec::new()));
                    distinct.len() - 1
                }
            };
            distinct[position].1.extend(environment.clone());
        }
    }
    let mut all = Diagnostics::new();
    for (mut diagnostic, mut names) in distinct {
        names.dedup();
        // An environment that takes the router or the watch away does so on purpose, and need not be told.
        let on_purpose =
            [Code::CheckUnused, Code::ReleaseUnwatched, Code::RouteWithoutRouter].contains(&diagnostic.code);
        if on_purpose && !names.is_empty() && names.len() < environments {
            continue;
        }
        if !names.is_empty() && names.len() < environments {
            let plural = if names.len() == 1 { "environment" } else { "environments" };
            diagnostic.message = format!("{} (in {plural} `{}`)", diagnostic.message, names.join("`, `"));
        }
        all.push(diagnostic);
    }
    all
}
