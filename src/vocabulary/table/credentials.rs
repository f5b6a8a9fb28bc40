//! How providers and probes authenticate: headers, secrets, SigV4, OAuth 2, passwords. In: nothing. Out: their lines of
//! the table.

use super::make::{alternative, list, named, one, optional, required, section};
use crate::vocabulary::{ChildSpec, ChoiceSpec, NodeSpec, Type, Word};

static AUTHENTICATION: ChoiceSpec = ChoiceSpec { name: "authentication", required: false, several: false };

/// The three alternatives of authentication.
pub const ALTERNATIVES: [ChildSpec; 3] =
    [alternative(&SIGV4, &AUTHENTICATION), alternative(&OAUTH2, &AUTHENTICATION), alternative(&BASIC, &AUTHENTICATION)];

pub static HEADER: NodeSpec = NodeSpec {
    properties: &[required(Word::Value, Type::String, "The value of the header; `{{…}}` may name a secret.")],
    example: r#"header "Authorization" value="Bearer {{api-token}}""#,
    ..named(Word::Header, Word::Name, Type::String, "The name of the header.", "Sends a header with every request.")
};

pub static SECRET: NodeSpec = NodeSpec {
    properties: &[
        required(Word::From, Type::String, "The Secret, in the namespace of the release."),
        required(Word::Key, Type::String, "The key in that Secret."),
    ],
    example: r#"secret "api-token" from="web-api" key="token""#,
    ..named(
        Word::Secret,
        Word::Name,
        Type::Name,
        "The name that `{{…}}` uses.",
        "Refers to a key of a Kubernetes Secret as `{{name}}`; its value stays out of the manifests.",
    )
};

static SIGV4: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::Region, Type::String, "The AWS region."),
        optional(Word::Role, Type::String, "The ARN of the role to assume."),
        optional(Word::Profile, Type::String, "The AWS profile."),
    ],
    ..section(Word::Sigv4, "Signs requests with AWS Signature Version 4.")
};

static OAUTH2: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::TokenUrl, Type::String, "The token endpoint."),
        optional(Word::ClientId, Type::String, "The client ID."),
        optional(Word::ClientSecret, Type::String, "The client secret; `{{…}}` may name a secret."),
    ],
    children: &[one(&SCOPES)],
    ..section(Word::Oauth2, "Fetches a token with OAuth 2 client credentials.")
};

static SCOPES: NodeSpec = list(Word::Scopes, Word::Scopes, Type::String, "The scopes.", "The scopes to request.");

static BASIC: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::Username, Type::String, "The user name."),
        optional(Word::Password, Type::String, "The password; `{{…}}` may name a secret."),
    ],
    ..section(
        Word::Basic,
        "Sends a user name and a password (HTTP basic authentication). Not supported by Argo Rollouts 1.9, so not supported yet.",
    )
};
