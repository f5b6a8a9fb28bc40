//! In: a document tree. Out: the same policy as text in another syntax. Comments belong to a syntax and are not kept.

#[cfg(test)]
pub(crate) mod corpus;
mod data;
mod example;
mod fragment;
mod json;
#[cfg(test)]
mod tests;
mod yaml;

#[cfg(test)]
pub(crate) use example::parents_of;
pub use example::{json_of_example, yaml_of_example};
pub use fragment::in_yaml;
pub use yaml::in_brackets;

use crate::syntax::tree::Document;

/// The syntaxes of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// KDL 2.0.
    Kdl,
    /// YAML 1.2 that YAML 1.1 readers read the same way.
    Yaml,
    /// JSON.
    Json,
}

/// Writes a policy in a syntax. The tree should have been lowered without errors: words that the table does not know
/// have no defined form in YAML.
pub fn convert(document: &Document, to: Format) -> String {
    match to {
        Format::Kdl => crate::syntax::kdl::print(document),
        Format::Yaml => yaml::print(&data::of(document), true),
        Format::Json => json::print(&data::of(document)),
    }
}
