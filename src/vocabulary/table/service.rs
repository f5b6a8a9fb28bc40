//! The Services of a release and their ports.
//! In: nothing. Out: their lines of the table.

use super::make::{PORT_NUMBER, default, many, named, optional, otherwise, section};
use super::settings;
use crate::vocabulary::choices::Protocol;
use crate::vocabulary::{Choice, NodeSpec, Type, Word};

pub static SERVICE: NodeSpec = NodeSpec {
    properties: &[
        otherwise(Word::Name, Type::Name, "the release's name", "The Service that callers use."),
        otherwise(
            Word::Stable,
            Type::Name,
            "the name of the service, or `<name>-stable` if the router needs a root Service",
            "The Service of the stable pods.",
        ),
        otherwise(
            Word::Canary,
            Type::Name,
            "`<name>-canary`, for blue/green `<name>-preview`",
            "The Service of the canary pods.",
        ),
        default(
            Word::Adopt,
            Type::Boolean,
            "#false",
            "Whether the Service that callers use already exists and stays yours; canaryc then writes only the others.",
        ),
        default(
            Word::Existing,
            Type::Boolean,
            "#false",
            "Whether all Services already exist; canaryc then writes none.",
        ),
        optional(
            Word::File,
            Type::Path,
            "The manifest of your own Services, which canaryc checks; it writes only those that the file lacks.",
        ),
        default(
            Word::PingPong,
            Type::Boolean,
            "#false",
            "Whether two Services swap roles, so that no live Service changes its selector (ALB and Istio only).",
        ),
    ],
    children: &[many(&PORT), many(&settings::ALLOW)],
    example: r"service { port 80 target=8080 }",
    ..section(Word::Service, "Describes the Services of the pods; stable and canary have the same ports.")
};

static PORT: NodeSpec = NodeSpec {
    properties: &[
        otherwise(
            Word::Target,
            Type::Port,
            "the number of the port",
            "The port of the container, as a number or name.",
        ),
        otherwise(
            Word::Name,
            Type::Name,
            "`http`, or the kind of the route that uses it; required with two or more ports",
            "The name of the port.",
        ),
        default(Word::Protocol, Type::OneOf(Protocol::WORDS), "TCP", "The transport protocol."),
        optional(Word::AppProtocol, Type::String, "The application protocol, such as `grpc` or `kubernetes.io/h2c`."),
    ],
    example: r#"port 9090 name="grpc" app-protocol="kubernetes.io/h2c""#,
    ..named(
        Word::Port,
        Word::Number,
        PORT_NUMBER,
        "The number of the port.",
        "Adds a port to every Service of the release.",
    )
};
