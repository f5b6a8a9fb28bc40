//! Guardrails over releases, and waivers of them.
//! In: nothing. Out: their lines of the table.

use super::make::{at_least, list, many, named, one, optional, otherwise, required, section};
use super::router::ROUTERS;
use super::settings::EVENTS;
use crate::vocabulary::{NodeSpec, PropertySpec, Reference, Type, Word};

pub static GUARDRAIL: NodeSpec = NodeSpec {
    properties: &[
        otherwise(
            Word::Environment,
            Type::Reference(Reference::Environment),
            "it binds in every environment",
            "The environment in which it binds.",
        ),
        otherwise(
            Word::Namespace,
            Type::String,
            "it binds in every namespace",
            "The namespaces in which it binds, as a glob such as `shop-*`.",
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
        "What waivers call it by.",
        "Sets rules for every release that sees the file; they bind the resolved policy, and no layer can loosen them.",
    )
};

const fn rule(word: Word, properties: &'static [PropertySpec], doc: &'static str) -> NodeSpec {
    NodeSpec { properties, ..section(word, doc) }
}

static FIRST_WEIGHT: NodeSpec = rule(
    Word::FirstWeight,
    &[optional(Word::Max, Type::Percent, "The most that it may expose.")],
    "Limits the exposure of the first stage that exposes anyone.",
);

static WEIGHT_STEP: NodeSpec = rule(
    Word::WeightStep,
    &[optional(Word::Max, Type::Percent, "The most that exposure may grow at once.")],
    "Limits how much exposure grows between two stages, the final 100 % included.",
);

static STAGE_PAUSE: NodeSpec = rule(
    Word::StagePause,
    &[optional(Word::Min, Type::Duration, "The shortest pause.")],
    "Asks for a pause in every stage that exposes users.",
);

static TOTAL_PAUSE: NodeSpec = rule(
    Word::TotalPause,
    &[optional(Word::Min, Type::Duration, "The shortest sum of pauses; a manual promotion counts nothing.")],
    "Asks for a time that all exposing stages last together.",
);

static FAILURE_LIMIT: NodeSpec = rule(
    Word::FailureLimit,
    &[optional(Word::Max, at_least(0), "The most bad looks that may be tolerated.")],
    "Limits the `failure-limit` of everything that is watched.",
);

static APPROVAL: NodeSpec = rule(
    Word::Approval,
    &[optional(Word::Before, Type::Percent, "The exposure that nothing passes without a person.")],
    "Asks for a manual promotion before exposure passes a bound.",
);

static WATCHED: NodeSpec = list(
    Word::Watched,
    Word::Names,
    Type::Reference(Reference::Check),
    "The slos and checks.",
    "Asks that these are watched, and that the release aborts or pauses when they do not hold.",
);

static THRESHOLD: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::Min, Type::Threshold, "The weakest `min` that it may have."),
        optional(Word::Max, Type::Threshold, "The weakest `max` that it may have."),
    ],
    ..named(
        Word::Threshold,
        Word::Of,
        Type::Reference(Reference::Check),
        "The slo or check.",
        "Asks that the threshold of an slo or check is no weaker than this.",
    )
};

static NO_DATA: NodeSpec = list(
    Word::NoData,
    Word::Allowed,
    Type::OneOf(&["pause", "abort", "pass"]),
    "What is allowed.",
    "Limits what may follow when there is no data, for everything that is watched.",
);

static ROUTERS_RULE: NodeSpec = list(
    Word::Routers,
    Word::Allowed,
    Type::OneOf(ROUTERS),
    "The routers allowed.",
    "Limits the routers that may be used.",
);

static NOTIFIED: NodeSpec = list(
    Word::Notified,
    Word::On,
    Type::OneOf(EVENTS),
    "The events.",
    "Asks that somebody is notified of each of these.",
);

static REPLICAS: NodeSpec = rule(
    Word::Replicas,
    &[optional(Word::Min, at_least(1), "The fewest pods.")],
    "Asks for a fleet of at least so many pods.",
);

pub static WAIVER: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Owner, Type::String, "Who answers for it."),
        required(Word::Reason, Type::String, "Why the rule does not fit here."),
        required(Word::Until, Type::Date, "The last day on which it holds."),
        otherwise(
            Word::Environment,
            Type::Reference(Reference::Environment),
            "everywhere that the guardrail binds",
            "The environment in which it holds.",
        ),
    ],
    example: r#"waiver "safe-start/first-weight" owner="@reports" reason="four pods: one pod is 25 %" until="2027-03-31""#,
    ..named(
        Word::Waiver,
        Word::Rule,
        Type::Reference(Reference::GuardrailRule),
        "The rule, as `guardrail/rule`.",
        "Lets this release break one rule of one guardrail for a while.",
    )
};
