//! The tables that `build.rs` makes of `schemas/kubernetes/*.json`: what a value may look like. A run parses nothing and
//! compiles nothing; the tables lie in the read-only part of the binary.

use super::format::Format;
use super::order::{ORDERED, order};

/// What a value may look like.
#[derive(Debug)]
pub enum Shape {
    /// Anything.
    Anything,
    /// What another one says.
    Same(&'static Self),
    /// `true` or `false`.
    Boolean,
    /// A whole number from the first to the second.
    Integer(i64, i64),
    /// Any number.
    Number,
    /// A string.
    String(&'static Text),
    /// One of two that differ in type.
    Either(&'static Self, &'static Self),
    /// A list of this, with so many items at least and at most.
    List(&'static Self, u32, u32),
    /// A mapping with free keys.
    Map {
        /// What its keys look like.
        keys: Option<Format>,
        /// What its values look like.
        values: &'static Self,
        /// How many it has at least and at most.
        size: (u32, u32),
    },
    /// A mapping with known keys.
    Mapping(&'static Mapping),
    /// A mapping whose known keys depend on the value of one of them.
    Tagged {
        /// That key.
        tag: &'static str,
        /// Its values and what goes with each.
        variants: &'static [(&'static str, &'static Mapping)],
    },
}

/// What a string may be.
#[derive(Debug)]
pub struct Text {
    /// What it is.
    pub format: Option<Format>,
    /// Its values; empty for any.
    pub values: &'static [&'static str],
    /// How many characters it has at least and at most.
    pub length: (u32, u32),
    /// Whether `null` will do.
    pub nullable: bool,
}

/// A mapping with known keys.
#[derive(Debug)]
pub struct Mapping {
    /// They, sorted by `order` and then by name: most comparisons of a search are of two numbers.
    pub fields: &'static [Known],
    /// Those that must be there, sorted by name.
    pub required: &'static [&'static str],
    /// What must be chosen between.
    pub choices: &'static [(Choice, &'static [&'static str])],
}

/// A known key.
#[derive(Debug)]
pub struct Known {
    /// The key.
    pub name: &'static str,
    /// Its number, by which it is sorted and found.
    pub order: u64,
    /// What its value may look like.
    pub shape: &'static Shape,
    /// Whether it is one of the mapping's `required`.
    pub required: bool,
    /// The mapping's `choices` that it is one of: a bit for each, the first being the lowest.
    pub choices: u32,
}

/// How many of some keys there must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// One.
    ExactlyOne,
    /// One or more.
    AtLeastOne,
    /// One or none.
    AtMostOne,
}

impl Choice {
    /// Whether a mapping that has one of the keys, or several, or none, has as many as it must.
    pub fn is_met(self, one: bool, several: bool) -> bool {
        match self {
            Self::ExactlyOne => one && !several,
            Self::AtLeastOne => one,
            Self::AtMostOne => !several,
        }
    }
}

impl Shape {
    /// The shape itself, when this one only names it.
    pub fn resolved(&self) -> &Self {
        let mut shape = self;
        while let Self::Same(target) = shape {
            shape = target;
        }
        shape
    }

    /// The shape under a path of keys; lists and free keys are passed through with any part.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        let Some((part, rest)) = path.split_first() else { return Some(self.resolved()) };
        match self.resolved() {
            Self::Anything => Some(&Self::Anything),
            Self::List(items, ..) => items.at(rest),
            Self::Map { values, .. } => values.at(rest),
            Self::Mapping(mapping) => mapping.field(part)?.shape.at(rest),
            Self::Tagged { variants, .. } => {
                variants.iter().find_map(|(_, mapping)| mapping.field(part)?.shape.at(rest))
            }
            _ => None,
        }
    }
}

impl Mapping {
    /// What is known of a key.
    pub fn field(&self, name: &str) -> Option<&'static Known> {
        let wanted = order(name);
        let at = self.fields.partition_point(|known| known.order < wanted);
        let mut alike = self.fields[at..].iter().take_while(|known| known.order == wanted);
        // The order of a short name holds all of it.
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

/// The `apiVersion` and `kind` of every object that has a schema.
#[cfg(test)]
pub(crate) fn described() -> impl Iterator<Item = (&'static str, &'static str)> {
    tables::KINDS.iter().map(|(version, kind, _)| (*version, *kind))
}

/// The shape of a pod template.
pub fn pod_template() -> &'static Shape {
    &tables::POD_TEMPLATE
}

/// The shape of the specification of a Job.
pub fn job_specification() -> &'static Shape {
    &tables::JOB__JOBSPEC
}
