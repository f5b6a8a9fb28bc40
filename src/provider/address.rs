//! In: `address=` of a provider. Out: the URL of its server.

use super::url;
use crate::diagnostic::Code;
use crate::policy::context::Context;
use crate::policy::embedded;
use crate::policy::reader::Reader;
use crate::policy::sourced::Sourced;
use crate::syntax::tree::Text;
use crate::vocabulary::Word;

/// Reads the address, which needs a scheme.
pub fn read(cx: &mut Context<'_>, node: Reader<'_>) -> Option<Sourced<Text>> {
    let address = node.get::<Text>(cx, Word::Address);
    if let (Some(address), Some(value)) = (&address, node.block.property(Word::Address))
        && let Err(problem) = url::read(&address.value, "an address")
    {
        let why =
            "The controller rejects such an address when it measures, and several errors in a row abort the release.";
        embedded::report_because(cx, Code::WebUrl, value, &address.value, *problem, why);
    }
    address
}
