//! In: the model of a file with its includes. Out: one [`Resolved`] policy for each release and environment. The one
//! merge rule combines profiles, release and environment; parameters are substituted and origins kept.

mod foreign_name;
mod holes;
mod instantiate;
mod merge;
mod module;
mod parameters;
mod remove;
mod resolve;
mod scope;
mod stages;

pub use instantiate::{Filled, Instance};
pub use module::{Library, Module};
pub use parameters::{Arguments, Setting};
pub use resolve::resolve;

use std::sync::Arc;

use crate::manifest::ParameterId;
use crate::model::{Block, LayerId};
use crate::source::Sources;
use crate::syntax::tree::Text;

/// One release for one environment, with everything in its reach.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The merged release. Its children include providers and shared `slo`s and `check`s, but no `use`, `param`,
    /// `environment` or `remove`. Its stages are in their final order; ramps (`to=`, `by=`) are not expanded yet.
    pub release: Block,
    /// Declared metrics in reach (`metric` at top level), whose parameters are not substituted.
    pub metrics: Vec<Arc<Block>>,
    /// Guardrails in reach.
    pub guardrails: Vec<Arc<Block>>,
    /// The environment that is built, if environments are declared.
    pub environment: Option<Text>,
    /// The layers, lowest first; [`LayerId`] is an index.
    pub layers: Vec<Layer>,
    /// The parameters of the release and of the profiles that it uses; [`ParameterId`] is an index.
    pub parameters: Vec<Parameter>,
    /// Whether a layer, an include or a part of the file could not be read. It may contain what seems to be missing, so
    /// missing things are not reported.
    pub misread: bool,
    /// What could not be loaded: it may declare a name that seems undeclared.
    pub absent: Absent,
    /// Every text that spans can point into.
    pub sources: Sources,
}

/// Files and profiles that a release names but that could not be loaded.
#[derive(Clone, Debug, Default)]
pub struct Absent {
    /// Whether their declarations are unknown.
    pub unknown: bool,
    /// The declarations of profiles whose names are similar to an unknown one.
    pub names: Vec<Text>,
}

/// One layer of a resolution.
#[derive(Clone, Debug)]
pub struct Layer {
    /// What it is.
    pub kind: LayerKind,
    /// Its name: the profile's, the release's, the environment's.
    pub name: Text,
}

/// A parameter of a release or of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: Text,
    /// The profile that declares it; `None` for a parameter of the release, which `--set` sets.
    pub profile: Option<Text>,
}

/// What a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerKind {
    /// Providers and shared checks of the file and its includes.
    Shared,
    /// A profile that is used.
    Profile,
    /// The release itself.
    Release,
    /// The part of a profile for the environment.
    ProfileEnvironment,
    /// The part of the release for the environment.
    ReleaseEnvironment,
}

impl Absent {
    /// Whether something that could not be loaded may declare a name.
    pub fn may_declare(&self, name: &str) -> bool {
        self.unknown || self.names.iter().any(|known| **known == *name)
    }
}

impl Resolved {
    /// The layer with an id.
    pub fn layer(&self, id: LayerId) -> Option<&Layer> {
        self.layers.get(usize::from(id.0))
    }

    /// The parameter with an id.
    pub fn parameter(&self, id: ParameterId) -> Option<&Parameter> {
        self.parameters.get(id.index())
    }
}
