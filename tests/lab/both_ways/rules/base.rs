//! The good policies that rules start from. In: nothing. Out: their objects, compiled by the library.

use std::path::Path;
use std::sync::Arc;

use canaryc::compile::Library;
use canaryc::compile::{Request, compile};
use canaryc::files::{FileError, Files};
use canaryc::manifest::Object;
use canaryc::source::Source;
use canaryc::write;
use serde_json::Value;

/// The results of measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measured {
    /// A value that passes.
    Good,
    /// A value that fails.
    Bad,
    /// No data.
    Nothing,
    /// A value that is not a number.
    NotANumber,
}

/// A policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Base {
    /// Two pods and no router.
    Pods,
    /// A Deployment that the Rollout takes over.
    Reference,
    /// Four pods behind a route, in two stages.
    Split,
    /// Four pods behind an Ingress.
    Ingress,
    /// An audience before the first weight.
    Audience,
    /// A query in the background.
    Watched,
    /// The same with a route.
    WatchedSplit,
    /// A query in the background, and a manual promotion.
    Promoted,
    /// Two queries in the background, of which one is ignored, and a manual promotion.
    Ignored,
    /// A query before the promotion.
    Gated,
    /// An answer of a web server before the promotion.
    Web,
    /// A Job before the promotion.
    Job,
    /// The number of pods is set by an autoscaler.
    Autoscaled,
}

/// A file contains the pods, so the Rollout has a template that can be damaged.
const EMBEDDED: &str = r#"workload file="deployment.yaml" mode="embed""#;

const ROUTED: &str = r#"service { port 80 target=8080 }
    route host="shop.example.com"
    router { gateway-api "infra/public" }
    rollout abort-scale-down-delay="1s" scale-down-delay="1s""#;

const INGRESS: &str = r#"service { port 80 target=8080 }
    route host="shop.example.com"
    router { nginx class="nginx" }"#;

const HALF: &str = r#"stage weight="50%" pause="10m""#;

/// A person promotes the release. Here, the lab does so when it has observed enough.
const MANUAL: &str = r#"stage "half" weight="50%" promote="manual""#;

const PROVIDER: &str = r#"provider "main" { prometheus address="http://prometheus:9090" telemetry="istio" }"#;

const LAG: &str = r##"check "lag" max=5 { query #"max(lag{hash="{{canary-hash}}"})"# window="5m" }"##;

const IGNORED: &str = r##"check "lag" max=5 on-fail="ignore" { query #"max(lag{hash="{{canary-hash}}"})"# window="5m" }
    check "lag-of-writes" max=5 { query #"max(writes{hash="{{canary-hash}}"})"# window="5m" }"##;

impl Base {
    /// Its text.
    pub fn policy(self) -> String {
        let four = format!("{EMBEDDED} replicas=4");
        let parts: &[&str] = match self {
            Self::Pods => &[EMBEDDED, HALF],
            Self::Reference => &[r#"workload replicas=2 { selector app="shop" }"#, HALF],
            Self::Split => &[&four, ROUTED, r#"stage weight="25%" pause="10m""#, HALF],
            Self::Ingress => &[&four, INGRESS, HALF],
            Self::Audience => &[
                EMBEDDED,
                ROUTED,
                r#"audience "staff" share="1%" { header "X-Staff" exact="yes" }"#,
                r#"stage audience="staff" pause="30m""#,
                HALF,
            ],
            Self::Watched => &[EMBEDDED, LAG, HALF, r#"watch "lag""#],
            Self::WatchedSplit => &[EMBEDDED, ROUTED, LAG, HALF, r#"watch "lag""#],
            Self::Promoted => &[EMBEDDED, LAG, MANUAL, r#"watch "lag""#],
            Self::Ignored => &[EMBEDDED, IGNORED, MANUAL, r#"watch "lag" "lag-of-writes""#],
            Self::Gated => &[EMBEDDED, LAG, r#"stage weight="50%" pause="10m" { gate "lag" }"#],
            Self::Web => &[
                EMBEDDED,
                r#"check "smoke" equals="ok" { web scope="any" url="http://shop.test/healthz" json="{$.status}" }"#,
                r#"stage weight="50%" pause="10m" { gate "smoke" }"#,
            ],
            Self::Job => &[
                EMBEDDED,
                r#"check "load" { job image="example.com/load" }"#,
                r#"stage weight="50%" pause="10m" { gate "load" }"#,
            ],
            Self::Autoscaled => &[EMBEDDED, r#"autoscaler min=2 max=4 cpu="80%""#, HALF],
        };
        format!("{PROVIDER}\nrelease \"shop\" namespace=\"shop\" {{\n    {}\n}}\n", parts.join("\n    "))
    }

    /// Its objects.
    pub fn objects(self) -> Result<Vec<Value>, String> {
        let policy = self.policy();
        let compilation =
            compile(Source::new("shop.canary.kdl", &*policy), &Library::new(&Manifest), &Request::default());
        if compilation.diagnostics.has_errors() {
            let found = compilation.diagnostics.into_vec();
            let found: Vec<String> = found.iter().map(|one| format!("{}: {}", one.code, one.message)).collect();
            return Err(format!("{policy}{}", found.join("\n")));
        }
        let compiled = compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref());
        let objects: Vec<&Object> = compiled.flat_map(|compiled| &compiled.bundle.objects).collect();
        let list: Value = serde_json::from_str(&write::json::text(&objects)).map_err(|error| error.to_string())?;
        Ok(match &list["items"] {
            Value::Array(items) => items.clone(),
            _ => vec![list],
        })
    }
}

/// The one manifest that the policies name.
struct Manifest;

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: 'example.com/app:1', ports: [{name: http, containerPort: 8080}]}]}
";

impl Files for Manifest {
    fn read(&self, path: &Path) -> Result<Arc<Source>, FileError> {
        if path == Path::new("deployment.yaml") {
            Ok(Source::new(path, DEPLOYMENT))
        } else {
            Err(FileError::NotFound { nearest: None })
        }
    }
}
