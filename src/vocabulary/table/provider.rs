//! Where measurements come from: one alternative a metric provider.
//! In: nothing. Out: their lines of the table.

use super::credentials;
use super::make::{alternative, default, join, many, named, optional, required, section, single};
use crate::vocabulary::{ChildSpec, ChoiceSpec, NodeSpec, PropertySpec, Type, Word};

static CHOICE: ChoiceSpec = ChoiceSpec { name: "provider", required: true, several: false };

const TELEMETRY: &[&str] = &[
    "istio",
    "istio-gateway",
    "linkerd",
    "envoy-gateway",
    "nginx-ingress",
    "traefik",
    "contour",
    "kong",
    "opentelemetry",
];

const TIMEOUT: PropertySpec =
    optional(Word::Timeout, Type::Duration, "How long one question may take; without it, Argo Rollouts decides.");

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
        "What measures call it by.",
        "Says where measurements come from: the address, the account, and the telemetry that names the series.",
    )
};

static PROMETHEUS_CHILDREN: [ChildSpec; 5] =
    join(&[&[many(&credentials::HEADER), many(&credentials::SECRET)], &credentials::ALTERNATIVES]);

static PROMETHEUS: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Address, Type::String, "The URL of the server."),
        optional(
            Word::Telemetry,
            Type::OneOf(TELEMETRY),
            "Who writes the request metrics, and so how their series are named; the built-in measures need it.",
        ),
        default(
            Word::Scrape,
            Type::Duration,
            "30s",
            "How often series are scraped; a window must hold several scrapes.",
        ),
        TIMEOUT,
        default(Word::Insecure, Type::Boolean, "#false", "Whether the server's certificate goes unchecked."),
    ],
    children: &PROMETHEUS_CHILDREN,
    ..section(Word::Prometheus, "Asks a Prometheus server, or one that speaks its language.")
};

static DATADOG: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::Api, Type::OneOf(&["v1", "v2"]), "The version of the Datadog API."),
        optional(Word::Secret, Type::String, "The Secret with the account's keys."),
        optional(
            Word::SecretScope,
            Type::OneOf(&["namespace", "controller"]),
            "Whether the Secret stands in the release's namespace or in the controller's.",
        ),
        TIMEOUT,
    ],
    ..section(Word::Datadog, "Asks Datadog.")
};

static NEW_RELIC: NodeSpec = NodeSpec {
    properties: &[optional(Word::Secret, Type::String, "The Secret with the account's profile."), TIMEOUT],
    ..section(Word::NewRelic, "Asks New Relic.")
};

static CLOUDWATCH: NodeSpec = NodeSpec {
    properties: &[optional(Word::Region, Type::String, "The AWS region.")],
    ..section(Word::Cloudwatch, "Asks Amazon CloudWatch.")
};

static GRAPHITE: NodeSpec = NodeSpec {
    properties: &[required(Word::Address, Type::String, "The URL of the server.")],
    ..section(Word::Graphite, "Asks Graphite.")
};

static INFLUXDB: NodeSpec = NodeSpec {
    properties: &[optional(Word::Secret, Type::String, "The Secret with the address, the token and the organisation.")],
    ..section(Word::Influxdb, "Asks InfluxDB.")
};

static WAVEFRONT: NodeSpec = NodeSpec {
    properties: &[required(Word::Address, Type::String, "The host of the account, such as `example.wavefront.com`.")],
    ..section(Word::Wavefront, "Asks Wavefront.")
};

static SKYWALKING: NodeSpec = NodeSpec {
    properties: &[required(Word::Address, Type::String, "The URL of the server.")],
    ..section(Word::Skywalking, "Asks Apache SkyWalking.")
};

static KAYENTA: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Address, Type::String, "The URL of the server."),
        required(Word::Application, Type::String, "The application, as Kayenta knows it."),
        optional(Word::MetricsAccount, Type::String, "The account that metrics are read with."),
        optional(Word::ConfigurationAccount, Type::String, "The account that configurations are read with."),
        optional(Word::StorageAccount, Type::String, "The account that results are stored with."),
    ],
    ..section(Word::Kayenta, "Asks Kayenta, which compares baseline and canary and judges by itself.")
};

static PLUGIN: NodeSpec = single(
    Word::Plugin,
    Word::Name,
    Type::String,
    "The plugin's name, such as `argoproj-labs/sample-prometheus`.",
    "Asks a metric plugin of Argo Rollouts.",
);
