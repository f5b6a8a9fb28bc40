//! The functions of a condition: those of the expression language, and those that Argo Rollouts adds.

use super::types::Type;

/// The type of a function's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    Boolean,
    Integer,
    Number,
    String,
    Any,
    Map,
    /// A list of any type.
    List,
    Strings,
    /// The type of its first argument.
    First,
    /// An element of its first argument.
    Element,
    /// A list of the predicate's results.
    Mapped,
    /// Its first argument, which may be nil, or else the second.
    FirstOrDefault,
}

/// The type of a function's first argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Anything,
    Number,
    String,
    List,
    /// A list, a map or a string.
    Countable,
    NumberOrString,
    /// Numbers, for every argument.
    EveryNumber,
    /// Numbers or lists of numbers, for every argument.
    Numbers,
}

/// A function.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    /// The minimum and maximum number of arguments.
    pub(super) arguments: (usize, usize),
    /// Whether its second argument is a predicate, `{# > 1}`, and whether the predicate is required.
    pub(super) predicate: Option<bool>,
    pub(super) gives: Gives,
}

const fn plain(name: &'static str, takes: Takes, least: usize, most: usize, gives: Gives) -> Function {
    Function { name, takes, arguments: (least, most), predicate: None, gives }
}

const fn over(name: &'static str, required: bool, most: usize, gives: Gives) -> Function {
    Function {
        name,
        takes: Takes::List,
        arguments: (if required { 2 } else { 1 }, most),
        predicate: Some(required),
        gives,
    }
}

const MANY: usize = usize::MAX;

/// All functions.
pub(super) const FUNCTIONS: &[Function] = &[
    plain("asInt", Takes::NumberOrString, 1, 1, Gives::Integer),
    plain("asFloat", Takes::NumberOrString, 1, 1, Gives::Number),
    plain("isNaN", Takes::Number, 1, 1, Gives::Boolean),
    plain("isInf", Takes::Number, 1, 1, Gives::Boolean),
    plain("isNil", Takes::Anything, 1, 1, Gives::Boolean),
    plain("default", Takes::Anything, 2, 2, Gives::FirstOrDefault),
    over("all", true, 2, Gives::Boolean),
    over("none", true, 2, Gives::Boolean),
    over("any", true, 2, Gives::Boolean),
    over("one", true, 2, Gives::Boolean),
    over("filter", true, 2, Gives::First),
    over("map", true, 2, Gives::Mapped),
    over("count", false, 2, Gives::Integer),
    over("sum", false, 2, Gives::Number),
    over("find", true, 2, Gives::Element),
    over("findIndex", true, 2, Gives::Integer),
    over("findLast", true, 2, Gives::Element),
    over("findLastIndex", true, 2, Gives::Integer),
    over("groupBy", true, 2, Gives::Map),
    over("sortBy", true, 3, Gives::First),
    over("reduce", true, 3, Gives::Any),
    plain("len", Takes::Countable, 1, 1, Gives::Integer),
    plain("type", Takes::Anything, 1, 1, Gives::String),
    plain("abs", Takes::Number, 1, 1, Gives::First),
    plain("ceil", Takes::Number, 1, 1, Gives::Number),
    plain("floor", Takes::Number, 1, 1, Gives::Number),
    plain("round", Takes::Number, 1, 1, Gives::Number),
    plain("int", Takes::NumberOrString, 1, 1, Gives::Integer),
    plain("float", Takes::NumberOrString, 1, 1, Gives::Number),
    plain("string", Takes::Anything, 1, 1, Gives::String),
    plain("trim", Takes::String, 1, 2, Gives::String),
    plain("trimPrefix", Takes::String, 1, 2, Gives::String),
    plain("trimSuffix", Takes::String, 1, 2, Gives::String),
    plain("upper", Takes::String, 1, 1, Gives::String),
    plain("lower", Takes::String, 1, 1, Gives::String),
    plain("split", Takes::String, 2, 3, Gives::Strings),
    plain("splitAfter", Takes::String, 2, 3, Gives::Strings),
    plain("replace", Takes::String, 3, 4, Gives::String),
    plain("repeat", Takes::String, 2, 2, Gives::String),
    plain("join", Takes::List, 1, 2, Gives::String),
    plain("indexOf", Takes::String, 2, 2, Gives::Integer),
    plain("lastIndexOf", Takes::String, 2, 2, Gives::Integer),
    plain("hasPrefix", Takes::String, 2, 2, Gives::Boolean),
    plain("hasSuffix", Takes::String, 2, 2, Gives::Boolean),
    plain("max", Takes::EveryNumber, 1, MANY, Gives::Any),
    plain("min", Takes::EveryNumber, 1, MANY, Gives::Any),
    plain("mean", Takes::Numbers, 1, MANY, Gives::Number),
    plain("median", Takes::Numbers, 1, MANY, Gives::Number),
    plain("toJSON", Takes::Anything, 1, 1, Gives::String),
    plain("fromJSON", Takes::String, 1, 1, Gives::Any),
    plain("toBase64", Takes::String, 1, 1, Gives::String),
    plain("fromBase64", Takes::String, 1, 1, Gives::String),
    plain("now", Takes::Anything, 0, 0, Gives::Any),
    plain("duration", Takes::String, 1, 1, Gives::Any),
    plain("date", Takes::Anything, 1, 3, Gives::Any),
    plain("timezone", Takes::String, 1, 1, Gives::Any),
    plain("first", Takes::List, 1, 1, Gives::Element),
    plain("last", Takes::List, 1, 1, Gives::Element),
    plain("get", Takes::Anything, 2, 2, Gives::Any),
    plain("take", Takes::List, 2, 2, Gives::First),
    plain("keys", Takes::Anything, 1, 1, Gives::List),
    plain("values", Takes::Anything, 1, 1, Gives::List),
    plain("toPairs", Takes::Anything, 1, 1, Gives::List),
    plain("fromPairs", Takes::List, 1, 1, Gives::Map),
    plain("reverse", Takes::List, 1, 1, Gives::First),
    plain("uniq", Takes::List, 1, 1, Gives::First),
    plain("concat", Takes::List, 1, MANY, Gives::List),
    plain("flatten", Takes::List, 1, 1, Gives::List),
    plain("sort", Takes::List, 1, 2, Gives::First),
    plain("bitand", Takes::Number, 2, 2, Gives::Integer),
    plain("bitor", Takes::Number, 2, 2, Gives::Integer),
    plain("bitxor", Takes::Number, 2, 2, Gives::Integer),
    plain("bitnand", Takes::Number, 2, 2, Gives::Integer),
    plain("bitnot", Takes::Number, 1, 1, Gives::Integer),
    plain("bitshl", Takes::Number, 2, 2, Gives::Integer),
    plain("bitshr", Takes::Number, 2, 2, Gives::Integer),
    plain("bitushr", Takes::Number, 2, 2, Gives::Integer),
];

/// Finds a function by its name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

impl Takes {
    /// Whether it holds for every argument, and not only for the first.
    pub(super) fn every_argument(self) -> bool {
        matches!(self, Self::Numbers | Self::EveryNumber)
    }

    pub(super) fn accepts(self, given: &Type) -> bool {
        match self {
            Self::Anything => true,
            Self::Number => given.may_be_number(),
            Self::String => given.may_be_string(),
            Self::List => given.may_be_list(),
            Self::EveryNumber => given.may_be_number(),
            Self::NumberOrString => given.may_be_number() || given.may_be_string(),
            Self::Numbers => given.may_be_number() || given.may_be_list(),
            Self::Countable => given.may_be_list() || matches!(given, Type::Map | Type::String),
        }
    }

    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Anything => "a value",
            Self::Number | Self::EveryNumber => "a number",
            Self::String => "a string",
            Self::List => "a list",
            Self::Countable => "a list, a map or a string",
            Self::NumberOrString => "a number or a string",
            Self::Numbers => "numbers or a list of them",
        }
    }
}

impl Gives {
    pub(super) fn result(self, first: &Type, of_list: bool, predicate: Option<Type>) -> Type {
        match self {
            Self::First if of_list && *first == Type::Any => Type::list(Type::Any),
            Self::Boolean => Type::Boolean,
            Self::Integer => Type::Integer,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::Any => Type::Any,
            Self::Map => Type::Map,
            Self::List => Type::list(Type::Any),
            Self::Strings => Type::list(Type::String),
            Self::First => first.clone(),
            Self::Element => first.element(),
            // A list is never nil.
            Self::FirstOrDefault if matches!(first, Type::List(_)) => first.clone(),
            Self::FirstOrDefault => Type::Any,
            Self::Mapped => Type::list(predicate.unwrap_or(Type::Any)),
        }
    }
}
