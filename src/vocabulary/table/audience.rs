//! Audiences: sets of requests. In: nothing. Out: their lines of the table.

use super::make::{list, many, map, named, one, optional, otherwise};
use super::settings;
use crate::vocabulary::choices::Pinned;
use crate::vocabulary::{Choice, FreeKeys, NodeSpec, PropertySpec, Reference, Type, Word};

const EXACT: PropertySpec = optional(Word::Exact, Type::String, "The whole value.");
const PREFIX: PropertySpec = optional(Word::Prefix, Type::String, "The prefix of the value.");
const REGEX: PropertySpec = optional(Word::Regex, Type::Regex, "A regular expression that matches the whole value.");

pub static AUDIENCE: NodeSpec = NodeSpec {
    properties: &[
        otherwise(
            Word::Pinned,
            Type::OneOf(Pinned::WORDS),
            "none: a `stage` admits the audience",
            "The version that the audience always gets, through a route that the controller does not manage.",
        ),
        otherwise(
            Word::Share,
            Type::Percent,
            "required, unless the audience is pinned to stable",
            "The share of all traffic that comes from the audience; it determines the number of canary pods.",
        ),
        otherwise(Word::Host, Type::Host, "those of every `route`", "The host to match (pinned audiences only)."),
        otherwise(Word::Path, Type::String, "those of every `route`", "The path to match (pinned audiences only)."),
    ],
    children: &[many(&HEADER), many(&COOKIE), many(&QUERY), one(&SOURCE), one(&ANY), many(&settings::ALLOW)],
    example: r#"audience "staff" share="1%" { header "X-Staff" exact="yes" }"#,
    ..named(
        Word::Audience,
        Word::Name,
        Type::Name,
        "The name that stages use.",
        "Declares a set of requests; a request must satisfy all matchers, or belong to one of the audiences in `any`.",
    )
};

pub static HEADER: NodeSpec = NodeSpec {
    properties: &[EXACT, PREFIX, REGEX],
    example: r#"header "X-Country" regex="FR|BE""#,
    ..named(
        Word::Header,
        Word::Name,
        Type::String,
        "The name of the header.",
        "Matches requests by a header; needs exactly one of `exact`, `prefix` and `regex`.",
    )
};

static COOKIE: NodeSpec = NodeSpec {
    properties: &[EXACT, REGEX],
    example: r#"cookie "preview" exact="on""#,
    ..named(
        Word::Cookie,
        Word::Name,
        Type::String,
        "The name of the cookie.",
        "Matches requests by a cookie; needs exactly one of `exact` and `regex`.",
    )
};

static QUERY: NodeSpec = NodeSpec {
    properties: &[EXACT, REGEX],
    ..named(
        Word::Query,
        Word::Name,
        Type::String,
        "The name of the parameter.",
        "Matches requests by a query parameter (pinned audiences only).",
    )
};

static SOURCE: NodeSpec = map(
    Word::Source,
    FreeKeys::Labels,
    "Matches requests by the labels of the calling pods (Istio, pinned audiences only).",
);

static ANY: NodeSpec = NodeSpec {
    example: r#"any "internal" "preview-box""#,
    ..list(
        Word::Any,
        Word::Any,
        Type::Reference(Reference::Audience),
        "The audiences.",
        "Joins audiences: a request that belongs to any of them belongs to this one; each keeps its own route.",
    )
};
