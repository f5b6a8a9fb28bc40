//! In: the history of a release, and an outcome. Out: whether the history shows it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::history::History;
use super::rules::{Expected, Version};
use crate::world::{World, revision};

impl Expected {
    /// Whether it is visible only in a second version.
    pub fn needs_second_version(self) -> bool {
        match self {
            Self::RefusedByApiServer(_)
            | Self::FieldDropped(_)
            | Self::InvalidSpec(..)
            | Self::DeploymentStays
            | Self::WeightsAtRest(_)
            | Self::RuleDeleted
            | Self::RefusedByStore(_)
            | Self::Ignored => false,
            Self::Hangs { at, .. } => at == Version::Second,
            _ => true,
        }
    }

    /// Whether it needs a release, instead of only a request to the API server.
    pub fn is_played(self) -> bool {
        !matches!(self, Self::RefusedByApiServer(_) | Self::RefusedByStore(_) | Self::FieldDropped(_))
    }

    /// Whether it is visible in a release.
    pub fn is_seen(self, history: &History) -> bool {
        let status = history.status();
        match self {
            Self::RefusedByApiServer(_) | Self::RefusedByStore(_) | Self::FieldDropped(_) => false,
            Self::Ignored => !history.now.rollout().is_null() && status.is_null(),
            Self::InvalidSpec(says, _) => {
                history.is_invalid() && status["message"].as_str().is_some_and(|message| message.contains(says))
            }
            Self::Aborts(says) => history.is_aborted() && history.says(says),
            Self::Hangs { at, phase, message, pods } => {
                let is_at = history.is_second() == (at == Version::Second);
                let has_pods = history.available.get(history.now.newest()).is_some_and(|pods| *pods > 0);
                is_at
                    && !history.now.is_healthy()
                    && status["phase"] == phase
                    && status["message"].as_str().is_some_and(|said| said.contains(message))
                    && has_pods == pods
            }
            Self::NeverBegins => {
                let rollout = history.now.rollout();
                let is_applied = rollout["spec"].to_string().contains("example.com/app:2");
                is_applied && history.first.is_some() && !history.is_second() && status["phase"] == "Healthy"
            }
            Self::HeaderRuleLost => history.any(|world, _| {
                let routes = world.split_routes();
                held_at(world).is_some_and(|index| sets_header(world, index))
                    && !routes.is_empty()
                    && routes.iter().all(|route| world.header_rules(route).is_empty())
            }),
            Self::WeightWithoutPods => history.any(|world, _| {
                let rollout = world.rollout();
                let fleet = rollout["spec"]["replicas"].as_u64().unwrap_or(1);
                let pods = rollout["status"]["updatedReplicas"].as_u64().unwrap_or(0);
                let routes = world.split_routes();
                let mut weights = routes.iter().flat_map(|route| world.weights(route));
                held_at(world).is_some() && weights.any(|(_, weight)| pods * 100 < weight * fleet)
            }),
            Self::SamePods => {
                let mut seen = BTreeMap::new();
                history.any(|world, _| {
                    let Some(index) = held_at(world) else { return false };
                    let weight = world
                        .steps()
                        .iter()
                        .take(usize::try_from(index).unwrap_or(0))
                        .rev()
                        .find_map(|step| step["setWeight"].as_u64());
                    seen.insert(weight, world.rollout()["status"]["updatedReplicas"].as_u64());
                    seen.len() > 1 && seen.values().collect::<BTreeSet<_>>().len() == 1
                })
            }
            Self::PassesWithoutPods => history.is_released() && status["replicas"].as_u64().unwrap_or(0) == 0,
            Self::WeightsStandStill => {
                history.is_released()
                    && history.of_kind("HTTPRoute").count() > 0
                    && history
                        .of_kind("HTTPRoute")
                        .all(|route| history.now.weights(route) == BTreeSet::from([(100, 0)]))
            }
            Self::PassesWithoutJudging => history.is_released(),
            Self::AnalysisNeverRuns => history.is_released() && history.background().is_none(),
            Self::EndsEarly => {
                let mut is_over = false;
                history.any(|world, event| {
                    if event["metadata"]["labels"]["rollout-type"] == "Background" {
                        is_over = event["status"]["phase"] == "Successful";
                    }
                    is_over && held_at(world).is_some()
                })
            }
            Self::InconclusiveDoesNotHold => {
                history.is_released()
                    && history.background().is_some_and(|run| run["status"]["phase"] == "Inconclusive")
            }
            Self::ArgumentDropped(name) => {
                let given = |run: &Value| {
                    run["spec"]["args"].as_array().into_iter().flatten().any(|argument| argument["name"] == name)
                };
                let asked = history.now.rollout()["spec"].to_string().contains(&format!("{{\"name\":\"{name}\""));
                asked
                    && history.is_released()
                    && history.of_kind("AnalysisRun").count() > 0
                    && !history.of_kind("AnalysisRun").any(given)
            }
            Self::ArgumentIs(name, value) => history.of_kind("AnalysisRun").any(|run| {
                let mut arguments = run["spec"]["args"].as_array().into_iter().flatten();
                arguments.any(|argument| argument["name"] == name && argument["value"] == value)
            }),
            Self::OnePod => {
                history.is_released() && status["replicas"] == 1 && history.now.rollout()["spec"]["replicas"] == 1
            }
            Self::TooManyPods => history.any(|world, _| {
                let rollout = world.rollout();
                rollout["status"]["updatedReplicas"].as_u64() > Some(rollout["spec"]["replicas"].as_u64().unwrap_or(1))
            }),
            Self::AbortedPodsStay => {
                history.is_aborted() && history.available.get(history.now.newest()).is_some_and(|pods| *pods > 0)
            }
            Self::AbortedPodsGo => history.is_aborted() && history.available.get(history.now.newest()) == Some(&0),
            Self::DeploymentStays => {
                let mut deployments: Vec<&Value> = history.of_kind("Deployment").collect();
                deployments.sort_by_key(|deployment| revision(deployment));
                history.now.is_healthy()
                    && deployments.last().is_some_and(|deployment| deployment["spec"]["replicas"].as_u64() > Some(0))
            }
            Self::WeightsAtRest(wanted) => {
                history.now.is_healthy()
                    && rules_now(history).iter().any(|rule| {
                        wanted.iter().all(|(name, weight)| {
                            let mut backends = rule["backendRefs"].as_array().into_iter().flatten();
                            backends.any(|backend| backend["name"] == *name && backend["weight"] == *weight)
                        })
                    })
            }
            Self::RuleDeleted => {
                let mut versions: Vec<&Value> = history.of_kind("HTTPRoute").collect();
                versions.sort_by_key(|route| revision(route));
                let count = |route: &&Value| route["spec"]["rules"].as_array().map_or(0, Vec::len);
                history.now.is_healthy() && versions.last().map(count) < versions.first().map(count)
            }
        }
    }
}

/// The step at which a release of a new version waits.
fn held_at(world: &World) -> Option<u64> {
    let status = &world.rollout()["status"];
    let is_new = status["currentPodHash"] != status["stableRS"];
    (is_new && status["pauseConditions"][0]["reason"] == "CanaryPauseStep").then(|| world.standing().0)
}

/// Whether one of the earlier steps sets a header route.
fn sets_header(world: &World, index: u64) -> bool {
    let done = usize::try_from(index).unwrap_or(usize::MAX).min(world.steps().len());
    world.steps()[..done].iter().any(|step| step["setHeaderRoute"].get("match").is_some())
}

fn rules_now(history: &History) -> Vec<Value> {
    let routes = history.now.split_routes();
    routes.iter().flat_map(|route| route["spec"]["rules"].as_array().cloned().unwrap_or_default()).collect()
}
