//! When: stages with what happens in them, and the watch over all of them.
//! In: nothing. Out: their lines of the table.

use super::audience;
use super::make::{argument, at_least, default, list, many, named, one, optional, otherwise, required, section};
use super::route::PATH_MATCH;
use crate::vocabulary::{Argument, Merge, NodeSpec, Reference, Type, Word};

pub static STAGE: NodeSpec = NodeSpec {
    argument: Argument::Optional(argument(
        Word::Name,
        Type::String,
        "Its name; without one, its weight, else its audience.",
    )),
    properties: &[
        otherwise(
            Word::Weight,
            Type::Percent,
            "that of the stage before it, 0% at first",
            "The share of all requests that the canary gets; it may not fall.",
        ),
        optional(Word::To, Type::Percent, "The last weight of a ramp: the stage is repeated from `weight` up to here."),
        optional(Word::By, Type::Percent, "How much each stage of a ramp adds."),
        optional(
            Word::Audience,
            Type::Reference(Reference::Audience),
            "The audience that is admitted from here on, whatever the weight.",
        ),
        optional(Word::Pause, Type::Duration, "How long users are exposed before the release goes on."),
        default(
            Word::Promote,
            Type::OneOf(&["auto", "manual"]),
            "auto",
            "Whether a person must promote the release at the end of the stage.",
        ),
        otherwise(
            Word::Replicas,
            Type::IntegerOrPercent,
            "as many as the exposure needs",
            "How many pods the canary has in this stage.",
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
    children: &[many(&GATE), one(&MIRROR), one(&EXPERIMENT), many(&PLUGIN)],
    merge: Merge::Stage,
    example: r#"stage weight="25%" pause="30m" { gate "smoke" }"#,
    ..section(
        Word::Stage,
        "One step of the release: who is exposed, for how long, and what must hold; the 100 % after the last is implicit.",
    )
};

static GATE: NodeSpec = NodeSpec {
    properties: &[default(
        Word::At,
        Type::OneOf(&["end", "start"]),
        "end",
        "Whether it is judged after the stage's pause or before it.",
    )],
    merge: Merge::Replace,
    ..list(
        Word::Gate,
        Word::Names,
        Type::Reference(Reference::Check),
        "The slos and checks.",
        "Says what must pass before the release goes on.",
    )
};

static MIRROR: NodeSpec = NodeSpec {
    properties: &[
        default(Word::Share, Type::Percent, "100%", "The share of matching requests that is copied."),
        optional(
            Word::Method,
            Type::String,
            "The HTTP method of requests that are copied; mirror only what changes nothing.",
        ),
        optional(Word::Path, Type::String, "The path of requests that are copied."),
        default(Word::Match, PATH_MATCH, "prefix", "How `path` is compared."),
    ],
    children: &[many(&audience::HEADER)],
    example: r#"mirror share="10%" method="GET" path="/search""#,
    ..section(Word::Mirror, "Copies requests to the canary in this stage; users never see its answers.")
};

static EXPERIMENT: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Duration, Type::Duration, "How long both sides run."),
        default(Word::Replicas, at_least(1), "1", "How many pods each side has."),
        optional(Word::Weight, Type::Percent, "The share of traffic that each side gets (Istio, ALB and SMI only)."),
    ],
    example: r#"experiment "latency-vs-baseline" duration="1h" replicas=2"#,
    ..list(
        Word::Experiment,
        Word::Names,
        Type::Reference(Reference::Check),
        "The slos and checks that must pass.",
        "Runs fresh pods of the stable version (the baseline) and of the canary side by side, and compares them.",
    )
};

static PLUGIN: NodeSpec = NodeSpec {
    properties: &[optional(Word::Yaml, Type::Yaml, "The plugin's own configuration, as YAML text.")],
    ..named(
        Word::Plugin,
        Word::Name,
        Type::String,
        "The plugin's name.",
        "Runs a step plugin of Argo Rollouts in this stage.",
    )
};

pub static WATCH: NodeSpec = NodeSpec {
    properties: &[otherwise(
        Word::From,
        Type::Reference(Reference::Stage),
        "the first stage that exposes users",
        "The stage from which on it is watched.",
    )],
    example: r#"watch "availability" "latency" from="5%""#,
    ..list(
        Word::Watch,
        Word::Names,
        Type::Reference(Reference::Check),
        "The slos and checks.",
        "Says what must hold throughout, in the background until the end.",
    )
};
