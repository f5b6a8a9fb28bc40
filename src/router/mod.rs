//! In: nothing. Out: the record of one traffic router, which contains all that canaryc knows of it, and the table of
//! these records.
//!
//! Each router has a folder in `routers`. The phases that need the records receive them.

pub mod dropped_header;
pub mod entry;
pub mod feature;
pub mod gateway;
#[cfg(feature = "runtime")]
pub mod live;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object, Origin};
use crate::policy::Release;
use crate::policy::audience::{Audience, ValueMatch};
use crate::policy::context::Context;
use crate::policy::ids::AudienceId;
use crate::policy::reader::Reader;
use crate::policy::routing::{Route, RouteKind};
use crate::policy::service::Service;
use crate::policy::sourced::Sourced;
use crate::source::Span;
use crate::telemetry;
use crate::units::name::{Name, ObjectName};
use crate::vocabulary::Word;
use entry::RoutingEntry;
use feature::{Feature, Support};

/// What canaryc knows of one traffic router.
pub struct Router {
    /// Its keyword: in `router { nginx }`.
    pub word: Word,
    /// Its name in sentences.
    pub name: &'static str,
    /// Whether it supports a feature.
    pub supports: fn(Feature) -> Support,
    /// Its entry of `trafficRouting`.
    pub entry: &'static RoutingEntry,
    /// Reads its settings and reports their problems.
    pub read: fn(&mut Context<'_>, Reader<'_>) -> Arc<dyn Split>,
}

impl fmt::Debug for Router {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Router").field("word", &self.word).finish_non_exhaustive()
    }
}

/// The tables of routers.
#[derive(Clone, Copy)]
pub struct Routers {
    /// Those that canaryc writes.
    pub written: &'static [&'static Router],
    /// The entries of the others that the controller knows.
    pub unwritten: &'static [&'static RoutingEntry],
}

impl fmt::Debug for Routers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.written).finish()
    }
}

impl Routers {
    /// The router with this keyword.
    pub fn find(self, word: Word) -> Option<&'static Router> {
        self.written.iter().copied().find(|router| router.word == word)
    }

    /// The keywords of the routers, in the order of the table.
    pub fn words(self) -> Vec<&'static str> {
        self.written.iter().map(|router| router.word.as_str()).collect()
    }

    /// Every entry of `trafficRouting` that the controller, or a plugin that canaryc knows, reads.
    pub fn entries(self) -> impl Iterator<Item = &'static RoutingEntry> + Clone {
        self.unwritten.iter().copied().chain(self.written.iter().map(|router| router.entry))
    }
}

/// A router that a release declares, with its settings.
#[derive(Clone, Debug)]
pub struct DeclaredRouter {
    /// The node.
    pub origin: Origin,
    /// Its record.
    pub router: &'static Router,
    /// Its settings, which determine how it splits traffic.
    pub split: Arc<dyn Split>,
}

/// The `router` of a release.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// The first router, valid or not; `None` without a router.
    pub origin: Option<Origin>,
    /// The known routers. A diagnostic covers each unknown one.
    pub routers: Vec<DeclaredRouter>,
    /// The table.
    pub table: Routers,
}

impl Declaration {
    /// Whether the release declares no router.
    pub fn is_empty(&self) -> bool {
        self.origin.is_none()
    }

    /// Whether callers use a root Service for both versions.
    pub fn has_root_service(&self) -> bool {
        self.routers.iter().any(|declared| declared.split.has_root_service())
    }
}

/// How a router, with the settings of one release, splits traffic.
pub trait Split: fmt::Debug + Send + Sync {
    /// Whether callers use a root Service for both versions.
    fn has_root_service(&self) -> bool {
        false
    }

    /// Whether a release needs a `route`.
    fn needs_route(&self) -> bool {
        true
    }

    /// The Kubernetes kind of a route.
    fn object_kind(&self, kind: RouteKind) -> Kind;

    /// Existing objects that the Rollout refers to: kind and name.
    fn existing(&self, release: &Name) -> Vec<(Kind, ObjectName)>;

    /// Judges a route that is emitted. `router` is where the router is declared.
    fn judge_route(&self, _cx: &mut Context<'_>, _route: Reader<'_>, _router: Origin) {}

    /// Judges a route in a file; `named` is where the policy names the file.
    fn judge_route_file(&self, _cx: &mut Context<'_>, _route: &Object, _service: &Service, _named: Span) {}

    /// Judges the combination of everything that the release needs from the router, beyond the features of its record.
    fn judge(&self, cx: &mut Context<'_>, asked: &Asked<'_>);

    /// Its entry of `trafficRouting`.
    fn traffic_routing(&self, emission: &Emission<'_>, origin: Origin) -> Field;

    /// Routes and other objects besides the Rollout, without the labels and the namespace of the release.
    fn companions(&self, emission: &Emission<'_>, service: &Service, diagnostics: &mut Diagnostics) -> Vec<Object>;

    /// The implementation behind the router, if the policy says it.
    fn implementation(&self) -> Option<&str> {
        None
    }

    /// The routes of a release with their rules, for telemetry that names them.
    fn rules(&self, _release: &Release) -> Vec<telemetry::Route> {
        Vec::new()
    }

    /// `headerValue` of a `setHeaderRoute`.
    fn header_value(&self, value: &Sourced<ValueMatch>) -> Field;
}

/// What a release needs from its routers. Each part is valid by itself.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The release's name.
    pub release: &'a Sourced<Name>,
    /// The audiences; `None` for an invalid one.
    pub audiences: &'a [Option<Audience>],
    /// The audiences that a stage admits, each with the place of its first admission.
    pub admitted: &'a [(&'a Audience, Span)],
    /// The routes.
    pub routes: &'a [Route],
    /// The Services; `None` if they are invalid.
    pub service: Option<&'a Service>,
}

/// The input from which a router writes its objects.
#[derive(Clone, Copy, Debug)]
pub struct Emission<'a> {
    /// The release's name.
    pub release: &'a Sourced<Name>,
    /// The routes.
    pub routes: &'a [Route],
    /// The audiences.
    pub audiences: &'a BTreeMap<AudienceId, Audience>,
    /// The first header route that the controller manages.
    pub header_route: Option<&'a Sourced<Name>>,
    /// The measure, if any, that distinguishes backends only if each backend has its own filter.
    pub backend_filters: Option<Origin>,
}

impl<'a> Emission<'a> {
    /// The audience with this id.
    pub fn audience(&self, id: AudienceId) -> Option<&'a Audience> {
        self.audiences.get(&id)
    }
}

/// An object with only its type and name.
pub fn object(kind: Kind, name: Field, origin: Origin) -> Object {
    let metadata = Field::with_room(4, origin).with("name", name);
    let root = Field::with_room(4, origin).put("apiVersion", kind.api_version()).put("kind", kind.name());
    Object { root: root.with("metadata", metadata) }
}
