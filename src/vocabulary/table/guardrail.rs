//! Guardrails over releases, and waivers of them.
//! In: nothing. Out: their lines of the table.

use super::make::{at_least, list, many, named, one, optional, otherwise, required, section};
use super::router::ROUTERS;
use crate::vocabulary::choices::{Event, NoData};
use crate::vocabulary::{Choice, NodeSpec, PropertySpec, Reference, Type, Word};

pub static GUARDRAIL: NodeSpec = NodeSpec {
    properties: &[
        otherwise(
            Word::Environment,
            Type::Reference(Reference::Environment),
            "all environments",
            "The environment that it applies to.",
        ),
        otherwise(
            Word::Namespace,
            Type::String,
            "all namespaces",
            "The namespaces that it applies to, as a glob such as `shop-*`.",
        ),
    ],
    children: &[
        one(&FIRST_WEIGHT),
        one(&WEIGHT_STEP),
        one(&STAGE_PAUSE),
        one(&TOTAL_PAUSE),
        one(&FAILURE_LIMIT),
        one(&APPROVAL),
        one(&WATCHED),
        many(&THRESHOLD),
        one(&NO_DATA),
        one(&ROUTERS_RULE),
        one(&NOTIFIED),
        one(&REPLICAS),
    ],
    example: r#"guardrail "safe-start" environment="prod" {
    first-weight max="10%"
    watched "availability"
    threshold "availability" min="99%"
}"#,
    ..named(
        Word::Guardrail,
        Word::Name,
        Type::Name,
        "The name that waivers use.",
        "Sets rules for every release that includes the file; they apply to the resolved policy, and no layer can relax them.",
    )
};

const fn rule(word: Word, properties: &'static [PropertySpec], doc: &'static str) -> NodeSpec {
    NodeSpec { properties, ..section(word, doc) }
}

static FIRST_WEIGHT: NodeSpec = rule(
    Word::FirstWeight,
    &[optional(Word::Max, Type::Percent, "The maximum exposure.")],
    "Limits the exposure of the first stage that exposes users.",
);

static WEIGHT_STEP: NodeSpec = rule(
    Word::WeightStep,
    &[optional(Word::Max, Type::Percent, "The maximum increase.")],
    "Limits how much exposure grows between two stages, including the final 100%.",
);

static STAGE_PAUSE: NodeSpec = rule(
    Word::StagePause,
    &[optional(Word::Min, Type::Duration, "The minimum pause.")],
    "Requires a pause in every stage that exposes users.",
);

static TOTAL_PAUSE: NodeSpec = rule(
    Word::TotalPause,
    &[optional(Word::Min, Type::Duration, "The minimum sum of all pauses; a manual promotion counts as zero.")],
    "Requires a total duration of all stages that expose users.",
);

static FAILURE_LIMIT: NodeSpec = rule(
    Word::FailureLimit,
    &[optional(Word::Max, at_least(0), "The maximum number of tolerated failures.")],
    "Limits the `failure-limit` of all watched checks.",
);

static APPROVAL: NodeSpec = rule(
    Word::Approval,
    &[optional(Word::Before, Type::Percent, "The exposure that needs an approval.")],
    "Requires a manual promotion before exposure exceeds a bound.",
);

static WATCHED: NodeSpec = list(
    Word::Watched,
    Word::Names,
    Type::Reference(Reference::Check),
    "The slos and checks.",
    "Requires that the release watches these checks, and aborts or pauses when one fails.",
);

static THRESHOLD: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::Min, Type::Threshold, "The lowest allowed `min`."),
        optional(Word::Max, Type::Threshold, "The highest allowed `max`."),
    ],
    ..named(
        Word::Threshold,
        Word::Of,
        Type::Reference(Reference::Check),
        "The slo or check.",
        "Requires that the threshold of an slo or check is at least this strict.",
    )
};

static NO_DATA: NodeSpec = list(
    Word::NoData,
    Word::Allowed,
    Type::OneOf(NoData::WORDS),
    "The allowed values.",
    "Limits the `no-data` of all watched checks.",
);

static ROUTERS_RULE: NodeSpec = list(
    Word::Routers,
    Word::Allowed,
    Type::OneOf(ROUTERS),
    "The allowed routers.",
    "Limits which routers a release may use.",
);

static NOTIFIED: NodeSpec = list(
    Word::Notified,
    Word::On,
    Type::OneOf(Event::WORDS),
    "The events.",
    "Requires a notification for each of these events.",
);

static REPLICAS: NodeSpec = rule(
    Word::Replicas,
    &[optional(Word::Min, at_least(1), "The minimum number of pods.")],
    "Requires a minimum number of pods.",
);

pub static WAIVER: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Owner, Type::String, "The person or team who is responsible."),
        required(Word::Reason, Type::String, "The reason for the exception."),
        required(Word::Until, Type::Date, "The last day of the waiver."),
        otherwise(
            Word::Environment,
            Type::Reference(Reference::Environment),
            "all environments of the guardrail",
            "The environment that it applies to.",
        ),
    ],
    example: r#"waiver "safe-start/first-weight" owner="@reports" reason="four pods: one pod is 25%" until="2027-03-31""#,
    ..named(
        Word::Waiver,
        Word::Rule,
        Type::Reference(Reference::GuardrailRule),
        "The rule, as `guardrail/rule`.",
        "Exempts this release from one rule of one guardrail until a date.",
    )
};
