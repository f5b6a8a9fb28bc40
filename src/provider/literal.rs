//! In: a header or another credential that a request sends. Out: a diagnostic if its value stands in the policy, and so
//! in the manifests, in place of a Secret.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::template::{Argument, Template};
use crate::source::Span;
use crate::vocabulary::Word;

/// Schemes of the header `Authorization` whose parameter is a secret.
const SCHEMES: [&str; 5] = ["Bearer", "Basic", "Token", "ApiKey", "GenieKey"];

/// How tokens of common issuers start.
const TOKENS: [&str; 8] = ["eyJ", "ghp_", "gho_", "github_pat_", "glpat-", "glsa_", "xoxb-", "dt0c01."];

/// Whether a header sends a credential that no secret fills in.
pub(super) fn is_credential(name: &str, value: &Template) -> bool {
    if is_from_a_secret(value) {
        return false;
    }
    let text = value.render();
    let name = name.to_ascii_lowercase();
    let by_name = ["authorization", "api-key", "apikey", "token", "password", "secret"];
    let by_value = || split(&text).is_some_and(|(_, token)| token.len() >= 8);
    by_name.iter().any(|part| name.contains(part)) && !text.trim().is_empty()
        || by_value()
        || TOKENS.iter().any(|start| text.starts_with(start))
}

/// Whether the controller fills in a part of the value from a Secret.
pub(super) fn is_from_a_secret(value: &Template) -> bool {
    value.arguments().any(|argument| matches!(argument, Argument::Secret(_)))
}

/// The diagnostic about a credential that stands in a node with this keyword.
pub(super) fn credential(holder: Word, place: Span, value: &Template) -> Diagnostic {
    let text = value.render();
    let scheme = split(&text).map_or(String::new(), |(scheme, _)| format!("{scheme} "));
    Diagnostic::new(Code::ValueCredential, place, "this credential is written in the policy")
        .label("not from a Secret")
        .why("The policy and the manifests are committed and applied as plain text, so everybody who can read them can use it.")
        .help(format!(
            "declare a secret in `{holder}`, `secret \"token\" from=\"NAME\" key=\"KEY\"` with the name of the Secret and its \
             key, and write `\"{scheme}{{{{token}}}}\"` here"
        ))
}

/// The scheme of a value such as `Bearer abc`, and what follows.
fn split(text: &str) -> Option<(&'static str, &str)> {
    let (scheme, rest) = text.trim().split_once(' ')?;
    let known = SCHEMES.into_iter().find(|known| known.eq_ignore_ascii_case(scheme))?;
    Some((known, rest.trim()))
}
