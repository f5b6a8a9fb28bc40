//! The Services of a release and their ports.
//! In: nothing. Out: their lines of the table.

use super::make::{PORT_NUMBER, default, many, named, optional, otherwise, section};
use crate::vocabulary::{NodeSpec, Type, Word};

pub static SERVICE: NodeSpec = NodeSpec {
    properties: &[
        otherwise(Word::Name, Type::Name, "the release's name", "The Service that callers know."),
        otherwise(
            Word::Stable,
            Type::Name,
            "the service's name, or `<name>-stable` where the router needs a root Service",
            "The Service of the stable pods.",
        ),
        otherwise(
            Word::Canary,
            Type::Name,
            "`<name>-canary`, for blue/green `<name>-preview`",
            "The Service of the canary's pods.",
        ),
        default(
            Word::Existing,
            Type::Boolean,
            "#false",
            "Whether the Services exist elsewhere, so that none is emitted.",
        ),
        optional(
            Word::File,
            Type::Path,
            "The manifest of your own Service, whose selector and ports are checked; none is emitted.",
        ),
        default(
            Word::PingPong,
            Type::Boolean,
            "#false",
            "Whether two Services take turns, so that no live Service changes its selector (ALB and Istio only).",
        ),
    ],
    children: &[many(&PORT)],
    example: r"service { port 80 target=8080 }",
    ..section(Word::Service, "Describes the Services in front of the pods; stable and canary have the same ports.")
};

static PORT: NodeSpec = NodeSpec {
    properties: &[
        otherwise(Word::Target, Type::Port, "the port's number", "The container's port, by number or name."),
        otherwise(
            Word::Name,
            Type::Name,
            "`http`, or the kind of the route that uses it; required from two ports on",
            "The port's name.",
        ),
        default(Word::Protocol, Type::OneOf(&["TCP", "UDP"]), "TCP", "The transport protocol."),
        optional(Word::AppProtocol, Type::String, "The application's protocol, such as `grpc` or `kubernetes.io/h2c`."),
    ],
    example: r#"port 9090 name="grpc" app-protocol="kubernetes.io/h2c""#,
    ..named(
        Word::Port,
        Word::Number,
        PORT_NUMBER,
        "The port's number.",
        "Opens one port on every Service of the release.",
    )
};
