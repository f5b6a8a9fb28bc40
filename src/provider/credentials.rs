//! In: `header`, `secret`, `sigv4`, `oauth2` and `basic` of a provider or a measure. Out: their values, and the fields
//! of a metric.

use super::holes::Holes;
use super::literal;
use super::secret::Secret;
use super::url;
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Origin};
use crate::policy::context::Context;
use crate::policy::embedded;
use crate::policy::reader::Reader;
use crate::policy::sourced::Sourced;
use crate::policy::substitute::{self, Scope};
use crate::policy::template::Template;
use crate::syntax::tree::Text;
use crate::vocabulary::Word;

/// How the controller authenticates to a server.
#[derive(Clone, Debug)]
pub enum Authentication {
    /// AWS Signature Version 4.
    SigV4 {
        /// The node.
        origin: Origin,
        /// `region=`
        region: Option<Sourced<Text>>,
        /// `role=`
        role: Option<Sourced<Text>>,
        /// `profile=`
        profile: Option<Sourced<Text>>,
    },
    /// Client credentials.
    OAuth2 {
        /// The node.
        origin: Origin,
        /// `token-url=`
        token_url: Option<Sourced<Template>>,
        /// `client-id=`
        client_id: Option<Sourced<Template>>,
        /// `client-secret=`
        client_secret: Option<Sourced<Template>>,
        /// `scopes`
        scopes: Vec<Sourced<Text>>,
    },
}

/// The secrets that a node declares.
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

/// A property whose text may have holes for the controller.
pub fn template(cx: &mut Context<'_>, node: Reader<'_>, word: Word, scope: Scope<'_>) -> Option<Sourced<Template>> {
    let value = node.block.property(word)?;
    if !value.is_sound() {
        // Reading it again marks the release as unsound without another diagnostic.
        node.written::<Text>(cx, word);
        return None;
    }
    substitute::template(cx, value, scope)
}

/// As [`template`], for a required property.
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
            let text = value.as_ref().map(|value| (value.span(), value.value.render()));
            if let Some((span, _)) = text.filter(|(_, text)| text.contains(char::is_control)) {
                cx.report(
                    Diagnostic::new(
                        Code::ValueControlCharacter,
                        span,
                        "a header cannot contain a line break or another control character",
                    )
                    .label("a control character")
                    .why("The controller cannot send the request, and several errors in a row abort the release.")
                    .help("write it on one line"),
                );
            }
            if let Some(name) = name.as_ref().filter(|name| !is_token(&name.value)) {
                cx.report(
                    Diagnostic::new(
                        Code::WebHeader,
                        name.span(),
                        format!("`{}` cannot be the name of a header", name.value.escape_debug()),
                    )
                    .label("not the name of a header")
                    .why("The controller cannot send the request, and several errors in a row abort the release.")
                    .help("write letters, digits and hyphens, such as `header \"X-Probe\" value=\"…\"`"),
                );
            }
            if let (Some(name), Some(value)) = (&name, &value)
                && is_token(&name.value)
                && literal::is_credential(&name.value, &value.value)
            {
                cx.report(literal::credential(node.block.word(), value.span(), &value.value));
            }
            Some((name?, value?))
        })
        .collect()
}

/// Whether a text can be the name of a header.
fn is_token(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_part)
}

/// How the controller authenticates to a server.
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
        let token_url = template(cx, oauth2, Word::TokenUrl, scope);
        if let (Some(token_url), Some(value)) = (&token_url, oauth2.block.property(Word::TokenUrl))
            && let text = token_url.value.render()
            && let Err(problem) = url::read(&text, "a URL")
        {
            let why = "The controller cannot get a token, and several errors in a row abort the release.";
            embedded::report_because(cx, Code::WebUrl, value, &text, *problem, why);
        }
        let client_secret = template(cx, oauth2, Word::ClientSecret, scope);
        if let Some(secret) = client_secret.as_ref().filter(|secret| !literal::is_from_a_secret(&secret.value)) {
            cx.report(literal::credential(node.block.word(), secret.span(), &secret.value));
        }
        return Some(Authentication::OAuth2 {
            origin: oauth2.origin(),
            token_url,
            client_id: template(cx, oauth2, Word::ClientId, scope),
            client_secret,
            scopes: oauth2.child(Word::Scopes).map_or_else(Vec::new, |scopes| scopes.arguments(cx)),
        });
    }
    if let Some(basic) = node.child(Word::Basic) {
        // The controller has no field for it. The API server would drop it, and the server would refuse every query.
        cx.report(
            Diagnostic::new(Code::SupportNotYet, basic.block.keyword, "`basic` is not supported yet")
                .label("not supported by Argo Rollouts")
                .why("Argo Rollouts 1.9 supports `sigv4` and `oauth2`, but no user name and password.")
                .help("send a header from a Secret that contains both in Base64: `header \"Authorization\" value=\"Basic {{login}}\"`"),
        );
    }
    None
}

impl Holes<'_> {
    /// `headers`, in the order written.
    pub fn headers(&mut self, headers: &[(Sourced<Text>, Sourced<Template>)], origin: Origin) -> Field {
        let header = |(name, value): &(Sourced<Text>, Sourced<Template>)| {
            let value = self.field(value);
            Field::of(name.origin, [("key", name.field()), ("value", value)])
        };
        Field::sequence(headers.iter().map(header).collect(), origin)
    }

    /// `authentication`
    pub fn authentication(&mut self, authentication: &Authentication) -> Field {
        let mut fields = |origin: Origin, entries: [(&'static str, &Option<Sourced<Template>>); 3]| {
            let mut field = Field::mapping(origin);
            for (key, template) in entries {
                if let Some(template) = template {
                    field.set(key, self.field(template));
                }
            }
            field
        };
        match authentication {
            Authentication::SigV4 { origin, region, role, profile } => {
                let mut field = Field::mapping(*origin);
                for (key, value) in [("region", region), ("profile", profile), ("roleArn", role)] {
                    if let Some(value) = value {
                        field.set(key, value.field());
                    }
                }
                Field::of(*origin, [("sigv4", field)])
            }
            Authentication::OAuth2 { origin, token_url, client_id, client_secret, scopes } => {
                let entries = [("tokenUrl", token_url), ("clientId", client_id), ("clientSecret", client_secret)];
                let mut field = fields(*origin, entries);
                if !scopes.is_empty() {
                    let scopes = scopes.iter().map(Sourced::field).collect();
                    field.set("scopes", Field::sequence(scopes, *origin));
                }
                Field::of(*origin, [("oauth2", field)])
            }
        }
    }
}
