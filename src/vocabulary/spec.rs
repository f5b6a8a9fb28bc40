//! The form of the table of the language: what a node takes, of which types, and how layers merge it. In: nothing. Out:
//! the types that `table/` fills and that every reader of the vocabulary walks.

use super::word::Word;

/// One node of the language.
#[derive(Debug)]
pub struct NodeSpec {
    /// Its keyword.
    pub word: Word,
    /// One line of documentation, a full sentence.
    pub doc: &'static str,
    /// A few lines of KDL that show it, for the reference; empty when its parent's example shows it.
    pub example: &'static str,
    /// The values after the keyword.
    pub argument: Argument,
    /// `name=value`
    pub properties: &'static [PropertySpec],
    /// The kind of properties allowed beyond those in the table, if any.
    pub free: Option<FreeKeys>,
    /// The nodes that are allowed in its braces.
    pub children: &'static [ChildSpec],
    /// How layers merge two of it.
    pub merge: Merge,
}

/// The arguments of a node.
#[derive(Clone, Copy, Debug)]
pub enum Argument {
    /// It takes none.
    None,
    /// Exactly one value.
    One(ArgumentSpec),
    /// None or one value.
    Optional(ArgumentSpec),
    /// A list. It must not be empty where the node is written, unless an overlay only changes properties.
    List(ArgumentSpec),
}

/// One argument, or the type of each argument of a list.
#[derive(Clone, Copy, Debug)]
pub struct ArgumentSpec {
    /// Its key in YAML.
    pub field: Word,
    /// Its type.
    pub value_type: Type,
    /// One line of documentation.
    pub doc: &'static str,
}

/// One property.
#[derive(Clone, Copy, Debug)]
pub struct PropertySpec {
    /// Its name.
    pub word: Word,
    /// Its type.
    pub value_type: Type,
    /// Whether it is required.
    pub presence: Presence,
    /// One line of documentation, a full sentence.
    pub doc: &'static str,
}

/// Whether the *resolved* policy requires a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Always.
    Required,
    /// It is optional and has no default.
    Optional,
    /// It is optional and has this default, as it would be written.
    Default(&'static str),
    /// It is optional; the text says what happens without it.
    Otherwise(&'static str),
}

/// A node that is allowed in the braces of another.
#[derive(Clone, Copy, Debug)]
pub struct ChildSpec {
    /// The node.
    pub node: &'static NodeSpec,
    /// Whether it may occur several times (in YAML it is then a sequence, even for one).
    pub repeats: bool,
    /// The choice of which it is an alternative.
    pub choice: Option<&'static ChoiceSpec>,
}

/// A choice among children.
#[derive(Debug)]
pub struct ChoiceSpec {
    /// What is chosen, for messages: "measure", "provider", "router".
    pub name: &'static str,
    /// Whether a resolved policy must have an alternative.
    pub required: bool,
    /// Whether two alternatives may be combined (only routers).
    pub several: bool,
}

/// What the keys of a map are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreeKeys {
    /// Kubernetes label keys with label values.
    Labels,
    /// Kubernetes annotation keys with any string.
    Annotations,
    /// Environment variables.
    Environment,
    /// Parameters of the profile or metric that the argument names.
    Parameters,
    /// Arguments of an existing AnalysisTemplate.
    TemplateArguments,
}

/// How a node of a later layer merges with the node of the same name in an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// It occurs once: properties replace, children merge.
    Section,
    /// It occurs several times, identified by its argument. A node with the same name is merged, and a new one is
    /// added.
    Named,
    /// Stages: identified by name, else weight, else audience. A later layer may only amend them, or insert with
    /// `after`/`before`.
    Stage,
    /// All nodes of the later layer replace all nodes of the earlier one (gates of a stage).
    Replace,
    /// The nodes of all layers are kept (`notify`, `patch`).
    Append,
}

/// The type of a value. `{{name}}` is allowed where [`Type::substitutable`] says so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Type {
    /// A DNS-1123 label.
    Name,
    /// A DNS-1123 subdomain: the name of an object that may contain dots.
    ObjectName,
    /// Any string without control characters.
    String,
    /// A DNS name, leading `*.` allowed.
    Host,
    /// `#true`, `#false`.
    Boolean,
    /// A whole number within bounds.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// A number.
    Number,
    /// `"30s"`
    Duration,
    /// `"5%"`
    Percent,
    /// `"120/s"`
    Rate,
    /// `3`, `"25%"`
    IntegerOrPercent,
    /// A percent, duration, rate or number: the measure decides which.
    Threshold,
    /// A string, number or boolean, as it is.
    Scalar,
    /// `"2027-03-31"`
    Date,
    /// A path relative to the file that holds it.
    Path,
    /// A port's number or name.
    Port,
    /// A regular expression (RE2).
    Regex,
    /// `"never"` or a duration.
    DurationOrNever,
    /// Text that is YAML.
    Yaml,
    /// One of a closed set of words.
    OneOf(&'static [&'static str]),
    /// The name of something declared.
    Reference(Reference),
}

/// What a reference names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// A stage: its name, else its weight, else its audience.
    Stage,
    /// An audience.
    Audience,
    /// An `slo` or a `check`.
    Check,
    /// A provider.
    Provider,
    /// A profile.
    Profile,
    /// A declared metric.
    Metric,
    /// One of `environments`.
    Environment,
    /// A route.
    Route,
    /// `guardrail/rule`
    GuardrailRule,
}

impl Type {
    /// Whether a value of this type may contain `{{name}}`.
    pub const fn substitutable(self) -> bool {
        !matches!(self, Self::Name | Self::ObjectName | Self::OneOf(_) | Self::Reference(_) | Self::Path)
    }

    /// What is expected, for messages: "a duration", "a percentage" …
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Name | Self::ObjectName => "a name",
            Self::String => "a string",
            Self::Host => "a host name",
            Self::Boolean => "a boolean",
            Self::Integer { .. } => "an integer",
            Self::Number => "a number",
            Self::Duration => "a duration",
            Self::Percent => "a percentage",
            Self::Rate => "a rate",
            Self::IntegerOrPercent => "an integer or a percentage",
            Self::Threshold => "a percentage, a duration, a rate or a number",
            Self::Scalar => "a string, a number or a boolean",
            Self::Date => "a date",
            Self::Path => "a path",
            Self::Port => "a port number or name",
            Self::Regex => "a regular expression",
            Self::DurationOrNever => "a duration or \"never\"",
            Self::Yaml => "YAML text",
            Self::OneOf(_) => "a keyword",
            Self::Reference(reference) => reference.noun(),
        }
    }
}

impl Reference {
    /// What it names, for messages.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Stage => "a stage",
            Self::Audience => "an audience",
            Self::Check => "an slo or check",
            Self::Provider => "a provider",
            Self::Profile => "a profile",
            Self::Metric => "a metric",
            Self::Environment => "an environment",
            Self::Route => "a route",
            Self::GuardrailRule => "a guardrail rule",
        }
    }
}

impl NodeSpec {
    /// Whether a node takes only arguments. In YAML it is then the scalar, or the list of scalars, itself.
    pub const fn is_bare(&self) -> bool {
        self.properties.is_empty() && self.children.is_empty() && self.free.is_none()
    }

    /// The property of a name.
    pub fn property(&self, word: Word) -> Option<&'static PropertySpec> {
        self.properties.iter().find(|property| property.word == word)
    }

    /// The child of a keyword.
    pub fn child(&self, word: Word) -> Option<&'static ChildSpec> {
        self.children.iter().find(|child| child.node.word == word)
    }

    /// The argument's specification, if it takes any.
    pub const fn argument_spec(&self) -> Option<ArgumentSpec> {
        match self.argument {
            Argument::None => None,
            Argument::One(spec) | Argument::Optional(spec) | Argument::List(spec) => Some(spec),
        }
    }
}
