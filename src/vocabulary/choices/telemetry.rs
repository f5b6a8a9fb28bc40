//! The words of the telemetry presets. In: the table of presets, which spells them. Out: its names for the table of the
//! language.

use super::Choice;
use crate::telemetry::Telemetry;

impl Choice for Telemetry {
    const ALL: &'static [Self] = Telemetry::ALL;
    const WORDS: &'static [&'static str] = Telemetry::NAMES;
}

#[cfg(test)]
mod tests {
    use super::{Choice, Telemetry};

    #[test]
    fn a_word_finds_its_preset() {
        for telemetry in Telemetry::ALL {
            assert_eq!(<Telemetry as Choice>::find(&telemetry.to_string()), Some(*telemetry));
        }
        assert_eq!(<Telemetry as Choice>::find("zipkin"), None);
    }
}
