//! Where pods may run: spread constraints, affinities, tolerations, node selectors.

use std::collections::BTreeMap;

use super::{Judge, given, list, refuse, text};
use crate::diagnostic::Code;
use crate::manifest::Field;

impl Judge<'_> {
    pub(super) fn scheduling(&mut self, pod: &Field) {
        for (key, value) in pod.get("nodeSelector").map_or(&[][..], Field::entries) {
            self.label(key, value);
        }
        self.spread(pod);
        for toleration in list(pod, "tolerations") {
            self.toleration(toleration);
        }
        let Some(affinity) = pod.get("affinity") else { return };
        if let Some(node) = affinity.get("nodeAffinity") {
            self.node_affinity(node);
        }
        for key in ["podAffinity", "podAntiAffinity"] {
            let Some(pods) = affinity.get(key) else { continue };
            for term in list(pods, "requiredDuringSchedulingIgnoredDuringExecution") {
                self.pod_term(term);
            }
            for preference in list(pods, "preferredDuringSchedulingIgnoredDuringExecution") {
                self.weight(preference);
                if let Some(term) = preference.get("podAffinityTerm") {
                    self.pod_term(term);
                }
            }
        }
    }

    fn spread(&mut self, pod: &Field) {
        let mut seen: BTreeMap<(&str, &str), &Field> = BTreeMap::new();
        for constraint in list(pod, "topologySpreadConstraints") {
            for key in ["maxSkew", "minDomains"] {
                if let Some(field) = constraint.get(key)
                    && field.as_integer().is_some_and(|number| number < 1)
                {
                    let diagnostic = refuse(Code::PodScheduling, field, format!("`{key}` must be at least 1"));
                    self.say(diagnostic.label("less than 1").help("write a number of at least 1"));
                }
            }
            let when = text(constraint, "whenUnsatisfiable").map_or("", |(_, when)| when);
            if let Some(field) = given(constraint, "minDomains")
                && when == "ScheduleAnyway"
            {
                let diagnostic =
                    refuse(Code::PodScheduling, field, "`minDomains` needs `whenUnsatisfiable: DoNotSchedule`");
                self.say(diagnostic.help("remove it, or write `DoNotSchedule`"));
            }
            if let Some((field, topology)) = text(constraint, "topologyKey") {
                self.topology_key(field, topology);
                match seen.get(&(topology, when)) {
                    Some(first) => {
                        let message = format!("two spread constraints use `{topology}`");
                        self.duplicate(first, field, message, "keep one of them");
                    }
                    None => drop(seen.insert((topology, when), field)),
                }
            }
            if let Some(selector) = constraint.get("labelSelector") {
                self.selector_form(selector);
            }
        }
    }

    fn topology_key(&mut self, field: &Field, key: &str) {
        if key.is_empty() {
            let diagnostic = refuse(Code::PodScheduling, field, "`topologyKey` is empty");
            self.say(diagnostic.label("empty").help("write a label of nodes, such as `topology.kubernetes.io/zone`"));
        }
    }

    fn toleration(&mut self, toleration: &Field) {
        let operator = text(toleration, "operator").map_or("", |(_, operator)| operator);
        let key = text(toleration, "key").filter(|(_, key)| !key.is_empty());
        if key.is_none() && operator != "Exists" {
            let diagnostic =
                refuse(Code::PodScheduling, toleration, "a toleration without `key` needs `operator: Exists`");
            self.say(diagnostic.label("no key").help("add `key`, or write `operator: Exists` to tolerate everything"));
        }
        if let Some((field, value)) = text(toleration, "value")
            && operator == "Exists"
            && !value.is_empty()
        {
            let diagnostic = refuse(Code::PodScheduling, field, "`operator: Exists` does not take a value");
            self.say(diagnostic.label("ignored").help("remove `value`, or write `operator: Equal`"));
        }
        if let Some(field) = given(toleration, "tolerationSeconds")
            && !matches!(text(toleration, "effect"), Some((_, "NoExecute")))
        {
            let diagnostic = refuse(Code::PodScheduling, field, "`tolerationSeconds` needs `effect: NoExecute`");
            self.say(diagnostic.help("add `effect: NoExecute`, or remove `tolerationSeconds`"));
        }
    }

    fn node_affinity(&mut self, node: &Field) {
        if let Some(required) = given(node, "requiredDuringSchedulingIgnoredDuringExecution") {
            let terms = list(required, "nodeSelectorTerms");
            if terms.is_empty() {
                let diagnostic = refuse(Code::PodScheduling, required, "a required node affinity has no terms")
                    .label("matches no node")
                    .why("The API server rejects it.");
                self.say(diagnostic.help("add a term under `nodeSelectorTerms`"));
            }
            for term in terms {
                self.node_term(term);
            }
        }
        for preference in list(node, "preferredDuringSchedulingIgnoredDuringExecution") {
            self.weight(preference);
            if let Some(term) = preference.get("preference") {
                self.node_term(term);
            }
        }
    }

    fn node_term(&mut self, term: &Field) {
        for key in ["matchExpressions", "matchFields"] {
            for condition in list(term, key) {
                self.condition(condition);
            }
        }
    }

    fn pod_term(&mut self, term: &Field) {
        if let Some((field, key)) = text(term, "topologyKey") {
            self.topology_key(field, key);
        }
        for key in ["labelSelector", "namespaceSelector"] {
            if let Some(selector) = term.get(key) {
                self.selector_form(selector);
            }
        }
    }

    fn weight(&mut self, preference: &Field) {
        if let Some(field) = preference.get("weight")
            && field.as_integer().is_some_and(|weight| !(1..=100).contains(&weight))
        {
            let diagnostic = refuse(Code::PodScheduling, field, "the weight of a preference must be from 1 to 100");
            self.say(diagnostic.label("out of range").help("write a number from 1 to 100"));
        }
    }
}
