//! The vocabulary of the language: one table (`table/`), from which both readers, the JSON Schema, the reference
//! documentation, the completions and the suggestions come. Nothing else knows a keyword.

mod spec;
mod word;

pub use spec::{
    Argument, ArgumentSpec, ChildSpec, ChoiceSpec, FreeKeys, Merge, NodeSpec, Presence, PropertySpec, Reference, Type,
};
pub use word::Word;
