//! In: the header of an audience. Out: a warning, if a server drops requests or headers with such a name by default.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::audience::HeaderMatcher;
use crate::policy::context::Context;

/// A server that does not accept some names of headers.
pub struct Server {
    /// Its name in sentences.
    pub name: &'static str,
    /// What makes it accept them.
    pub setting: &'static str,
    /// Whether it refuses a name with this character.
    pub refuses: fn(char) -> bool,
}

/// Whether a character is no letter, digit or hyphen.
pub fn is_unusual(character: char) -> bool {
    !character.is_ascii_alphanumeric() && character != '-'
}

/// Reports a name that the server refuses by default.
pub fn judge(cx: &mut Context<'_>, matcher: &HeaderMatcher, server: &Server) {
    if matcher.cookie.is_some() {
        return;
    }
    let name = &matcher.name;
    let Some(refused) = name.value.chars().find(|character| (server.refuses)(*character)) else { return };
    let hyphens: String =
        name.value.chars().map(|character| if (server.refuses)(character) { '-' } else { character }).collect();
    let message = format!("by default {} does not accept `{refused}` in the name of a header", server.name);
    cx.report(
        Diagnostic::new(Code::AudienceDroppedHeader, name.span(), message)
            .label(format!("contains `{refused}`"))
            .why(format!(
                "It drops such a header or rejects the request, before it looks for the audience: no request reaches the canary. Only {} accepts them.",
                server.setting
            ))
            .help(format!("let callers send the header `{hyphens}` instead")),
    );
}
