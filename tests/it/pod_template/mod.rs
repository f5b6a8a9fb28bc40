//! Pod templates and Jobs that the API server, Argo Rollouts or the kubelet refuse. In each manifest a comment `# !
//! code` marks every line where exactly that code must be reported, and nothing else may be reported.

mod pods;

use canaryc::diagnostic::Diagnostics;
use canaryc::internals::kubernetes::pod_template::{check_job, check_selector, check_template};
use canaryc::manifest::{Object, read};
use canaryc::source::Source;

fn object(text: &str) -> (std::sync::Arc<Source>, Object) {
    let source = Source::new("manifest.yaml", text);
    let mut diagnostics = Diagnostics::new();
    let objects = read(&source, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{text}\n{diagnostics:?}");
    (source, objects.into_iter().next().unwrap())
}

/// The diagnostics: line and code, in the order of the lines.
fn reported(source: &Source, diagnostics: &Diagnostics) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = diagnostics
        .iter()
        .map(|found| (source.line_column(found.span().unwrap().start).0, found.code.name().to_owned()))
        .collect();
    found.sort();
    found
}

/// The expected diagnostics from the comments.
fn expected(text: &str) -> Vec<(usize, String)> {
    let mut expected = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some((_, codes)) = line.split_once("# ! ") {
            expected.extend(codes.split_whitespace().map(|code| (index + 1, code.to_owned())));
        }
    }
    expected
}

fn messages(diagnostics: &Diagnostics) -> Vec<&str> {
    diagnostics.iter().map(|found| found.message.as_str()).collect()
}

/// Checks a whole workload: its template and its selector.
fn workload(text: &str) {
    let (source, object) = object(text);
    let mut diagnostics = Diagnostics::new();
    let template = object.root.at(&["spec", "template"]).unwrap();
    check_template(template, "spec.template", &mut diagnostics);
    if let Some(selector) = object.root.at(&["spec", "selector"]) {
        check_selector(selector, template.at(&["metadata", "labels"]), &mut diagnostics);
    }
    assert_eq!(reported(&source, &diagnostics), expected(text), "{text}\n{:#?}", messages(&diagnostics));
}

/// Checks the `spec` of a pod without a whole Deployment.
fn pod(specification: &str) {
    let mut text =
        String::from("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n");
    for line in specification.lines() {
        text.push_str("      ");
        text.push_str(line);
        text.push('\n');
    }
    workload(&text);
}

/// Checks the fields of one container.
fn container(fields: &str) {
    let mut text = String::from("containers:\n- name: web\n  image: web:1\n");
    for line in fields.lines() {
        text.push_str("  ");
        text.push_str(line);
        text.push('\n');
    }
    pod(&text);
}

fn job(text: &str) {
    let (source, object) = object(text);
    let mut diagnostics = Diagnostics::new();
    check_job(&object, &mut diagnostics);
    assert_eq!(reported(&source, &diagnostics), expected(text), "{text}\n{:#?}", messages(&diagnostics));
}
