//! Selectors: they must be well-formed, not empty, and must match the labels of their pods.

use super::{Judge, Owner, given, list, refuse, text};
use crate::diagnostic::{Code, Diagnostics, suggest};
use crate::manifest::{Field, Value};

/// Checks the selector of a workload (`matchLabels`, `matchExpressions`) against the labels of its template.
pub fn check_selector(selector: &Field, labels: Option<&Field>, diagnostics: &mut Diagnostics) {
    let mut judge = Judge { owner: Owner::Workload, diagnostics };
    judge.selector_form(selector);
    let pairs = selector.get("matchLabels").map_or(&[][..], Field::entries);
    let conditions = list(selector, "matchExpressions");
    if pairs.is_empty() && conditions.is_empty() {
        let diagnostic = refuse(Code::PodSelector, selector, "the selector is empty")
            .label("selects all pods")
            .why("An empty selector would match all pods of the namespace, and the controller rejects it.");
        return judge.say(diagnostic.help("add the labels of the pods under `matchLabels`"));
    }
    for (key, wanted) in pairs {
        let found = labels.and_then(|labels| labels.get(key));
        if found.is_some_and(|found| found.value == wanted.value) {
            continue;
        }
        let wanted_text = wanted.as_str().unwrap_or_default();
        let message = format!("the selector requires `{key}: {wanted_text}`, but the pods do not have it");
        let mut diagnostic = refuse(Code::PodSelector, wanted, message)
            .label("required here")
            .why("The controller rejects a workload whose selector does not match its own pods.");
        if let Some(found) = found {
            diagnostic = diagnostic.also(found.origin.span, "the pods have this");
        } else if let Some(labels) = labels {
            diagnostic = diagnostic.also(labels.origin.span, "the labels of the pods");
        }
        judge.say(diagnostic.help("add this label to the pods, or change the selector"));
    }
    for condition in conditions {
        if let Some((field, key)) = text(condition, "key")
            && holds(condition, labels.and_then(|labels| labels.get(key)).and_then(Field::as_str)) == Some(false)
        {
            let diagnostic = refuse(
                Code::PodSelector,
                field,
                format!("the selector has a condition on `{key}` that the pods do not satisfy"),
            )
            .label("not satisfied")
            .why("The controller rejects a workload whose selector does not match its own pods.");
            judge.say(diagnostic.help("change the labels of the pods, or the condition"));
        }
    }
}

/// Whether a condition matches a label's value; `None` for a malformed condition.
fn holds(condition: &Field, value: Option<&str>) -> Option<bool> {
    let among = || list(condition, "values").iter().any(|item| item.as_str().is_some() && item.as_str() == value);
    match text(condition, "operator")?.1 {
        "In" if list(condition, "values").is_empty() => None,
        "In" => Some(among()),
        "NotIn" => Some(!among()),
        "Exists" => Some(value.is_some()),
        "DoesNotExist" => Some(value.is_none()),
        _ => None,
    }
}

impl Judge<'_> {
    /// Checks keys, values, and the number of values of each operator.
    pub(super) fn selector_form(&mut self, selector: &Field) {
        for (key, value) in selector.get("matchLabels").map_or(&[][..], Field::entries) {
            self.label(key, value);
        }
        for condition in list(selector, "matchExpressions") {
            self.condition(condition);
        }
    }

    /// A condition on labels of pods or nodes.
    pub(super) fn condition(&mut self, condition: &Field) {
        let Some((field, operator)) = text(condition, "operator") else { return };
        let values = given(condition, "values");
        let number = values.map_or(0, |values| values.items().len());
        let integer = || matches!(values.map(Field::items), Some([one]) if is_integer(one));
        let (fits, wanted) = match operator {
            "In" | "NotIn" => (number > 0, "at least one value"),
            "Exists" | "DoesNotExist" => (number == 0, "no values"),
            "Gt" | "Lt" => (integer(), "one integer in quotes"),
            _ => return,
        };
        if !fits {
            let place = values.unwrap_or(field);
            let diagnostic = refuse(Code::PodSelector, place, format!("`{operator}` takes {wanted}"));
            let operators = suggest::one_of(["In", "NotIn", "Exists", "DoesNotExist"]);
            self.say(
                diagnostic
                    .label(format!("found {number}"))
                    .help(format!("write {wanted}, or use another operator of {operators}")),
            );
        }
    }
}

fn is_integer(field: &Field) -> bool {
    matches!(&field.value, Value::String(text) if text.parse::<i64>().is_ok())
}
