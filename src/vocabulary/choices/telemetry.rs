//! The words of the telemetry presets, which the table of presets spells.
//! In: the table of presets. Out: its names for the table of the language.

use super::Choice;
use crate::telemetry::Telemetry;

const COUNT: usize = Telemetry::ALL.len();
const ALL: [Telemetry; COUNT] = {
    let mut all = [Telemetry::ALL[0].1; COUNT];
    let mut index = 0;
    while index < COUNT {
        all[index] = Telemetry::ALL[index].1;
        index += 1;
    }
    all
};
const WORDS: [&str; COUNT] = {
    let mut words = [""; COUNT];
    let mut index = 0;
    while index < COUNT {
        words[index] = Telemetry::ALL[index].0;
        index += 1;
    }
    words
};

impl Choice for Telemetry {
    const ALL: &'static [Self] = &ALL;
    const WORDS: &'static [&'static str] = &WORDS;
}

#[cfg(test)]
mod tests {
    use super::{Choice, Telemetry};

    #[test]
    fn a_word_finds_its_preset() {
        for (name, telemetry) in Telemetry::ALL {
            assert_eq!(<Telemetry as Choice>::find(name), Some(*telemetry));
        }
        assert_eq!(<Telemetry as Choice>::find("zipkin"), None);
    }
}
