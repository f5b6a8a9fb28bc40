//! Parameters: `param` declares one, `use` gives a profile its values.
//! In: nothing. Out: their lines of the table.

use super::make::{list, named, one, optional, otherwise, required};
use crate::vocabulary::{FreeKeys, NodeSpec, Reference, Type, Word};

/// The types that a parameter may have.
const PARAMETER_TYPES: &[&str] = &["duration", "percent", "integer", "number", "rate", "string", "host", "boolean"];

pub static PARAM: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Type, Type::OneOf(PARAMETER_TYPES), "The type that every value of the parameter must have."),
        otherwise(
            Word::Default,
            Type::Scalar,
            "a value must be given, unless `helm` leaves it open",
            "The value where none is given.",
        ),
        optional(Word::Min, Type::Scalar, "The smallest value allowed, inclusive."),
        optional(Word::Max, Type::Scalar, "The largest value allowed, inclusive."),
        optional(
            Word::Helm,
            Type::String,
            "The Helm value, such as `.Values.replicaCount`, that stays open in the output; it needs `example`.",
        ),
        otherwise(
            Word::Example,
            Type::Scalar,
            "it is required with `helm`",
            "The value that stands in for the Helm value while the policy is checked.",
        ),
    ],
    children: &[one(&ONE_OF)],
    example: r#"param "bake" type="duration" default="10m" min="5m""#,
    ..named(
        Word::Param,
        Word::Name,
        Type::Name,
        "What `{{…}}` calls it by; `name` and `profile` are taken.",
        "Declares a value that may be given from outside and is written `{{name}}` wherever it is used.",
    )
};

static ONE_OF: NodeSpec =
    list(Word::OneOf, Word::Values, Type::Scalar, "The values allowed.", "Closes the parameter to a few values.");

pub static USE: NodeSpec = NodeSpec {
    free: Some(FreeKeys::Parameters),
    example: r#"use "standard" first="10%""#,
    ..named(
        Word::Use,
        Word::Profile,
        Type::Reference(Reference::Profile),
        "The profile.",
        "Lays a profile under this release or profile; its properties are the values of that profile's parameters.",
    )
};
