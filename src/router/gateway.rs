//! In: the name of a Gateway, as a policy writes it. Out: the reference, or a diagnostic.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::context::Context;
use crate::policy::routing::GatewayReference;
use crate::policy::sourced::Sourced;
use crate::syntax::tree::Text;
use crate::units::name::{Name, NameError};

/// `namespace/name`; a name alone only in a policy without a namespace, which other tools set.
pub fn read(cx: &mut Context<'_>, written: &Sourced<Text>) -> Option<Sourced<GatewayReference>> {
    let (namespace, name) = match written.value.split_once('/') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, &*written.value),
    };
    let parsed = (|| -> Result<GatewayReference, NameError> {
        Ok(GatewayReference { namespace: namespace.map(Name::parse).transpose()?, name: Name::parse(name)? })
    })();
    match parsed {
        Ok(reference) => {
            if reference.namespace.is_none() {
                without_namespace(cx, written, &reference.name);
            }
            Some(Sourced::new(reference, written.origin))
        }
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

/// A name alone is a Gateway in the namespace of the release, and most Gateways are elsewhere.
fn without_namespace(cx: &mut Context<'_>, written: &Sourced<Text>, name: &Name) {
    let Some(ours) = cx.names.namespace.known().cloned() else { return };
    cx.report(
        Diagnostic::new(Code::RouterGateway, written.span(), format!("gateway `{name}` does not name its namespace"))
            .label("not `namespace/name`")
            .why(format!("The route would be attached to a Gateway in the namespace of the release, `{ours}`. If there is none, the route receives no requests, and nothing reports it."))
            .help(format!("write the namespace of the Gateway, as in `\"infra/{name}\"`, or `\"{ours}/{name}\"` if it is that of the release")),
    );
}
