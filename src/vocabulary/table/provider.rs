//! The sources of measurements: one alternative for each metric provider. In: nothing. Out: their lines of the table.

use super::credentials;
use super::make::{alternative, default, join, many, named, optional, required, section, single};
use crate::telemetry::Telemetry;
use crate::vocabulary::{ChildSpec, Choice, ChoiceSpec, NodeSpec, PropertySpec, Type, Word};

static CHOICE: ChoiceSpec = ChoiceSpec { name: "provider", required: true, several: false };

const TIMEOUT: PropertySpec =
    optional(Word::Timeout, Type::Duration, "The timeout of one query; by default Argo Rollouts decides.");

pub static PROVIDER: NodeSpec = NodeSpec {
    children: &[
        alternative(&PROMETHEUS, &CHOICE),
        alternative(&DATADOG, &CHOICE),
        alternative(&NEW_RELIC, &CHOICE),
        alternative(&CLOUDWATCH, &CHOICE),
        alternative(&GRAPHITE, &CHOICE),
        alternative(&INFLUXDB, &CHOICE),
        alternative(&WAVEFRONT, &CHOICE),
        alternative(&SKYWALKING, &CHOICE),
        alternative(&KAYENTA, &CHOICE),
        alternative(&PLUGIN, &CHOICE),
    ],
    example: r#"provider "main" { prometheus address="http://prometheus.monitoring:9090" telemetry="istio" }"#,
    ..named(
        Word::Provider,
        Word::Name,
        Type::Name,
        "The name that measures use.",
        "Declares where measurements come from: the address, the account, and the telemetry that determines the series names.",
    )
};

static PROMETHEUS_CHILDREN: [ChildSpec; 5] =
    join(&[&[many(&credentials::HEADER), many(&credentials::SECRET)], &credentials::ALTERNATIVES]);

static PROMETHEUS: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Address, Type::String, "The URL of the server."),
        optional(
            Word::Telemetry,
            Type::OneOf(Telemetry::WORDS),
            "The source of the request metrics, which determines their names; the built-in measures need it.",
        ),
        default(Word::Scrape, Type::Duration, "30s", "The scrape interval; a window must contain several scrapes."),
        TIMEOUT,
        default(
            Word::Insecure,
            Type::Boolean,
            "#false",
            "Whether to skip the verification of the server's certificate.",
        ),
    ],
    children: &PROMETHEUS_CHILDREN,
    ..section(Word::Prometheus, "Queries Prometheus, or a server that is compatible with it.")
};

static DATADOG: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::Api, Type::OneOf(&["v1", "v2"]), "The version of the Datadog API."),
        optional(Word::Secret, Type::String, "The Secret with the account's keys."),
        optional(
            Word::SecretScope,
            Type::OneOf(&["namespace", "controller"]),
            "Whether the Secret is in the namespace of the release or of the controller.",
        ),
        TIMEOUT,
    ],
    ..section(Word::Datadog, "Queries Datadog.")
};

static NEW_RELIC: NodeSpec = NodeSpec {
    properties: &[optional(Word::Secret, Type::String, "The Secret with the account's profile."), TIMEOUT],
    ..section(Word::NewRelic, "Queries New Relic.")
};

static CLOUDWATCH: NodeSpec = NodeSpec {
    properties: &[optional(Word::Region, Type::String, "The AWS region.")],
    ..section(Word::Cloudwatch, "Queries Amazon CloudWatch.")
};

static GRAPHITE: NodeSpec = NodeSpec {
    properties: &[required(Word::Address, Type::String, "The URL of the server.")],
    ..section(Word::Graphite, "Queries Graphite.")
};

static INFLUXDB: NodeSpec = NodeSpec {
    properties: &[optional(Word::Secret, Type::String, "The Secret with the address, the token and the organisation.")],
    ..section(Word::Influxdb, "Queries InfluxDB.")
};

static WAVEFRONT: NodeSpec = NodeSpec {
    properties: &[required(Word::Address, Type::String, "The host of the account, such as `example.wavefront.com`.")],
    ..section(Word::Wavefront, "Queries Wavefront.")
};

static SKYWALKING: NodeSpec = NodeSpec {
    properties: &[required(Word::Address, Type::String, "The URL of the server.")],
    ..section(Word::Skywalking, "Queries Apache SkyWalking.")
};

static KAYENTA: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Address, Type::String, "The URL of the server."),
        required(Word::Application, Type::String, "The name of the application in Kayenta."),
        optional(Word::MetricsAccount, Type::String, "The account for reading metrics."),
        optional(Word::ConfigurationAccount, Type::String, "The account for reading configurations."),
        optional(Word::StorageAccount, Type::String, "The account for storing results."),
    ],
    ..section(Word::Kayenta, "Queries Kayenta, which compares baseline and canary and gives a verdict by itself.")
};

static PLUGIN: NodeSpec = single(
    Word::Plugin,
    Word::Name,
    Type::String,
    "The name of the plugin, such as `argoproj-labs/sample-prometheus`.",
    "Queries a metric plugin of Argo Rollouts.",
);
