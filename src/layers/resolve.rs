//! In: a policy with everything in its reach. Out: a [`Resolved`] for each release and environment. Layers, lowest
//! first: shared declarations, profiles in the order of `use`, the release; then, in the same order, the part of each
//! of these for the environment that is built.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::instantiate::{Filled, Instance};
use super::merge;
use super::module::Module;
use super::parameters::{Arguments, Setting};
use super::remove;
use super::scope::Scope;
use super::{Absent, Layer, LayerKind, Parameter, Resolved};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, reference, suggest};
use crate::model::{Block, LayerId, Value};
use crate::source::{Sources, Spanned};
use crate::syntax::limits;
use crate::syntax::tree::Text;
use crate::vocabulary::Word;

/// The result of resolving a file.
#[derive(Debug, Default)]
pub struct Resolution {
    /// One for each release and environment, in the order of the file, then of `environments`.
    pub policies: Vec<Resolved>,
    /// The environments that the file declares or includes.
    pub environments: Vec<Spanned<Text>>,
}

/// Resolves every release of a file. `environment` limits the build to one environment. Without it, there is one policy
/// for each declared environment, or a single one when none are declared.
pub fn resolve(
    root: &Module,
    includes: &[Arc<Module>],
    environment: Option<&str>,
    settings: &[Setting],
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Resolution {
    // An include that could not be read may contain what now seems to be missing.
    let broken = diagnostics.has_errors();
    let missing_file = diagnostics.iter().any(|diagnostic| diagnostic.code.group() == Code::FileUnreadable.group());
    let mut scope = Scope::of(root, includes, diagnostics);
    scope.incomplete |= missing_file;
    for module in includes.iter().map(AsRef::as_ref).chain([root]) {
        declarations(module, &scope, diagnostics);
    }
    same_release(&scope, diagnostics);
    let environments = scope.environments.clone();
    let wanted: Vec<Option<Text>> = match environment {
        _ if environments.is_empty() => vec![None],
        Some(name) => environments
            .iter()
            .filter(|known| *known.value == *name)
            .map(|known| Some(Arc::clone(&known.value)))
            .collect(),
        None => environments.iter().map(|known| Some(Arc::clone(&known.value))).collect(),
    };
    let misread = broken || root.unread;
    let mut policies = Vec::new();
    if scope.releases.len() * wanted.len() > limits::BUILDS {
        diagnostics.push(too_many_builds(&scope, wanted.len()));
        return Resolution { policies, environments };
    }
    let mut filled = Filled::default();
    for release in &scope.releases {
        for environment in &wanted {
            filled.next_release();
            let mut stack = Stack::new(&scope, release, environment.clone(), sources, &mut filled, diagnostics);
            stack.misread = misread;
            policies.push(stack.resolve(settings));
        }
    }
    Resolution { policies, environments }
}

fn too_many_builds(scope: &Scope<'_>, environments: usize) -> Diagnostic {
    let releases = scope.releases.len();
    let span = scope.releases.last().map_or_else(|| scope.environments[0].span, |release| release.name_span());
    Diagnostic::new(
        Code::WordTooMany,
        span,
        format!("{releases} releases in {environments} environments exceed the limit of {} builds", limits::BUILDS),
    )
    .label("the last release")
    .help("split the releases into several files, or build one environment at a time with `--env`")
}

/// Reports the mistakes in the file's own declarations: parameters, holes, environments.
fn declarations(module: &Module, scope: &Scope<'_>, diagnostics: &mut Diagnostics) {
    let mut judged = module.declarations.iter().peekable();
    for (index, block) in module.block.children.iter().enumerate() {
        if let Some((_, found)) = judged.next_if(|(of, _)| *of == index) {
            diagnostics.append(found.clone());
        }
        for overlay in block.all(Word::Environment) {
            let Some(name) = overlay.name().filter(|_| overlay.argument().is_some_and(|value| value.is_sound())) else {
                continue;
            };
            if !scope.environments.iter().any(|known| *known.value == *name) {
                let unknown = unknown_environment(name, overlay, scope);
                // A file that could not be read may declare it.
                if !scope.incomplete || unknown.fix.is_some() {
                    diagnostics.push(unknown);
                }
            }
        }
    }
}

fn unknown_environment(name: &str, overlay: &Block, scope: &Scope<'_>) -> Diagnostic {
    let known: Vec<&str> = scope.environments.iter().map(|known| &*known.value).collect();
    let diagnostic = reference::unknown("environment", name, overlay.name_span(), &known);
    if known.is_empty() {
        diagnostic.help(format!("declare it at the top of the policy: `environments \"{name}\"`"))
    } else {
        diagnostic
    }
}

/// Two releases with the same name would overwrite each other.
fn same_release(scope: &Scope<'_>, diagnostics: &mut Diagnostics) {
    let mut first: BTreeMap<(&str, Option<&str>), &Block> = BTreeMap::new();
    for release in &scope.releases {
        let Some(name) = release.name() else { continue };
        let namespace = release.property(Word::Namespace).and_then(Value::as_str);
        match first.entry((name, namespace)) {
            Entry::Vacant(entry) => drop(entry.insert(release)),
            Entry::Occupied(entry) => diagnostics.push(release.declared_twice(entry.get())),
        }
    }
}

struct Stack<'a, 'b> {
    scope: &'b Scope<'a>,
    release: &'b Block,
    environment: Option<Text>,
    layers: Vec<Layer>,
    parameters: Vec<Parameter>,
    base: Block,
    misread: bool,
    absent: Absent,
    sources: &'b mut Sources,
    filled: &'b mut Filled,
    diagnostics: &'b mut Diagnostics,
}

/// A profile that is used, with the values of its parameters.
struct Used<'a> {
    profile: &'a Block,
    arguments: Arguments,
}

impl<'a, 'b> Stack<'a, 'b> {
    fn new(
        scope: &'b Scope<'a>,
        release: &'b Block,
        environment: Option<Text>,
        sources: &'b mut Sources,
        filled: &'b mut Filled,
        diagnostics: &'b mut Diagnostics,
    ) -> Self {
        let base = release.without_body();
        Self {
            scope,
            release,
            environment,
            layers: Vec::new(),
            parameters: Vec::new(),
            base,
            misread: false,
            absent: Absent { unknown: scope.incomplete, names: Vec::new() },
            sources,
            filled,
            diagnostics,
        }
    }

    fn resolve(mut self, settings: &[Setting]) -> Resolved {
        let before = self.diagnostics.error_count();
        let shared = self.layer(LayerKind::Shared, "");
        for block in &self.scope.shared {
            let arguments = Arguments::default();
            let copy = self.instance(&arguments, shared).of(block);
            self.base.children.push(copy);
        }
        let mut own = Arguments::of_release(self.release, settings, self.sources, self.diagnostics);
        own.register(None, &mut self.parameters);
        let mut used: Vec<Used<'a>> = Vec::new();
        for usage in self.usages(&own) {
            self.profile(&usage, &mut used, &mut Vec::new());
        }
        for Used { profile, arguments } in &used {
            let layer = self.layer(LayerKind::Profile, profile.name().unwrap_or_default());
            self.apply(profile, arguments, layer);
        }
        let layer = self.layer(LayerKind::Release, self.release.name().unwrap_or_default());
        self.base.layer = layer;
        self.apply(self.release, &own, layer);
        if let Some(environment) = self.environment.clone() {
            for Used { profile, arguments } in &used {
                if let Some(overlay) = overlay(profile, &environment) {
                    let layer = self.layer(LayerKind::ProfileEnvironment, &environment);
                    self.apply(overlay, arguments, layer);
                }
            }
            if let Some(overlay) = overlay(self.release, &environment) {
                let layer = self.layer(LayerKind::ReleaseEnvironment, &environment);
                self.apply(overlay, &own, layer);
            }
        }
        let misread = self.misread || self.diagnostics.error_count() > before;
        Resolved {
            release: self.base,
            metrics: self.scope.metrics.clone(),
            guardrails: self.scope.guardrails.clone(),
            environment: self.environment,
            layers: self.layers,
            parameters: self.parameters,
            misread: misread || self.absent.unknown,
            absent: self.absent,
            sources: self.sources.clone(),
        }
    }

    fn layer(&mut self, kind: LayerKind, name: &str) -> LayerId {
        let id = LayerId(u16::try_from(self.layers.len()).unwrap_or(u16::MAX));
        self.layers.push(Layer { kind, name: name.into() });
        id
    }

    fn instance<'c>(&'c mut self, arguments: &'c Arguments, layer: LayerId) -> Instance<'c> {
        Instance { arguments, layer, sources: self.sources, filled: self.filled, diagnostics: self.diagnostics }
    }

    /// The release's `use` nodes, with the parameter values that the environment changes.
    fn usages(&mut self, own: &Arguments) -> Vec<Block> {
        let mut usages: Vec<Block> = Vec::new();
        for usage in self.release.all(Word::Use) {
            let copy = self.instance(own, LayerId::default()).of(usage);
            usages.push(copy);
        }
        let overlay = self.environment.as_deref().and_then(|environment| overlay(self.release, environment));
        for change in overlay.into_iter().flat_map(|overlay| overlay.all(Word::Use)) {
            let change = self.instance(own, LayerId::default()).of(change);
            match usages.iter_mut().find(|usage| usage.name() == change.name()) {
                Some(usage) => merge::merge(usage, change, self.diagnostics),
                None => self.diagnostics.push(
                    Diagnostic::new(
                        Code::LayerNothingToAmend,
                        change.name_span(),
                        format!("the release does not use profile `{}`", change.name().unwrap_or_default()),
                    )
                    .label("only its parameters can change here")
                    .why("With another profile, the environment would be a different release.")
                    .help(format!("write `use \"{}\"` in the release", change.name().unwrap_or_default())),
                ),
            }
        }
        usages
    }

    /// Adds one profile and, before it, the profiles that it uses.
    fn profile(&mut self, usage: &Block, used: &mut Vec<Used<'a>>, open: &mut Vec<Text>) {
        let Some(name) = usage.name().filter(|_| usage.argument().is_some_and(|value| value.is_sound())) else {
            return;
        };
        let Some(profile) = self.scope.profile(name) else {
            let known: Vec<&str> = self.scope.profiles.iter().filter_map(|profile| profile.name()).collect();
            let unknown = reference::unknown("profile", name, usage.name_span(), &known);
            if !self.absent.may_declare(name) || unknown.fix.is_some() {
                self.diagnostics.push(unknown);
            }
            match suggest::nearest(name, known.iter().copied()).and_then(|nearest| self.scope.profile(nearest)) {
                Some(nearest) => {
                    let names = nearest.children.iter().filter_map(|child| child.stage_name());
                    self.absent.names.extend(names.map(Text::from));
                }
                None => self.absent.unknown = true,
            }
            return;
        };
        if let Some(start) = open.iter().position(|known| **known == *name) {
            let chain: Vec<&str> = open[start..].iter().map(|name| &**name).chain([name]).collect();
            self.diagnostics.push(
                Diagnostic::new(
                    Code::ProfileCycle,
                    usage.name_span(),
                    format!("the profiles use each other in a cycle: `{}`", chain.join("` → `")),
                )
                .label("closes the cycle")
                .help("remove one `use` from the cycle"),
            );
            return;
        }
        if used.iter().any(|known| std::ptr::eq(known.profile, profile)) {
            return;
        }
        let mut arguments = Arguments::bind(profile, usage, self.sources, self.diagnostics);
        arguments.register(Some(name), &mut self.parameters);
        open.push(name.into());
        for inner in profile.all(Word::Use) {
            let inner = self.instance(&arguments, LayerId::default()).of(inner);
            self.profile(&inner, used, open);
        }
        open.pop();
        used.push(Used { profile, arguments });
    }

    /// Applies one body to the result: first its removals, then its content.
    fn apply(&mut self, body: &Block, arguments: &Arguments, layer: LayerId) {
        for removal in body.all(Word::Remove) {
            remove::remove(&mut self.base, removal, self.diagnostics);
        }
        self.base.misread |= body.misread;
        let mut children = Vec::with_capacity(body.children.len());
        for child in &body.children {
            if !matches!(child.word(), Word::Param | Word::Use | Word::Environment | Word::Remove) {
                let copy = self.instance(arguments, layer).of(child);
                children.push(copy);
            }
        }
        for property in &body.properties {
            let mut property = property.clone();
            property.value.layer = layer;
            match self.base.properties.iter_mut().find(|earlier| earlier.word == property.word) {
                Some(earlier) => *earlier = property,
                None => self.base.properties.push(property),
            }
        }
        let mut found = Diagnostics::new();
        merge::children(&mut self.base, children, &mut found);
        for diagnostic in found.into_vec() {
            // Something that could not be loaded may declare the stage.
            let of_stage = matches!(diagnostic.code, Code::StageNothingToInsertAt | Code::ReferenceUnknown);
            let absent = self.absent.unknown || !self.absent.names.is_empty();
            if !(absent && of_stage && diagnostic.fix.is_none()) {
                self.diagnostics.push(diagnostic);
            }
        }
    }
}

fn overlay<'c>(body: &'c Block, environment: &str) -> Option<&'c Block> {
    body.all(Word::Environment).find(|overlay| overlay.name() == Some(environment))
}
