//! The table of rules: one line for each, `Variant "group/name" Severity group::rule`. The page of a rule is beside its
//! file: `<group>/<rule>.rs`, `<group>/<name>.md`.
//!
//! The table is a macro because two parts of the library read it: the codes, which must not know the rules, take the
//! codes, and [`super::run`] takes the rules.

/// Passes the table to the macro `$reader`, behind what `$reader` gets besides.
macro_rules! rules {
    ($reader:ident! { $($own:tt)* }) => {
        $reader! {
            $($own)*
            rules {
                RolloutAbortDelay "rollout/abort-delay" Error rollout::abort_delay,
            }
        }
    };
}

pub(crate) use rules;
