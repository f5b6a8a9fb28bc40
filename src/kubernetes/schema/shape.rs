//! The tables that `build.rs` generates from `schemas/kubernetes/*.json`: the possible shapes of a value. A run parses
//! and compiles no schema; the tables are in the read-only part of the binary.

use super::format::Format;
use super::order::{ORDERED, order};

/// The possible shapes of a value.
#[derive(Debug)]
pub enum Shape {
    /// Anything.
    Anything,
    /// The shape that it refers to.
    Same(&'static Self),
    /// `true` or `false`.
    Boolean,
    /// A whole number, with its minimum and maximum.
    Integer(i64, i64),
    /// Any number.
    Number,
    /// A string.
    String(&'static Text),
    /// One of two shapes that differ in type.
    Either(&'static Self, &'static Self),
    /// A list of items of this shape, with the minimum and maximum number of items.
    List(&'static Self, u32, u32),
    /// A mapping with free keys.
    Map {
        /// The format of its keys.
        keys: Option<Format>,
        /// The shape of its values.
        values: &'static Self,
        /// The minimum and maximum number of entries.
        size: (u32, u32),
    },
    /// A mapping with known keys.
    Mapping(&'static Mapping),
    /// A mapping whose known keys depend on the value of one of them.
    Tagged {
        /// The key that selects the variant.
        tag: &'static str,
        /// Its values, each with the shape of the mapping.
        variants: &'static [(&'static str, &'static Mapping)],
    },
}

/// The rules for a string.
#[derive(Debug)]
pub struct Text {
    /// Its format.
    pub format: Option<Format>,
    /// Its possible values; empty allows any value.
    pub values: &'static [&'static str],
    /// The minimum and maximum number of characters.
    pub length: (u32, u32),
    /// Whether `null` is allowed.
    pub nullable: bool,
}

/// A mapping with known keys.
#[derive(Debug)]
pub struct Mapping {
    /// The known keys, sorted by `order` and then by name. Most comparisons of a search compare two numbers.
    pub fields: &'static [Known],
    /// The required keys, sorted by name.
    pub required: &'static [&'static str],
    /// The choices between keys.
    pub choices: &'static [(Choice, &'static [&'static str])],
}

/// A known key.
#[derive(Debug)]
pub struct Known {
    /// The key.
    pub name: &'static str,
    /// Its order, which sorts and finds it.
    pub order: u64,
    /// The shape of its value.
    pub shape: &'static Shape,
    /// Whether it is one of the mapping's `required`.
    pub required: bool,
    /// The `choices` of the mapping that it belongs to: one bit for each, the first in the lowest bit.
    pub choices: u32,
}

/// How many keys of a group must be present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::enum_variant_names, reason = "the usual terms for a group of keys")]
pub enum Choice {
    /// Exactly one.
    ExactlyOne,
    /// One or more.
    AtLeastOne,
    /// One or none.
    AtMostOne,
}

impl Choice {
    /// Whether the choice is met by a mapping that has one of the keys, or several, or none.
    pub fn is_met(self, one: bool, several: bool) -> bool {
        match self {
            Self::ExactlyOne => one && !several,
            Self::AtLeastOne => one,
            Self::AtMostOne => !several,
        }
    }
}

impl Shape {
    /// The shape that this one refers to, or this one itself.
    pub fn resolved(&self) -> &Self {
        let mut shape = self;
        while let Self::Same(target) = shape {
            shape = target;
        }
        shape
    }
}

impl Mapping {
    /// The record of a known key.
    pub fn field(&self, name: &str) -> Option<&'static Known> {
        let wanted = order(name);
        let at = self.fields.partition_point(|known| known.order < wanted);
        let mut alike = self.fields[at..].iter().take_while(|known| known.order == wanted);
        // The order of a short name contains the whole name.
        alike.find(|known| name.len() <= ORDERED || known.name == name)
    }

    /// The known keys, sorted by name.
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<&str> = self.fields.iter().map(|known| known.name).collect();
        names.sort_unstable();
        names
    }
}

mod tables {
    #![allow(clippy::all, missing_docs, dead_code, reason = "generated")]

    use super::{Choice, Format, Known, Mapping, Shape, Text};

    include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
}

/// The shape of an object of this version and kind, if canaryc knows it.
pub fn shape_of(api_version: &str, kind: &str) -> Option<&'static Shape> {
    tables::KINDS.iter().find(|(version, name, _)| *version == api_version && *name == kind).map(|(.., shape)| *shape)
}

/// The `apiVersion` and `kind` of every object with a schema.
#[cfg(test)]
pub(crate) fn described() -> impl Iterator<Item = (&'static str, &'static str)> {
    tables::KINDS.iter().map(|(version, kind, _)| (*version, *kind))
}

/// The shape of a pod template.
pub fn pod_template() -> &'static Shape {
    &tables::POD_TEMPLATE
}
