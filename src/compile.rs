//! All phases in one call. In: the text of a policy, the files that it may name, and a request. Out: the objects of its
//! releases, and all diagnostics.

mod shared;

pub use crate::allow::Allows;
use crate::emit::Bundle;
pub use crate::layers::{Library, Setting};

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use crate::backends::BACKENDS;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Levels, suggest};
use crate::emit::{self, comments};
use crate::files::{Files, FilesOf};
use crate::layers::{self, Module, Resolved};
use crate::lint;
use crate::manifest::{Comments, Object};
use crate::model::Block;
use crate::plan::{self, Plan};
use crate::policy::outside::outside;
use crate::policy::{self, Release};
use crate::source::{Source, Sources, Span, Spanned, Syntax};
use crate::syntax::tree::Text;
use crate::validate;
use crate::vocabulary::{self, Word};

/// What to compile.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Only this environment; `None` means every environment that the policy declares.
    pub environment: Option<Text>,
    /// Values for the parameters of the releases.
    pub settings: Vec<Setting>,
    /// How to report warnings.
    pub levels: Levels,
}

/// The result of compiling one policy file.
#[derive(Debug)]
pub struct Compilation {
    /// Every text that a diagnostic or an origin points into.
    pub sources: Sources,
    /// All errors and warnings.
    pub diagnostics: Diagnostics,
    /// Each release for each environment, in the order of the file, then of `environments`.
    pub policies: Vec<Policy>,
    /// The environments that it declares.
    pub environments: Vec<Spanned<Text>>,
    /// The parameters that its releases declare, for `--set`.
    pub parameters: Vec<String>,
}

/// One release for one environment.
#[derive(Debug)]
pub struct Policy {
    /// The merged policy.
    pub(crate) resolved: Resolved,
    /// The result; `None` if the file has errors.
    pub compiled: Option<Compiled>,
}

/// A release without errors.
#[derive(Debug)]
pub struct Compiled {
    /// The release.
    pub(crate) release: Release,
    /// Its timeline.
    pub(crate) plan: Plan,
    /// Its objects.
    pub bundle: Bundle,
}

impl Compilation {
    /// The objects of all releases, in order.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.policies.iter().filter_map(|policy| policy.compiled.as_ref()).flat_map(|compiled| &compiled.bundle.objects)
    }
}

impl Compiled {
    /// Comments for the reviewers of the manifests, for each object of the bundle, in the same order.
    pub fn comments(&self) -> Vec<Comments> {
        comments(&self.release, &self.plan, &self.bundle.objects)
    }

    /// What must hold in Prometheus for the measurements to have data, each as the object of "Prometheus must have".
    pub fn outside(&self) -> BTreeSet<String> {
        outside(&self.release)
    }
}

impl Policy {
    /// The name of the release; `None` if it has none, which is an error.
    pub fn name(&self) -> Option<&str> {
        self.resolved.release.name()
    }

    /// The environment that it is for; `None` if the policy declares none.
    pub fn environment(&self) -> Option<&str> {
        self.resolved.environment.as_deref()
    }
}

/// Compiles one policy file.
pub fn compile(source: Arc<Source>, library: &Library<'_>, request: &Request) -> Compilation {
    let mut sources = Sources::default();
    sources.add(Arc::clone(&source));
    let mut diagnostics = Diagnostics::new();
    let files = FilesOf::new(library.files(), &source.path);
    let mut root = Module::read(source);
    let includes = library.includes(&root, &mut diagnostics);
    for include in &includes {
        sources.add(Arc::clone(&include.source));
        diagnostics.append(include.diagnostics.clone());
    }
    let allows = Allows::read(&root, &includes, &mut diagnostics);
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
        let compiled = release(&resolved, &files, &mut sources, &mut own);
        let own = allows.of_release(&resolved.release, own);
        found.push((resolved.environment.clone(), own));
        policies.push(Policy { resolved, compiled });
    }
    diagnostics.append(by_environment(found, resolution.environments.len(), &request.levels));
    if !diagnostics.has_errors() && root.block.children.is_empty() {
        diagnostics.push(declares_nothing(&root.source));
    }
    if !diagnostics.has_errors() {
        for diagnostic in shared::judge(&root, &includes, &files, &sources) {
            diagnostics.push(diagnostic);
        }
    }
    let mut diagnostics = allows.of_nodes(diagnostics);
    // An environment that is not compiled may have the warning.
    if request.environment.is_none() && !diagnostics.has_errors() {
        allows.unused(&mut diagnostics);
    }
    let policies_read: Vec<&Source> =
        std::iter::once(&*root.source).chain(includes.iter().map(|include| &*include.source)).collect();
    let mut diagnostics = request.levels.apply(in_the_syntax_of_each(diagnostics, &policies_read));
    if !diagnostics.has_errors() {
        for policy in policies.iter().filter(|policy| policy.compiled.is_none()) {
            diagnostics.push(no_result(&policy.resolved.release));
        }
    }
    if diagnostics.has_errors() {
        // An error in one release invalidates the whole file.
        for policy in &mut policies {
            policy.compiled = None;
        }
    }
    Compilation { sources, diagnostics, policies, environments: resolution.environments, parameters }
}

fn release(
    resolved: &Resolved,
    files: &dyn Files,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Compiled> {
    let reading = policy::release(resolved, files, BACKENDS, sources, diagnostics)?;
    let plan = plan::plan(reading.release(), diagnostics);
    lint::run(reading.release(), &plan, diagnostics);
    let release = reading.sound().filter(|_| !diagnostics.has_errors())?;
    match emit::emit(&release, &plan) {
        Ok(bundle) => {
            validate::bundle(&release, &bundle, BACKENDS, diagnostics);
            Some(Compiled { release, plan, bundle })
        }
        Err(errors) => {
            diagnostics.append(errors);
            None
        }
    }
}

/// A release without a result always has an error: without one, a build would remove its manifests.
/// A file that was emptied, by a broken merge or a full disk, looks like a release that was removed.
fn declares_nothing(source: &Source) -> Diagnostic {
    let start = source.span().at_start();
    Diagnostic::new(Code::FileDeclaresNothing, start, "this file declares nothing")
        .label("no release, and nothing for others to include")
        .why("`canaryc build -o` removes the manifests of a release that is gone, and a GitOps tool then removes its pods.")
        .help("write a `release`, or delete the file")
}

fn no_result(release: &Block) -> Diagnostic {
    Diagnostic::new(
        Code::CommandNoResult,
        release.name_span(),
        "canaryc could not compile this release, and cannot say why",
    )
    .label("no result")
    .why("This is a bug in canaryc.")
    .help("report the policy as an issue")
}

/// Rewrites advice about a YAML policy in YAML. `policies` holds the policy, then the files that it includes.
fn in_the_syntax_of_each(diagnostics: Diagnostics, policies: &[&Source]) -> Diagnostics {
    let mut all = Diagnostics::new();
    for mut diagnostic in diagnostics.into_vec() {
        let place = diagnostic.span().map(|span| span.source);
        // An error in a manifest is corrected in the policy, or in the manifest, whose words are not those of a policy.
        let source = policies.iter().find(|source| Some(source.id) == place).or(policies.first());
        if source.is_some_and(|source| source.syntax() == Syntax::Yaml) {
            vocabulary::in_yaml(&mut diagnostic);
        }
        all.push(diagnostic);
    }
    all
}

/// Reports a requested environment that the policy does not declare.
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

/// Reports each diagnostic once. A diagnostic that occurs only in some environments names them.
fn by_environment(mut found: Vec<(Option<Text>, Diagnostics)>, environments: usize, levels: &Levels) -> Diagnostics {
    if let [(_, only)] = found.as_mut_slice() {
        return std::mem::take(only);
    }
    let mut distinct: Vec<(Diagnostic, Vec<Text>)> = Vec::new();
    // There are few diagnostics at one place, but there may be very many in total.
    let mut known: HashMap<(Code, Option<Span>), Vec<usize>> = HashMap::new();
    for (environment, diagnostics) in found {
        for diagnostic in diagnostics.into_vec() {
            let here = known.entry((diagnostic.code, diagnostic.span())).or_default();
            // What else it shows, such as a number of pods, may differ from environment to environment.
            let is_same = |(known, names): &(Diagnostic, Vec<Text>)| {
                *known == diagnostic
                    || (known.message == diagnostic.message
                        && environment.as_ref().is_some_and(|own| !names.contains(own)))
            };
            let position = match here.iter().find(|position| is_same(&distinct[**position])) {
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
        let is_intended = diagnostic.code.is_intended_in_some_environments() && !levels.is_error(diagnostic.code);
        if is_intended && !names.is_empty() && names.len() < environments {
            continue;
        }
        if !names.is_empty() && names.len() < environments {
            let plural = if names.len() == 1 { "environment" } else { "environments" };
            diagnostic.message = format!("{} (in {plural} `{}`)", diagnostic.message, names.join("`, `")).into();
        }
        all.push(diagnostic);
    }
    all
}
