//! In: a text with holes, and the secrets in reach. Out: the text as Argo reads it; its holes become arguments.

use crate::emit::arguments::{Arguments, Source};
use crate::emit::context::mapping;
use crate::manifest::{Field, Origin};
use crate::policy::Sourced;
use crate::policy::measure::Secret;
use crate::policy::provider::Authentication;
use crate::policy::template::{Argument, Template};
use crate::syntax::tree::Text;

/// What a text may name.
pub(super) struct Holes<'a> {
    pub secrets: Vec<&'a Secret>,
    pub arguments: &'a mut Arguments,
}

impl Holes<'_> {
    /// The text as a field.
    pub(super) fn field(&mut self, template: &Sourced<Template>) -> Field {
        Field::new(self.text(&template.value, template.origin), template.origin)
    }

    /// The text, `{{args.…}}` in its holes.
    pub(super) fn text(&mut self, template: &Template, origin: Origin) -> String {
        for argument in template.arguments() {
            self.need(argument, origin);
        }
        template.render()
    }

    /// Notes that an argument is needed.
    pub(super) fn need(&mut self, argument: &Argument, origin: Origin) {
        let source = match argument {
            Argument::Hash(side) => Some(Source::Hash(*side)),
            Argument::Secret(name) => self
                .secrets
                .iter()
                .find(|secret| secret.name.value == *name)
                .map(|secret| Source::Secret((*secret).clone())),
        };
        if let Some(source) = source {
            self.arguments.need(argument.name(), source, origin);
        }
    }

    /// `headers`, in the order written.
    pub(super) fn headers(&mut self, headers: &[(Sourced<Text>, Sourced<Template>)], origin: Origin) -> Field {
        let header = |(name, value): &(Sourced<Text>, Sourced<Template>)| {
            let value = self.field(value);
            mapping(name.origin, [("key", name.field()), ("value", value)])
        };
        Field::sequence(headers.iter().map(header).collect(), origin)
    }

    /// `authentication`
    pub(super) fn authentication(&mut self, authentication: &Authentication) -> Field {
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
                mapping(*origin, [("sigv4", field)])
            }
            Authentication::OAuth2 { origin, token_url, client_id, client_secret, scopes } => {
                let entries = [("tokenUrl", token_url), ("clientId", client_id), ("clientSecret", client_secret)];
                let mut field = fields(*origin, entries);
                if !scopes.is_empty() {
                    let scopes = scopes.iter().map(Sourced::field).collect();
                    field.set("scopes", Field::sequence(scopes, *origin));
                }
                mapping(*origin, [("oauth2", field)])
            }
        }
    }
}
