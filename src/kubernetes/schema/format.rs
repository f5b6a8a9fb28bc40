//! The formats of strings in Kubernetes objects, by the `format` of their schemas, and their checks.

use crate::units::Quantity;
use crate::units::name::NameKind;

/// The format of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A DNS label.
    DnsLabel,
    /// A DNS label that starts with a letter.
    ServiceName,
    /// A DNS subdomain.
    DnsSubdomain,
    /// A host, optionally with a `*.` prefix.
    Host,
    /// An API group; may be empty.
    ApiGroup,
    /// The kind of an object.
    Kind,
    /// The key of a label or annotation.
    LabelKey,
    /// The value of a label.
    LabelValue,
    /// The name of a port.
    PortName,
    /// The name of an HTTP header.
    HeaderName,
    /// A duration in Go's syntax.
    GoDuration,
    /// A duration in Go's syntax, or an argument.
    MetricDuration,
    /// A duration in the syntax of the Gateway API.
    GatewayDuration,
    /// Seconds, or a duration in Go's syntax.
    PauseDuration,
    /// A whole percentage.
    Percent,
    /// A whole number as text, or an argument.
    CountText,
    /// A number with an optional suffix.
    Quantity,
}

/// What is wrong with a string.
#[derive(Debug)]
pub struct Refusal {
    /// A few words for the label of the diagnostic.
    pub label: String,
    /// What to write instead.
    pub help: String,
}

impl Format {
    /// The format with its article, for sentences.
    pub fn noun(self) -> &'static str {
        match self {
            Self::DnsLabel | Self::DnsSubdomain => "a name",
            Self::ServiceName => "a name of a Service",
            Self::Host => "a host",
            Self::ApiGroup => "an API group",
            Self::Kind => "a kind",
            Self::LabelKey => "a label or annotation key",
            Self::LabelValue => "a label value",
            Self::PortName => "a port name",
            Self::HeaderName => "a header name",
            Self::GoDuration | Self::MetricDuration | Self::GatewayDuration | Self::PauseDuration => "a duration",
            Self::Percent => "a percentage",
            Self::CountText => "an integer",
            Self::Quantity => "a quantity",
        }
    }

    /// Checks that the text has this format. The error says what to write instead.
    pub fn check(self, text: &str) -> Result<(), Refusal> {
        let name =
            |kind: NameKind| kind.check(text).map_err(|error| Refusal { label: error.label(), help: error.help() });
        let form = |holds: bool, help: &str| {
            let refusal = || Refusal { label: format!("not {}", self.noun()), help: help.to_owned() };
            if holds { Ok(()) } else { Err(refusal()) }
        };
        match self {
            Self::DnsLabel => name(NameKind::Dns1123Label),
            Self::ServiceName => name(NameKind::Dns1035Label),
            Self::DnsSubdomain => name(NameKind::Dns1123Subdomain),
            Self::Host => name(NameKind::Host),
            Self::ApiGroup if text.is_empty() => Ok(()),
            Self::ApiGroup => name(NameKind::Dns1123Subdomain),
            Self::LabelKey => name(NameKind::LabelKey),
            Self::LabelValue => name(NameKind::LabelValue),
            Self::PortName => name(NameKind::PortName),
            Self::Kind => form(is_kind(text), "write letters and digits, starting with a letter, such as `Deployment`"),
            Self::HeaderName => form(
                !text.is_empty() && text.bytes().all(is_token),
                "write letters, digits and hyphens, such as `X-Canary`",
            ),
            Self::GoDuration => {
                form(is_go_duration(text), "write numbers with units, such as `30s` or `1h30m`; a day is `24h`")
            }
            Self::MetricDuration => form(
                is_go_duration(text) || has_argument(text),
                "write numbers with units, such as `30s` or `1h30m`; a day is `24h`",
            ),
            Self::GatewayDuration => form(
                is_gateway_duration(text),
                "write up to four integers with units, such as `500ms`, `10s` or `1m30s`",
            ),
            Self::PauseDuration => form(
                is_go_duration(text) || is_digits(text) && text.len() <= 9,
                "write seconds, or numbers with units, such as `30s` or `1h30m`; a day is `24h`",
            ),
            Self::Percent => form(
                text.strip_suffix('%').is_some_and(|digits| is_digits(digits) && digits.len() <= 3),
                "write a whole percentage, such as `25%`, or a number without quotes",
            ),
            Self::CountText => {
                let digits = text.strip_prefix('-').unwrap_or(text);
                form(is_digits(digits) && digits.len() <= 9 || has_argument(text), "write an integer")
            }
            Self::Quantity => {
                Quantity::parse(text).map(|_| ()).map_err(|error| Refusal { label: error.label(), help: error.help() })
            }
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_kind(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && !text.ends_with('-')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether the byte can be part of a header name.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Whether the text contains an argument of an analysis template, whose value is unknown here.
fn has_argument(text: &str) -> bool {
    text.contains("{{args.") || text.contains("{{ args.")
}

/// Whether the text is a duration in Go's syntax: `1h30m`, `1.5s`.
fn is_go_duration(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let whole = digits(rest);
        if whole == 0 {
            return false;
        }
        rest = &rest[whole..];
        if let Some(fraction) = rest.strip_prefix('.') {
            let length = digits(fraction);
            if length == 0 {
                return false;
            }
            rest = &fraction[length..];
        }
        let Some(unit) = ["ns", "us", "µs", "ms", "s", "m", "h"].iter().find(|unit| rest.starts_with(**unit)) else {
            return false;
        };
        rest = &rest[unit.len()..];
    }
    !text.is_empty()
}

fn is_gateway_duration(text: &str) -> bool {
    let (mut rest, mut parts) = (text, 0);
    while !rest.is_empty() {
        let length = digits(rest);
        let Some(unit) = ["h", "ms", "m", "s"].iter().find(|unit| rest[length..].starts_with(**unit)) else {
            return false;
        };
        if !(1..=5).contains(&length) {
            return false;
        }
        rest = &rest[length + unit.len()..];
        parts += 1;
    }
    (1..=4).contains(&parts)
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}
