//! In: a route of the user whose weights the plugin will write. Out: diagnostics about what the plugin would do to its
//! rules.

use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object};
use crate::policy::context::Context;
use crate::policy::service::Service;
use crate::source::Span;

/// Judges the rules of a route in a file. `named` is where the policy names the file.
pub(super) fn judge(cx: &mut Context<'_>, route: &Object, service: &Service, named: Span) {
    let (stable, canary) = (service.stable.value.as_str(), service.canary.value.as_str());
    let rules = route.root.at(&["spec", "rules"]).map_or(&[][..], Field::items);
    let mut splits = false;
    for rule in rules {
        let backends: Vec<(&Field, &str)> = rule
            .get("backendRefs")
            .map_or(&[][..], Field::items)
            .iter()
            .filter_map(|backend| Some((backend, backend.get("name")?.as_str()?)))
            .collect();
        let has = |name: &str| backends.iter().any(|(_, backend)| *backend == name);
        splits |= has(stable);
        if has(canary) && !has(stable) {
            let span = backends
                .iter()
                .find(|(_, name)| *name == canary)
                .map_or(rule.origin.span, |(field, _)| field.origin.span);
            cx.report(
                Diagnostic::new(Code::RouteCanaryOnlyRule, span, "this rule only refers to the canary Service")
                    .label("the only backend")
                    .also(named, "this release splits the route")
                    .why("The router's plugin mistakes such a rule for one of its own and deletes it, even at the first deployment.")
                    .help("move the rule to a separate route, or write an `audience … pinned=\"canary\"`"),
            );
        } else if has(stable)
            && let Some((field, third)) = backends.iter().find(|(_, name)| *name != stable && *name != canary)
        {
            cx.report(
                Diagnostic::new(Code::RouteThirdBackend, field.origin.span, format!("`{third}` shares a rule with the stable Service"))
                    .label("third Service")
                    .also(named, "this release splits the route")
                    .why("The plugin gives stable and canary 100 parts together and leaves the third Service as it is. So the share of the third Service changes even when no release is in flight.")
                    .help("move it to a separate rule or route"),
            );
        }
    }
    if !splits {
        cx.report(
            Diagnostic::new(
                Code::RouteNoStableBackend,
                named,
                format!("no rule of this route refers to Service `{stable}`"),
            )
            .label("no backend to split")
            .also(service.stable.span(), "the stable Service")
            .why("The controller waits forever if the route does not refer to the stable Service.")
            .help(
                "add this Service to the `backendRefs` of the route, or set the stable Service: `service stable=\"…\"`",
            ),
        );
    }
}
