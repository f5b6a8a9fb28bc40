//! Sets of requests: staged audiences, which a stage admits, and pinned ones, which always go one way.

use crate::manifest::Origin;
use crate::policy::routing::RouteKind;
use crate::policy::{AudienceId, Sourced};
use crate::syntax::tree::Text;
use crate::units::Percent;
use crate::units::name::Name;

/// `audience`
#[derive(Clone, Debug)]
pub struct Audience {
    /// The node.
    pub origin: Origin,
    /// Its name: the managed route's, or the suffix of the pinned route's.
    pub name: Sourced<Name>,
    /// Staged or pinned.
    pub admission: Admission,
    /// `share=`; for `any`, the sum of its members' unless said. `None` only when pinned to stable.
    pub share: Option<Sourced<Percent>>,
    /// What its requests look like.
    pub members: Members,
}

/// When an audience reaches the canary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// When a stage admits it.
    Staged,
    /// Always.
    PinnedToCanary,
    /// Never.
    PinnedToStable,
}

/// What the requests of an audience look like.
#[derive(Clone, Debug)]
pub enum Members {
    /// All of the matchers hold.
    Matching(Matchers),
    /// Any of these audiences; none of them is itself an `any`.
    Any(Vec<Sourced<AudienceId>>),
}

/// Conditions that all must hold; at least one is there.
#[derive(Clone, Debug, Default)]
pub struct Matchers {
    /// `host=` (pinned only).
    pub host: Option<Sourced<Text>>,
    /// `path=` (pinned only), a prefix.
    pub path: Option<Sourced<Text>>,
    /// `header` and `cookie`, a cookie as the Cookie header by regular expression.
    pub headers: Vec<HeaderMatcher>,
    /// `query` (pinned only).
    pub queries: Vec<HeaderMatcher>,
    /// `source` (Istio, pinned only).
    pub source: Vec<(Sourced<Text>, Sourced<Text>)>,
}

impl Audience {
    /// Its matchers, unless it joins other audiences.
    pub fn matchers(&self) -> Option<&Matchers> {
        match &self.members {
            Members::Matching(matchers) => Some(matchers),
            Members::Any(_) => None,
        }
    }
}

impl Matchers {
    /// Whether a route of this kind sees all that these conditions are about. One that did not would take every request.
    pub fn seen_by(&self, kind: RouteKind) -> bool {
        let whole_path = self.path.is_none() && self.queries.is_empty();
        match kind {
            RouteKind::Http => true,
            RouteKind::Grpc => whole_path,
            RouteKind::Tls => whole_path && self.host.is_some() && self.headers.is_empty(),
            RouteKind::Tcp => false,
        }
    }
}

/// A cookie, as written.
#[derive(Clone, Debug)]
pub struct Cookie {
    /// Its name.
    pub name: Sourced<Text>,
    /// What it must hold.
    pub value: Sourced<ValueMatch>,
}

/// A header (or query parameter) and what it must hold.
#[derive(Clone, Debug)]
pub struct HeaderMatcher {
    /// The node.
    pub origin: Origin,
    /// The header's name as written.
    pub name: Sourced<Text>,
    /// What it must hold.
    pub value: Sourced<ValueMatch>,
    /// The cookie that this Cookie header must hold.
    pub cookie: Option<Cookie>,
}

/// What a header must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueMatch {
    /// Exactly this.
    Exact(Text),
    /// This at its start.
    Prefix(Text),
    /// This regular expression (RE2).
    Regex(Text),
}
