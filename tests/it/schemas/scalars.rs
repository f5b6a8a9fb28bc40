//! Strings with a form of their own: each becomes `type: string` with a pattern for editors and a `format` by which
//! the compiler knows the rule. The two are proven equal by a differential test.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

macro_rules! strings {
    ($($(#[$doc:meta])* $name:ident $format:literal $min:literal..=$max:literal $pattern:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub String);

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string", "format": $format, "minLength": $min, "maxLength": $max, "pattern": $pattern
                })
            }
        }
    )*};
}

strings! {
    /// A DNS label.
    Label "dns-label" 1..=63 "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
    /// A DNS label that starts with a letter: the name of a Service.
    ServiceName "service-name" 1..=63 "^[a-z]([-a-z0-9]*[a-z0-9])?$";
    /// A DNS subdomain: the name of most objects.
    Name "dns-subdomain" 1..=253 "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
    /// A host, optionally with `*.` before it.
    Host "host" 1..=253
        "^(\\*\\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$";
    /// An API group; empty for the core group.
    Group "api-group" 0..=253 "^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
    /// The kind of an object.
    Kind "kind" 1..=63 "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$";
    /// The key of a label or an annotation.
    LabelKey "label-key" 1..=317
        "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
    /// The value of a label.
    LabelValue "label-value" 0..=63 "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";
    /// The name of a port: letters, digits and single hyphens.
    PortName "port-name" 1..=15 "^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
    /// The name of an HTTP header.
    HeaderName "header-name" 1..=256 "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$";
    /// A duration in Go's syntax, such as `1h30m`.
    Duration "go-duration" 1..=64 "^([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$";
    /// A duration in Go's syntax, or an argument of the template.
    MetricDuration "metric-duration" 1..=256 "^(([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+|.*\\{\\{ ?args\\..*)$";
    /// A duration of the Gateway API: up to four integers with the units h, m, s, ms.
    GatewayDuration "gateway-duration" 2..=32 "^([0-9]{1,5}(h|m|s|ms)){1,4}$";
    /// The text of a pause: seconds, or a duration in Go's syntax.
    PauseText "pause-duration" 1..=64 "^([0-9]{1,9}|([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+)$";
    /// A whole percentage.
    Percent "percent" 2..=4 "^[0-9]{1,3}%$";
    /// An integer as text, or an argument of the template.
    CountText "count-text" 1..=256 "^(-?[0-9]{1,9}|.*\\{\\{ ?args\\..*)$";
    /// An amount with a suffix: `500m`, `128Mi`.
    Quantity "quantity" 1..=64 "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,3}|[numkMGTPE]|[KMGTPE]i)?$";
    /// A string that is not empty.
    Text "text" 1..=262144 "";
}

/// A number, or a string in a format.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Either<Number, Text> {
    /// A number.
    Number(Number),
    /// A string.
    Text(Text),
}

impl<Number: JsonSchema, Text: JsonSchema> JsonSchema for Either<Number, Text> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("{}Or{}", Number::schema_name(), Text::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [Number::json_schema(generator), Text::json_schema(generator)] })
    }
}

/// A number of pods, or a percentage of them.
pub type CountOrPercent = Either<u32, Percent>;
/// A number, or an argument that contains it.
pub type Limit = Either<u32, CountText>;
/// A number of failures, or -1 for any number, or an argument that contains it.
pub type FailureLimit = Either<MinusOneOrMore, CountText>;
/// The number or the name of a port.
pub type PortReference = Either<Port, PortName>;

macro_rules! integers {
    ($($(#[$doc:meta])* $name:ident $min:literal..=$max:literal;)*) => {$(
        $(#[$doc])*
        #[derive(serde::Deserialize)]
        pub struct $name(pub i64);

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "integer", "minimum": $min, "maximum": $max })
            }
        }
    )*};
}

pub(crate) use integers;

integers! {
    /// A port.
    Port 1..=65535;
    /// A weight of a backend.
    BackendWeight 0..=1_000_000;
    /// A percentage.
    Percentage 0..=100;
    /// A weight of a scheduling preference.
    Preference 1..=100;
    /// A target percentage of utilization.
    Utilization 1..=1000;
    /// A number, or -1.
    MinusOneOrMore -1..=2_147_483_647;
    /// A positive integer.
    Positive 1..=2_147_483_647;
}
