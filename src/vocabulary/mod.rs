//! The vocabulary of the language: one table (`table/`). Both readers, the JSON Schema, the reference documentation,
//! the completions and the suggestions come from it. No other module defines a keyword.

pub mod choices;
mod convert;
mod glance;
mod json_schema;
mod places;
mod spec;
mod table;
mod walk;
mod word;

pub use choices::Choice;
pub use convert::{Format, convert, in_brackets, in_yaml, yaml_of_example};
#[cfg(test)]
pub(crate) use convert::{corpus, parents_of};
pub use glance::glance;
pub use json_schema::json_schema_text;
pub use places::belongs;
pub use spec::{
    Argument, ArgumentSpec, ChildSpec, ChoiceSpec, FreeKeys, Merge, NodeSpec, Presence, PropertySpec, Reference, Type,
};
pub use table::{DOCUMENT, PROFILE, RELEASE};
pub use walk::{Visit, every_node};
pub use word::Word;
