//! In: conditions that the policy writes in Argo's own language. Out: the same, extended with the handling of no data.
//!
//! With a success condition alone, every other value is bad. With a failure condition alone, every other value is good.
//! With both, a value that meets neither decides nothing: a gate measures again, and in the background it is no failure.

use crate::expression::{Answer, Judgement, NoData, OnFail, Place};

/// Conditions of the user; at least one of them.
pub(super) struct WrittenConditions {
    pub success: Option<String>,
    pub failure: Option<String>,
    pub answer: Answer,
}

impl WrittenConditions {
    /// How they judge in a place. The user's text does not change; the added part comes before it.
    pub(super) fn judgement(&self, no_data: NoData, on_fail: OnFail, place: Place) -> Judgement {
        let (missing, present) = (self.answer.missing(), self.answer.present());
        let no_data = if self.answer == Answer::Value || on_fail == OnFail::Ignore { NoData::Pass } else { no_data };
        let whole = |guard: &str, joined: &str, text: &str| match self.answer {
            Answer::Value => text.to_owned(),
            _ => format!("{guard} {joined} ({text})"),
        };
        let good = self.success.clone().or_else(|| self.failure.as_ref().map(|failure| format!("!({failure})")));
        let good = good.unwrap_or_else(|| "true".to_owned());
        let passes = |no_data| match no_data {
            NoData::Pass => whole(missing, "||", &good),
            NoData::Pause | NoData::Abort => whole(present, "&&", &good),
        };
        // Between two conditions there are values that meet neither.
        let between = self.success.as_ref().and(self.failure.as_ref());
        let tolerated = between.map(|failure| format!("!({failure})")).unwrap_or_default();
        let fails = || whole(present, "&&", self.failure.as_ref().unwrap_or(&format!("!({good})")));
        let decides = |success| Judgement::Decides { success };
        let waits = |success, failure| Judgement::Waits { success, failure };
        match (place, on_fail, no_data) {
            (Place::Background, OnFail::Pause, NoData::Abort) => decides(present.to_owned()),
            (Place::Background, OnFail::Pause, _) => decides("true".to_owned()),
            // A background value that meets neither condition would be Inconclusive, which stops the release until a
            // person acts.
            (Place::Background, _, NoData::Abort) if between.is_some() => decides(whole(present, "&&", &tolerated)),
            (Place::Background, _, _) if between.is_some() => decides(whole(missing, "||", &tolerated)),
            (Place::Background, _, NoData::Abort) => decides(passes(NoData::Abort)),
            (Place::Background, _, _) => decides(passes(NoData::Pass)),
            (Place::Gate, OnFail::Wait, _) => waits(passes(NoData::Abort), None),
            (Place::Gate, OnFail::Pause, NoData::Abort) => waits(passes(NoData::Abort), Some(missing.to_owned())),
            (Place::Gate, OnFail::Pause, no_data) => waits(passes(no_data), None),
            (Place::Gate, OnFail::Abort, NoData::Pause) => waits(passes(NoData::Pause), Some(fails())),
            (Place::Gate, OnFail::Abort, NoData::Pass) if between.is_some() => {
                waits(passes(NoData::Pass), Some(fails()))
            }
            (Place::Gate, OnFail::Abort, NoData::Abort) if let Some(failure) = between => {
                waits(passes(NoData::Abort), Some(whole(missing, "||", failure)))
            }
            // A hold that decided nothing yet is measured again, which is what a value that meets neither needs.
            (Place::Hold, _, no_data) => waits(passes(no_data), None),
            (Place::Gate, _, no_data) => decides(passes(no_data)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::{ResultType, check};

    #[test]
    fn every_condition_is_one_of_argos_language() {
        let both = (Some("result[0] < 5"), Some("result[0] > 10 || result[0] < 1"));
        for (success, failure) in [both, (both.0, None), (None, both.1)] {
            let text = |text: Option<&str>| text.map(str::to_owned);
            let own = WrittenConditions { success: text(success), failure: text(failure), answer: Answer::Every };
            for no_data in [NoData::Pause, NoData::Abort, NoData::Pass] {
                for on_fail in [OnFail::Abort, OnFail::Pause, OnFail::Wait, OnFail::Ignore] {
                    for place in [Place::Background, Place::Gate, Place::Hold] {
                        let found = own.judgement(no_data, on_fail, place);
                        for condition in found.conditions() {
                            assert_eq!(check(condition, ResultType::Numbers), [], "{condition}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_failure_condition_alone_does_not_pass_on_no_data() {
        let own = WrittenConditions { success: None, failure: Some("result[0] > 5".into()), answer: Answer::Every };
        let present = "len(result) > 0 && none(result, {isNaN(#)})";
        let good = format!("{present} && (!(result[0] > 5))");
        let gate = own.judgement(NoData::Pause, OnFail::Abort, Place::Gate);
        let failure = Some(format!("{present} && (result[0] > 5)"));
        assert_eq!(gate, Judgement::Waits { success: good.clone(), failure });
        let abort = own.judgement(NoData::Abort, OnFail::Abort, Place::Background);
        assert_eq!(abort, Judgement::Decides { success: good });
    }

    #[test]
    fn a_value_between_two_conditions_is_no_failure_of_a_watch() {
        let text = |text: &str| Some(text.to_owned());
        let own = WrittenConditions { success: text("result < 5"), failure: text("result > 9"), answer: Answer::Value };
        for no_data in [NoData::Pause, NoData::Abort, NoData::Pass] {
            let watch = own.judgement(no_data, OnFail::Abort, Place::Background);
            assert_eq!(watch, Judgement::Decides { success: "!(result > 9)".to_owned() });
        }
    }

    #[test]
    fn a_value_between_two_conditions_is_measured_again() {
        let text = |text: &str| Some(text.to_owned());
        let own = WrittenConditions { success: text("result < 5"), failure: text("result > 9"), answer: Answer::Value };
        for no_data in [NoData::Pause, NoData::Abort, NoData::Pass] {
            let gate = own.judgement(no_data, OnFail::Abort, Place::Gate);
            assert_eq!(gate, Judgement::Waits { success: "result < 5".to_owned(), failure: text("result > 9") });
        }
    }

    #[test]
    fn a_web_response_is_judged_without_changes() {
        let own = WrittenConditions { success: Some("result.ok".into()), failure: None, answer: Answer::Value };
        let gate = own.judgement(NoData::Pause, OnFail::Abort, Place::Gate);
        assert_eq!(gate, Judgement::Decides { success: "result.ok".to_owned() });
    }
}
