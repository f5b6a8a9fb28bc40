//! Who: sets of requests.
//! In: nothing. Out: their lines of the table.

use super::make::{list, many, map, named, one, optional, otherwise};
use crate::vocabulary::{FreeKeys, NodeSpec, PropertySpec, Reference, Type, Word};

const EXACT: PropertySpec = optional(Word::Exact, Type::String, "The whole value.");
const PREFIX: PropertySpec = optional(Word::Prefix, Type::String, "What the value begins with.");
const REGEX: PropertySpec = optional(Word::Regex, Type::Regex, "A regular expression for the value.");

pub static AUDIENCE: NodeSpec = NodeSpec {
    properties: &[
        otherwise(
            Word::Pinned,
            Type::OneOf(&["canary", "stable"]),
            "it is staged: a `stage` admits it",
            "The version that the audience always gets, by a route that the controller does not manage.",
        ),
        otherwise(
            Word::Share,
            Type::Percent,
            "it is required, unless the audience is pinned to stable",
            "The part of all traffic that it is, from which the canary is sized.",
        ),
        otherwise(
            Word::Host,
            Type::Host,
            "those of every `route`",
            "The host of its requests (pinned audiences only).",
        ),
        otherwise(
            Word::Path,
            Type::String,
            "those of every `route`",
            "The path of its requests (pinned audiences only).",
        ),
    ],
    children: &[many(&HEADER), many(&COOKIE), many(&QUERY), one(&SOURCE), one(&ANY)],
    example: r#"audience "staff" share="1%" { header "X-Staff" exact="yes" }"#,
    ..named(
        Word::Audience,
        Word::Name,
        Type::Name,
        "What stages call it by.",
        "Names a set of requests; all of its matchers must hold, and `any` joins several audiences instead.",
    )
};

pub static HEADER: NodeSpec = NodeSpec {
    properties: &[EXACT, PREFIX, REGEX],
    example: r#"header "X-Country" regex="FR|BE""#,
    ..named(
        Word::Header,
        Word::Name,
        Type::String,
        "The header's name.",
        "Matches requests by a header; exactly one of `exact`, `prefix` and `regex` is given.",
    )
};

static COOKIE: NodeSpec = NodeSpec {
    properties: &[EXACT, REGEX],
    example: r#"cookie "preview" exact="on""#,
    ..named(
        Word::Cookie,
        Word::Name,
        Type::String,
        "The cookie's name.",
        "Matches requests by a cookie; exactly one of `exact` and `regex` is given.",
    )
};

static QUERY: NodeSpec = NodeSpec {
    properties: &[EXACT, REGEX],
    ..named(
        Word::Query,
        Word::Name,
        Type::String,
        "The parameter's name.",
        "Matches requests by a parameter of the URL's query (pinned audiences only).",
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
        "Joins audiences: a request of any of them belongs; each keeps a route of its own.",
    )
};
