//! The vocabulary of the language: one table (`table/`), from which both readers, the JSON Schema, the reference
//! documentation, the completions and the suggestions come. Nothing else knows a keyword.

mod convert;
mod from_yaml;
mod glance;
mod json_schema;
mod lower;
mod misplaced;
mod misread;
mod places;
mod read;
mod reference;
mod spec;
mod table;
pub mod values;
mod walk;
mod word;

pub use convert::{Format, convert, in_yaml};
pub use from_yaml::read_yaml;
pub use glance::glance;
pub use json_schema::{json_schema, json_schema_text};
pub use lower::lower;
pub use misread::mark as mark_misread;
pub use places::{Place, Role, belongs, where_allowed};
pub use read::read;
pub use reference::{ReferencePage, reference};
pub use spec::{
    Argument, ArgumentSpec, ChildSpec, ChoiceSpec, FreeKeys, Merge, NodeSpec, Presence, PropertySpec, Reference, Type,
};
pub use table::{DOCUMENT, ENVIRONMENT, PROFILE, PROFILE_ENVIRONMENT, RELEASE};
pub use walk::{Visit, every_node};
pub use word::Word;
