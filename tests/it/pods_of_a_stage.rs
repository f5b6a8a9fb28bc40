//! The number of pods that a stage has, as the rules count it: with the pods that an audience and `min-pods-per-replica-set`
//! add. In: policies. Out: their diagnostics.

use std::path::Path;

use canaryc::files::MemoryFiles;
use canaryc::source::Source;

use crate::support::corpus::source;

/// What canaryc reports about a release of six pods with these settings of the Rollout and this body.
fn reported(rollout: &str, body: &str) -> Vec<String> {
    let policy = format!(
        r#"release "shop" namespace="shop" {{
            workload replicas=6 {{ selector app="shop" }}
            service {{ port 80 target=8080 }}
            route host="shop.example.com"
            router {{ gateway-api "infra/public" }}
            check "health" equals="ok" {{ web url="http://shop-canary.shop/health" json="{{$.status}}" }}
            rollout {rollout}
            {body}
        }}"#
    );
    let outcome = source(Source::new(Path::new("shop.canary.kdl"), policy), &MemoryFiles::default(), None);
    outcome.said()
}

const STAFF: &str = r#"
    audience "staff" share="1%" { header "X-Staff" exact="yes" }
    stage audience="staff" { gate "health" }"#;

#[test]
fn an_audience_has_two_pods() {
    assert_eq!(reported("replica-progress-threshold=2", STAFF), [] as [&str; 0]);
    assert_eq!(reported("replica-progress-threshold=3", STAFF), ["rollout/threshold at `3`"]);
}

#[test]
fn the_smallest_replica_set_counts() {
    let stage = r#"stage weight="10%" { gate "health" }"#;
    assert_eq!(reported("replica-progress-threshold=3 min-pods-per-replica-set=3", stage), [] as [&str; 0]);
    assert_eq!(
        reported("replica-progress-threshold=4 min-pods-per-replica-set=3", stage),
        ["rollout/threshold at `4`"]
    );
    let audience = r#"
        audience "staff" share="1%" { header "X-Staff" exact="yes" }
        stage audience="staff" replicas="10%" { gate "health" }"#;
    assert_eq!(reported("min-pods-per-replica-set=2", audience), [] as [&str; 0]);
    assert_eq!(reported("min-pods-per-replica-set=1", audience), ["stage/replicas at `\"10%\"`"]);
}

#[test]
fn a_pinned_audience_has_pods_before_the_first_weight() {
    let body = r#"
        audience "testers" pinned="canary" share="1%" { header "X-Tester" exact="yes" }
        stage "testers" { gate "health" }
        stage weight="50%" { gate "health" }"#;
    assert_eq!(reported("replica-progress-threshold=1", body), [] as [&str; 0]);
    assert_eq!(reported("replica-progress-threshold=2", body), ["rollout/threshold at `2`"]);
}
