//! What must hold: `slo` and `check`, shared (at the top of a file) and of a release.
//! In: nothing. Out: their lines of the table.

use super::make::{alternative, at_least, default, join, many, named, optional, otherwise};
use super::measure::{
    BURN_RATE, CHECK_MEASURE, CLUSTER_TEMPLATE, EVENTS, JOB, LATENCY, METRIC, QUERY, REQUEST_RATE, RESTARTS,
    SLO_MEASURE, SUCCESS_RATIO, TEMPLATE, WEB,
};
use super::parameters::PARAM;
use super::settings;
use crate::vocabulary::choices::{NoData, OnFail};
use crate::vocabulary::{ChildSpec, Choice, NodeSpec, PropertySpec, Type, Word};

const BOUNDS: [PropertySpec; 2] = [
    optional(Word::Min, Type::Threshold, "The lowest passing value, inclusive, in the unit of the measure."),
    optional(Word::Max, Type::Threshold, "The highest passing value, inclusive, in the unit of the measure."),
];

const VERDICTS: [PropertySpec; 3] = [
    optional(Word::Equals, Type::Scalar, "The only passing value."),
    optional(
        Word::SuccessCondition,
        Type::String,
        "The condition for success, in the expression language of Argo Rollouts.",
    ),
    optional(
        Word::FailureCondition,
        Type::String,
        "The condition for failure, in the expression language of Argo Rollouts.",
    ),
];

const LOOKS: [PropertySpec; 10] = [
    otherwise(
        Word::Interval,
        Type::Duration,
        "the `window` of the measure, else `1m`",
        "The time between two measurements.",
    ),
    otherwise(Word::FailureLimit, at_least(0), "1; for a job 0", "The number of failed measurements to tolerate."),
    otherwise(
        Word::Count,
        at_least(1),
        "until the first success, or one failure more than `failure-limit`",
        "The number of measurements of a gate. With `no-data=\"pause\"`, it passes after `count` less `failure-limit` successes in a row.",
    ),
    optional(
        Word::SuccessLimit,
        at_least(1),
        "The number of consecutive successes that a gate needs; excludes `count`.",
    ),
    otherwise(
        Word::InitialDelay,
        Type::Duration,
        "the `window` of the measure; zero for a gate after a pause of at least that length",
        "The time before the first measurement.",
    ),
    otherwise(
        Word::ErrorLimit,
        at_least(0),
        "30, which is five minutes without a response; for `web` the `failure-limit`; with `on-fail=\"wait\"`, `timeout` ÷ 10 s; for `web` with `on-fail=\"pause\"`, seven days ÷ 10 s",
        "The number of consecutive measurements that may return an error.",
    ),
    default(
        Word::OnFail,
        Type::OneOf(OnFail::WORDS),
        "abort",
        "What to do after a failure: abort, pause until it passes or somebody decides, wait until it passes (gates), or ignore it.",
    ),
    default(Word::NoData, Type::OneOf(NoData::WORDS), "pause", "What to do when a query returns no data or NaN."),
    otherwise(Word::Timeout, Type::Duration, "required with `on-fail=\"wait\"`", "How long a gate may wait."),
    default(Word::Retain, at_least(0), "10", "The number of measurements to keep."),
];

const PUBLISH: PropertySpec = optional(
    Word::Publish,
    Type::OneOf(&["cluster", "namespace"]),
    "Writes it once, as a ClusterAnalysisTemplate or an AnalysisTemplate that releases refer to.",
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

static SLO_CHILDREN: [ChildSpec; 5] = join(&[&SLO_MEASURES, &[many(&settings::ALLOW)]]);
static SHARED_SLO_CHILDREN: [ChildSpec; 6] = join(&[&[many(&PARAM)], &SLO_MEASURES, &[many(&settings::ALLOW)]]);
static CHECK_CHILDREN: [ChildSpec; 9] = join(&[&CHECK_MEASURES, &[many(&settings::ALLOW)]]);
static SHARED_CHECK_CHILDREN: [ChildSpec; 10] = join(&[&[many(&PARAM)], &CHECK_MEASURES, &[many(&settings::ALLOW)]]);

const SLO_DOC: &str = "Declares a service level of users' requests: a ratio of good to all events, or a latency.";
const CHECK_DOC: &str = "Declares any other condition: a probe, a job, a query, or your own template.";
const NAME_DOC: &str = "The name that `watch` and `gate` use; slos and checks share one namespace.";
const SLO_EXAMPLE: &str = r#"slo "latency" max="300ms" { latency percentile=99 window="5m" }"#;
const CHECK_EXAMPLE: &str =
    r#"check "smoke" equals="ok" { web url="http://{{canary-service}}.{{namespace}}/healthz" json="{$.status}" }"#;

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
