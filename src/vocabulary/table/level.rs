//! What must hold: `slo` and `check`, shared (at the top of a file) and of a release.
//! In: nothing. Out: their lines of the table.

use super::make::{alternative, at_least, default, join, many, named, optional, otherwise};
use super::measure::{
    BURN_RATE, CHECK_MEASURE, CLUSTER_TEMPLATE, EVENTS, JOB, LATENCY, METRIC, QUERY, REQUEST_RATE, RESTARTS,
    SLO_MEASURE, SUCCESS_RATIO, TEMPLATE, WEB,
};
use super::parameters::PARAM;
use crate::vocabulary::{ChildSpec, NodeSpec, PropertySpec, Type, Word};

const BOUNDS: [PropertySpec; 2] = [
    optional(Word::Min, Type::Threshold, "The smallest value that is good, inclusive, in the measure's own unit."),
    optional(Word::Max, Type::Threshold, "The largest value that is good, inclusive, in the measure's own unit."),
];

const VERDICTS: [PropertySpec; 3] = [
    optional(Word::Equals, Type::Scalar, "The one value that is good."),
    optional(
        Word::SuccessCondition,
        Type::String,
        "When a result is good, in the expression language of Argo Rollouts.",
    ),
    optional(
        Word::FailureCondition,
        Type::String,
        "When a result is bad, in the expression language of Argo Rollouts.",
    ),
];

const LOOKS: [PropertySpec; 10] = [
    otherwise(Word::Interval, Type::Duration, "the measure's `window`, else `1m`", "The time between two looks."),
    otherwise(Word::FailureLimit, at_least(0), "1, for a job 0", "How many bad looks are tolerated."),
    otherwise(
        Word::Count,
        at_least(1),
        "the first good look passes, one bad look more than `failure-limit` fails",
        "How many looks a gate takes.",
    ),
    optional(
        Word::SuccessLimit,
        at_least(1),
        "How many good looks in a row a gate needs; it cannot stand beside `count`.",
    ),
    otherwise(
        Word::InitialDelay,
        Type::Duration,
        "the measure's `window`; nothing for a gate after a pause as long as that",
        "The time before the first look.",
    ),
    otherwise(
        Word::ErrorLimit,
        at_least(0),
        "30, five minutes of a silent provider; with `on-fail=\"wait\"`, `timeout` ÷ 10 s",
        "How many looks in a row may fail to get an answer at all.",
    ),
    default(
        Word::OnFail,
        Type::OneOf(&["abort", "pause", "wait", "ignore"]),
        "abort",
        "What follows when it does not hold: abort, pause for a person, wait until it does (gates), or only measure.",
    ),
    default(
        Word::NoData,
        Type::OneOf(&["pause", "abort", "pass"]),
        "pause",
        "What follows when a query answers with nothing or with NaN.",
    ),
    otherwise(
        Word::Timeout,
        Type::Duration,
        "it is required with `on-fail=\"wait\"`",
        "How long a gate that waits may wait.",
    ),
    default(Word::Retain, at_least(0), "10", "How many measurements are kept for reading."),
];

const PUBLISH: PropertySpec = optional(
    Word::Publish,
    Type::OneOf(&["cluster", "namespace"]),
    "Emits it once, as a ClusterAnalysisTemplate or an AnalysisTemplate that releases refer to.",
);

static SLO_PROPERTIES: [PropertySpec; 12] = join(&[&BOUNDS, &LOOKS]);
static SHARED_SLO_PROPERTIES: [PropertySpec; 13] = join(&[&BOUNDS, &LOOKS, &[PUBLISH]]);
static CHECK_PROPERTIES: [PropertySpec; 15] = join(&[&BOUNDS, &VERDICTS, &LOOKS]);
static SHARED_CHECK_PROPERTIES: [PropertySpec; 16] = join(&[&BOUNDS, &VERDICTS, &LOOKS, &[PUBLISH]]);

const SLO_MEASURES: [ChildSpec; 4] = [
    alternative(&SUCCESS_RATIO, &SLO_MEASURE),
    alternative(&LATENCY, &SLO_MEASURE),
    alternative(&EVENTS, &SLO_MEASURE),
    alternative(&BURN_RATE, &SLO_MEASURE),
];

const CHECK_MEASURES: [ChildSpec; 8] = [
    alternative(&REQUEST_RATE, &CHECK_MEASURE),
    alternative(&RESTARTS, &CHECK_MEASURE),
    alternative(&QUERY, &CHECK_MEASURE),
    alternative(&WEB, &CHECK_MEASURE),
    alternative(&JOB, &CHECK_MEASURE),
    alternative(&METRIC, &CHECK_MEASURE),
    alternative(&TEMPLATE, &CHECK_MEASURE),
    alternative(&CLUSTER_TEMPLATE, &CHECK_MEASURE),
];

static SLO_CHILDREN: [ChildSpec; 4] = SLO_MEASURES;
static SHARED_SLO_CHILDREN: [ChildSpec; 5] = join(&[&[many(&PARAM)], &SLO_MEASURES]);
static CHECK_CHILDREN: [ChildSpec; 8] = CHECK_MEASURES;
static SHARED_CHECK_CHILDREN: [ChildSpec; 9] = join(&[&[many(&PARAM)], &CHECK_MEASURES]);

const SLO_DOC: &str =
    "Declares a level of service that the users' requests see: a ratio of good to all events, or a latency.";
const CHECK_DOC: &str = "Declares anything else that must hold: a probe, a job, a query, or a template of your own.";
const NAME_DOC: &str = "What `watch` and `gate` call it by; slos and checks share one namespace.";
const SLO_EXAMPLE: &str = r#"slo "latency" max="300ms" { latency percentile=99 window="5m" }"#;
const CHECK_EXAMPLE: &str =
    r#"check "smoke" equals="ok" { web url="https://shop.example.com/healthz" json="{$.status}" }"#;

/// `slo` of a release, profile or environment.
pub static SLO: NodeSpec = NodeSpec {
    properties: &SLO_PROPERTIES,
    children: &SLO_CHILDREN,
    example: SLO_EXAMPLE,
    ..named(Word::Slo, Word::Name, Type::Name, NAME_DOC, SLO_DOC)
};

/// `slo` at the top of a file.
pub static SHARED_SLO: NodeSpec = NodeSpec {
    properties: &SHARED_SLO_PROPERTIES,
    children: &SHARED_SLO_CHILDREN,
    example: SLO_EXAMPLE,
    ..named(Word::Slo, Word::Name, Type::Name, NAME_DOC, SLO_DOC)
};

/// `check` of a release, profile or environment.
pub static CHECK: NodeSpec = NodeSpec {
    properties: &CHECK_PROPERTIES,
    children: &CHECK_CHILDREN,
    example: CHECK_EXAMPLE,
    ..named(Word::Check, Word::Name, Type::Name, NAME_DOC, CHECK_DOC)
};

/// `check` at the top of a file.
pub static SHARED_CHECK: NodeSpec = NodeSpec {
    properties: &SHARED_CHECK_PROPERTIES,
    children: &SHARED_CHECK_CHILDREN,
    example: CHECK_EXAMPLE,
    ..named(Word::Check, Word::Name, Type::Name, NAME_DOC, CHECK_DOC)
};
