//! In: the name of a Gateway, as a policy writes it. Out: the reference, or a diagnostic.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::context::Context;
use crate::policy::routing::GatewayReference;
use crate::policy::sourced::Sourced;
use crate::syntax::tree::Text;
use crate::units::name::{Name, NameError};

/// `namespace/name`, or a name.
pub fn read(cx: &mut Context<'_>, written: &Sourced<Text>) -> Option<Sourced<GatewayReference>> {
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
