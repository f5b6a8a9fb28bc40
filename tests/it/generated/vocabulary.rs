//! Claim: the random policies use the whole language. In: the table of the vocabulary, and the policies. Out: words,
//! and words of closed sets, that no policy uses.

use std::collections::BTreeSet;

use canaryc::internals::layers::Module;
use canaryc::internals::model::Block;
use canaryc::internals::vocabulary::{NodeSpec, Type, every_node};
use canaryc::source::Source;

use crate::support::generate::{self, POLICIES};

/// Parts of the language that are not implemented: the compiler refuses them with `support/not-yet`, or only refused
/// parts use them. A node includes everything in it.
const REFUSED: &[&str] = &[
    "guardrail",
    "release/waiver",
    "release.strategy=blue-green",
    "profile.strategy=blue-green",
    "release/sticky",
    "release/load",
    "release/remove/load",
    "release/remove/sticky",
    "release/service.ping-pong",
    "release/stage/mirror",
    "release/stage/experiment",
    "release/audience/source",
    "release/router/istio",
    "release/router/nginx",
    "release/router/alb",
    "release/router/traefik",
    "release/router/apisix",
    "release/router/ambassador",
    "release/router/smi",
    "release/router/app-mesh",
    "release/router/plugin",
    "provider/prometheus/basic",
    "provider/datadog",
    "provider/new-relic",
    "provider/cloudwatch",
    "provider/graphite",
    "provider/influxdb",
    "provider/wavefront",
    "provider/skywalking",
    "provider/kayenta",
    "provider/plugin",
    "slo.publish",
    "check.publish",
    "metric/param.helm",
    "metric/param.example",
    "metric/query.aggregate",
    "metric/query.formula",
    "metric/query.yaml",
    "metric/query/series",
    "slo/success-ratio.test=sequential",
    "slo/success-ratio.against=baseline",
    "slo/latency.against=baseline",
    "slo/events.against=baseline",
];

#[test]
fn every_supported_word_is_used() {
    let mut used = BTreeSet::new();
    for seed in 0..POLICIES {
        for (path, text) in generate::policy(seed).files {
            if path.extension().is_some_and(|extension| extension == "kdl") {
                collect(&Module::read(Source::new(path, text)).block, &mut used);
            }
        }
    }
    let mut unused: Vec<String> = known()
        .into_iter()
        .filter(|(name, form)| !used.contains(&(form.0, form.1.clone())) && !refused(name))
        .map(|(name, _)| name)
        .collect();
    unused.dedup();
    assert!(unused.is_empty(), "no policy uses\n{}", unused.join("\n"));
}

/// The table contains every refused word, and no policy uses it.
#[test]
fn every_exception_is_a_word() {
    let names: Vec<String> = known().into_iter().map(|(name, _)| name).collect();
    for refused in REFUSED {
        assert!(names.iter().any(|name| name == refused), "{refused}");
    }
}

pub(super) fn refused(name: &str) -> bool {
    REFUSED.iter().any(|refused| {
        name == *refused || name.strip_prefix(refused).is_some_and(|rest| rest.starts_with(['/', '.', '=']))
    })
}

/// A node of the table, one of its properties, or a word of a property's closed set. The node is identified by its
/// address.
pub(super) type Form = (*const NodeSpec, String);

/// Every form, with its name in this test.
pub(super) fn known() -> Vec<(String, Form)> {
    let mut known = Vec::new();
    for visit in every_node().into_iter().skip(1) {
        let path: Vec<&str> = visit.path.iter().chain([&visit.node.word]).map(|word| word.as_str()).collect();
        let path = path.join("/");
        let mut add =
            |suffix: String| known.push((format!("{path}{suffix}"), (std::ptr::from_ref(visit.node), suffix)));
        add(String::new());
        for property in visit.node.properties {
            add(format!(".{}", property.word));
            if let Type::OneOf(words) = property.value_type {
                words.iter().for_each(|word| add(format!(".{}={word}", property.word)));
            }
        }
    }
    known
}

fn collect(block: &Block, used: &mut BTreeSet<Form>) {
    let spec = std::ptr::from_ref(block.spec);
    used.insert((spec, String::new()));
    for property in &block.properties {
        used.insert((spec, format!(".{}", property.word)));
        if let Some(text) = property.value.as_str() {
            used.insert((spec, format!(".{}={text}", property.word)));
        }
    }
    block.children.iter().for_each(|child| collect(child, used));
}
