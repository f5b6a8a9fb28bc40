//! In: nothing. Out: the record in which canaryc keeps what it knows of one traffic router, and the table of them.
//!
//! The records stand in `routers`, one folder each, and are handed to the phases that need them.

pub mod feature;
pub mod gateway;

use std::fmt;
use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Key, Object, Origin};
use crate::policy::audience::{Audience, ValueMatch};
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::routing::{Route, RouteKind};
use crate::policy::service::Service;
use crate::policy::{AudienceId, Sourced};
use crate::source::Span;
use crate::units::name::Name;
use crate::vocabulary::Word;
use feature::{Feature, Support};

/// What canaryc knows of one traffic router.
pub struct Router {
    /// The word of the language for it: in `router { nginx }`.
    pub word: Word,
    /// Its name in sentences.
    pub name: &'static str,
    /// What it can do of what a policy can ask.
    pub supports: fn(Feature) -> Support,
    /// Reads its settings. What is wrong with them is reported.
    pub read: fn(&mut Context<'_>, Reader<'_>) -> Arc<dyn Split>,
}

impl fmt::Debug for Router {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Router").field("word", &self.word).finish_non_exhaustive()
    }
}

/// The table of routers.
#[derive(Clone, Copy, Debug)]
pub struct Routers(pub &'static [&'static Router]);

impl Routers {
    /// The router of a word.
    pub fn find(self, word: Word) -> Option<&'static Router> {
        self.0.iter().copied().find(|router| router.word == word)
    }

    /// The words of the routers, in the order of the table.
    pub fn words(self) -> Vec<&'static str> {
        self.0.iter().map(|router| router.word.as_str()).collect()
    }
}

/// A router that a release declares, with its settings.
#[derive(Clone, Debug)]
pub struct DeclaredRouter {
    /// The node.
    pub origin: Origin,
    /// What is known of it.
    pub router: &'static Router,
    /// Its settings, which know how traffic is split.
    pub split: Arc<dyn Split>,
}

/// What a release says in `router`.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// The first router, right or wrong; `None` without a router.
    pub origin: Option<Origin>,
    /// The routers that canaryc knows; it has reported the others.
    pub routers: Vec<DeclaredRouter>,
    /// The table.
    pub table: Routers,
}

impl Declaration {
    /// Whether the release declares no router.
    pub fn is_empty(&self) -> bool {
        self.origin.is_none()
    }

    /// Whether callers name a Service of their own, in front of both versions.
    pub fn has_root_service(&self) -> bool {
        self.routers.iter().any(|declared| declared.split.has_root_service())
    }
}

/// How a router, with the settings of one release, splits traffic.
pub trait Split: fmt::Debug + Send + Sync {
    /// Whether callers name a Service of their own, in front of both versions.
    fn has_root_service(&self) -> bool {
        false
    }

    /// Whether a release needs a `route`.
    fn needs_route(&self) -> bool {
        true
    }

    /// The Kubernetes kind of a route.
    fn object_kind(&self, kind: RouteKind) -> Kind;

    /// The names of objects that exist and that the Rollout refers to: kind and name.
    fn existing(&self, release: &Name) -> Vec<(Kind, Name)>;

    /// Judges a route that is emitted. `router` is where the router is declared.
    fn judge_route(&self, _cx: &mut Context<'_>, _route: Reader<'_>, _router: Origin) {}

    /// Judges a route in a file; `named` is where the policy names the file.
    fn judge_route_file(&self, _cx: &mut Context<'_>, _route: &Object, _service: &Service, _named: Span) {}

    /// Judges what the release asks of the router together, beyond what its record says.
    fn judge(&self, cx: &mut Context<'_>, asked: &Asked<'_>);

    /// Its entries of `trafficRouting`.
    fn traffic_routing(&self, emission: &Emission<'_>, origin: Origin) -> Vec<(Key, Field)>;

    /// Routes and other objects beside the Rollout, without the labels and the namespace of the release.
    fn companions(&self, emission: &Emission<'_>, service: &Service, diagnostics: &mut Diagnostics) -> Vec<Object>;

    /// `headerValue` of a `setHeaderRoute`.
    fn header_value(&self, value: &Sourced<ValueMatch>) -> Field;
}

/// What a release asks of its routers, each part sound by itself.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The release's name.
    pub release: &'a Sourced<Name>,
    /// The audiences; `None` for one that is wrong.
    pub audiences: &'a [Option<Audience>],
    /// The audiences that a stage admits, with the place of the first admission.
    pub admitted: &'a [(&'a Audience, Span)],
    /// The routes.
    pub routes: &'a [Route],
}

/// What a router writes its objects from.
#[derive(Clone, Copy, Debug)]
pub struct Emission<'a> {
    /// The release's name.
    pub release: &'a Sourced<Name>,
    /// The routes.
    pub routes: &'a [Route],
    /// The audiences.
    pub audiences: &'a [Audience],
    /// The first header route that the controller manages.
    pub header_route: Option<&'a Sourced<Name>>,
    /// The measure, if any, that tells backends apart only when each has a filter of its own.
    pub backend_filters: Option<Origin>,
}

impl<'a> Emission<'a> {
    /// The audience of an id.
    pub fn audience(&self, id: AudienceId) -> Option<&'a Audience> {
        self.audiences.get(id.0)
    }
}

/// An object with nothing but its type and name.
pub fn object(kind: Kind, name: &Sourced<Name>, origin: Origin) -> Object {
    let metadata = Field::with_room(4, origin).with("name", name.field());
    let root = Field::with_room(4, origin).put("apiVersion", kind.api_version()).put("kind", kind.name());
    Object { root: root.with("metadata", metadata) }
}
