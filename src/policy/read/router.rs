//! In: `router`. Out: [`Router`]s. Only the Gateway API is emitted now; the others are refused by name.

use super::unsupported;
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::Origin;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::{self, Reader};
use crate::policy::routing::{GatewayApi, GatewayReference, Router, RouterKind};
use crate::source::Span;
use crate::syntax::tree::Text;
use crate::units::name::{Name, NameError};
use crate::vocabulary::{Type, Word};

/// Reads the routers of a release; none: the split is by pod count.
pub fn routers(cx: &mut Context<'_>, release: Reader<'_>) -> Vec<Router> {
    let Some(router) = release.child(Word::Router) else { return Vec::new() };
    if router.alternative(cx, "router").is_none() {
        return Vec::new();
    }
    let mut routers = Vec::new();
    for child in router.block.children.iter().map(Reader::new) {
        let kind = match child.block.word() {
            Word::GatewayApi => RouterKind::GatewayApi(gateway_api(cx, child)),
            Word::Istio => RouterKind::Istio,
            Word::Nginx => RouterKind::Nginx,
            Word::Alb => RouterKind::Alb,
            Word::Traefik => RouterKind::Traefik,
            Word::Apisix => RouterKind::Apisix,
            Word::Ambassador => RouterKind::Ambassador,
            Word::Smi => RouterKind::Smi,
            Word::AppMesh => RouterKind::AppMesh,
            _ => RouterKind::Plugin,
        };
        if !matches!(kind, RouterKind::GatewayApi(_)) {
            unsupported::refuse(
                cx,
                child.block.keyword,
                format!("router `{}`", child.block.word()),
                "use `gateway-api`, or no `router` to split traffic by the number of pods",
            );
        }
        routers.push(Router { origin: Origin::written(child.block.keyword), kind });
    }
    routers
}

fn gateway_api(cx: &mut Context<'_>, block: Reader<'_>) -> GatewayApi {
    let gateways: Vec<_> = block
        .block
        .arguments
        .iter()
        .filter_map(|value| {
            let text = reader::read::<Text>(cx, value, Type::String)?;
            gateway(cx, &text)
        })
        .collect();
    let mesh = block.flag(cx, Word::Mesh);
    if let (Some(mesh), Some(first)) = (mesh, gateways.first()) {
        cx.report(
            Diagnostic::new(
                Code::RouterMeshAndGateway,
                first.span(),
                "a route cannot be attached to both a gateway and a mesh",
            )
            .label("a gateway")
            .also(mesh.span, "the mesh")
            .why("In a mesh, the parent of the route is the Service that callers use. A gateway would bypass it.")
            .help("remove the gateway, or `mesh=#true`"),
        );
    }
    GatewayApi {
        gateways,
        listener: block.get(cx, Word::Listener),
        mesh,
        implementation: block.get(cx, Word::Implementation),
    }
}

/// `namespace/name`, or a name.
pub fn gateway(cx: &mut Context<'_>, written: &Sourced<Text>) -> Option<Sourced<GatewayReference>> {
    let (namespace, name) = match written.value.split_once('/') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, &*written.value),
    };
    let parsed = (|| -> Result<GatewayReference, NameError> {
        Ok(GatewayReference { namespace: namespace.map(Name::parse).transpose()?, name: Name::parse(name)? })
    })();
    match parsed {
        Ok(reference) => Some(Sourced::new(reference, written.origin)),
        Err(error) => {
            cx.report(
                Diagnostic::new(
                    Code::RouterGateway,
                    written.span(),
                    format!("`{}` is not a gateway: {}", written.value, error.message()),
                )
                .label("not `namespace/name`")
                .why("The API server accepts a route without a gateway, but the route receives no requests.")
                .help("write the namespace and name of the Gateway, as in `\"infra/public\"`"),
            );
            None
        }
    }
}

/// The settings of the Gateway API, if it is among the routers.
pub fn gateway_api_of(routers: &[Router]) -> Option<&GatewayApi> {
    routers.iter().find_map(|router| match &router.kind {
        RouterKind::GatewayApi(settings) => Some(settings),
        _ => None,
    })
}

/// Says that something needs a router, and there is none.
pub fn needed(cx: &mut Context<'_>, span: Span, what: &str, why: &str) {
    cx.report(
        Diagnostic::new(Code::RouterNeeded, span, format!("{what} needs a router, and this release has none"))
            .label("needs a router")
            .why(why.to_owned())
            .help("write `router { gateway-api \"namespace/gateway\" }`, or remove this"),
    );
}
