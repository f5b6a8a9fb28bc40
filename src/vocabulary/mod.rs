//! The vocabulary of the language: one table (`table/`), from which both readers, the JSON Schema, the reference
//! documentation, the completions and the suggestions come. Nothing else knows a keyword.

mod glance;
mod spec;
mod table;
mod word;

pub use glance::glance;
pub use spec::{
    Argument, ArgumentSpec, ChildSpec, ChoiceSpec, FreeKeys, Merge, NodeSpec, Presence, PropertySpec, Reference, Type,
};
pub use table::{DOCUMENT, ENVIRONMENT, PROFILE, PROFILE_ENVIRONMENT, RELEASE};
pub use word::Word;
