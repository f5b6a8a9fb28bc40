//! In: an enum whose values are the words of a closed set. Out: its spellings, defined once for the table, the reader
//! and the emitters.

/// An enum that a policy spells with the words of a closed set.
pub trait Choice: Copy + 'static {
    /// Every value, in the order in which messages and the reference list them.
    const ALL: &'static [Self];
    /// The word of each value, in the same order.
    const WORDS: &'static [&'static str];

    /// The value of a word.
    fn find(word: &str) -> Option<Self> {
        let position = Self::WORDS.iter().position(|known| *known == word)?;
        Self::ALL.get(position).copied()
    }
}

/// Declares enums whose values are words of the language: `Variant "word"`.
macro_rules! choices {
    ($(
        $(#[$enum_attribute:meta])*
        $name:ident { $($(#[$attribute:meta])* $variant:ident $word:literal,)* }
    )*) => {
        $(
            $(#[$enum_attribute])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum $name {
                $($(#[$attribute])* $variant,)*
            }

            impl $name {
                /// The word, as a policy spells it.
                #[allow(dead_code, reason = "some words are only read")]
                pub const fn as_str(self) -> &'static str {
                    match self {
                        $(Self::$variant => $word,)*
                    }
                }
            }

            impl $crate::vocabulary::Choice for $name {
                const ALL: &'static [Self] = &[$(Self::$variant),*];
                const WORDS: &'static [&'static str] = &[$($word),*];
            }
        )*
    };
}

mod check;
mod release;
mod route;
mod telemetry;

pub use check::{Against, Method, NoData, OnFail, QueryScope, Unit, VerdictTest};
pub use release::{
    AntiAffinityMode, AutoscalerKind, Event, GateTime, ParameterType, PodTemplateMode, Promotion, ScaleDown, Strategy,
    WorkloadKind,
};
pub use route::{PathMatch, Pinned, Protocol, RouteKind};
