//! A metric by itself. The controller looks at it only when the measurement begins, and then a mistake aborts the release.

use super::{Net, called, number, refuse};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object};

/// Providers that judge by themselves; all others need a condition.
const JUDGES: &[&str] = &["job", "kayenta", "plugin"];

impl Net<'_, '_> {
    /// The metrics of a template.
    pub(super) fn template(&mut self, template: &Object) {
        let Some(specification) = template.root.get("spec") else { return };
        let list = |key: &str| specification.get(key).map_or(&[][..], Field::items);
        if list("metrics").is_empty() && list("templates").is_empty() {
            let diagnostic =
                refuse(Code::BundleMetric, specification, format!("{} measures nothing", called(template)))
                    .label("no metrics")
                    .why("Nothing refuses it when it is applied. When the analysis is due it cannot be created, and the release hangs in Progressing for ever.");
            self.say(diagnostic.help("add a metric"));
        }
        for metric in list("metrics") {
            self.metric(metric);
        }
        self.template_arguments(template);
    }

    fn metric(&mut self, metric: &Field) {
        let name = metric.get("name").and_then(Field::as_str).unwrap_or_default();
        let value = |key: &str| metric.get(key).map_or(Some(0), number);
        let field = |key: &str| metric.get(key).unwrap_or(metric);
        let count = value("count");
        if let (Some(failures), Some(passes)) = (value("failureLimit"), value("consecutiveSuccessLimit")) {
            if failures == -1 && passes == 0 {
                let message = format!("metric `{name}` can neither pass nor fail");
                let diagnostic = aborts(field("failureLimit"), message).label("any number of failures");
                self.say(diagnostic.help("add `consecutiveSuccessLimit`, or write a `failureLimit` from 0"));
            }
            if let Some(count) = count.filter(|count| *count > 0 && *count < failures.max(0) + passes) {
                let needed = failures.max(0) + passes;
                let message = format!("metric `{name}` is measured {count} times, and its limits need {needed}");
                let diagnostic = aborts(field("count"), message).label("too few");
                self.say(diagnostic.help(format!("write a `count` of at least {needed}, or lower the limits")));
            }
        }
        if let (Some(count), Some(limit)) = (count, value("inconclusiveLimit"))
            && count > 0
            && count < limit
        {
            let message = format!("metric `{name}` is measured {count} times, and may be inconclusive {limit} times");
            let diagnostic = aborts(field("count"), message).label("too few");
            self.say(diagnostic.help("raise `count`, or lower `inconclusiveLimit`"));
        }
        if count.is_some_and(|count| count > 1) && metric.get("interval").is_none() {
            let message = format!("metric `{name}` is measured several times, and no interval is given");
            let diagnostic = aborts(field("count"), message).label("how often?");
            self.say(diagnostic.help("add `interval`"));
        }
        let provider = metric.get("provider").and_then(|provider| provider.entries().first());
        let judges = provider.is_some_and(|(key, _)| JUDGES.contains(&&**key));
        if !judges && metric.get("successCondition").is_none() && metric.get("failureCondition").is_none() {
            let diagnostic = refuse(Code::BundleMetric, metric, format!("metric `{name}` has no condition"))
                .label("always passes")
                .why("Nothing refuses it: whatever is measured, the result is Successful.");
            self.say(diagnostic.help("add `successCondition` or `failureCondition`"));
        }
    }
}

/// A mistake that the controller finds when the measurement begins.
fn aborts(field: &Field, message: String) -> Diagnostic {
    refuse(Code::BundleMetric, field, message)
        .why("Nothing refuses it when it is applied; the controller finds it when the analysis begins, and aborts the release.")
}
