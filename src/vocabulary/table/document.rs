//! The top level of a file: includes, environments, metrics, and the nodes of the other files. In: nothing. Out:
//! [`DOCUMENT`], the root of the table.

use super::make::{list, many, named, one, section};
use super::{body, guardrail, level, measure, parameters, provider, settings};
use crate::vocabulary::{Argument, Merge, NodeSpec, Type, Word};

/// The whole file: a node without a keyword.
pub static DOCUMENT: NodeSpec = NodeSpec {
    children: &[
        many(&INCLUDE),
        one(&ENVIRONMENTS),
        many(&provider::PROVIDER),
        many(&METRIC),
        many(&level::SHARED_SLO),
        many(&level::SHARED_CHECK),
        many(&body::RELEASE),
        many(&body::PROFILE),
        many(&guardrail::GUARDRAIL),
        many(&settings::ALLOW),
    ],
    ..section(Word::Document, "A policy file says how versions reach their users.")
};

static INCLUDE: NodeSpec = NodeSpec {
    argument: Argument::One(super::make::argument(
        Word::Path,
        Type::Path,
        "The path, relative to this file; `std:` is the prefix of a built-in file.",
    )),
    merge: Merge::Append,
    example: r#"include "lib/org.kdl""#,
    ..section(Word::Include, "Includes the declarations of another file; a file with a release cannot be included.")
};

static ENVIRONMENTS: NodeSpec = NodeSpec {
    example: r#"environments "dev" "staging" "prod""#,
    ..list(
        Word::Environments,
        Word::Names,
        Type::Name,
        "The names that `--env` accepts.",
        "Lists all environments; every build is then for exactly one of them.",
    )
};

static METRIC: NodeSpec = NodeSpec {
    children: &[
        many(&parameters::PARAM),
        super::make::alternative(&measure::QUERY, &measure::METRIC_MEASURE),
        super::make::alternative(&measure::WEB, &measure::METRIC_MEASURE),
        super::make::alternative(&measure::JOB, &measure::METRIC_MEASURE),
    ],
    example: r##"metric "kafka-lag" {
    param "topic" type="string"
    query #"max(kafka_consumergroup_lag{topic="{{topic}}"})"# scope="any"
}"##,
    ..named(
        Word::Metric,
        Word::Name,
        Type::Name,
        "The name that checks use.",
        "Declares a measure with parameters that checks use by name; it compiles to nothing by itself.",
    )
};
