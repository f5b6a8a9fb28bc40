//! The entry points of requests. In: nothing. Out: its line of the table.

use super::make::{PORT_NUMBER, argument, default, many, optional, otherwise, section};
use super::settings;
use crate::vocabulary::choices::{PathMatch, RouteKind};
use crate::vocabulary::{Argument, Choice, Merge, NodeSpec, Type, Word};

pub static ROUTE: NodeSpec = NodeSpec {
    argument: Argument::Optional(argument(Word::Name, Type::ObjectName, "The name; by default the release's name.")),
    properties: &[
        default(Word::Kind, Type::OneOf(RouteKind::WORDS), "http", "The kind of traffic."),
        optional(Word::Host, Type::Host, "The host to match."),
        default(Word::Path, Type::String, "/", "The path to match."),
        default(Word::Match, Type::OneOf(PathMatch::WORDS), "prefix", "How `path` matches."),
        otherwise(Word::Port, PORT_NUMBER, "the service's first port", "The port of the Service."),
        otherwise(Word::Gateway, Type::String, "the router's", "The gateway to attach to, as `namespace/name`."),
        otherwise(Word::Listener, Type::String, "the router's", "The listener of the gateway (`sectionName`)."),
        optional(
            Word::File,
            Type::Path,
            "The manifest of your own route; canaryc only adds the canary beside every reference to the stable Service.",
        ),
        default(Word::Existing, Type::Boolean, "#false", "Whether it already exists; canaryc then only uses its name."),
    ],
    children: &[many(&settings::ALLOW)],
    merge: Merge::Named,
    example: r#"route host="shop.example.com" path="/cart""#,
    ..section(
        Word::Route,
        "Describes where requests come in; compiles to the router's kind of route, with both Services in every rule.",
    )
};
