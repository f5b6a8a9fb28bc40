//! In: a route of yours that the plugin will write weights into. Out: what it would do to the route's rules, said before.

use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object};
use crate::policy::context::Context;
use crate::policy::service::Service;
use crate::source::Span;

/// Judges the rules of a route in a file. `named` is where the policy names the file.
pub fn judge(cx: &mut Context<'_>, route: &Object, service: &Service, named: Span) {
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
                Diagnostic::new(Code::RouteCanaryOnlyRule, span, "this rule leads to the new version alone")
                    .label("the only Service here")
                    .also(named, "the route is split by this release")
                    .why("The router's plugin takes such a rule for one of its own and deletes it, already at the first deploy.")
                    .help("put the rule into a route of its own, or write an `audience … pinned=\"canary\"`"),
            );
        } else if has(stable)
            && let Some((field, third)) = backends.iter().find(|(_, name)| *name != stable && *name != canary)
        {
            cx.report(
                Diagnostic::new(Code::RouteThirdBackend, field.origin.span, format!("`{third}` shares a rule with the stable Service"))
                    .label("a third destination")
                    .also(named, "the route is split by this release")
                    .why("The plugin gives stable and canary 100 parts together and leaves the third as it is, so that its share changes even at rest.")
                    .help("give it a rule or a route of its own"),
            );
        }
    }
    if !splits {
        cx.report(
            Diagnostic::new(
                Code::RouteNoStableBackend,
                named,
                format!("no rule of this route leads to the Service `{stable}`"),
            )
            .label("nothing to split")
            .also(service.stable.span(), "the stable version's Service")
            .why("The controller waits for ever when the route does not name the stable Service.")
            .help("name that Service in the route's `backendRefs`, or say which one it names: `service stable=\"…\"`"),
        );
    }
}
