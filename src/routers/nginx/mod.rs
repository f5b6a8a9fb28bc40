//! The NGINX Ingress controller. The release has one Ingress for the stable Service, from which the Argo Rollouts
//! controller makes the canary's. A pinned audience is an annotation of the canary Ingress. The controller has no step
//! that turns one on.

mod annotations;
mod characters;
mod ingress;
mod rollout;
mod settings;

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Derivation, Field, Object, Origin};
use crate::policy::Sourced;
use crate::policy::audience::ValueMatch;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::routing::{RouteKind, RouteSource};
use crate::policy::service::Service;
use crate::router::entry::{BUILT_IN, Reference, RoutingEntry, Weights};
use crate::router::feature::{Feature, Limit, Support};
use crate::router::{Asked, Emission, Router, Split};
use crate::source::Span;
use crate::units::name::{Name, ObjectName};
use crate::vocabulary::Word;
use settings::Nginx;

/// The record of the NGINX Ingress controller.
pub const ROUTER: Router = Router {
    word: Word::Nginx,
    name: "the NGINX Ingress controller",
    supports,
    entry: &ENTRY,
    read: |cx, block| Arc::new(settings::read(cx, block)),
};

static ENTRY: RoutingEntry = RoutingEntry {
    path: &["nginx"],
    name: "nginx",
    references: &[
        Reference::new(&["stableIngress"], Kind::Ingress.name()),
        Reference::new(&["stableIngresses", "[]"], Kind::Ingress.name()),
    ],
    weights: Weights::PartsOfMaximum,
    check: rollout::check,
    ..BUILT_IN
};

fn supports(feature: Feature) -> Support {
    let (label, why, help) = match feature {
        Feature::PinnedToCanary | Feature::Kind(RouteKind::Http) => return Support::Yes,
        Feature::StagedAudience => (
            "not supported by `nginx`",
            "The annotations of the canary Ingress are the same in every stage: no step of the controller changes them.",
            "write `pinned=\"canary\"` on the audience, and remove the stage that admits it",
        ),
        Feature::PinnedToStable => (
            "not supported by `nginx`",
            "The controller adds annotations to the canary Ingress only, and they select requests for the canary.",
            "remove the audience",
        ),
        Feature::SeveralMatchers => (
            "the second matcher",
            "An annotation matches one header or one cookie, and two annotations match either of them.",
            "keep one matcher",
        ),
        Feature::HostOrPath | Feature::Query | Feature::Source => (
            "not supported by `nginx`",
            "The annotations of the canary Ingress match a header or a cookie.",
            "match a header or a cookie",
        ),
        Feature::PathExpression => (
            "not supported by `nginx`",
            "An Ingress has no path type for regular expressions.",
            "write `match=\"prefix\"` or `match=\"exact\"`",
        ),
        Feature::Kind(_) => {
            ("not supported by `nginx`", "An Ingress routes HTTP requests by host and path.", "write `kind=\"http\"`")
        }
        Feature::Gateway => (
            "not supported by `nginx`",
            "An Ingress belongs to a class, which the router names.",
            "write `class=` on the router",
        ),
        Feature::Mirror => (
            "not supported by `nginx`",
            "The controller rejects a Rollout with this step, because this router has no managed routes.",
            "pin an `audience` of your own staff to the canary first",
        ),
        Feature::ExperimentWeight => {
            ("Istio, ALB and SMI only", "The controller rejects the Rollout.", "remove `weight=`")
        }
        Feature::PingPong => (
            "ALB and Istio only",
            "The Ingress names one stable Service. With ping-pong Services the controller would move the traffic of the wrong one.",
            "remove it",
        ),
    };
    Support::No(Limit { label, why, help })
}

impl Split for Nginx {
    fn needs_route(&self) -> bool {
        self.existing.is_none()
    }

    fn object_kind(&self, _kind: RouteKind) -> Kind {
        Kind::Ingress
    }

    fn existing(&self, release: &Name) -> Vec<(Kind, ObjectName)> {
        let default = || release.clone().into();
        let name = self.existing.map(|_| self.ingress.as_ref().map_or_else(default, |ingress| ingress.value.clone()));
        name.map(|name| (Kind::Ingress, name)).into_iter().collect()
    }

    fn judge_route(&self, cx: &mut Context<'_>, route: Reader<'_>, _router: Origin) {
        let Some(existing) = self.existing else { return };
        cx.report(
            Diagnostic::new(Code::RouteSource, route.head(), "the Ingress of this route already exists")
                .label("not written")
                .also(existing.span, "the router uses an existing Ingress")
                .why("canaryc does not change an existing Ingress, so this route would have no effect.")
                .help("remove the route, or `existing=#true` of the router"),
        );
    }

    fn judge_route_file(&self, cx: &mut Context<'_>, route: &Object, service: &Service, named: Span) {
        ingress::judge(cx, self, route, service, named);
    }

    fn judge(&self, cx: &mut Context<'_>, asked: &Asked<'_>) {
        ingress::judge_paths(cx, asked.routes);
        annotations::judge(cx, self, asked);
    }

    /// The stable Ingresses, and the annotations of the canary Ingress.
    fn traffic_routing(&self, emission: &Emission<'_>, origin: Origin) -> Field {
        let mut field = Field::mapping(origin);
        if self.prefix.origin.derivation != Derivation::Default {
            field.set("annotationPrefix", self.prefix.field());
        }
        match self.stable_ingresses(emission).as_slice() {
            [only] => field.set("stableIngress", only.field()),
            several => {
                field.set("stableIngresses", Field::sequence(several.iter().map(Sourced::field).collect(), origin));
            }
        }
        for (key, added) in [
            ("additionalIngressAnnotations", annotations::of_audiences(self, emission, origin)),
            ("canaryIngressAnnotations", annotations::of_settings(self, origin)),
        ] {
            if !added.entries().is_empty() {
                field.set(key, added);
            }
        }
        field
    }

    fn companions(&self, emission: &Emission<'_>, service: &Service, _diagnostics: &mut Diagnostics) -> Vec<Object> {
        let mut objects: Vec<Object> = ingress::emitted(self, emission, service).into_iter().collect();
        objects.extend(emission.routes.iter().filter_map(|route| match &route.source {
            RouteSource::File(object) => Some(object.clone()),
            RouteSource::Emitted | RouteSource::Existing => None,
        }));
        objects
    }

    fn header_value(&self, value: &Sourced<ValueMatch>) -> Field {
        Field::mapping(value.origin)
    }
}
