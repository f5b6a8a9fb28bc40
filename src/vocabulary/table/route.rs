//! Where requests come in.
//! In: nothing. Out: its line of the table.

use super::make::{PORT_NUMBER, argument, default, optional, otherwise, section};
use crate::vocabulary::{Argument, Merge, NodeSpec, Type, Word};

/// How a path is compared.
pub const PATH_MATCH: Type = Type::OneOf(&["prefix", "exact", "regex"]);

pub static ROUTE: NodeSpec = NodeSpec {
    argument: Argument::Optional(argument(Word::Name, Type::Name, "Its name; without one, the release's.")),
    properties: &[
        default(Word::Kind, Type::OneOf(&["http", "grpc", "tcp", "tls"]), "http", "What kind of traffic it takes."),
        optional(Word::Host, Type::Host, "The host that requests name."),
        default(Word::Path, Type::String, "/", "The path that requests ask for."),
        default(Word::Match, PATH_MATCH, "prefix", "How `path` is compared."),
        otherwise(Word::Port, PORT_NUMBER, "the service's first port", "The port of the Service that it leads to."),
        otherwise(Word::Gateway, Type::String, "the router's", "The gateway it hangs on, as `namespace/name`."),
        otherwise(Word::Listener, Type::String, "the router's", "The listener of the gateway (its `sectionName`)."),
        optional(
            Word::File,
            Type::Path,
            "The manifest of your own route; the canary is added beside every reference to the stable Service, and nothing else changes.",
        ),
        default(Word::Existing, Type::Boolean, "#false", "Whether it exists elsewhere, so that only its name is used."),
    ],
    merge: Merge::Named,
    example: r#"route host="shop.example.com" path="/cart""#,
    ..section(
        Word::Route,
        "Says where requests come in; compiles to the router's own kind of route, with both Services behind every rule.",
    )
};
