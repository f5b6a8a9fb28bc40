//! In: `address=` of a provider. Out: the URL of its server.

use super::url;
use crate::diagnostic::{Code, Diagnostic, suggest};
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
        if address.value.contains('$') {
            cx.report(environment_variable(address));
            return None;
        }
        let why =
            "The controller rejects such an address when it measures, and several errors in a row abort the release.";
        embedded::report_because(cx, Code::WebUrl, value, &address.value, *problem, why);
    }
    if let Some(diagnostic) = address.as_ref().and_then(of_no_server) {
        cx.report(diagnostic);
    }
    address
}

/// An address with a path to which the controller adds another: that of the API, or of a page for people.
fn of_no_server(address: &Sourced<Text>) -> Option<Diagnostic> {
    let url = url::read(&address.value, "an address").ok()?;
    let path = address.value.get(url.port.end..)?;
    let behind = PATHS_OF_THE_API.into_iter().find_map(|known| path.find(known))?;
    let base = address.value.get(..url.port.end + behind)?;
    Some(
        Diagnostic::new(Code::WebUrl, address.span(), "the address is that of the server, without the path of its API")
            .label(format!("ends in `{}`", path.get(behind..)?))
            .why("The controller adds the path itself, so every measurement is an error, and several errors in a row abort the release.")
            .help(format!("write `\"{base}\"`")),
    )
}

/// Paths of Prometheus, and of Graphite, that are not part of an address.
const PATHS_OF_THE_API: [&str; 4] = ["/api/v1", "/graph", "/targets", "/render"];

/// `${PROM_URL}`: nothing replaces it.
fn environment_variable(address: &Sourced<Text>) -> Diagnostic {
    let behind = address.value.split_once('$').map_or("", |(_, behind)| behind.trim_start_matches(['{', '(']));
    let name = behind.split(|character: char| !character.is_ascii_alphanumeric() && character != '_').next();
    let name = suggest::kebab_case(name.filter(|name| !name.is_empty()).unwrap_or("address"));
    Diagnostic::new(Code::WebUrl, address.span(), "an address cannot contain an environment variable")
        .label("not replaced")
        .why("canaryc does not read environment variables, so that the same policy always gives the same manifests.")
        .help(format!(
            "write the address, or use a parameter of the release: `{{{{{name}}}}}` here, `param \"{name}\" type=\"string\"` in the release, and `--set {name}=http://…`"
        ))
}
