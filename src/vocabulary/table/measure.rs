//! Measures: what an `slo`, a `check` or a `metric` asks.
//! In: nothing. Out: their lines of the table.

use super::credentials;
use super::make::{
    argument, at_least, default, join, list, many, map, named, one, optional, otherwise, required, section, single,
};
use crate::vocabulary::choices::{Against, Method, QueryScope, Unit, VerdictTest};
use crate::vocabulary::{
    Argument, ChildSpec, Choice, ChoiceSpec, FreeKeys, NodeSpec, PropertySpec, Reference, Type, Word,
};

/// The measure of an `slo`. An `slo` that only amends another has none of its own.
pub static SLO_MEASURE: ChoiceSpec = ChoiceSpec { name: "measure", required: true, several: false };
/// The measure of a `check`.
pub static CHECK_MEASURE: ChoiceSpec = ChoiceSpec { name: "measure", required: true, several: false };
/// The measure of a declared `metric`.
pub static METRIC_MEASURE: ChoiceSpec = ChoiceSpec { name: "measure", required: true, several: false };

const WINDOW: PropertySpec = required_window();
const fn required_window() -> PropertySpec {
    otherwise(Word::Window, Type::Duration, "required", "The time range of each measurement.")
}

const AGAINST: PropertySpec = optional(
    Word::Against,
    Type::OneOf(Against::WORDS),
    "The version to compare the canary with; the value is then canary ÷ other in percent, and 100% is equal.",
);

const PROVIDER: PropertySpec =
    otherwise(Word::Provider, Type::Reference(Reference::Provider), "the only one in scope", "The provider to query.");

const SCOPE: PropertySpec = default(
    Word::Scope,
    Type::OneOf(QueryScope::WORDS),
    "canary",
    "Whether the query must select the canary (`canary`) or may measure both versions (`any`).",
);

pub static SUCCESS_RATIO: NodeSpec = NodeSpec {
    properties: &[
        otherwise(
            Word::Window,
            Type::Duration,
            "required, except with `test=\"sequential\"`, which has none",
            "The time range of each measurement.",
        ),
        AGAINST,
        default(
            Word::FailedStatus,
            Type::Regex,
            "5..",
            "A regular expression for the whole HTTP status that counts as failed, such as `5..|429`; for gRPC, server errors count.",
        ),
        default(
            Word::Test,
            Type::OneOf(VerdictTest::WORDS),
            "threshold",
            "How the verdict is reached: by the threshold at each measurement, or by a sequential test, which needs `load` and is not supported yet.",
        ),
        PROVIDER,
    ],
    example: r#"slo "availability" min="99.5%" { success-ratio window="5m" }"#,
    ..section(Word::SuccessRatio, "The share of successful requests, in percent.")
};

pub static LATENCY: NodeSpec = NodeSpec {
    properties: &[
        optional(
            Word::Percentile,
            Type::Number,
            "The percentile to measure, such as 99; the threshold is then a duration.",
        ),
        optional(
            Word::Under,
            Type::Duration,
            "The latency below which a request counts as fast; the threshold is then the share of fast requests.",
        ),
        WINDOW,
        AGAINST,
        PROVIDER,
    ],
    example: r#"slo "fast" min="99%" { latency under="250ms" window="5m" }"#,
    ..section(
        Word::Latency,
        "The latency of requests: either a `percentile`, or the share of requests `under` a bound.",
    )
};

pub static EVENTS: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Good, Type::String, "The query that counts good events over `{{window}}`."),
        required(Word::Total, Type::String, "The query that counts all events over `{{window}}`."),
        WINDOW,
        AGAINST,
        SCOPE,
        PROVIDER,
    ],
    example: r##"slo "orders" min="99%" {
    events good=#"sum(increase(orders_total{service="{{canary-service}}", ok="true"}[{{window}}]))"# \
           total=#"sum(increase(orders_total{service="{{canary-service}}"}[{{window}}]))"# window="5m"
}"##,
    ..section(Word::Events, "The share of good events among all events, in percent; your own queries count both.")
};

pub static BURN_RATE: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Objective, Type::Percent, "The objective that determines the error budget."),
        default(Word::Period, Type::Duration, "30d", "The period of the objective."),
        default(Word::Window, Type::Duration, "5m", "The short window, which detects a problem early."),
        default(Word::LongWindow, Type::Duration, "1h", "The long window, which ignores a single burst."),
        PROVIDER,
    ],
    example: r#"slo "budget" max=14.4 { burn-rate objective="99.9%" }"#,
    ..section(
        Word::BurnRate,
        "How many times faster than allowed the error budget is consumed, in both windows; a number.",
    )
};

pub static REQUEST_RATE: NodeSpec = NodeSpec {
    properties: &[WINDOW, PROVIDER],
    example: r#"check "traffic" min="1/s" { request-rate window="5m" }"#,
    ..section(Word::RequestRate, "The number of requests to the canary; a rate.")
};

pub static RESTARTS: NodeSpec = NodeSpec {
    properties: &[WINDOW, PROVIDER],
    example: r#"check "restarts" max=0 { restarts window="10m" }"#,
    ..section(Word::Restarts, "The number of container restarts in canary pods, from kube-state-metrics.")
};

const AGGREGATES: &[&str] = &["avg", "min", "max", "sum", "last", "percentile", "mean", "l2norm", "area"];

pub static QUERY: NodeSpec = NodeSpec {
    argument: Argument::Optional(argument(Word::Text, Type::String, "The query, in the provider's language.")),
    properties: &[
        otherwise(
            Word::Window,
            Type::Duration,
            "none, and no initial delay",
            "The time range of each measurement; `{{window}}` in the query stands for it.",
        ),
        default(
            Word::Unit,
            Type::OneOf(Unit::WORDS),
            "none",
            "The unit of the result, which determines the unit of the threshold.",
        ),
        SCOPE,
        optional(
            Word::Range,
            Type::Duration,
            "Makes this a range query over the given time; the threshold then applies to every sample.",
        ),
        optional(Word::Step, Type::Duration, "The interval between samples of the `range`."),
        optional(
            Word::Aggregate,
            Type::OneOf(AGGREGATES),
            "How to aggregate several points into one value (Datadog v2).",
        ),
        optional(Word::Formula, Type::String, "A formula over the `series` (Datadog v2)."),
        optional(
            Word::Yaml,
            Type::Yaml,
            "The query as YAML text, for providers with structured queries (CloudWatch, Kayenta, plugins).",
        ),
        PROVIDER,
    ],
    children: &[many(&SERIES)],
    example: r##"check "queue" max=100 { query #"max(queue_depth{hash="{{canary-hash}}"})"# }"##,
    ..section(Word::Query, "Runs your own query.")
};

static SERIES: NodeSpec = NodeSpec {
    properties: &[required(Word::Query, Type::String, "The query of the series.")],
    ..named(
        Word::Series,
        Word::Name,
        Type::String,
        "The name that `formula` uses.",
        "One of several queries that `formula` combines (Datadog v2).",
    )
};

static WEB_CHILDREN: [ChildSpec; 5] =
    join(&[&[many(&credentials::HEADER), many(&credentials::SECRET)], &credentials::ALTERNATIVES]);

pub static WEB: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Url, Type::String, "The URL."),
        default(Word::Method, Type::OneOf(Method::WORDS), "GET", "The HTTP method."),
        otherwise(
            Word::Json,
            Type::String,
            "the whole response, `{$}`",
            "The part of the JSON response to check, as a JSONPath such as `{$.status}`.",
        ),
        optional(Word::Body, Type::String, "The request body."),
        default(
            Word::Scope,
            Type::OneOf(QueryScope::WORDS),
            "canary",
            "Whether the request must ask the canary (`canary`) or may ask both versions or another server (`any`).",
        ),
        default(Word::Timeout, Type::Duration, "10s", "The timeout of the request."),
        default(
            Word::Insecure,
            Type::Boolean,
            "#false",
            "Whether to skip the verification of the server's certificate.",
        ),
    ],
    children: &WEB_CHILDREN,
    example: r#"check "smoke" equals="ok" { web url="http://{{canary-service}}.{{namespace}}/healthz" json="{$.status}" }"#,
    ..section(Word::Web, "Sends an HTTP request and checks the JSON response.")
};

pub static JOB: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::Image, Type::String, "The image to run; either this or `file`."),
        optional(Word::File, Type::Path, "The manifest of your own Job."),
        default(Word::Timeout, Type::Duration, "10m", "The maximum run time."),
        optional(Word::ServiceAccount, Type::String, "The service account of the Job."),
        default(Word::Retries, at_least(0), "0", "The number of retries after a failed pod."),
    ],
    children: &[one(&COMMAND), one(&ARGS), one(&ENV), many(&credentials::SECRET), many(&CONFIG_MAP)],
    example: r#"check "load-test" {
    job image="grafana/k6:0.54.0" timeout="10m" {
        args "run" "--vus" "20" "/scripts/script.js"
        config-map "k6-script" mount="/scripts"
    }
}"#,
    ..section(Word::Job, "Runs a Kubernetes Job, whose exit code is the verdict.")
};

static COMMAND: NodeSpec = list(
    Word::Command,
    Word::Command,
    Type::String,
    "The command and its arguments.",
    "The command, which replaces that of the image.",
);

static ARGS: NodeSpec = list(Word::Args, Word::Args, Type::String, "The arguments.", "The arguments of the command.");

static ENV: NodeSpec = map(Word::Env, FreeKeys::Environment, "Environment variables of the container.");

static CONFIG_MAP: NodeSpec = NodeSpec {
    properties: &[required(Word::Mount, Type::String, "The mount path in the container.")],
    ..named(Word::ConfigMap, Word::Name, Type::String, "The ConfigMap.", "Mounts a ConfigMap into the container.")
};

pub static METRIC: NodeSpec = NodeSpec {
    free: Some(FreeKeys::Parameters),
    example: r#"check "lag" max=1000 { metric "kafka-lag" topic="orders" }"#,
    ..single(
        Word::Metric,
        Word::Name,
        Type::Reference(Reference::Metric),
        "The metric.",
        "Uses a declared metric; the properties are the parameters of the metric.",
    )
};

pub static TEMPLATE: NodeSpec = NodeSpec {
    free: Some(FreeKeys::TemplateArguments),
    example: r#"check "error-budget" { template "error-budget" hash="{{canary-hash}}" }"#,
    ..single(
        Word::Template,
        Word::Name,
        Type::String,
        "The AnalysisTemplate.",
        "Uses an existing AnalysisTemplate; the properties are the arguments of the template.",
    )
};

pub static CLUSTER_TEMPLATE: NodeSpec = NodeSpec {
    free: Some(FreeKeys::TemplateArguments),
    ..single(
        Word::ClusterTemplate,
        Word::Name,
        Type::String,
        "The ClusterAnalysisTemplate.",
        "Uses an existing ClusterAnalysisTemplate; the properties are the arguments of the template.",
    )
};
