//! Resource requests and limits of a container.

use super::{Judge, given, refuse};
use crate::diagnostic::{Code, suggest};
use crate::manifest::{Field, Key, Value};
use crate::units::Quantity;

/// Resources whose names need no domain prefix.
const STANDARD: &[&str] = &["cpu", "memory", "ephemeral-storage"];

impl Judge<'_> {
    pub(super) fn resources(&mut self, resources: &Field, called: &str) {
        for key in ["requests", "limits"] {
            for (name, amount) in resources.get(key).map_or(&[][..], Field::entries) {
                self.resource_name(name, amount, called);
                if quantity(amount).is_some_and(|quantity| quantity.is_negative()) {
                    let diagnostic =
                        refuse(Code::PodResources, amount, format!("{called} has a negative amount of {name}"));
                    self.say(diagnostic.label("less than 0").help("write an amount of at least 0"));
                }
            }
        }
        let limits = resources.get("limits");
        for (name, asked) in resources.get("requests").map_or(&[][..], Field::entries) {
            let limit = limits.and_then(|limits| limits.get(name));
            let alike = name.starts_with("hugepages-") || name.contains('/');
            match (quantity(asked), limit.and_then(|limit| Some((limit, quantity(limit)?)))) {
                (Some(request), Some((place, limit))) if request > limit => {
                    let diagnostic =
                        refuse(Code::PodResources, asked, format!("{called} requests more {name} than its limit"))
                            .label(format!("requests {request}"))
                            .also(place.origin.span, format!("limit {limit}"));
                    self.say(diagnostic.help("increase the limit, or request less"));
                }
                (Some(request), Some((place, limit))) if alike && request != limit => {
                    let diagnostic =
                        refuse(Code::PodResources, asked, format!("the request for {name} must equal its limit"))
                            .label(format!("requests {request}"))
                            .also(place.origin.span, format!("limit {limit}"));
                    self.say(diagnostic.help("write the same amount, or only the limit"));
                }
                (Some(_), None) if alike && limit.is_none() => {
                    let diagnostic = refuse(Code::PodResources, asked, format!("the request for {name} needs a limit"));
                    self.say(
                        diagnostic.label("no limit").help(format!("write {name} under `limits`, with the same amount")),
                    );
                }
                _ => {}
            }
        }
        if let Some(field) = given(resources, "claims").filter(|claims| claims.items().is_empty()) {
            self.say(refuse(Code::PodResources, field, "`claims` is empty").help("remove it"));
        }
    }

    fn resource_name(&mut self, name: &Key, amount: &Field, called: &str) {
        if STANDARD.contains(&&**name) || name.starts_with("hugepages-") || name.contains('/') {
            return;
        }
        let label = suggest::did_you_mean(name, STANDARD.iter().copied()).unwrap_or_else(|| "unknown resource".into());
        let diagnostic = refuse(Code::PodResources, amount, format!("{called} cannot have the resource `{name}`"));
        let help =
            "write `cpu`, `memory` or `ephemeral-storage`, or a resource with its domain, such as `nvidia.com/gpu`";
        self.say(diagnostic.label(label).help(help));
    }
}

/// A quantity, written as text or as a number. The schema reports a malformed one.
fn quantity(field: &Field) -> Option<Quantity> {
    let text = match &field.value {
        Value::String(text) => text.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Quantity::parse(&text).ok()
}
