//! The table of rules that the lab checks, without a lab. In: the good policy of each rule and its damage. Out: canaryc
//! stops what the rule prevents with the code that the rule names, and every code and every fact has a rule, or a
//! reason to have none.

use std::collections::{BTreeMap, BTreeSet};

use canaryc::diagnostic::{Code, Diagnostics};
use canaryc::internals::BACKENDS;
use canaryc::internals::kubernetes::pod_template::check_template;
use canaryc::internals::kubernetes::schema;
use canaryc::internals::validate::references::{External, check};
use canaryc::manifest::{Object, read};
use canaryc::source::Source;
use serde_json::Value;

use super::refusals::refusals;
use super::rules::{Base, Rollouts, Rule, Stop, all};
use super::unjudged::{CODES, FACTS};

/// canaryc's diagnostics for emitted objects: first by their schemas, then by the references between them.
fn net(objects: &[Value]) -> BTreeSet<String> {
    let text: Vec<String> = objects.iter().map(Value::to_string).collect();
    let source = Source::new("objects.yaml", text.join("\n---\n"));
    let mut diagnostics = Diagnostics::new();
    let objects: Vec<Object> = read(&source, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    for object in &objects {
        schema::check(object, &mut diagnostics);
    }
    if !diagnostics.has_errors() {
        let mut external = External::default();
        external.add("Deployment", "shop");
        check(&objects, &external, BACKENDS, &mut diagnostics);
        let templates = objects.iter().filter_map(|object| object.root.at(&["spec", "template"]));
        templates.for_each(|template| check_template(template, "spec.template", &mut diagnostics));
    }
    diagnostics.iter().map(|diagnostic| diagnostic.code.name().to_owned()).collect()
}

fn set(rule: &Rule, objects: &mut Vec<Value>) {
    rule.setting.iter().for_each(|damage| damage.apply(objects).unwrap());
}

#[test]
fn the_validation_rejects_exactly_what_the_rules_prevent() {
    let mut wrong = Vec::new();
    let mut good: BTreeMap<Base, Vec<Value>> = BTreeMap::new();
    for rule in all() {
        let good = good.entry(rule.base).or_insert_with(|| {
            let objects = rule.base.objects().unwrap();
            assert_eq!(net(&objects), BTreeSet::new(), "{:?}", rule.base);
            objects
        });
        let mut objects = good.clone();
        set(&rule, &mut objects);
        for damage in &rule.damage {
            if let Err(error) = damage.apply(&mut objects) {
                wrong.push(format!("{}: {error}", rule.name));
            }
        }
        let due: BTreeSet<String> = rule
            .stops
            .iter()
            .filter_map(|stop| match stop {
                Stop::Validation(code) => Some((*code).to_owned()),
                _ => None,
            })
            .collect();
        let said = net(&objects);
        if said != due {
            wrong.push(format!("{}: expected {due:?}, found {said:?}", rule.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_code_that_prevents_a_rule_exists() {
    let facts = refusals();
    let tests = include_str!("mod.rs");
    for rule in all() {
        assert!(!rule.stops.is_empty(), "{}: nothing stops it", rule.name);
        assert!(!rule.damage.is_empty(), "{}: nothing is damaged", rule.name);
        for stop in &rule.stops {
            let is_there = match stop {
                Stop::Validation(code) => Code::from_name(code).is_some(),
                Stop::Fact(fact) => facts.iter().any(|(known, ..)| known == fact),
                Stop::Page(code) => Code::from_name(code).is_some_and(|code| avoids(code.page())),
                Stop::Never(test) => tests.contains(&format!("#[test]\nfn {test}()")),
            };
            assert!(is_there, "{}: there is no {stop:?}", rule.name);
        }
    }
}

/// Whether a page shows a policy that gives its code; `tests/it/docs` runs it.
fn avoids(page: &str) -> bool {
    page.split_once("## Avoid")
        .is_some_and(|(_, rest)| rest.split("## ").next().is_some_and(|avoid| avoid.contains("```")))
}

#[test]
fn names_of_rules_are_distinct_and_fit_into_a_namespace() {
    let mut names = BTreeSet::new();
    for rule in all() {
        assert!(names.insert(rule.name), "two rules are named {}", rule.name);
        assert!(rule.name.contains('/') && rule.name.len() + "both-ways-".len() <= 63, "{}", rule.name);
    }
    assert!(names.len() > 120, "{}", names.len());
}

/// The codes that have a rule.
fn judged() -> BTreeSet<&'static str> {
    let facts = refusals();
    let mut codes = BTreeSet::new();
    for stop in all().into_iter().flat_map(|rule| rule.stops) {
        match stop {
            Stop::Validation(code) | Stop::Page(code) => drop(codes.insert(code)),
            Stop::Fact(fact) => {
                codes.extend(facts.iter().filter(|(known, ..)| *known == fact).map(|(_, _, code)| *code));
            }
            Stop::Never(_) => {}
        }
    }
    codes
}

#[test]
fn every_code_is_tested_in_the_lab_or_has_a_reason() {
    let judged = judged();
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for code in Code::ALL.iter().map(|code| code.name()) {
        let listed = |(known, _): &&(&str, &str)| code == *known || known.ends_with('/') && code.starts_with(known);
        let reason = CODES.iter().find(listed);
        used.extend(reason.map(|(known, _)| *known));
        match (judged.contains(code), reason) {
            (false, None) => wrong.push(format!("{code}: neither judged nor listed")),
            // A group without rules may contain a code with one.
            (true, Some((known, _))) if !known.ends_with('/') => wrong.push(format!("{code}: judged and listed")),
            _ => {}
        }
    }
    wrong.extend(
        CODES.iter().filter(|(known, _)| !used.contains(known)).map(|(known, _)| format!("{known}: no such code")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fact_is_tested_in_the_lab_or_has_a_reason() {
    let named: BTreeSet<&str> = all()
        .into_iter()
        .flat_map(|rule| rule.stops)
        .filter_map(|stop| if let Stop::Fact(fact) = stop { Some(fact) } else { None })
        .collect();
    let facts: BTreeSet<&str> = refusals().into_iter().map(|(fact, ..)| fact).collect();
    let listed: BTreeSet<&str> = FACTS.iter().map(|(fact, _)| *fact).collect();
    assert_eq!(named.intersection(&listed).collect::<Vec<_>>(), Vec::<&&str>::new(), "judged and listed");
    assert_eq!(listed.difference(&facts).collect::<Vec<_>>(), Vec::<&&str>::new(), "no such fact");
    let both: BTreeSet<&str> = named.union(&listed).copied().collect();
    assert_eq!(facts.difference(&both).collect::<Vec<_>>(), Vec::<&&str>::new(), "neither judged nor listed");
}

#[test]
fn every_rule_is_a_fact_of_a_version() {
    for rule in all() {
        assert!(Rollouts::ALL.into_iter().any(|rollouts| rule.is_fact_of(rollouts)), "{}", rule.name);
    }
}

/// The versions in the README are those that the lab runs.
#[test]
fn the_readme_names_the_versions_of_the_lab() {
    let readme = include_str!("../../../README.md");
    let modules = [
        (
            Rollouts::V1_9,
            include_str!("../../lab/rollouts-1.9/go.mod"),
            include_str!("../../lab/manifests/older/go.mod"),
        ),
        (Rollouts::V1_10, include_str!("../../lab/control-plane/go.mod"), include_str!("../../lab/manifests/go.mod")),
    ];
    let version = |text: &str, module: &str| -> String {
        let line = text.lines().find_map(|line| line.split_once(&format!("{module} v")));
        line.unwrap().1.split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(modules.map(|(rollouts, ..)| rollouts).len(), Rollouts::ALL.len());
    for (rollouts, controller, manifests) in modules {
        let controller = version(controller, "github.com/argoproj/argo-rollouts");
        let gateway_api = version(manifests, "sigs.k8s.io/gateway-api");
        assert!(controller.starts_with(&format!("{rollouts}.")), "{rollouts} is {controller}");
        let row = format!("| {controller} | {} |", gateway_api.rsplit_once('.').unwrap().0);
        assert!(readme.contains(&row), "README.md has no row {row}");
    }
}

#[test]
fn every_base_is_used() {
    let used: BTreeSet<Base> = all().into_iter().map(|rule| rule.base).collect();
    assert_eq!(used.len(), 13);
}
