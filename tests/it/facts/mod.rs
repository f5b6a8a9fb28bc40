//! What fails on the real controller, and why this compiler cannot emit it. In: one row for each fact (marked as
//! refused by the controller, seen by lint, or failing at run time), with the policy that would lead to it. Out: the
//! code of the diagnostic that stops it, or an assertion on the objects that shows that it is impossible by
//! construction.

mod both_ways;
mod refusals;
#[path = "../../lab/both_ways/rules/mod.rs"]
mod rules;
mod unjudged;

use std::sync::LazyLock;

use crate::support::corpus::{Outcome, file, plain, policies};
use canaryc::diagnostic::Diagnostics;
use canaryc::internals::BACKENDS;
use canaryc::internals::validate::references::{External, check};
use refusals::{QUERY, compiled, gateway, staged, watched};
use serde_json::{Value, json};

/// The policies of the corpus that compile, in each of their environments. They are compiled once for all tests.
fn bundles() -> &'static [(String, Outcome)] {
    static BUNDLES: LazyLock<Vec<(String, Outcome)>> = LazyLock::new(compile_corpus);
    &BUNDLES
}

fn compile_corpus() -> Vec<(String, Outcome)> {
    let mut found = Vec::new();
    for path in policies() {
        let outcome = file(&path, None);
        let environments: Vec<_> = outcome.compilation.environments.iter().map(|name| name.value.to_string()).collect();
        if environments.is_empty() {
            found.push((path.display().to_string(), outcome));
            continue;
        }
        for environment in environments {
            found.push((format!("{} in {environment}", path.display()), file(&path, Some(&environment))));
        }
    }
    found.retain(|(_, outcome)| !outcome.objects().is_empty());
    assert!(found.len() > 40);
    found
}

/// Asserts a condition for every object of a kind in the corpus.
fn every(kind: &str, least: usize, holds: impl Fn(&Value) -> bool) {
    let mut seen = 0;
    for (policy, outcome) in bundles() {
        for object in outcome.objects().into_iter().filter(|object| object.kind() == kind) {
            let object = plain(&object.root);
            seen += 1;
            assert!(holds(&object), "{policy}: {object:#}");
        }
    }
    assert!(seen >= least, "only {seen} of {kind}");
}

fn items<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn steps(rollout: &Value) -> &[Value] {
    items(rollout, "/spec/strategy/canary/steps")
}

fn canary(rollout: &Value) -> &Value {
    &rollout["spec"]["strategy"]["canary"]
}

fn has_router(rollout: &Value) -> bool {
    canary(rollout).get("trafficRouting").is_some()
}

#[test]
fn the_rollout_names_one_strategy_and_one_source_of_pods() {
    every("Rollout", 50, |rollout| {
        let spec = &rollout["spec"];
        let keys: Vec<_> = spec["strategy"].as_object().unwrap().keys().collect();
        // With workloadRef the template would have to carry no labels, and there is no template.
        keys == ["canary"] && spec.get("workloadRef").is_some() != spec.get("template").is_some()
    });
}

#[test]
fn replicas_are_written_unless_an_autoscaler_owns_them() {
    for (policy, outcome) in bundles() {
        let names = outcome.names();
        for object in outcome.objects().into_iter().filter(|object| object.kind() == "Rollout") {
            let name = object.name();
            let scaled = names.contains(&format!("HorizontalPodAutoscaler/{name}"))
                || names.contains(&format!("ScaledObject/{name}"));
            assert_ne!(plain(&object.root)["spec"].get("replicas").is_some(), scaled, "{policy}");
        }
    }
}

#[test]
fn a_router_has_both_services_and_no_router_writes_nothing() {
    every("Rollout", 50, |rollout| {
        let canary = canary(rollout);
        if !has_router(rollout) {
            let scales = steps(rollout).iter().any(|step| step.get("setCanaryScale").is_some());
            let fields = ["scaleDownDelaySeconds", "dynamicStableScale", "stableService", "canaryService"];
            return !scales && fields.iter().all(|field| canary.get(field).is_none());
        }
        let routing = &canary["trafficRouting"];
        let lists =
            routing["plugins"]["argoproj-labs/gatewayAPI"].as_object().into_iter().flat_map(|plugin| plugin.values());
        let nginx = &routing["nginx"];
        let ingresses = match (nginx["stableIngress"].as_str(), nginx["stableIngresses"].as_array()) {
            (Some(_), None) => 1,
            (None, Some(several)) => several.len(),
            (Some(_), Some(_)) | (None, None) => 0,
        };
        let routes = lists.map(|routes| routes.as_array().unwrap().len()).sum::<usize>() + ingresses;
        let services = [&canary["stableService"], &canary["canaryService"]];
        routes > 0
            && services.iter().all(|service| service.is_string())
            && services[0] != services[1]
            && canary["trafficRouting"].get("maxTrafficWeight").is_none()
            && canary.get("pingPong").is_none()
    });
}

#[test]
fn dynamic_scale_and_scale_down_delay_exclude_each_other() {
    every("Rollout", 50, |rollout| {
        let canary = canary(rollout);
        canary["dynamicStableScale"] != json!(true) || canary.get("scaleDownDelaySeconds").is_none()
    });
}

#[test]
fn each_step_is_of_one_kind_and_only_a_pause_is_empty() {
    every("Rollout", 50, |rollout| {
        steps(rollout).iter().all(|step| {
            let entries = step.as_object().unwrap();
            let (kind, body) = entries.iter().next().unwrap();
            entries.len() == 1 && (kind == "pause" || body.as_object().is_none_or(|body| !body.is_empty()))
        })
    });
}

#[test]
fn pauses_are_whole_seconds_in_units_that_argo_reads() {
    every("Rollout", 50, |rollout| {
        steps(rollout).iter().filter_map(|step| step["pause"]["duration"].as_str()).all(|time| {
            let units = time.replace(|character: char| character.is_ascii_digit(), "");
            time != "0s" && ["s", "m", "h", "ms", "hm", "hs", "hms"].contains(&&*units) && !time.ends_with("ms")
                || units == "ms" && time.contains('m') && time.ends_with('s')
        })
    });
}

#[test]
fn three_pods_are_a_number_not_a_percentage() {
    let outcome = compiled(&gateway("    rollout max-surge=\"3\" max-unavailable=\"1\""));
    assert_eq!(
        (&outcome.canary("shop")["maxSurge"], &outcome.canary("shop")["maxUnavailable"]),
        (&json!(3), &json!(1))
    );
}

#[test]
fn pods_remain_after_an_abort_if_the_first_step_scales_them() {
    let audience =
        "    audience \"a\" share=\"1%\" { header \"X-A\" exact=\"1\" }\n    stage audience=\"a\" pause=\"1m\"";
    let outcome = compiled(&gateway(&format!("    rollout abort-scale-down-delay=\"never\"\n{audience}")));
    assert_eq!(outcome.canary("shop")["abortScaleDownDelaySeconds"], json!(0));
    assert!(outcome.steps("shop")[0].starts_with("pods "));
}

#[test]
fn a_day_is_written_as_hours() {
    let outcome = compiled(&staged("    stage weight=\"5%\" pause=\"1d\""));
    assert_eq!(outcome.steps("shop"), ["weight 5", "pause 24h"]);
}

#[test]
fn header_routes_are_managed_and_have_two_pods() {
    let mut seen = 0;
    every("Rollout", 50, |rollout| {
        let managed: Vec<_> = items(rollout, "/spec/strategy/canary/trafficRouting/managedRoutes")
            .iter()
            .map(|route| &route["name"])
            .collect();
        let mut scaled = false;
        let mut weight = 0;
        steps(rollout).iter().all(|step| {
            if let Some(scale) = step.get("setCanaryScale") {
                scaled = scale["replicas"].as_u64().is_some_and(|pods| pods >= 2)
                    || scale["weight"].as_u64().is_some_and(|share| {
                        let fleet = rollout["spec"]["replicas"].as_u64().unwrap_or(2);
                        (share * fleet).div_ceil(100) >= 2 || managed.is_empty()
                    })
                    || scale["matchTrafficWeight"] == json!(true) && weight > 0 && managed.is_empty();
                return scaled || managed.is_empty();
            }
            weight = step["setWeight"].as_u64().unwrap_or(weight);
            match step.get("setHeaderRoute") {
                Some(header) => scaled && managed.contains(&&header["name"]) && !items(header, "/match").is_empty(),
                None => true,
            }
        })
    });
    every("Rollout", 50, |rollout| {
        let plugin = canary(rollout).pointer("/trafficRouting/plugins/argoproj-labs~1gatewayAPI");
        let managed = !items(rollout, "/spec/strategy/canary/trafficRouting/managedRoutes").is_empty();
        let Some(plugin) = plugin else { return !managed };
        let on = items(plugin, "/httpRoutes").iter().all(|route| route["useHeaderRoutes"] == json!(true));
        !managed || on
    });
    for (_, outcome) in bundles() {
        seen += outcome.names().iter().filter(|name| name.starts_with("Rollout")).count();
    }
    assert!(seen > 0);
}

#[test]
fn the_canary_follows_the_weight_only_after_the_weight_is_set() {
    every("Rollout", 50, |rollout| {
        let mut weight = 0;
        steps(rollout).iter().all(|step| {
            weight = step["setWeight"].as_u64().unwrap_or(weight);
            step["setCanaryScale"]["matchTrafficWeight"] != json!(true) || weight > 0
        })
    });
}

#[test]
fn a_set_scale_is_at_least_the_next_weight() {
    every("Rollout", 50, |rollout| {
        let Some(fleet) = rollout["spec"]["replicas"].as_u64() else { return true };
        let mut pods: Option<u64> = None;
        steps(rollout).iter().all(|step| {
            if let Some(scale) = step.get("setCanaryScale") {
                pods = match (scale["replicas"].as_u64(), scale["weight"].as_u64()) {
                    (Some(pods), _) => Some(pods),
                    (_, Some(share)) => Some((share * fleet).div_ceil(100)),
                    _ => None,
                };
            }
            let follows = |weight: u64| {
                // `matchTrafficWeight` right after the weight makes the pods follow again.
                pods.is_none_or(|pods| pods >= (weight * fleet).div_ceil(100))
            };
            step["setWeight"].as_u64().is_none_or(follows)
        })
    });
}

#[test]
fn every_reference_is_resolved() {
    for (policy, outcome) in bundles() {
        for compiled in outcome.compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref()) {
            let mut external = External::default();
            external.add("AnalysisTemplate", "error-budget");
            for route in &canaryc::internals::release(compiled).routes {
                external.add("HTTPRoute", route.name.value.to_string());
            }
            if let Some(service) = &canaryc::internals::release(compiled).service {
                external.add("Service", service.stable.value.to_string());
                external.add("Service", service.canary.value.to_string());
            }
            let mut diagnostics = Diagnostics::new();
            check(&compiled.bundle.objects, &external, BACKENDS, &mut diagnostics);
            assert!(diagnostics.is_empty(), "{policy}: {diagnostics:?}");
        }
    }
}

/// The metrics of all templates of a corpus, with the name of the template.
fn every_metric(holds: impl Fn(&str, &Value) -> bool) {
    every("AnalysisTemplate", 50, |template| {
        let name = template["metadata"]["name"].as_str().unwrap();
        let metrics = items(template, "/spec/metrics");
        !metrics.is_empty() && metrics.iter().all(|metric| holds(name, metric))
    });
}

#[test]
fn a_metric_has_one_provider_and_a_condition() {
    every_metric(|_, metric| {
        let provider = metric["provider"].as_object().unwrap();
        let judged = metric.get("successCondition").is_some() || metric.get("failureCondition").is_some();
        provider.len() == 1 && (judged || provider.contains_key("job"))
    });
}

#[test]
fn a_gate_ends_and_a_watch_does_not() {
    every_metric(|template, metric| {
        let count = metric["count"].as_i64();
        let interval = metric["interval"].as_str();
        if template.ends_with("-watch") {
            return count.is_none() && interval.is_some();
        }
        // An inline metric has a count, and one with several measurements has an interval.
        let (failures, successes) =
            (metric["failureLimit"].as_i64().unwrap_or(0), metric["consecutiveSuccessLimit"].as_i64().unwrap_or(0));
        let inconclusive = metric["inconclusiveLimit"].as_i64().unwrap_or(0);
        match count {
            None => false,
            Some(count) => {
                (count == 1 || interval.is_some())
                    && count >= failures + successes
                    && count >= inconclusive
                    && (failures >= 0 || successes > 0)
            }
        }
    });
}

#[test]
fn errors_of_a_provider_are_tolerated_for_five_minutes() {
    every_metric(|_, metric| {
        // What a web measure asks is the version itself, and its errors are failures.
        let least = if metric["provider"].get("web").is_some() { metric["failureLimit"].as_i64().unwrap() } else { 30 };
        metric["consecutiveErrorLimit"].as_i64().is_some_and(|limit| limit >= least)
    });
}

#[test]
fn the_first_measurement_of_a_watch_only_covers_the_new_weight() {
    let outcome = compiled(&watched(&format!("check \"lag\" max=5 {{ {QUERY} }}")));
    assert_eq!(outcome.metric("shop-watch", "lag")["initialDelay"], "5m", "the window");
}

#[test]
fn the_conditions_handle_missing_data() {
    every_metric(|template, metric| {
        if metric["provider"].get("prometheus").is_none() {
            return true;
        }
        let success = metric["successCondition"].as_str().unwrap();
        // A comparison with NaN is false.
        let bad = success.contains("len(result) > 0") || success.contains("!isNaN");
        let is_good_without =
            success == "true" || success.contains("isNaN(#) ||") || success.contains("isNaN(result) ||");
        let failure = metric.get("failureCondition").is_some();
        // Two conditions could both be false. That must not end an analysis: in the background it does not hold a release,
        // and in an inline analysis it disarms the background.
        let unlimited = || metric["inconclusiveLimit"] == metric["count"] && metric["count"] == i32::MAX;
        (bad || is_good_without) && (!failure || !template.ends_with("-watch") && unlimited())
    });
}

#[test]
fn the_watch_starts_before_the_last_step_is_over() {
    every("Rollout", 50, |rollout| {
        let Some(analysis) = canary(rollout).get("analysis") else { return true };
        let start = analysis["startingStep"].as_u64().unwrap();
        !items(analysis, "/templates").is_empty() && usize::try_from(start).unwrap() < steps(rollout).len()
    });
}

#[test]
fn template_arguments_are_texts_or_hashes() {
    every("AnalysisTemplate", 50, |template| {
        items(template, "/spec/args").iter().all(|argument| {
            let from = argument.get("valueFrom");
            from.is_none_or(|from| from.get("fieldRef").is_none() && argument.get("value").is_none())
        })
    });
    every("Rollout", 50, |rollout| {
        let of_steps = steps(rollout).iter().flat_map(|step| items(step, "/analysis/args"));
        of_steps.chain(items(rollout, "/spec/strategy/canary/analysis/args")).all(|argument| {
            let hash = argument.pointer("/valueFrom/podTemplateHashValue").and_then(Value::as_str);
            hash.is_none_or(|hash| matches!(hash, "Stable" | "Latest"))
        })
    });
}

#[test]
fn braces_in_metrics_are_arguments_that_the_template_declares() {
    every("AnalysisTemplate", 50, |template| {
        let declared: Vec<_> = items(template, "/spec/args").iter().map(|one| one["name"].as_str().unwrap()).collect();
        let text = template["spec"]["metrics"].to_string();
        text.split("{{").skip(1).all(|rest| {
            let name = rest.split("}}").next().unwrap().trim();
            name.strip_prefix("args.").is_some_and(|name| declared.contains(&name))
        })
    });
}

#[test]
fn names_of_retention_and_dry_runs_are_anchored_and_match_a_metric() {
    every("AnalysisTemplate", 50, |template| {
        let metrics: Vec<String> =
            items(template, "/spec/metrics").iter().map(|one| format!("^{}$", one["name"].as_str().unwrap())).collect();
        let named = items(template, "/spec/measurementRetention").iter().chain(items(template, "/spec/dryRun"));
        let mut named = named.map(|one| one["metricName"].as_str().unwrap().to_owned());
        named.all(|name| metrics.contains(&name))
    });
    let outcome = compiled(&watched(&format!("check \"lag\" max=5 on-fail=\"ignore\" {{ {QUERY} }}")));
    assert_eq!(outcome.spec("AnalysisTemplate/shop-watch")["dryRun"], json!([{"metricName": "^lag$"}]));
}

#[test]
fn generated_routes_contain_every_default_and_both_services() {
    every("HTTPRoute", 40, |route| {
        items(route, "/spec/rules").iter().all(|rule| {
            let backends = items(rule, "/backendRefs");
            let ports: Vec<_> = backends.iter().map(|backend| &backend["port"]).collect();
            let paths = items(rule, "/matches").iter().all(|one| one["path"]["type"].is_string());
            paths
                && ports.windows(2).all(|pair| pair[0] == pair[1])
                && backends
                    .iter()
                    .all(|backend| backend["group"] == "" && backend["kind"] == "Service" && backend["weight"].is_u64())
        }) && items(route, "/spec/parentRefs")
            .iter()
            .all(|parent| parent["group"].is_string() && parent["kind"].is_string())
    });
}

#[test]
fn routes_with_only_one_version_are_not_passed_to_the_plugin() {
    for (policy, outcome) in bundles() {
        let objects = outcome.objects();
        let rollouts = objects.iter().filter(|object| object.kind() == "Rollout").map(|object| plain(&object.root));
        let named: Vec<String> = rollouts
            .flat_map(|rollout| {
                let plugin = rollout.pointer("/spec/strategy/canary/trafficRouting/plugins/argoproj-labs~1gatewayAPI");
                let routes = plugin.map_or(&[][..], |plugin| items(plugin, "/httpRoutes"));
                routes.iter().map(|route| route["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
            })
            .collect();
        for route in objects.iter().filter(|object| object.kind() == "HTTPRoute") {
            let managed = named.contains(&route.name().to_owned());
            let route = plain(&route.root);
            let both = items(&route, "/spec/rules").iter().all(|rule| items(rule, "/backendRefs").len() == 2);
            assert_eq!(managed, both, "{policy}: {route:#}");
        }
    }
}

#[test]
fn services_of_the_controller_have_no_selector() {
    for (policy, outcome) in bundles() {
        let objects = outcome.objects();
        for rollout in objects.iter().filter(|object| object.kind() == "Rollout") {
            let canary = canary(&plain(&rollout.root)).clone();
            for service in objects.iter().filter(|object| object.kind() == "Service") {
                let name = json!(service.name());
                let written = [&canary["stableService"], &canary["canaryService"]].contains(&&name);
                let own = service.name() == rollout.name();
                let selects = plain(&service.root)["spec"].get("selector").is_some();
                assert!(!written || !selects, "{policy}: {name}");
                assert!(written || !own || selects, "{policy}: {name} has to select the pods itself");
            }
        }
    }
}

#[test]
fn the_rollout_is_applied_last() {
    for (policy, outcome) in bundles() {
        for compiled in outcome.compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref()) {
            let kinds: Vec<_> = compiled.bundle.objects.iter().map(|object| object.kind()).collect();
            assert_eq!(kinds.iter().position(|kind| *kind == "Rollout"), Some(kinds.len() - 1), "{policy}");
        }
    }
}
