//! Measures: what an `slo`, a `check` or a `metric` asks.
//! In: nothing. Out: their lines of the table.

use super::credentials;
use super::make::{
    argument, at_least, default, join, list, many, map, named, one, optional, otherwise, required, section, single,
};
use crate::vocabulary::{Argument, ChildSpec, ChoiceSpec, FreeKeys, NodeSpec, PropertySpec, Reference, Type, Word};

/// The measure of an `slo`; one that only amends has none of its own.
pub static SLO_MEASURE: ChoiceSpec = ChoiceSpec { name: "measure", required: true, several: false };
/// The measure of a `check`.
pub static CHECK_MEASURE: ChoiceSpec = ChoiceSpec { name: "measure", required: true, several: false };
/// The measure of a declared `metric`.
pub static METRIC_MEASURE: ChoiceSpec = ChoiceSpec { name: "measure", required: true, several: false };

const WINDOW: PropertySpec = required_window();
const fn required_window() -> PropertySpec {
    otherwise(Word::Window, Type::Duration, "it is required", "How far back each look reaches.")
}

const AGAINST: PropertySpec = optional(
    Word::Against,
    Type::OneOf(&["stable", "baseline"]),
    "What the canary is compared with; the value is then canary ÷ other, in percent, and 100% is equal.",
);

const PROVIDER: PropertySpec = otherwise(
    Word::Provider,
    Type::Reference(Reference::Provider),
    "the only one in scope",
    "The provider that is asked.",
);

const SCOPE: PropertySpec = default(
    Word::Scope,
    Type::OneOf(&["canary", "any"]),
    "canary",
    "Whether the text must name the canary, so that it cannot measure both versions at once.",
);

pub static SUCCESS_RATIO: NodeSpec = NodeSpec {
    properties: &[
        otherwise(
            Word::Window,
            Type::Duration,
            "it is required, except with `test=\"sequential\"`, where there is none",
            "How far back each look reaches.",
        ),
        AGAINST,
        default(
            Word::FailedStatus,
            Type::Regex,
            "5..",
            "The HTTP statuses that count as failed; for gRPC, the server's faults do.",
        ),
        default(
            Word::Test,
            Type::OneOf(&["threshold", "sequential"]),
            "threshold",
            "How it is decided: by the threshold at each look, or by a sequential test that needs `load`.",
        ),
        PROVIDER,
    ],
    example: r#"slo "availability" min="99.5%" { success-ratio window="5m" }"#,
    ..section(Word::SuccessRatio, "The share of requests that succeed, in percent.")
};

pub static LATENCY: NodeSpec = NodeSpec {
    properties: &[
        optional(
            Word::Percentile,
            Type::Number,
            "The percentile whose latency is measured, such as 99; the threshold is then a duration.",
        ),
        optional(
            Word::Under,
            Type::Duration,
            "The bound under which a request counts as fast; the threshold is then the share of fast requests.",
        ),
        WINDOW,
        AGAINST,
        PROVIDER,
    ],
    example: r#"slo "fast" min="99%" { latency under="300ms" window="5m" }"#,
    ..section(Word::Latency, "How long requests take: either a `percentile`, or the share that stays `under` a bound.")
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
    ..section(Word::Events, "The share of good events among all, both counted by queries of your own, in percent.")
};

pub static BURN_RATE: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Objective, Type::Percent, "The objective whose error budget is spent."),
        default(Word::Period, Type::Duration, "30d", "The time over which the objective is promised."),
        default(Word::Window, Type::Duration, "5m", "The short window, which notices soon."),
        default(Word::LongWindow, Type::Duration, "1h", "The long window, which is not fooled by one burst."),
        PROVIDER,
    ],
    example: r#"slo "budget" max=14.4 { burn-rate objective="99.9%" }"#,
    ..section(
        Word::BurnRate,
        "How many times faster than allowed the error budget is spent, in both windows; a number.",
    )
};

pub static REQUEST_RATE: NodeSpec = NodeSpec {
    properties: &[WINDOW, PROVIDER],
    example: r#"check "traffic" min="1/s" { request-rate window="5m" }"#,
    ..section(Word::RequestRate, "How many requests the canary gets; a rate.")
};

pub static RESTARTS: NodeSpec = NodeSpec {
    properties: &[WINDOW, PROVIDER],
    example: r#"check "restarts" max=0 { restarts window="10m" }"#,
    ..section(
        Word::Restarts,
        "How often containers of canary pods restart, as kube-state-metrics counts them; a number.",
    )
};

const UNITS: &[&str] = &["ratio", "percent", "seconds", "milliseconds", "none"];
const AGGREGATES: &[&str] = &["avg", "min", "max", "sum", "last", "percentile", "mean", "l2norm", "area"];

pub static QUERY: NodeSpec = NodeSpec {
    argument: Argument::Optional(argument(Word::Text, Type::String, "The query, in the provider's language.")),
    properties: &[
        otherwise(
            Word::Window,
            Type::Duration,
            "there is no initial delay",
            "How far back each look reaches; `{{window}}` in the text stands for it.",
        ),
        default(
            Word::Unit,
            Type::OneOf(UNITS),
            "none",
            "The unit of the result, which fixes the unit of the threshold.",
        ),
        SCOPE,
        optional(
            Word::Range,
            Type::Duration,
            "Asks for a range that long; the threshold then binds every sample of it.",
        ),
        optional(Word::Step, Type::Duration, "The distance of two samples of the `range`."),
        optional(Word::Aggregate, Type::OneOf(AGGREGATES), "How several points become one value (Datadog v2)."),
        optional(Word::Formula, Type::String, "A formula over the `series` (Datadog v2)."),
        optional(
            Word::Yaml,
            Type::Yaml,
            "The question as YAML text, for providers with structured questions (CloudWatch, Kayenta, plugins).",
        ),
        PROVIDER,
    ],
    children: &[many(&SERIES)],
    example: r##"check "queue" max=100 { query #"max(queue_depth{hash="{{canary-hash}}"})"# }"##,
    ..section(Word::Query, "Asks a question of your own.")
};

static SERIES: NodeSpec = NodeSpec {
    properties: &[required(Word::Query, Type::String, "The query of the series.")],
    ..named(
        Word::Series,
        Word::Name,
        Type::String,
        "What `formula` calls it by.",
        "One of several queries that `formula` puts together (Datadog v2).",
    )
};

static WEB_CHILDREN: [ChildSpec; 5] =
    join(&[&[many(&credentials::HEADER), many(&credentials::SECRET)], &credentials::ALTERNATIVES]);

pub static WEB: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Url, Type::String, "The URL."),
        default(Word::Method, Type::OneOf(&["GET", "POST", "PUT"]), "GET", "The HTTP method."),
        otherwise(
            Word::Json,
            Type::String,
            "the whole answer, `{$}`",
            "The part of the JSON answer that is judged, as a JSONPath such as `{$.status}`.",
        ),
        optional(Word::Body, Type::String, "What is sent."),
        default(Word::Timeout, Type::Duration, "10s", "How long an answer may take."),
        default(Word::Insecure, Type::Boolean, "#false", "Whether the server's certificate goes unchecked."),
    ],
    children: &WEB_CHILDREN,
    example: r#"check "smoke" equals="ok" { web url="https://shop.example.com/healthz" json="{$.status}" }"#,
    ..section(Word::Web, "Asks a URL and judges the JSON that it answers with.")
};

pub static JOB: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::Image, Type::String, "The image that is run; either this or `file`."),
        optional(Word::File, Type::Path, "The manifest of a Job of your own."),
        default(Word::Timeout, Type::Duration, "10m", "How long it may run."),
        optional(Word::ServiceAccount, Type::String, "The service account that it runs as."),
        default(Word::Retries, at_least(0), "0", "How often a failed pod is tried again."),
    ],
    children: &[one(&COMMAND), one(&ARGS), one(&ENV), many(&credentials::SECRET), many(&CONFIG_MAP)],
    example: r#"check "load-test" {
    job image="grafana/k6:0.54.0" timeout="10m" {
        args "run" "--vus" "20" "/scripts/script.js"
        config-map "k6-script" mount="/scripts"
    }
}"#,
    ..section(Word::Job, "Runs a Kubernetes Job and judges by its exit code.")
};

static COMMAND: NodeSpec = list(
    Word::Command,
    Word::Command,
    Type::String,
    "The words of the command.",
    "The command, instead of the image's own.",
);

static ARGS: NodeSpec = list(Word::Args, Word::Args, Type::String, "The arguments.", "The arguments of the command.");

static ENV: NodeSpec = map(Word::Env, FreeKeys::Environment, "Environment variables of the container.");

static CONFIG_MAP: NodeSpec = NodeSpec {
    properties: &[required(Word::Mount, Type::String, "The folder in the container where its files appear.")],
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
        "Uses a declared metric; its properties are the values of the metric's parameters.",
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
        "Uses an AnalysisTemplate that exists; its properties are that template's arguments.",
    )
};

pub static CLUSTER_TEMPLATE: NodeSpec = NodeSpec {
    free: Some(FreeKeys::TemplateArguments),
    ..single(
        Word::ClusterTemplate,
        Word::Name,
        Type::String,
        "The ClusterAnalysisTemplate.",
        "Uses a ClusterAnalysisTemplate that exists; its properties are that template's arguments.",
    )
};
