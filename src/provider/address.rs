//! In: `address=` of a provider. Out: the URL of its server.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::sourced::Sourced;
use crate::syntax::tree::Text;
use crate::vocabulary::Word;

/// Reads the address, which needs a scheme.
pub fn read(cx: &mut Context<'_>, node: Reader<'_>) -> Option<Sourced<Text>> {
    let address = node.get::<Text>(cx, Word::Address);
    if let Some(address) = &address
        && !address.value.starts_with("http://")
        && !address.value.starts_with("https://")
    {
        cx.report(
            Diagnostic::new(Code::WebUrl, address.span(), "an address must start with `http://` or `https://`")
                .label("missing scheme")
                .why("The controller rejects such an address when it measures, and several errors in a row abort the release.")
                .help(format!("write \"http://{}\"", address.value)),
        );
    }
    address
}
