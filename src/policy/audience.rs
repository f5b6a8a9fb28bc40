//! Sets of requests. A stage admits a staged audience; a pinned audience always goes to one version.

use crate::manifest::Origin;
use crate::policy::ids::AudienceId;
use crate::policy::routing::RouteKind;
use crate::policy::sourced::Sourced;
use crate::syntax::tree::Text;
use crate::units::Percent;
use crate::units::name::Name;

/// `audience`
#[derive(Clone, Debug)]
pub struct Audience {
    /// The node.
    pub origin: Origin,
    /// Its name. A staged audience names its managed route; for a pinned audience, the name is the suffix of its
    /// route's name.
    pub name: Sourced<Name>,
    /// Staged or pinned.
    pub admission: Admission,
    /// `share=`. Without it, an `any` has the sum of its members' shares. `None` only for an audience that is pinned to
    /// stable.
    pub share: Option<Sourced<Percent>>,
    /// Which requests belong to it.
    pub members: Members,
}

/// When requests of an audience reach the canary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// When a stage admits it.
    Staged,
    /// Always.
    PinnedToCanary,
    /// Never.
    PinnedToStable,
}

/// Which requests belong to an audience.
#[derive(Clone, Debug)]
pub enum Members {
    /// Requests that satisfy all of the matchers.
    Matching(Matchers),
    /// Requests of any of these audiences. None of them is itself an `any`.
    Any(Vec<Sourced<AudienceId>>),
}

/// Conditions that must all hold. There is at least one.
#[derive(Clone, Debug, Default)]
pub struct Matchers {
    /// `host=` (pinned only).
    pub host: Option<Sourced<Text>>,
    /// `path=` (pinned only): a prefix.
    pub path: Option<Sourced<Text>>,
    /// `header` and `cookie`. A cookie is a regular expression on the Cookie header.
    pub headers: Vec<HeaderMatcher>,
    /// `query` (pinned only).
    pub queries: Vec<HeaderMatcher>,
    /// `source` (Istio, pinned only).
    pub source: Vec<(Sourced<Text>, Sourced<Text>)>,
}

impl Audience {
    /// The audiences that the controller admits with this one, whose id is `id`: the members of an `any`, else itself.
    pub fn admitted(&self, id: AudienceId) -> Vec<AudienceId> {
        match &self.members {
            Members::Any(members) => members.iter().map(|member| member.value).collect(),
            Members::Matching(_) => vec![id],
        }
    }

    /// Its matchers; `None` for an `any`.
    pub fn matchers(&self) -> Option<&Matchers> {
        match &self.members {
            Members::Matching(matchers) => Some(matchers),
            Members::Any(_) => None,
        }
    }
}

impl Matchers {
    /// Whether a route of this kind can check all of these conditions. A route that cannot would match every request.
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

/// A cookie, as the policy writes it.
#[derive(Clone, Debug)]
pub struct Cookie {
    /// Its name.
    pub name: Sourced<Text>,
    /// What its value must be.
    pub value: Sourced<ValueMatch>,
}

/// A header or query parameter, and what its value must be.
#[derive(Clone, Debug)]
pub struct HeaderMatcher {
    /// The node.
    pub origin: Origin,
    /// The header's name, as the policy writes it.
    pub name: Sourced<Text>,
    /// What its value must be.
    pub value: Sourced<ValueMatch>,
    /// The cookie that this Cookie header must contain.
    pub cookie: Option<Cookie>,
}

/// What the value of a header must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueMatch {
    /// Equal to this text.
    Exact(Text),
    /// A text that starts with this one.
    Prefix(Text),
    /// A text that this regular expression (RE2) matches.
    Regex(Text),
}
