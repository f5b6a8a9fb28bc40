//! In: conditions that the policy writes in Argo's own language. Out: the same, extended with the handling of no data.
//!
//! With a success condition alone, every other value is bad. With a failure condition alone, every other value is good.
//! With both, a value that meets neither is Inconclusive.

use crate::expression::{Answer, Conditions, NoData, OnFail, Place};

/// Conditions of the user; at least one of them.
pub(super) struct WrittenConditions {
    pub success: Option<String>,
    pub failure: Option<String>,
    pub answer: Answer,
}

impl WrittenConditions {
    /// The conditions for a place. The user's text does not change; the added part comes before it.
    pub(super) fn conditions(&self, no_data: NoData, on_fail: OnFail, place: Place) -> Conditions {
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
        let fails = self.failure.as_ref().map(|failure| whole(present, "&&", failure));
        let never = || Some("false".to_owned());
        let (success, failure) = match (place, on_fail, no_data) {
            (Place::Background, OnFail::Pause, NoData::Abort) => (present.to_owned(), None),
            (Place::Background, OnFail::Pause, _) => ("true".to_owned(), None),
            // A background value that meets neither condition would be Inconclusive, and the release would continue
            // through its pauses.
            (Place::Background, _, NoData::Abort) => (passes(NoData::Abort), None),
            (Place::Background, _, _) => (passes(NoData::Pass), None),
            (Place::Gate, OnFail::Wait, _) => (passes(NoData::Abort), None),
            (Place::Gate, OnFail::Pause, NoData::Abort) => (passes(NoData::Abort), Some(missing.to_owned())),
            (Place::Gate, OnFail::Pause, no_data) => (passes(no_data), never()),
            (Place::Gate, _, NoData::Pause) => {
                (passes(NoData::Pause), Some(fails.unwrap_or_else(|| whole(present, "&&", &format!("!({good})")))))
            }
            (Place::Gate, _, NoData::Abort) if self.success.is_some() && fails.is_some() => {
                let fails = fails.map(|fails| format!("{missing} || ({fails})"));
                (passes(NoData::Abort), fails)
            }
            (Place::Gate, _, no_data) => (passes(no_data), fails.filter(|_| self.success.is_some())),
            (Place::Hold, OnFail::Pause, NoData::Pause) => (passes(NoData::Pause), never()),
            (Place::Hold, OnFail::Pause, _) => (passes(NoData::Pass), never()),
            (Place::Hold, _, _) => (present.to_owned(), never()),
        };
        Conditions { success: Some(success), failure }
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
            let own = WrittenConditions { success: text(success), failure: text(failure), answer: Answer::First };
            for no_data in [NoData::Pause, NoData::Abort, NoData::Pass] {
                for on_fail in [OnFail::Abort, OnFail::Pause, OnFail::Wait, OnFail::Ignore] {
                    for place in [Place::Background, Place::Gate, Place::Hold] {
                        let found = own.conditions(no_data, on_fail, place);
                        for condition in found.success.iter().chain(&found.failure) {
                            assert_eq!(check(condition, ResultType::Numbers), [], "{condition}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_failure_condition_alone_does_not_pass_on_no_data() {
        let own = WrittenConditions { success: None, failure: Some("result[0] > 5".into()), answer: Answer::First };
        let gate = own.conditions(NoData::Pause, OnFail::Abort, Place::Gate);
        assert_eq!(gate.success.as_deref(), Some("len(result) > 0 && !isNaN(result[0]) && (!(result[0] > 5))"));
        assert_eq!(gate.failure.as_deref(), Some("len(result) > 0 && !isNaN(result[0]) && (result[0] > 5)"));
        let abort = own.conditions(NoData::Abort, OnFail::Abort, Place::Background);
        assert_eq!(abort.success.as_deref(), Some("len(result) > 0 && !isNaN(result[0]) && (!(result[0] > 5))"));
        assert_eq!(abort.failure, None);
    }

    #[test]
    fn a_web_response_is_judged_without_changes() {
        let own = WrittenConditions { success: Some("result.ok".into()), failure: None, answer: Answer::Value };
        let gate = own.conditions(NoData::Pause, OnFail::Abort, Place::Gate);
        assert_eq!((gate.success.as_deref(), gate.failure), (Some("result.ok"), None));
    }
}
