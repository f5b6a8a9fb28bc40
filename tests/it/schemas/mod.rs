//! The schemas of every emitted object, as types, and a test that `schemas/kubernetes/` contains exactly these.
//! `UPDATE=1 cargo test --test it schemas` rewrites them.
#![allow(clippy::enum_variant_names, reason = "names are Kubernetes' own")]
#![allow(dead_code, missing_docs, reason = "the types exist for their schemas")]

mod agreement;
mod analysis;
mod analysis_reference;
mod autoscaler;
mod common;
mod gateway;
mod generate;
mod grpc_route;
mod http_route;
mod ingress;
mod kubernetes;
mod providers;
mod rollout;
mod samples;
mod scalars;
mod service;
mod steps;
mod traffic;

use std::path::Path;

use generate::schema;
use serde_json::Value;

/// Every published schema: file name and content.
fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("analysis-template", schema::<analysis::AnalysisTemplate>()),
        ("cluster-analysis-template", schema::<analysis::ClusterAnalysisTemplate>()),
        ("grpc-route", schema::<grpc_route::GrpcRoute>()),
        ("horizontal-pod-autoscaler", schema::<autoscaler::HorizontalPodAutoscaler>()),
        ("http-route", schema::<http_route::HttpRoute>()),
        ("ingress", schema::<ingress::Ingress>()),
        ("job", kubernetes::job()),
        ("pod-template", kubernetes::pod_template()),
        ("rollout", schema::<rollout::Rollout>()),
        ("service", schema::<service::Service>()),
        ("tcp-route", schema::<gateway::TcpRoute>()),
        ("tls-route", schema::<gateway::TlsRoute>()),
    ]
}

#[test]
fn committed_schemas_are_those_of_the_types() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/kubernetes");
    let update = std::env::var_os("UPDATE").is_some();
    let mut stale = Vec::new();
    for (name, schema) in schemas() {
        let path = folder.join(format!("{name}.json"));
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if update {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &text).unwrap();
        } else if std::fs::read_to_string(&path).unwrap_or_default() != text {
            stale.push(name);
        }
    }
    assert!(stale.is_empty(), "stale, run `UPDATE=1 cargo test --test it schemas`: {stale:?}");
}
