//! Probes and lifecycle hooks of a container.

use super::{Judge, chosen, given, list, refuse, text};
use crate::diagnostic::{Code, suggest};
use crate::manifest::{Field, Value};

/// The kinds of probe.
const ASKS: &[&str] = &["exec", "grpc", "httpGet", "tcpSocket"];
/// The kinds of lifecycle hook.
const HOOKS: &[&str] = &["exec", "httpGet", "sleep", "tcpSocket"];

impl Judge<'_> {
    pub(super) fn probes(&mut self, container: &Field, called: &str) {
        for key in ["livenessProbe", "readinessProbe", "startupProbe"] {
            if let Some(probe) = given(container, key) {
                self.probe(probe, key, container, called);
            }
        }
        for key in ["postStart", "preStop"] {
            if let Some(hook) = container.get("lifecycle").and_then(|lifecycle| given(lifecycle, key)) {
                self.handler(hook, HOOKS, key, container, called);
            }
        }
    }

    fn probe(&mut self, probe: &Field, key: &str, container: &Field, called: &str) {
        self.handler(probe, ASKS, key, container, called);
        for number in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"]
        {
            if let Some(field) = probe.get(number)
                && field.as_integer().is_some_and(|value| value < 0)
            {
                let diagnostic = refuse(Code::PodProbe, field, format!("`{number}` of the {key} is negative"));
                self.say(diagnostic.label("less than 0").help("write a number of at least 0"));
            }
        }
        if let Some(field) = probe.get("successThreshold")
            && key != "readinessProbe"
            && field.as_integer().is_some_and(|value| value > 1)
        {
            let diagnostic = refuse(Code::PodProbe, field, format!("`successThreshold` of a {key} must be 1"))
                .label("more than 1")
                .why("One success means that the container is alive. Only a readiness probe may require several.");
            self.say(diagnostic.help("write 1, or remove the field"));
        }
        if let Some(field) = given(probe, "terminationGracePeriodSeconds") {
            if key == "readinessProbe" {
                let diagnostic =
                    refuse(Code::PodProbe, field, "a readinessProbe cannot have `terminationGracePeriodSeconds`")
                        .why("A failing readiness probe does not restart the pod.");
                self.say(diagnostic.help("remove it"));
            } else if field.as_integer().is_some_and(|seconds| seconds < 1) {
                let diagnostic = refuse(
                    Code::PodProbe,
                    field,
                    format!("`terminationGracePeriodSeconds` of the {key} must be at least 1"),
                );
                self.say(diagnostic.label("less than 1").help("write at least 1 second"));
            }
        }
    }

    /// Requires exactly one handler, and a port that exists.
    fn handler(&mut self, field: &Field, ways: &[&str], key: &str, container: &Field, called: &str) {
        let ways_chosen = chosen(field, ways);
        match ways_chosen.as_slice() {
            [] => {
                let diagnostic = refuse(Code::PodProbe, field, format!("the {key} of {called} has no action"));
                self.say(diagnostic.label("no action").help(format!("add {}", suggest::one_of(ways.iter().copied()))));
            }
            [_] => {}
            [(first, one), (second, other), ..] => {
                let message = format!("the {key} of {called} has both `{first}` and `{second}`");
                let diagnostic = refuse(Code::PodProbe, other, message).label(format!("`{second}`"));
                self.say(diagnostic.also(one.origin.span, format!("`{first}`")).help("keep one of them"));
            }
        }
        for (way, handler) in ways_chosen {
            if let Some(port) = handler.get("port") {
                self.probe_port(port, key, container, called);
            }
            if way == "exec" && list(handler, "command").is_empty() {
                let diagnostic = refuse(Code::PodProbe, handler, format!("the {key} of {called} has no command"));
                self.say(diagnostic.label("no command").help("add `command`, a list"));
            }
        }
    }

    fn probe_port(&mut self, port: &Field, key: &str, container: &Field, called: &str) {
        let Value::String(name) = &port.value else { return self.port_number(port, "port") };
        let names: Vec<&str> = list(container, "ports").iter().filter_map(|port| Some(text(port, "name")?.1)).collect();
        if names.contains(&&**name) {
            return;
        }
        let label = suggest::did_you_mean(name, names.iter().copied()).unwrap_or_else(|| "no such port".into());
        let diagnostic =
            refuse(Code::PodProbe, port, format!("the {key} uses port `{name}`, which {called} does not have"))
                .label(label)
                .why("The API server accepts it, but the probe always fails, and so does the release.");
        let help = if names.is_empty() {
            format!("write the number of the port, or name a port of the container `{name}`")
        } else {
            format!("write {}, or the number of the port", suggest::one_of(names))
        };
        self.say(diagnostic.help(help));
    }
}
