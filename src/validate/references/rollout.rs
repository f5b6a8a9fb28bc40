//! What the controller refuses about a Rollout's strategy.

use super::{BundleCheck, number, refuse, text};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object, Value};

/// Two fields that must name different Services: paths under the strategy.
const DIFFERENT: &[(&[&str], &[&str])] = &[
    (&["canary", "stableService"], &["canary", "canaryService"]),
    (&["canary", "pingPong", "pingService"], &["canary", "pingPong", "pongService"]),
    (&["blueGreen", "activeService"], &["blueGreen", "previewService"]),
];

impl BundleCheck<'_, '_> {
    pub(super) fn strategy(&mut self, rollout: &Object) {
        let Some(specification) = rollout.root.get("spec") else { return };
        let Some(strategy) = specification.get("strategy") else { return };
        self.deadlines(rollout, specification);
        for (one, other) in DIFFERENT {
            if let (Some((first, name)), Some((second, same))) = (text(strategy, one), text(strategy, other))
                && name == same
            {
                let message = format!("{} uses Service `{name}` for both versions", rollout.shown());
                let diagnostic = controller(second, message).label("the same Service");
                self.say(diagnostic.also(first.origin.span, "also here").help("use two Services"));
            }
        }
        if let Some(canary) = strategy.get("canary") {
            self.surge(canary);
            self.routing(rollout, canary);
        }
        self.history(specification, strategy);
    }

    /// The progress deadline (default 600) must be longer than the minimum ready time of a pod.
    fn deadlines(&mut self, rollout: &Object, specification: &Field) {
        let deadline = specification.get("progressDeadlineSeconds");
        let ready = specification.get("minReadySeconds");
        if let Some((place, wait)) = ready.and_then(|field| Some((field, field.as_integer()?)))
            && wait >= deadline.and_then(Field::as_integer).unwrap_or(600)
        {
            let message = format!("the progress deadline of {} is not longer than `minReadySeconds`", rollout.shown());
            let mut diagnostic = controller(place, message).label("for a pod to become available");
            if let Some(deadline) = deadline {
                diagnostic = diagnostic.also(deadline.origin.span, "the progress deadline");
            }
            self.say(diagnostic.help("make `progressDeadlineSeconds` (default 600) longer than `minReadySeconds`"));
        }
    }

    /// Without a surge and without an unavailable pod, the rollout cannot progress.
    fn surge(&mut self, canary: &Field) {
        let none = |field: &Field| match &field.value {
            Value::Integer(0) => true,
            Value::String(text) => text.trim_end_matches('%').parse() == Ok(0),
            _ => false,
        };
        if let (Some(surge), Some(missing)) = (canary.get("maxSurge"), canary.get("maxUnavailable"))
            && none(surge)
            && none(missing)
        {
            let diagnostic = controller(surge, "`maxSurge` and `maxUnavailable` are both 0").label("no extra pods");
            self.say(diagnostic.also(missing.origin.span, "no missing pods").help("set one of them to at least 1"));
        }
    }

    /// The number of versions that wait to be scaled down must not exceed the number of kept revisions.
    fn history(&mut self, specification: &Field, strategy: &Field) {
        let kept = specification.get("revisionHistoryLimit").and_then(number).unwrap_or(10);
        if let Some(field) = strategy.at(&["blueGreen", "scaleDownDelayRevisionLimit"])
            && field.as_integer().is_some_and(|limit| limit > kept)
        {
            let diagnostic = controller(field, format!("the limit is greater than the {kept} revisions that are kept"));
            self.say(diagnostic.help("reduce it, or increase `revisionHistoryLimit`"));
        }
    }
}

/// What the controller refuses: the Rollout becomes Degraded with "InvalidSpec".
pub(super) fn controller(field: &Field, message: impl Into<String>) -> Diagnostic {
    refuse(Code::BundleStrategy, field, message)
        .why("The controller rejects such a Rollout: Degraded, \"InvalidSpec\".")
}
