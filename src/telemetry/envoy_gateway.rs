//! Envoy Gateway: Envoy's cluster statistics, with the cluster names of the gateway.

use super::counted_by::CountedBy;
use super::envoy;
use super::preset::{ONE_SERVICE, Preset, Requirement, Unmeasurable};
use super::query::Selection;
use super::scope::{Protocol, Route, Rules, Scope, Side};

pub(super) const PRESET: Preset = Preset {
    name: "envoy-gateway",
    page: include_str!("pages/envoy-gateway.md"),
    counted_by: CountedBy::Gateway { routers: &["gateway-api"], implementation: Some("envoy-gateway"), in_mesh: false },
    selection,
    reads_routes: true,
    requires: &[Requirement::FilterPerBackend],
    ..envoy::PRESET
};

/// The request header that the filters of the backends set, because a filter must do something.
pub const BACKEND_HEADER: &str = "X-Canaryc-Backend";

/// By default one cluster per rule, `httproute/<namespace>/<name>/rule/<n>`, contains all its backends, and then nothing
/// distinguishes the canary from the stable version. If the backends have their own filters, each gets a cluster,
/// `…/rule/<n>/backend/<m>`. The rules that the controller appends for audiences, and those of pinned audiences, lead to
/// one version and have no filters. A load balancer that prefers its own zone splits them up, too.
fn selection(scope: &Scope, side: Side) -> Result<Selection, Unmeasurable> {
    if scope.services.is_none() {
        return Err(ONE_SERVICE);
    }
    let clusters: Result<Vec<Option<String>>, Unmeasurable> =
        scope.routes.iter().map(|route| clusters(scope, route, side)).collect();
    let clusters: Vec<String> = clusters?.into_iter().flatten().collect();
    Ok(Selection::one(format!("envoy_cluster_name=~\"{}\"", clusters.join("|"))))
}

/// A pattern for the clusters of a side; `None` if the route does not lead there.
fn clusters(scope: &Scope, route: &Route, side: Side) -> Result<Option<String>, Unmeasurable> {
    let rules = match &route.rules {
        Rules::Unknown => {
            return Err(Unmeasurable::NotTold {
                reason: "Envoy Gateway counts the backends of a rule apart only if each has a filter, and canaryc does not write the filters of an existing route",
            });
        }
        Rules::Pinned(other) if *other != side => return Ok(None),
        Rules::Pinned(_) => "[0-9]+(/backend/0)?".to_owned(),
        Rules::Split { own, appended } => {
            let mut rules: Vec<String> = Vec::new();
            for split in own {
                let backend = match side {
                    Side::Stable => split.stable,
                    Side::Canary => split.canary,
                };
                rules.push(format!("{}/backend/{backend}", split.rule));
            }
            if let Some(first) = appended.filter(|_| side == Side::Canary) {
                rules.push(format!("{}(/backend/0)?", from(first)));
            }
            match rules.as_slice() {
                [] => return Ok(None),
                [only] => only.clone(),
                several => format!("({})", several.join("|")),
            }
        }
    };
    let kind = match route.protocol {
        Protocol::Http => "httproute",
        Protocol::Grpc => "grpcroute",
    };
    // The name of a route may contain dots.
    let name = route.name.as_str().replace('.', "[.]");
    Ok(Some(format!("{kind}/{}/{name}/rule/{rules}", scope.namespace)))
}

/// A pattern for all numbers from `first` on. A route has at most 16 rules.
fn from(first: usize) -> String {
    match first {
        0 => "[0-9]+".to_owned(),
        1..=9 => format!("([{first}-9]|[1-9][0-9]+)"),
        _ => format!("(1[{}-9]|[2-9][0-9])", first % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::from;

    #[test]
    fn a_pattern_covers_the_numbers_from_the_first_on() {
        let patterns =
            [(0, "[0-9]+"), (1, "([1-9]|[1-9][0-9]+)"), (9, "([9-9]|[1-9][0-9]+)"), (12, "(1[2-9]|[2-9][0-9])")];
        for (first, pattern) in patterns {
            assert_eq!(from(first), pattern);
        }
    }
}
