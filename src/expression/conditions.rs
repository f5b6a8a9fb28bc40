//! In: a threshold, the settings for missing data and for failures, and where the metric runs. Out: the success and
//! failure conditions of Argo Rollouts. Every condition handles missing data explicitly, so it never becomes an error
//! or a silent success.

use super::types::ResultType;
use crate::units::Number;

/// The condition of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// At least this number.
    AtLeast(Number),
    /// At most this number.
    AtMost(Number),
    /// Between two numbers, inclusive.
    Between(Number, Number),
    /// Exactly this value.
    Equals(Literal),
}

/// A value for an equality comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// A string.
    String(String),
    /// A number.
    Number(Number),
    /// A boolean.
    Boolean(bool),
}

/// The form of `result` for a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// A list whose first element counts.
    First,
    /// A list whose elements all count.
    Every,
    /// One number.
    Single,
    /// Any value, never missing: a web response.
    Value,
}

impl Answer {
    /// The type of `result` for the condition's type checker.
    pub const fn result_type(self) -> ResultType {
        match self {
            Self::First | Self::Every => ResultType::Numbers,
            Self::Single => ResultType::Number,
            Self::Value => ResultType::Any,
        }
    }

    /// The condition that there is data.
    pub const fn present(self) -> &'static str {
        match self {
            Self::First => "len(result) > 0 && !isNaN(result[0])",
            Self::Every => "len(result) > 0 && none(result, {isNaN(#)})",
            Self::Single => "!isNaN(result)",
            Self::Value => "true",
        }
    }

    /// The condition that there is no data.
    pub const fn missing(self) -> &'static str {
        match self {
            Self::First => "len(result) == 0 || isNaN(result[0])",
            Self::Every => "len(result) == 0 || any(result, {isNaN(#)})",
            Self::Single => "isNaN(result)",
            Self::Value => "false",
        }
    }
}

/// What to do without data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NoData {
    /// Hold the release until somebody decides.
    #[default]
    Pause,
    /// Count as a failure.
    Abort,
    /// Count as a success.
    Pass,
}

/// What to do after a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnFail {
    /// Abort the release.
    #[default]
    Abort,
    /// Hold the release until somebody decides.
    Pause,
    /// Measure again until it passes; gates only.
    Wait,
    /// Nothing: only measure.
    Ignore,
}

/// Where the metric runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the background analysis, where Inconclusive does not stop a release. Values that should hold it pass here.
    Background,
    /// In an inline analysis of a stage.
    Gate,
    /// In the hold at the end of a stage, which stops the release for values that passed in the background.
    Hold,
}

/// The conditions of one metric; missing ones are not written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `successCondition`
    pub success: Option<String>,
    /// `failureCondition`
    pub failure: Option<String>,
}

/// The conditions of a metric. `None` if there is nothing to hold, so no metric is needed.
pub fn conditions(
    threshold: &Threshold,
    answer: Answer,
    no_data: NoData,
    on_fail: OnFail,
    place: Place,
) -> Option<Conditions> {
    let text = Text { threshold, answer };
    // A web response is never missing.
    let no_data = if answer == Answer::Value || on_fail == OnFail::Ignore { NoData::Pass } else { no_data };
    let success_only = |success| Some(Conditions { success: Some(success), failure: None });
    let both = |success, failure| Some(Conditions { success: Some(success), failure: Some(failure) });
    let never = || "false".to_owned();
    match (place, on_fail, no_data) {
        (Place::Background, OnFail::Pause, NoData::Abort) => success_only(answer.present().to_owned()),
        (Place::Background, OnFail::Pause, NoData::Pass | NoData::Pause) => success_only("true".to_owned()),
        (Place::Background, _, NoData::Abort) => success_only(text.good()),
        (Place::Background, _, NoData::Pass | NoData::Pause) => success_only(text.good_or_missing()),
        (Place::Gate, OnFail::Wait, _) => success_only(text.good()),
        (Place::Gate, OnFail::Pause, NoData::Abort) => both(text.good(), answer.missing().to_owned()),
        (Place::Gate, OnFail::Pause, NoData::Pass) => both(text.good_or_missing(), never()),
        (Place::Gate, OnFail::Pause, NoData::Pause) => both(text.good(), never()),
        (Place::Gate, OnFail::Abort | OnFail::Ignore, NoData::Abort) => success_only(text.good()),
        (Place::Gate, OnFail::Abort | OnFail::Ignore, NoData::Pass) => success_only(text.good_or_missing()),
        (Place::Gate, OnFail::Abort | OnFail::Ignore, NoData::Pause) => both(text.good(), text.bad()),
        (Place::Hold, OnFail::Pause, NoData::Pause) => both(text.good(), never()),
        (Place::Hold, OnFail::Pause, NoData::Abort | NoData::Pass) => both(text.good_or_missing(), never()),
        (Place::Hold, OnFail::Abort | OnFail::Wait, NoData::Pause) => both(answer.present().to_owned(), never()),
        (Place::Hold, _, _) => None,
    }
}

/// The parts of conditions.
struct Text<'a> {
    threshold: &'a Threshold,
    answer: Answer,
}

impl Text<'_> {
    /// There is data, and it passes.
    fn good(&self) -> String {
        let (holds, _) = self.holds();
        match self.answer {
            Answer::Value => holds,
            Answer::Every => format!("{} && all(result, {{{holds}}})", self.answer.present()),
            _ => [self.answer.present(), " && ", &holds].concat(),
        }
    }

    /// There is no data, or it passes.
    fn good_or_missing(&self) -> String {
        let (holds, joined) = self.holds();
        match self.answer {
            Answer::Value => holds,
            // NaN never violates a threshold; an empty list does not either.
            Answer::Every => format!("none(result, {{{}}})", self.breaks()),
            _ if joined => [self.answer.missing(), " || (", &holds, ")"].concat(),
            _ => [self.answer.missing(), " || ", &holds].concat(),
        }
    }

    /// There is data, and it fails.
    fn bad(&self) -> String {
        let breaks = self.breaks();
        match self.answer {
            Answer::Value => breaks,
            Answer::Every => format!("any(result, {{{breaks}}})"),
            _ if matches!(self.threshold, Threshold::Between(..)) => format!("{} && ({breaks})", self.answer.present()),
            _ => format!("{} && {breaks}", self.answer.present()),
        }
    }

    /// One value of the result.
    fn value(&self) -> &'static str {
        match self.answer {
            Answer::First => "result[0]",
            Answer::Every => "#",
            Answer::Single | Answer::Value => "result",
        }
    }

    /// The condition for a passing value, and whether it contains more than one comparison.
    fn holds(&self) -> (String, bool) {
        let value = self.value();
        match self.threshold {
            Threshold::AtLeast(least) => ([value, " >= ", &least.text()].concat(), false),
            Threshold::AtMost(most) => ([value, " <= ", &most.text()].concat(), false),
            Threshold::Between(least, most) => (format!("{value} >= {least} && {value} <= {most}"), true),
            Threshold::Equals(literal) => (format!("{value} == {}", literal.text()), false),
        }
    }

    /// The condition for a failing value. Both bounds are inclusive, so they pass.
    fn breaks(&self) -> String {
        let value = self.value();
        match self.threshold {
            Threshold::AtLeast(least) => format!("{value} < {least}"),
            Threshold::AtMost(most) => format!("{value} > {most}"),
            Threshold::Between(least, most) => format!("{value} < {least} || {value} > {most}"),
            // Every comparison with NaN is false, except for this one.
            Threshold::Equals(literal) if self.answer == Answer::Every => {
                format!("!isNaN({value}) && {value} != {}", literal.text())
            }
            Threshold::Equals(literal) => format!("{value} != {}", literal.text()),
        }
    }
}

impl Literal {
    /// The text in the expression language.
    pub fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Boolean(value) => value.to_string(),
            Self::String(text) => {
                let mut quoted = String::with_capacity(text.len() + 2);
                quoted.push('"');
                for character in text.chars() {
                    match character {
                        '"' => quoted.push_str("\\\""),
                        '\\' => quoted.push_str("\\\\"),
                        '\n' => quoted.push_str("\\n"),
                        '\t' => quoted.push_str("\\t"),
                        '\r' => quoted.push_str("\\r"),
                        _ => quoted.push(character),
                    }
                }
                quoted.push('"');
                quoted
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    fn pair(threshold: &Threshold, no_data: NoData, on_fail: OnFail, place: Place) -> (String, String) {
        let found = conditions(threshold, Answer::First, no_data, on_fail, place).unwrap();
        (found.success.unwrap_or_default(), found.failure.unwrap_or_default())
    }

    #[test]
    fn no_data_means_what_the_policy_says() {
        let at_most = Threshold::AtMost(number("0.01"));
        let background = |no_data| pair(&at_most, no_data, OnFail::Abort, Place::Background);
        let pass = "len(result) == 0 || isNaN(result[0]) || result[0] <= 0.01";
        let abort = "len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.01";
        assert_eq!(background(NoData::Pass), (pass.into(), String::new()));
        assert_eq!(background(NoData::Pause), (pass.into(), String::new()));
        assert_eq!(background(NoData::Abort), (abort.into(), String::new()));
        let gate = |no_data| pair(&at_most, no_data, OnFail::Abort, Place::Gate);
        assert_eq!(gate(NoData::Abort), (abort.into(), String::new()));
        assert_eq!(gate(NoData::Pass), (pass.into(), String::new()));
        let bad = "len(result) > 0 && !isNaN(result[0]) && result[0] > 0.01";
        assert_eq!(gate(NoData::Pause), (abort.into(), bad.into()));
    }

    #[test]
    fn values_that_hold_pass_in_the_background() {
        let at_least = Threshold::AtLeast(number("0.995"));
        let hold = |no_data, on_fail| pair(&at_least, no_data, on_fail, Place::Hold);
        let present = "len(result) > 0 && !isNaN(result[0])";
        let good = "len(result) > 0 && !isNaN(result[0]) && result[0] >= 0.995";
        assert_eq!(hold(NoData::Pause, OnFail::Abort), (present.into(), "false".into()));
        assert_eq!(hold(NoData::Pause, OnFail::Pause), (good.into(), "false".into()));
        let background = pair(&at_least, NoData::Pause, OnFail::Pause, Place::Background);
        assert_eq!(background, ("true".into(), String::new()));
        let none = conditions(&at_least, Answer::First, NoData::Abort, OnFail::Abort, Place::Hold);
        assert_eq!(none, None);
    }

    #[test]
    fn two_bounds_are_a_range_and_apply_to_every_sample() {
        let between = Threshold::Between(number("10"), number("20"));
        let (success, failure) = pair(&between, NoData::Pause, OnFail::Abort, Place::Gate);
        assert_eq!(success, "len(result) > 0 && !isNaN(result[0]) && result[0] >= 10 && result[0] <= 20");
        assert_eq!(failure, "len(result) > 0 && !isNaN(result[0]) && (result[0] < 10 || result[0] > 20)");
        let every = |no_data| {
            conditions(&between, Answer::Every, no_data, OnFail::Abort, Place::Background).unwrap().success.unwrap()
        };
        assert_eq!(every(NoData::Pass), "none(result, {# < 10 || # > 20})");
        let all = "len(result) > 0 && none(result, {isNaN(#)}) && all(result, {# >= 10 && # <= 20})";
        assert_eq!(every(NoData::Abort), all);
    }

    #[test]
    fn a_missing_value_does_not_violate_an_equality() {
        let zero = Threshold::Equals(Literal::Number(number("0")));
        let every = |no_data, place| conditions(&zero, Answer::Every, no_data, OnFail::Abort, place).unwrap();
        let differs = "!isNaN(#) && # != 0";
        let background = every(NoData::Pass, Place::Background);
        assert_eq!(background.success.unwrap(), format!("none(result, {{{differs}}})"));
        assert_eq!(every(NoData::Pause, Place::Gate).failure.unwrap(), format!("any(result, {{{differs}}})"));
    }

    #[test]
    fn a_literal_is_quoted() {
        let equals = Threshold::Equals(Literal::String("o\"k\\".into()));
        let web = conditions(&equals, Answer::Value, NoData::Pause, OnFail::Abort, Place::Gate).unwrap();
        assert_eq!(web, Conditions { success: Some("result == \"o\\\"k\\\\\"".into()), failure: None });
    }

    /// Generated conditions pass the same checks as those of users.
    #[test]
    fn every_condition_is_an_expression() {
        let thresholds = [
            Threshold::AtLeast(number("-0.5")),
            Threshold::AtMost(number("14.4")),
            Threshold::Between(number("1"), number("2")),
            Threshold::Equals(Literal::Number(number("3"))),
        ];
        let answers = [Answer::First, Answer::Every, Answer::Single, Answer::Value];
        for threshold in &thresholds {
            for answer in answers {
                for no_data in [NoData::Pause, NoData::Abort, NoData::Pass] {
                    for on_fail in [OnFail::Abort, OnFail::Pause, OnFail::Wait, OnFail::Ignore] {
                        for place in [Place::Background, Place::Gate, Place::Hold] {
                            let found = conditions(threshold, answer, no_data, on_fail, place).unwrap_or_default();
                            for condition in found.success.iter().chain(&found.failure) {
                                assert_eq!(check(condition, answer.result_type()), [], "{condition}");
                            }
                        }
                    }
                }
            }
        }
    }
}
