//! Services: the ports that routes use, and selectors, which must match the pods.

use super::{BundleCheck, refuse, text};
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::kubernetes::kinds::Kind;
use crate::kubernetes::labels::POD_TEMPLATE_HASH;
use crate::kubernetes::pod_template::check_selector;
use crate::manifest::{Field, Object, Value};

impl BundleCheck<'_, '_> {
    /// Nothing else checks that a Service has the port of a route. Without the port, requests get an error.
    pub(super) fn ports(&mut self) {
        for object in self.objects {
            let Some(specification) = object.root.get("spec") else { continue };
            specification.each(&["rules", "[]", "backendRefs", "[]"], &mut |backend| {
                let kind = text(backend, &["kind"]).map_or(Kind::Service.name(), |(_, kind)| kind);
                let elsewhere = text(backend, &["namespace"]).is_some_and(|(_, name)| Some(name) != object.namespace());
                if kind == Kind::Service.name() && !elsewhere {
                    self.backend(object, backend, backend.get("port"), true);
                }
            });
            let mut of_ingress = |backend: &Field| {
                let port = backend.get("port").and_then(|port| port.get("number").or_else(|| port.get("name")));
                self.backend(object, backend, port, false);
            };
            specification.each(&["rules", "[]", "http", "paths", "[]", "backend", "service"], &mut of_ingress);
            specification.each(&["defaultBackend", "service"], &mut of_ingress);
        }
    }

    fn backend(&mut self, object: &Object, backend: &Field, port: Option<&Field>, is_route: bool) {
        let Some((field, name)) = text(backend, &["name"]) else { return };
        // For the AWS load balancer, an Ingress names an action instead of a Service.
        if port.and_then(Field::as_str) == Some("use-annotation") {
            return;
        }
        let Some(service) = self.find(Kind::Service.name(), name) else {
            if !self.external.contains(Kind::Service.name(), name) {
                let names: Vec<&str> = self.of_kind(Kind::Service).map(Object::name).collect();
                let label =
                    suggest::did_you_mean(name, names.iter().copied()).unwrap_or_else(|| "no such Service".into());
                let message = format!("{} sends requests to Service `{name}`, which does not exist", object.shown());
                let diagnostic = refuse(Code::BundleMissingObject, field, message).label(label);
                let diagnostic =
                    diagnostic.why("The cluster accepts it, but every request on this route gets an error.");
                let help = match suggest::one_of(names) {
                    words if words.is_empty() => "add the Service, or declare that it already exists".to_owned(),
                    words => format!("write {words}, or declare that `{name}` already exists"),
                };
                self.say(diagnostic.help(help));
            }
            return;
        };
        let ports = service.root.select(&["spec", "ports", "[]"]);
        // The canary stands where the stable Service does: one mistake in one place.
        let place = port.unwrap_or(backend).origin.span;
        let is_said = |said: &Diagnostic| said.code == Code::BundleMissingPort && said.span() == Some(place);
        if self.diagnostics.iter().any(is_said) {
            return;
        }
        let Some(port) = port else {
            if is_route {
                let message = format!("{} has no port for Service `{name}`", object.shown());
                let diagnostic = refuse(Code::BundleMissingPort, backend, message).label("`port` is missing here");
                self.say(
                    diagnostic.why("The API server rejects a route to a Service without a port.").help("add `port`"),
                );
            }
            return;
        };
        let matches = |known: &&Field| match &port.value {
            Value::String(_) => known.get("name").is_some_and(|name| name.value == port.value),
            _ => known.get("port").is_some_and(|number| number.value == port.value),
        };
        if !ports.iter().any(matches) {
            let shown = match &port.value {
                Value::String(text) => text.to_string(),
                _ => port.as_integer().map_or_else(String::new, |number| number.to_string()),
            };
            let numbers: Vec<String> =
                ports.iter().filter_map(|port| Some(port.get("port")?.as_integer()?.to_string())).collect();
            let message =
                format!("{} sends requests to port {shown}, which Service `{name}` does not have", object.shown());
            let mut diagnostic = refuse(Code::BundleMissingPort, port, message).label("no such port");
            if let Some(ports) = service.root.at(&["spec", "ports"]) {
                diagnostic = diagnostic.also(ports.origin.span, "its ports");
            }
            let help = format!("write {}", suggest::one_of(numbers.iter().map(String::as_str)));
            self.say(
                diagnostic.why("The cluster accepts it, but every request on this route gets an error.").help(help),
            );
        }
    }

    /// The controller refuses a selector that does not match the template. It also refuses a Service with such a
    /// selector.
    pub(super) fn selectors(&mut self, rollout: &Object) {
        let Some(template) = rollout.root.at(&["spec", "template"]) else { return };
        let labels = template.at(&["metadata", "labels"]);
        match rollout.root.at(&["spec", "selector"]) {
            Some(selector) => check_selector(selector, labels, self.diagnostics),
            None => {
                let specification = rollout.root.get("spec").unwrap_or(&rollout.root);
                let diagnostic =
                    refuse(Code::BundleSelector, specification, format!("{} has no selector", rollout.shown()));
                self.say(diagnostic.why("The controller rejects it.").help("add `spec.selector.matchLabels`"));
            }
        }
        let strategy = rollout.root.at(&["spec", "strategy"]);
        let named: Vec<&str> = strategy
            .into_iter()
            .flat_map(|strategy| strategy.entries())
            .flat_map(|(_, inner)| {
                ["stableService", "canaryService", "activeService", "previewService"]
                    .into_iter()
                    .filter_map(|key| inner.get(key)?.as_str())
            })
            .collect();
        for service in self.of_kind(Kind::Service).filter(|service| named.contains(&service.name())) {
            for (key, wanted) in service.root.at(&["spec", "selector"]).map_or(&[][..], Field::entries) {
                let found = labels.and_then(|labels| labels.get(key));
                if &**key == POD_TEMPLATE_HASH || found.is_some_and(|found| found.value == wanted.value) {
                    continue;
                }
                let message =
                    format!("{} selects by `{key}`, but the pods of {} do not match", service.shown(), rollout.shown());
                let mut diagnostic = refuse(Code::BundleSelector, wanted, message)
                    .label("not a label of the pods")
                    .why("The controller rejects a Rollout whose Services do not select its pods.");
                if let Some(place) = found.or(labels) {
                    diagnostic = diagnostic.also(place.origin.span, "the labels of the pods");
                }
                self.say(diagnostic.help("change the selector, or the labels of the pods"));
            }
        }
    }
}
