//! In: the text of a scalar (`"10m"`, `"99.5%"`, `"120/s"`). Out: an exact value of its own type, or a [`UnitError`]
//! that says what is wrong, where in the text, and what to write.

pub(crate) mod base64;
mod date;
mod decimal;
mod duration;
mod error;
mod int_or_percent;
pub mod name;
mod number;
mod percent;
mod quantity;
mod rate;

pub use date::Date;
pub use duration::Duration;
pub use error::UnitError;
pub use int_or_percent::IntOrPercent;
pub use number::Number;
pub use percent::{Percent, RelativePercent, ratio_as_percent};
pub use quantity::Quantity;
pub use rate::Rate;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::name::NameKind;
    use super::*;

    /// Checks that every error points into its text and that its suggestion is accepted.
    fn sound<T>(text: &str, parse: impl Fn(&str) -> Result<T, UnitError>) {
        if let Err(error) = parse(text) {
            assert!(text.get(error.range.clone()).is_some(), "{text:?}: {error:?}");
            if let Some(instead) = &error.instead {
                assert!(parse(instead).is_ok(), "{text:?}: {error:?}");
            }
        }
    }

    #[test]
    fn wide_spaces_are_one_space() {
        for text in ["1\u{2003}0", "\u{2000}x", "5\u{a0}m"] {
            sound(text, Duration::parse);
            sound(text, Percent::parse);
            sound(text, Rate::parse);
            sound(text, Number::parse);
            sound(text, Quantity::parse);
        }
    }

    proptest! {
        #[test]
        fn errors_are_sound(text in r"(\PC{0,6}|[-+]?[0-9.,_e]{1,4} ?(ms|[a-zA-Zµ%/]{0,6})[0-9]{0,2}(h|m|ms|%)?)") {
            sound(&text, Duration::parse);
            sound(&text, Percent::parse);
            sound(&text, RelativePercent::parse);
            sound(&text, Rate::parse);
            sound(&text, IntOrPercent::parse);
            sound(&text, Number::parse);
            sound(&text, Date::parse);
            sound(&text, Quantity::parse);
        }

        #[test]
        fn names_are_sound(text in r"(\PC{0,8}|[a-zA-Z0-9./*_-]{0,70})") {
            use NameKind::*;
            let kinds = [Dns1123Label, Dns1035Label, Dns1123Subdomain, Host, LabelKey, LabelValue, AnnotationKey,
                EnvironmentVariable, PortName];
            for kind in kinds {
                if let Err(error) = kind.check(&text) {
                    prop_assert!(text.get(error.range.clone()).is_some(), "{:?}", error);
                    if let Some(instead) = &error.instead {
                        prop_assert!(kind.check(instead).is_ok(), "{:?}", error);
                    }
                }
            }
        }
    }
}
