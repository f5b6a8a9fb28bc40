//! The types of the type checker: those that the controller's compiler distinguishes.

use std::fmt;

/// The type of `result` for the condition's type checker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResultType {
    /// A list of numbers.
    Numbers,
    /// One number.
    Number,
    /// Any value: a web response.
    Any,
}

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// Only known at run time.
    Any,
    Nil,
    Boolean,
    Integer,
    Number,
    String,
    List(Box<Type>),
    Map,
    Function,
}

/// The deepest list whose elements have a known type. Only a chain of functions makes a deeper one, and a type is copied
/// and compared with all that it contains.
const DEEPEST_LIST: usize = 4;

impl Type {
    /// A list of such elements.
    pub(super) fn list(element: Self) -> Self {
        Self::List(Box::new(if element.depth() < DEEPEST_LIST { element } else { Self::Any }))
    }

    fn depth(&self) -> usize {
        match self {
            Self::List(element) => 1 + element.depth(),
            _ => 0,
        }
    }

    pub(super) fn of(result: ResultType) -> Self {
        match result {
            ResultType::Numbers => Self::list(Self::Number),
            ResultType::Number => Self::Number,
            ResultType::Any => Self::Any,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Integer | Self::Number)
    }

    pub(super) fn may_be_number(&self) -> bool {
        self.is_number() || *self == Self::Any
    }

    pub(super) fn may_be_boolean(&self) -> bool {
        matches!(self, Self::Boolean | Self::Any)
    }

    pub(super) fn may_be_string(&self) -> bool {
        matches!(self, Self::String | Self::Any)
    }

    pub(super) fn may_be_list(&self) -> bool {
        matches!(self, Self::List(_) | Self::Any)
    }

    /// The type of its elements.
    pub(super) fn element(&self) -> Self {
        match self {
            Self::List(element) => (**element).clone(),
            Self::String => Self::String,
            _ => Self::Any,
        }
    }

    /// The common type of two branches.
    pub(super) fn or(self, other: Self) -> Self {
        if self == other {
            self
        } else if self.is_number() && other.is_number() {
            Self::Number
        } else {
            Self::Any
        }
    }

    /// Whether `==` can compare the two.
    pub(super) fn comparable(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any | Self::Nil, _) | (_, Self::Any | Self::Nil) => true,
            (Self::List(left), Self::List(right)) => left.comparable(right),
            (left, right) => left == right || left.is_number() && right.is_number(),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Any => "a value",
            Self::Nil => "nil",
            Self::Boolean => "true or false",
            Self::Integer | Self::Number => "a number",
            Self::String => "a string",
            Self::List(element) if element.is_number() => "a list of numbers",
            Self::List(element) if **element == Self::String => "a list of strings",
            Self::List(_) => "a list",
            Self::Map => "a map",
            Self::Function => "a function",
        })
    }
}
