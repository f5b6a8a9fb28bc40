//! Names of other objects: each must be in the bundle, or be declared to exist.

use super::{BundleCheck, refuse, text};
use crate::diagnostic::{Code, suggest};
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object};
use crate::router::entry::{MISSING, Reference};

/// The Services that a Rollout's strategy names, by path.
const SERVICES: &[(&str, &[&[&str]])] = &[
    ("canary", &[&["stableService"], &["canaryService"], &["pingPong", "pingService"], &["pingPong", "pongService"]]),
    ("blueGreen", &[&["activeService"], &["previewService"]]),
];

/// The paths of a strategy that name templates.
const TEMPLATES: &[(&str, &[&[&str]])] = &[
    (
        "canary",
        &[
            &["analysis", "templates", "[]"],
            &["steps", "[]", "analysis", "templates", "[]"],
            &["steps", "[]", "experiment", "analyses", "[]"],
        ],
    ),
    ("blueGreen", &[&["prePromotionAnalysis", "templates", "[]"], &["postPromotionAnalysis", "templates", "[]"]]),
];

impl BundleCheck<'_, '_> {
    pub(super) fn links(&mut self) {
        for object in self.objects {
            let Some(specification) = object.root.get("spec") else { continue };
            if let Some(strategy) = specification.get("strategy") {
                self.strategy_links(object, strategy);
            }
            for reference in specification.get("templates").map_or(&[][..], Field::items) {
                self.template_link(object, reference);
            }
            if let (Some(kind), Some((field, name))) =
                (text(specification, &["scaleTargetRef", "kind"]), text(specification, &["scaleTargetRef", "name"]))
            {
                self.link(object, field, kind.1, name, MISSING);
            }
        }
    }

    fn strategy_links(&mut self, object: &Object, strategy: &Field) {
        if object.kind() == Kind::Rollout.name() {
            for (place, paths) in SERVICES {
                let Some(place) = strategy.get(place) else { continue };
                for path in *paths {
                    self.named(object, place, &Reference::new(path, Kind::Service.name()));
                }
            }
            if let Some(routing) = strategy.at(&["canary", "trafficRouting"]) {
                self.router_links(object, routing);
            }
        }
        for (place, paths) in TEMPLATES {
            let Some(place) = strategy.get(place) else { continue };
            for path in *paths {
                place.each(path, &mut |reference| self.template_link(object, reference));
            }
        }
    }

    /// The objects that the routers of a Rollout refer to.
    fn router_links(&mut self, rollout: &Object, routing: &Field) {
        for router in self.backends.routers.entries() {
            let Some(entry) = router.of(routing) else { continue };
            let elsewhere =
                text(entry, &["namespace"]).is_some_and(|(_, namespace)| Some(namespace) != rollout.namespace());
            for reference in router.references.iter().filter(|_| !elsewhere) {
                self.named(rollout, entry, reference);
            }
        }
    }

    fn named(&mut self, owner: &Object, place: &Field, reference: &Reference) {
        place.each(reference.path, &mut |field| {
            // An object with a namespace in its name is in another namespace.
            let name = field.as_str().filter(|name| !(reference.with_namespace && name.contains('.')));
            if let Some(name) = name {
                self.link(owner, field, reference.kind, name, reference.missing);
            }
        });
    }

    fn template_link(&mut self, owner: &Object, reference: &Field) {
        let cluster = super::is_true(reference.get("clusterScope"));
        let kind = if cluster { Kind::ClusterAnalysisTemplate } else { Kind::AnalysisTemplate };
        if let Some((field, name)) = text(reference, &["templateName"]) {
            self.link(owner, field, kind.name(), name, MISSING);
        }
    }

    fn link(&mut self, owner: &Object, field: &Field, kind: &str, name: &str, why: &'static str) {
        if self.find(kind, name).is_some() || self.external.contains(kind, name) {
            return;
        }
        let names: Vec<&str> = self.objects.iter().filter(|object| object.kind() == kind).map(Object::name).collect();
        let label = suggest::did_you_mean(name, names.iter().copied()).unwrap_or_else(|| format!("no such {kind}"));
        let message = format!("{} refers to {kind} `{name}`, which does not exist", owner.shown());
        let help = if names.is_empty() {
            format!("add the {kind}, or declare that it already exists")
        } else {
            format!("write {}, or declare that `{name}` already exists", suggest::one_of(names))
        };
        self.say(refuse(Code::BundleMissingObject, field, message).label(label).why(why).help(help));
    }
}
