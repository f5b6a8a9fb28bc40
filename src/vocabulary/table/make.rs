//! Short forms in which the table is written.
//! In: what a line of the table says. Out: the specs; everything here runs at compile time.

use crate::vocabulary::{
    Argument, ArgumentSpec, ChildSpec, ChoiceSpec, FreeKeys, Merge, NodeSpec, Presence, PropertySpec,
};
use crate::vocabulary::{Type, Word};

/// Smallest and largest bounds of a count.
pub const fn at_least(min: i64) -> Type {
    Type::Integer { min, max: i32::MAX as i64 }
}

/// A port number.
pub const PORT_NUMBER: Type = Type::Integer { min: 1, max: 65_535 };

/// A section with no content; the table fills in the rest.
pub const fn section(word: Word, doc: &'static str) -> NodeSpec {
    NodeSpec {
        word,
        doc,
        example: "",
        argument: Argument::None,
        properties: &[],
        free: None,
        children: &[],
        merge: Merge::Section,
    }
}

/// A node that is identified by its one argument.
pub const fn named(
    word: Word,
    field: Word,
    value_type: Type,
    argument_doc: &'static str,
    doc: &'static str,
) -> NodeSpec {
    NodeSpec {
        argument: Argument::One(argument(field, value_type, argument_doc)),
        merge: Merge::Named,
        ..section(word, doc)
    }
}

/// A node that takes one argument and occurs once.
pub const fn single(
    word: Word,
    field: Word,
    value_type: Type,
    argument_doc: &'static str,
    doc: &'static str,
) -> NodeSpec {
    NodeSpec { argument: Argument::One(argument(field, value_type, argument_doc)), ..section(word, doc) }
}

/// A node that takes a list.
pub const fn list(
    word: Word,
    field: Word,
    value_type: Type,
    argument_doc: &'static str,
    doc: &'static str,
) -> NodeSpec {
    NodeSpec { argument: Argument::List(argument(field, value_type, argument_doc)), ..section(word, doc) }
}

/// A node whose properties are free.
pub const fn map(word: Word, free: FreeKeys, doc: &'static str) -> NodeSpec {
    NodeSpec { free: Some(free), ..section(word, doc) }
}

/// An argument, or each of a list.
pub const fn argument(field: Word, value_type: Type, doc: &'static str) -> ArgumentSpec {
    ArgumentSpec { field, value_type, doc }
}

/// A property that must be there in the resolved policy.
pub const fn required(word: Word, value_type: Type, doc: &'static str) -> PropertySpec {
    PropertySpec { word, value_type, presence: Presence::Required, doc }
}

/// A property without a default.
pub const fn optional(word: Word, value_type: Type, doc: &'static str) -> PropertySpec {
    PropertySpec { word, value_type, presence: Presence::Optional, doc }
}

/// A property with a default.
pub const fn default(word: Word, value_type: Type, value: &'static str, doc: &'static str) -> PropertySpec {
    PropertySpec { word, value_type, presence: Presence::Default(value), doc }
}

/// A property whose absence has an effect that needs words.
pub const fn otherwise(word: Word, value_type: Type, what: &'static str, doc: &'static str) -> PropertySpec {
    PropertySpec { word, value_type, presence: Presence::Otherwise(what), doc }
}

/// A child that occurs once.
pub const fn one(node: &'static NodeSpec) -> ChildSpec {
    ChildSpec { node, repeats: false, choice: None }
}

/// A child that may occur several times.
pub const fn many(node: &'static NodeSpec) -> ChildSpec {
    ChildSpec { node, repeats: true, choice: None }
}

/// A child that is one alternative of a choice.
pub const fn alternative(node: &'static NodeSpec, choice: &'static ChoiceSpec) -> ChildSpec {
    ChildSpec { node, repeats: false, choice: Some(choice) }
}

/// Concatenates lists; `N` must be the sum of their lengths.
pub const fn join<T: Copy, const N: usize>(parts: &[&[T]]) -> [T; N] {
    let mut all = [parts[0][0]; N];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let mut index = 0;
        while index < parts[part].len() {
            all[at] = parts[part][index];
            at += 1;
            index += 1;
        }
        part += 1;
    }
    assert!(at == N, "N is the sum of the lengths");
    all
}
