//! Parameters: `param` declares one, `use` gives a profile its values.
//! In: nothing. Out: their lines of the table.

use super::make::{list, named, one, optional, otherwise, required};
use crate::vocabulary::choices::ParameterType;
use crate::vocabulary::{Choice, FreeKeys, NodeSpec, Reference, Type, Word};

pub static PARAM: NodeSpec = NodeSpec {
    properties: &[
        required(
            Word::Type,
            Type::OneOf(ParameterType::WORDS),
            "The type that every value of the parameter must have.",
        ),
        otherwise(
            Word::Default,
            Type::Scalar,
            "none: a value is required, unless `helm` leaves it open",
            "The value to use if none is set.",
        ),
        optional(Word::Min, Type::Scalar, "The minimum, inclusive."),
        optional(Word::Max, Type::Scalar, "The maximum, inclusive."),
        optional(
            Word::Helm,
            Type::String,
            "The Helm value that stays open in the output, such as `.Values.replicaCount`; needs `example`. Not supported yet.",
        ),
        otherwise(
            Word::Example,
            Type::Scalar,
            "required with `helm`",
            "The value that replaces the Helm value in checks.",
        ),
    ],
    children: &[one(&ONE_OF)],
    example: r#"param "bake" type="duration" default="10m" min="5m""#,
    ..named(
        Word::Param,
        Word::Name,
        Type::Name,
        "The name that `{{…}}` uses; `name` and `profile` are reserved.",
        "Declares a value that users of the policy can set; `{{name}}` refers to it.",
    )
};

static ONE_OF: NodeSpec =
    list(Word::OneOf, Word::Values, Type::Scalar, "The allowed values.", "Limits the parameter to a few values.");

pub static USE: NodeSpec = NodeSpec {
    free: Some(FreeKeys::Parameters),
    example: r#"use "standard" bake="20m""#,
    ..named(
        Word::Use,
        Word::Profile,
        Type::Reference(Reference::Profile),
        "The profile.",
        "Applies a profile below this release or profile; the properties are the parameters of the profile.",
    )
};
