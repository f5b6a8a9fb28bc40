//! A metric by itself. The controller validates it only when the measurement starts, and a mistake then aborts the
//! release.

use super::{BundleCheck, number, refuse};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object};

/// Those providers that canaryc does not write and that judge by themselves.
const OTHER_JUDGES: &[&str] = &["kayenta", "plugin"];

impl BundleCheck<'_, '_> {
    /// The metrics of a template.
    pub(super) fn template(&mut self, template: &Object) {
        let Some(specification) = template.root.get("spec") else { return };
        let list = |key: &str| specification.get(key).map_or(&[][..], Field::items);
        if list("metrics").is_empty() && list("templates").is_empty() {
            let diagnostic =
                refuse(Code::BundleMetric, specification, format!("{} has no metrics", template.shown()))
                    .label("no metrics")
                    .why("The cluster accepts it. But the controller cannot create the analysis, and the release stays in Progressing forever.");
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
                let diagnostic = aborts(field("failureLimit"), message).label("tolerates any number of failures");
                self.say(diagnostic.help("add `consecutiveSuccessLimit`, or write a `failureLimit` of at least 0"));
            }
            if let Some(count) = count.filter(|count| *count > 0 && *count < failures.max(0) + passes) {
                let needed = failures.max(0) + passes;
                let message = format!("metric `{name}` has {count} measurements, but its limits need {needed}");
                let diagnostic = aborts(field("count"), message).label("too few");
                self.say(diagnostic.help(format!("write a `count` of at least {needed}, or reduce the limits")));
            }
        }
        if let (Some(count), Some(limit)) = (count, value("inconclusiveLimit"))
            && count > 0
            && count < limit
        {
            let message =
                format!("metric `{name}` has {count} measurements, and up to {limit} of them may be inconclusive");
            let diagnostic = aborts(field("count"), message).label("too few");
            self.say(diagnostic.help("increase `count`, or reduce `inconclusiveLimit`"));
        }
        if count.is_some_and(|count| count > 1) && metric.get("interval").is_none() {
            let message = format!("metric `{name}` has several measurements but no interval");
            let diagnostic = aborts(field("count"), message).label("no interval");
            self.say(diagnostic.help("add `interval`"));
        }
        let provider = metric.get("provider").and_then(|provider| provider.entries().first());
        let judges =
            provider.is_some_and(|(key, _)| self.backends.providers.is_judge(key) || OTHER_JUDGES.contains(&&**key));
        if !judges && metric.get("successCondition").is_none() && metric.get("failureCondition").is_none() {
            let diagnostic = refuse(Code::BundleMetric, metric, format!("metric `{name}` has no condition"))
                .label("always passes")
                .why("The cluster accepts it, but every measurement is Successful.");
            self.say(diagnostic.help("add `successCondition` or `failureCondition`"));
        }
    }
}

/// A mistake that the controller finds when the measurement starts.
fn aborts(field: &Field, message: String) -> Diagnostic {
    refuse(Code::BundleMetric, field, message)
        .why("The cluster accepts it, but the controller aborts the release when the analysis starts.")
}
