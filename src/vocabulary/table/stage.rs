//! Stages and their content, and the watch over all of them. In: nothing. Out: their lines of the table.

use super::make::{argument, at_least, default, list, many, named, one, optional, otherwise, required, section};
use super::{audience, settings};
use crate::vocabulary::choices::{GateTime, PathMatch, Promotion};
use crate::vocabulary::{Argument, Choice, Merge, NodeSpec, Reference, Type, Word};

pub static STAGE: NodeSpec = NodeSpec {
    argument: Argument::Optional(argument(
        Word::Name,
        Type::String,
        "The name; by default its weight, else its audience.",
    )),
    properties: &[
        otherwise(
            Word::Weight,
            Type::Percent,
            "the weight of the previous stage, 0% in the first",
            "The share of requests outside audiences that the canary gets; it must not decrease.",
        ),
        optional(
            Word::To,
            Type::Percent,
            "The last weight of a ramp: the stage repeats from `weight` up to this weight.",
        ),
        optional(Word::By, Type::Percent, "The weight that each stage of a ramp adds."),
        optional(
            Word::Audience,
            Type::Reference(Reference::Audience),
            "The audience to admit from this stage on, regardless of the weight.",
        ),
        optional(Word::Pause, Type::Duration, "How long users are exposed before the release continues."),
        default(
            Word::Promote,
            Type::OneOf(Promotion::WORDS),
            "auto",
            "Whether a person must promote the release at the end of the stage.",
        ),
        otherwise(
            Word::Replicas,
            Type::IntegerOrPercent,
            "enough for the exposure",
            "The number of canary pods in this stage.",
        ),
        optional(
            Word::After,
            Type::Reference(Reference::Stage),
            "The stage after which a later layer inserts this one.",
        ),
        optional(
            Word::Before,
            Type::Reference(Reference::Stage),
            "The stage before which a later layer inserts this one.",
        ),
    ],
    children: &[many(&GATE), one(&MIRROR), one(&EXPERIMENT), many(&PLUGIN), many(&settings::ALLOW)],
    merge: Merge::Stage,
    example: r#"stage weight="25%" pause="30m" { gate "smoke" }"#,
    ..section(
        Word::Stage,
        "One part of the release: who is exposed, for how long, and what must pass; the final 100% is implicit.",
    )
};

static GATE: NodeSpec = NodeSpec {
    properties: &[default(
        Word::At,
        Type::OneOf(GateTime::WORDS),
        "end",
        "Whether the gate runs after the pause of the stage or before it.",
    )],
    merge: Merge::Replace,
    ..list(
        Word::Gate,
        Word::Names,
        Type::Reference(Reference::Check),
        "The slos and checks.",
        "Names the checks that must pass before the release continues.",
    )
};

static MIRROR: NodeSpec = NodeSpec {
    properties: &[
        default(Word::Share, Type::Percent, "100%", "The share of matching requests to copy."),
        optional(
            Word::Method,
            Type::String,
            "The HTTP method of requests to copy; only mirror requests without side effects.",
        ),
        optional(Word::Path, Type::String, "The path of requests to copy."),
        default(Word::Match, Type::OneOf(PathMatch::WORDS), "prefix", "How `path` matches."),
    ],
    children: &[many(&audience::HEADER)],
    example: r#"mirror share="10%" method="GET" path="/search""#,
    ..section(Word::Mirror, "Copies requests to the canary in this stage; users never see its responses.")
};

static EXPERIMENT: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Duration, Type::Duration, "How long both sides run."),
        default(Word::Replicas, at_least(1), "1", "The number of pods on each side."),
        optional(Word::Weight, Type::Percent, "The share of traffic that each side gets (Istio, ALB and SMI only)."),
    ],
    example: r#"experiment "latency-vs-baseline" duration="1h" replicas=2"#,
    ..list(
        Word::Experiment,
        Word::Names,
        Type::Reference(Reference::Check),
        "The slos and checks that must pass.",
        "Runs new pods of the stable version (the baseline) and of the canary side by side, and compares them.",
    )
};

static PLUGIN: NodeSpec = NodeSpec {
    properties: &[optional(Word::Yaml, Type::Yaml, "The configuration of the plugin, as YAML text.")],
    ..named(
        Word::Plugin,
        Word::Name,
        Type::String,
        "The name of the plugin.",
        "Runs a step plugin of Argo Rollouts in this stage.",
    )
};

pub static WATCH: NodeSpec = NodeSpec {
    properties: &[otherwise(
        Word::From,
        Type::Reference(Reference::Stage),
        "the first stage that exposes users",
        "The first stage to watch.",
    )],
    children: &[many(&settings::ALLOW)],
    example: r#"watch "availability" "latency" from="5%""#,
    ..list(
        Word::Watch,
        Word::Names,
        Type::Reference(Reference::Check),
        "The slos and checks.",
        "Names the checks that must hold in the background, from a stage until the end of the release.",
    )
};
