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
    /// A list whose elements all count: a query may answer several series, or several samples of one.
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
            Self::Every => ResultType::Numbers,
            Self::Single => ResultType::Number,
            Self::Value => ResultType::Any,
        }
    }

    /// The condition that there is data.
    pub const fn present(self) -> &'static str {
        match self {
            Self::Every => "len(result) > 0 && none(result, {isNaN(#)})",
            Self::Single => "!isNaN(result)",
            Self::Value => "true",
        }
    }

    /// The condition that there is no data, or not from every series.
    pub const fn missing(self) -> &'static str {
        match self {
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
    /// In the background analysis, which cannot stop a release without aborting it. Values that should hold it pass here.
    Background,
    /// In an inline analysis of a stage.
    Gate,
    /// In the hold at the end of a stage, which the release leaves only with a good value.
    Hold,
}

/// How a metric judges its values. No variant can make an inline analysis Inconclusive: while that stands, the controller
/// neither aborts nor scales.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// A value that does not meet `success` is bad.
    Decides {
        /// `successCondition`
        success: String,
    },
    /// A value that is neither good nor bad decides nothing: the metric is measured again.
    Waits {
        /// The condition for a good value.
        success: String,
        /// The condition for a bad value; `None` if no value is bad.
        failure: Option<String>,
    },
}

impl Judgement {
    /// Its conditions.
    #[cfg(test)]
    pub fn conditions(&self) -> impl Iterator<Item = &String> {
        let (success, failure) = match self {
            Self::Decides { success } => (success, None),
            Self::Waits { success, failure } => (success, failure.as_ref()),
        };
        std::iter::once(success).chain(failure)
    }
}

/// How a metric judges its values. `None` if there is nothing to hold, so no metric is needed.
pub fn judgement(
    threshold: &Threshold,
    answer: Answer,
    no_data: NoData,
    on_fail: OnFail,
    place: Place,
) -> Option<Judgement> {
    let text = Text { threshold, answer };
    // A web response is never missing.
    let no_data = if answer == Answer::Value || on_fail == OnFail::Ignore { NoData::Pass } else { no_data };
    let decides = |success| Judgement::Decides { success };
    let waits = |success, failure| Judgement::Waits { success, failure };
    let good_unless_missing = |no_data| match no_data {
        NoData::Pass => text.good_or_missing(),
        NoData::Pause | NoData::Abort => text.good(),
    };
    Some(match (place, on_fail, no_data) {
        (Place::Background, OnFail::Pause, NoData::Abort) => decides(answer.present().to_owned()),
        (Place::Background, OnFail::Pause, NoData::Pass | NoData::Pause) => decides("true".to_owned()),
        (Place::Background, _, NoData::Abort) => decides(text.good()),
        (Place::Background, _, NoData::Pass | NoData::Pause) => decides(text.good_or_missing()),
        (Place::Gate, OnFail::Wait, _) => waits(text.good(), None),
        (Place::Gate, OnFail::Pause, NoData::Abort) => waits(text.good(), Some(answer.missing().to_owned())),
        (Place::Gate, OnFail::Pause, no_data) => waits(good_unless_missing(no_data), None),
        (Place::Gate, OnFail::Abort, NoData::Pause) => waits(text.good(), Some(text.bad())),
        (Place::Gate, OnFail::Abort | OnFail::Ignore, no_data) => decides(good_unless_missing(no_data)),
        (Place::Hold, OnFail::Ignore, _) => return None,
        (Place::Hold, _, no_data) => waits(good_unless_missing(no_data), None),
    })
}

/// The parts of conditions.
struct Text<'a> {
    threshold: &'a Threshold,
    answer: Answer,
}

impl Text<'_> {
    /// There is data, and it passes. A comparison with NaN is false.
    fn good(&self) -> String {
        let (holds, _) = self.holds();
        match self.answer {
            Answer::Value => holds,
            Answer::Every => format!("len(result) > 0 && all(result, {{{holds}}})"),
            Answer::Single => [self.answer.present(), " && ", &holds].concat(),
        }
    }

    /// There is no data, or it passes.
    fn good_or_missing(&self) -> String {
        let (holds, joined) = self.holds();
        let holds = || if joined { ["(", &holds, ")"].concat() } else { holds.clone() };
        match self.answer {
            Answer::Value => self.holds().0,
            Answer::Every => format!("all(result, {{isNaN(#) || {}}})", holds()),
            Answer::Single => [self.answer.missing(), " || ", &holds()].concat(),
        }
    }

    /// There is data, and it fails.
    fn bad(&self) -> String {
        let breaks = self.breaks();
        match self.answer {
            Answer::Value => breaks,
            Answer::Every => format!("any(result, {{{breaks}}})"),
            Answer::Single if matches!(self.threshold, Threshold::Between(..)) => {
                format!("{} && ({breaks})", self.answer.present())
            }
            Answer::Single => format!("{} && {breaks}", self.answer.present()),
        }
    }

    /// One value of the result.
    fn value(&self) -> &'static str {
        match self.answer {
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

    fn judged(threshold: &Threshold, no_data: NoData, on_fail: OnFail, place: Place) -> Judgement {
        judgement(threshold, Answer::Every, no_data, on_fail, place).unwrap()
    }

    fn decides(success: &str) -> Judgement {
        Judgement::Decides { success: success.to_owned() }
    }

    fn waits(success: &str, failure: Option<&str>) -> Judgement {
        Judgement::Waits { success: success.to_owned(), failure: failure.map(str::to_owned) }
    }

    #[test]
    fn no_data_means_what_the_policy_says() {
        let at_most = Threshold::AtMost(number("0.01"));
        let background = |no_data| judged(&at_most, no_data, OnFail::Abort, Place::Background);
        let pass = "all(result, {isNaN(#) || # <= 0.01})";
        let abort = "len(result) > 0 && all(result, {# <= 0.01})";
        assert_eq!(background(NoData::Pass), decides(pass));
        assert_eq!(background(NoData::Pause), decides(pass));
        assert_eq!(background(NoData::Abort), decides(abort));
        let gate = |no_data| judged(&at_most, no_data, OnFail::Abort, Place::Gate);
        assert_eq!(gate(NoData::Abort), decides(abort));
        assert_eq!(gate(NoData::Pass), decides(pass));
        assert_eq!(gate(NoData::Pause), waits(abort, Some("any(result, {# > 0.01})")));
        let pauses = |no_data| judged(&at_most, no_data, OnFail::Pause, Place::Gate);
        assert_eq!(pauses(NoData::Pause), waits(abort, None));
        assert_eq!(pauses(NoData::Pass), waits(pass, None));
        assert_eq!(pauses(NoData::Abort), waits(abort, Some(Answer::Every.missing())));
    }

    #[test]
    fn a_hold_ends_with_a_good_value() {
        let at_least = Threshold::AtLeast(number("0.995"));
        let hold = |no_data, on_fail| judged(&at_least, no_data, on_fail, Place::Hold);
        let good = "len(result) > 0 && all(result, {# >= 0.995})";
        for on_fail in [OnFail::Abort, OnFail::Pause] {
            assert_eq!(hold(NoData::Pause, on_fail), waits(good, None));
            assert_eq!(hold(NoData::Abort, on_fail), waits(good, None));
            assert_eq!(hold(NoData::Pass, on_fail), waits("all(result, {isNaN(#) || # >= 0.995})", None));
        }
        let background = judged(&at_least, NoData::Pause, OnFail::Pause, Place::Background);
        assert_eq!(background, decides("true"));
        assert_eq!(judgement(&at_least, Answer::Every, NoData::Pause, OnFail::Ignore, Place::Hold), None);
    }

    #[test]
    fn two_bounds_are_a_range_and_apply_to_every_value() {
        let between = Threshold::Between(number("10"), number("20"));
        let gate = judged(&between, NoData::Pause, OnFail::Abort, Place::Gate);
        let good = "len(result) > 0 && all(result, {# >= 10 && # <= 20})";
        assert_eq!(gate, waits(good, Some("any(result, {# < 10 || # > 20})")));
        let every = |no_data| judged(&between, no_data, OnFail::Abort, Place::Background);
        assert_eq!(every(NoData::Pass), decides("all(result, {isNaN(#) || (# >= 10 && # <= 20)})"));
        assert_eq!(every(NoData::Abort), decides(good));
        let single = judgement(&between, Answer::Single, NoData::Pause, OnFail::Abort, Place::Gate).unwrap();
        let (good, bad) =
            ("!isNaN(result) && result >= 10 && result <= 20", "!isNaN(result) && (result < 10 || result > 20)");
        assert_eq!(single, waits(good, Some(bad)));
    }

    #[test]
    fn a_missing_value_does_not_violate_an_equality() {
        let zero = Threshold::Equals(Literal::Number(number("0")));
        let every = |no_data, place| judged(&zero, no_data, OnFail::Abort, place);
        assert_eq!(every(NoData::Pass, Place::Background), decides("all(result, {isNaN(#) || # == 0})"));
        let good = "len(result) > 0 && all(result, {# == 0})";
        assert_eq!(every(NoData::Pause, Place::Gate), waits(good, Some("any(result, {!isNaN(#) && # != 0})")));
    }

    #[test]
    fn a_literal_is_quoted() {
        let equals = Threshold::Equals(Literal::String("o\"k\\".into()));
        let web = judgement(&equals, Answer::Value, NoData::Pause, OnFail::Abort, Place::Gate).unwrap();
        assert_eq!(web, decides("result == \"o\\\"k\\\\\""));
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
        let answers = [Answer::Every, Answer::Single, Answer::Value];
        for threshold in &thresholds {
            for answer in answers {
                for no_data in [NoData::Pause, NoData::Abort, NoData::Pass] {
                    for on_fail in [OnFail::Abort, OnFail::Pause, OnFail::Wait, OnFail::Ignore] {
                        for place in [Place::Background, Place::Gate, Place::Hold] {
                            let found = judgement(threshold, answer, no_data, on_fail, place);
                            for condition in found.iter().flat_map(Judgement::conditions) {
                                assert_eq!(check(condition, answer.result_type()), [], "{condition}");
                            }
                        }
                    }
                }
            }
        }
    }
}
