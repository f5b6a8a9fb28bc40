//! In: a feature that a policy needs from its routers. Out: a diagnostic, if a router's record says that it does not
//! support the feature.

use super::Declaration;
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::policy::context::Context;
use crate::policy::routing::RouteKind;
use crate::source::Span;

/// A feature that a policy can need from a router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// An audience that a stage admits.
    StagedAudience,
    /// An audience that always reaches the canary.
    PinnedToCanary,
    /// An audience that never reaches the canary.
    PinnedToStable,
    /// An audience with several conditions, all of which must hold.
    SeveralMatchers,
    /// An audience with `host=` or `path=`.
    HostOrPath,
    /// An audience with `query`.
    Query,
    /// An audience with `source`.
    Source,
    /// A route with `match="regex"`.
    PathExpression,
    /// A route of a kind other than `http`.
    Kind(RouteKind),
    /// A route with `gateway=` or `listener=`.
    Gateway,
    /// A stage with `mirror`.
    Mirror,
    /// An experiment with `weight=`.
    ExperimentWeight,
    /// Services with `ping-pong`.
    PingPong,
}

/// Whether a router supports a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It does.
    Yes,
    /// It does not.
    No(Limit),
}

/// Why a router does not support a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The routers of Argo Rollouts that support it, or what this one accepts instead; for the label.
    pub label: &'static str,
    /// What would happen.
    pub why: &'static str,
    /// What to write instead.
    pub help: &'static str,
}

impl Feature {
    /// Every feature, in the order of the documentation.
    #[cfg(test)]
    pub const ALL: &'static [Self] = &[
        Self::StagedAudience,
        Self::PinnedToCanary,
        Self::PinnedToStable,
        Self::SeveralMatchers,
        Self::HostOrPath,
        Self::Query,
        Self::Source,
        Self::PathExpression,
        Self::Kind(RouteKind::Http),
        Self::Kind(RouteKind::Grpc),
        Self::Kind(RouteKind::Tcp),
        Self::Kind(RouteKind::Tls),
        Self::Gateway,
        Self::Mirror,
        Self::ExperimentWeight,
        Self::PingPong,
    ];

    /// The feature in words, for the documentation.
    #[cfg(test)]
    pub const fn shown(self) -> &'static str {
        match self {
            Self::StagedAudience => "`stage audience=`",
            Self::PinnedToCanary => "`audience pinned=\"canary\"`",
            Self::PinnedToStable => "`audience pinned=\"stable\"`",
            Self::SeveralMatchers => "an audience with several matchers",
            Self::HostOrPath => "an audience with `host=` or `path=`",
            Self::Query => "an audience with `query`",
            Self::Source => "an audience with `source`",
            Self::PathExpression => "`route match=\"regex\"`",
            Self::Kind(RouteKind::Http) => "`route kind=\"http\"`",
            Self::Kind(RouteKind::Grpc) => "`route kind=\"grpc\"`",
            Self::Kind(RouteKind::Tcp) => "`route kind=\"tcp\"`",
            Self::Kind(RouteKind::Tls) => "`route kind=\"tls\"`",
            Self::Gateway => "`route gateway=` and `listener=`",
            Self::Mirror => "`mirror`",
            Self::ExperimentWeight => "`experiment weight=`",
            Self::PingPong => "`service ping-pong=`",
        }
    }

    const fn code(self) -> Code {
        match self {
            Self::Mirror => Code::RouterNoMirror,
            Self::ExperimentWeight => Code::RouterExperimentWeight,
            Self::PingPong => Code::ServicePingPong,
            Self::Source => Code::AudienceMatcher,
            _ => Code::RouterCannot,
        }
    }

    fn message(self, router: &super::Router) -> String {
        let (name, word) = (router.name, router.word);
        match self {
            Self::Mirror => format!("{name} does not support mirroring"),
            Self::ExperimentWeight => format!("with `{word}` an experiment cannot have a share of the traffic"),
            Self::PingPong => format!("`{word}` does not support `ping-pong`"),
            Self::Source => format!("`{word}` does not support `source`"),
            Self::StagedAudience => format!("{name} cannot admit an audience in a stage"),
            Self::PinnedToCanary => format!("{name} cannot pin an audience to the canary"),
            Self::PinnedToStable => format!("{name} cannot pin an audience to the stable version"),
            Self::SeveralMatchers => format!("{name} cannot join matchers"),
            Self::HostOrPath => format!("{name} cannot match an audience by its host or path"),
            Self::Query => format!("{name} cannot match an audience by a query parameter"),
            Self::PathExpression => format!("{name} does not support paths matched by a regular expression"),
            Self::Kind(_) => format!("{name} does not support routes of this kind"),
            Self::Gateway => format!("a route of {name} is not attached to a gateway"),
        }
    }
}

/// Checks that every router of a release supports the feature, which is used at `span`. Returns whether all of them do.
pub fn check(cx: &mut Context<'_>, declared: &Declaration, feature: Feature, span: Span) -> bool {
    let refusal = declared.routers.iter().find_map(|declared| match (declared.router.supports)(feature) {
        Support::Yes => None,
        Support::No(limit) => Some((declared.router, limit)),
    });
    let Some((router, limit)) = refusal else { return true };
    let able = declared.table.written.iter().filter(|other| (other.supports)(feature) == Support::Yes);
    let able: Vec<&str> = able.map(|other| other.word.as_str()).collect();
    let help = if able.is_empty() {
        limit.help.to_owned()
    } else {
        format!("{}, or use the router {}", limit.help, suggest::one_of(able))
    };
    cx.report(
        Diagnostic::new(feature.code(), span, feature.message(router)).label(limit.label).why(limit.why).help(help),
    );
    false
}
