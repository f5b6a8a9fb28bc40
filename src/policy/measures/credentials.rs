//! In: `header`, `secret`, `sigv4`, `oauth2` and `basic` of a provider or a web measure. Out: the same, read.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::measure::Secret;
use crate::policy::provider::Authentication;
use crate::policy::reader::Reader;
use crate::policy::substitute::{self, Scope};
use crate::policy::template::Template;
use crate::syntax::tree::Text;
use crate::vocabulary::Word;

/// The secrets that a node names.
pub fn secrets(cx: &mut Context<'_>, node: Reader<'_>) -> Vec<Secret> {
    node.all(Word::Secret)
        .filter_map(|secret| {
            let name = secret.argument::<Text>(cx);
            let from = secret.get::<Text>(cx, Word::From);
            let key = secret.get::<Text>(cx, Word::Key);
            Some(Secret { origin: secret.origin(), name: name?, from: from?, key: key? })
        })
        .collect()
}

/// A property whose text the controller may have to complete.
pub fn template(cx: &mut Context<'_>, node: Reader<'_>, word: Word, scope: Scope<'_>) -> Option<Sourced<Template>> {
    let value = node.block.property(word)?;
    if !value.sound {
        // Reading it again notes, without a word, that it has been said.
        node.written::<Text>(cx, word);
        return None;
    }
    substitute::template(cx, value, scope)
}

/// As [`template`], for a property that must be there.
pub fn required_template(
    cx: &mut Context<'_>,
    node: Reader<'_>,
    word: Word,
    scope: Scope<'_>,
) -> Option<Sourced<Template>> {
    if node.has(word) {
        return template(cx, node, word, scope);
    }
    node.get::<Text>(cx, word);
    None
}

/// The headers that a node sends.
pub fn headers(cx: &mut Context<'_>, node: Reader<'_>, scope: Scope<'_>) -> Vec<(Sourced<Text>, Sourced<Template>)> {
    node.all(Word::Header)
        .filter_map(|header| {
            let name = header.argument::<Text>(cx);
            let value = required_template(cx, header, Word::Value, scope);
            Some((name?, value?))
        })
        .collect()
}

/// How a server is told who asks.
pub fn authentication(cx: &mut Context<'_>, node: Reader<'_>, scope: Scope<'_>) -> Option<Authentication> {
    if let Some(sigv4) = node.child(Word::Sigv4) {
        return Some(Authentication::SigV4 {
            origin: sigv4.origin(),
            region: sigv4.get(cx, Word::Region),
            role: sigv4.get(cx, Word::Role),
            profile: sigv4.get(cx, Word::Profile),
        });
    }
    if let Some(oauth2) = node.child(Word::Oauth2) {
        return Some(Authentication::OAuth2 {
            origin: oauth2.origin(),
            token_url: template(cx, oauth2, Word::TokenUrl, scope),
            client_id: template(cx, oauth2, Word::ClientId, scope),
            client_secret: template(cx, oauth2, Word::ClientSecret, scope),
            scopes: oauth2.child(Word::Scopes).map_or_else(Vec::new, |scopes| scopes.arguments(cx)),
        });
    }
    if let Some(basic) = node.child(Word::Basic) {
        // The controller has no field for it: the API server would drop it, and the server refuse every question.
        cx.report(
            Diagnostic::new(Code::SupportNotYet, basic.block.keyword, "`basic` is not supported yet")
                .label("Argo Rollouts cannot send it")
                .why("Argo Rollouts 1.9 knows `sigv4` and `oauth2`, and no user name and password.")
                .help("send it as a header, from a Secret that holds both in Base64: `header \"Authorization\" value=\"Basic {{login}}\"`"),
        );
    }
    None
}
