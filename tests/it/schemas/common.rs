//! What objects of every kind have: metadata, selectors.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::scalars::{Label, LabelKey, LabelValue, Name, Text};

/// Structs with keys in camel case that reject unknown keys.
macro_rules! objects {
    ($($(#[$meta:meta])* struct $name:ident { $($body:tt)* })*) => {$(
        #[derive(serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        $(#[$meta])*
        pub struct $name { $($body)* }
    )*};
}
pub(crate) use objects;

/// Enums of strings, or of mappings with exactly one key.
macro_rules! choices {
    ($style:literal: $($(#[$meta:meta])* enum $name:ident { $($body:tt)* })*) => {$(
        #[derive(serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = $style, deny_unknown_fields)]
        $(#[$meta])*
        pub enum $name { $($body)* }
    )*};
}
pub(crate) use choices;

/// Labels.
pub type Labels = BTreeMap<LabelKey, LabelValue>;
/// Annotations.
pub type Annotations = BTreeMap<LabelKey, String>;

objects! {
    /// Name, labels and annotations.
    struct Metadata {
        /// The object's name.
        pub name: Name,
        /// The namespace; without it, the namespace of `kubectl apply`.
        pub namespace: Option<Label>,
        /// Labels, for selectors.
        pub labels: Option<Labels>,
        /// Annotations.
        pub annotations: Option<Annotations>,
        /// The finalizers.
        pub finalizers: Option<Vec<Text>>,
    }

    /// Labels and annotations of pods.
    struct PodMetadata {
        /// Labels.
        pub labels: Option<Labels>,
        /// Annotations.
        pub annotations: Option<Annotations>,
    }

    /// Selects objects by their labels.
    struct LabelSelector {
        /// Labels that must match exactly.
        pub match_labels: Option<Labels>,
        /// Conditions on labels.
        pub match_expressions: Option<Vec<LabelRequirement>>,
    }

    /// A condition on a label.
    struct LabelRequirement {
        /// The label.
        pub key: LabelKey,
        /// The operator.
        pub operator: LabelOperator,
        /// The values; none for `Exists` and `DoesNotExist`.
        pub values: Option<Vec<LabelValue>>,
    }
}

choices! { "PascalCase":
    /// The operator of a condition on a label.
    enum LabelOperator { In, NotIn, Exists, DoesNotExist }
}

/// The configuration of a plugin, which only the plugin can check.
#[derive(Deserialize, JsonSchema)]
pub struct AnyMapping(pub BTreeMap<String, serde_json::Value>);
