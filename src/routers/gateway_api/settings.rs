//! In: `gateway-api` of a policy. Out: its settings.

use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::Origin;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::{self, Reader};
use crate::policy::routing::GatewayReference;
use crate::router::gateway;
use crate::syntax::tree::Text;
use crate::vocabulary::{Type, Word};

/// `gateway-api`
#[derive(Clone, Debug)]
pub struct GatewayApi {
    /// The gateways that routes attach to.
    pub gateways: Vec<Sourced<GatewayReference>>,
    /// `listener=`
    pub listener: Option<Sourced<Text>>,
    /// `mesh=#true`: the parent is the Service that callers use.
    pub mesh: Option<Origin>,
    /// `implementation=`, as written.
    pub implementation: Option<Sourced<Text>>,
}

/// Reads the settings.
pub(super) fn read(cx: &mut Context<'_>, block: Reader<'_>) -> GatewayApi {
    let gateways: Vec<_> = block
        .block
        .arguments
        .iter()
        .filter_map(|value| {
            let text = reader::read::<Text>(cx, value, Type::String)?;
            gateway::read(cx, &text)
        })
        .collect();
    if gateways.is_empty() && block.block.is_doubtful() {
        // Something there was not understood, and may be the gateway.
        cx.already_said();
    }
    for (index, gateway) in gateways.iter().enumerate() {
        if let Some(first) = gateways[..index].iter().find(|first| first.value == gateway.value) {
            cx.report(
                Diagnostic::new(Code::RouterGateway, gateway.span(), "this gateway is named twice")
                    .label("second")
                    .also(first.span(), "first")
                    .why("The API server rejects a route that refers to the same gateway twice.")
                    .help("remove one of them; for two listeners, write two routes with `listener=`"),
            );
        }
    }
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
