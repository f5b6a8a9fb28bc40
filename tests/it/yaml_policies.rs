//! Mistakes that only a policy in YAML can have: each snapshot contains the text and its diagnostics.

use canaryc::diagnostic::{Code, Diagnostics, Report, text};
use canaryc::internals::lower::{lower, read_yaml};
use canaryc::internals::vocabulary::DOCUMENT;
use canaryc::source::{Source, Sources};

/// A policy and its diagnostics.
fn page(policy: &str) -> String {
    let source = Source::new("checkout.canary.yaml", policy);
    let mut diagnostics = Diagnostics::new();
    let document = read_yaml(&source, &mut diagnostics);
    lower(&document, &DOCUMENT, &source, &mut diagnostics);
    let mut sources = Sources::default();
    sources.add(source);
    format!("{policy}==\n{}", text::plain(&Report::new([(sources, diagnostics)])))
}

/// Counts how often a page names a code.
fn count(page: &str, code: &str) -> usize {
    page.matches(&format!("[{code}]")).count()
}

#[test]
fn a_node_that_repeats_is_a_list() {
    insta::assert_snapshot!(page(
        "\
include: lib/org.kdl
release:
  name: checkout
  stage: {weight: 25%, pause: 30m}
  audience:
    staff: {share: 1%}
  use: standard
  param:
"
    ));
}

#[test]
fn a_node_with_keys_is_a_mapping() {
    insta::assert_snapshot!(page(
        "\
provider: [main]
release:
- name: checkout
  watch: [availability, latency]
  router: {gateway-api: infra/public, smi: true}
  workload:
  - replicas: 6
  service:
  stage:
  - {weight: 25%, gate: [smoke], mirror: }
  - weight: 50%
    gate: smoke
"
    ));
}

#[test]
fn a_node_that_takes_only_arguments_is_its_value() {
    insta::assert_snapshot!(page(
        "\
environments: {names: [dev, prod]}
guardrail:
- name: safe-start
  watched: {names: [availability]}
  no-data: pause
release:
- name: checkout
  remove: {stage: 25%, router: true, audience: {name: staff}}
  watch: {names: availability}
"
    ));
}

#[test]
fn a_property_takes_one_value() {
    insta::assert_snapshot!(page(
        "\
release:
- name: checkout
  namespace: [shop]
  workload: {replicas: {count: 6}}
  stage:
  - {weight: , pause: null}
  labels: {team: [a, b]}
"
    ));
}

#[test]
fn ambiguous_scalars_are_quoted() {
    insta::assert_snapshot!(page(
        "\
environments: [dev, no]
release:
- name: checkout
  workload: {replicas: 010, selector: {app: true, version: 1.10}}
  router: {gateway-api: {gateways: [infra/public], mesh: yes}}
  audience:
  - {name: staff, share: 1%, header: [{name: X-Staff, exact: yes}]}
  check:
  - {name: smoke, equals: on, web: {url: \"https://example.com\"}}
  stage:
  - {weight: {{first}}, pause: 10m}
"
    ));
}

#[test]
fn unknown_keys_are_reported_as_in_kdl() {
    let page = page(
        "\
releases:
- name: checkout
release:
- name: checkout
  stages:
  - weight: 25%
  strategi: canary
  stage:
  - {weigth: 25%, pause: 30m, gates: [{names: [smoke]}]}
  load: {rates: {a: 1}}
  pause: 10m
version: 1
",
    );
    assert_eq!(count(&page, "word/unknown-node") + count(&page, "word/unknown-property"), 8, "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn a_policy_is_one_mapping() {
    insta::assert_snapshot!("list", page("- name: checkout\n"));
    insta::assert_snapshot!("documents", page("release:\n- name: cart\n---\nrelease:\n- name: catalog\n"));
    insta::assert_snapshot!("text", page("checkout\n"));
}

#[test]
fn an_empty_text_is_an_empty_policy() {
    for policy in ["", "---\n", "# nothing yet\n", "{}\n"] {
        let source = Source::new("empty.canary.yaml", policy);
        let mut diagnostics = Diagnostics::new();
        assert!(read_yaml(&source, &mut diagnostics).nodes.is_empty());
        assert!(diagnostics.is_empty());
    }
}

#[test]
fn the_pages_of_these_mistakes_show_what_they_say() {
    for code in [
        Code::YamlListDue,
        Code::YamlMappingDue,
        Code::YamlNoValue,
        Code::YamlOneDocument,
        Code::YamlQuote,
        Code::YamlValueDue,
    ] {
        let blocks: Vec<&str> =
            code.page().split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        let [avoid, prefer] = blocks.as_slice() else { panic!("{code} has two blocks") };
        let codes = |policy: &str| -> Vec<Code> {
            let source = Source::new("page.canary.yaml", policy);
            let mut diagnostics = Diagnostics::new();
            let document = read_yaml(&source, &mut diagnostics);
            lower(&document, &DOCUMENT, &source, &mut diagnostics);
            diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
        };
        assert_eq!(codes(avoid), [code]);
        assert_eq!(codes(prefer), []);
    }
}
