//! In: the specification of a Rollout in the cluster. Out: how it splits requests, and which field of which object its
//! routers write.

use serde_json::Value;

use super::Routers;
use crate::kubernetes::kinds::Kind;

/// How a Rollout splits requests.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// The Service of the stable version.
    pub stable: String,
    /// The Service of the canary.
    pub canary: String,
    /// The names of the routes that the controller manages.
    pub managed: Vec<String>,
    /// The objects that its routers use.
    pub objects: Vec<UsedObject>,
}

/// An object that a router uses.
#[derive(Clone, Debug)]
pub struct UsedObject {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The field that the router writes in it, if any.
    pub written: Option<WrittenField>,
}

/// A field that a router writes.
#[derive(Clone, Copy, Debug)]
pub struct WrittenField {
    /// Its keys.
    pub path: &'static [&'static str],
    /// Whether a field manager with this name is the router.
    pub is_manager: fn(&str) -> bool,
    /// The desired value of the field with the state of the release, from the desired and the live value.
    ///
    /// # Errors
    /// When there are header rules, and the rules that they were made from are about to change.
    pub keep: fn(&Value, &Value, &Traffic) -> Result<Value, StaleHeaderRules>,
}

/// The header rules were made from rules that are about to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaleHeaderRules;

impl Traffic {
    /// Reads the specification of a Rollout.
    pub fn of(routers: Routers, spec: &Value) -> Option<Self> {
        let canary = &spec["strategy"]["canary"];
        let routing = canary.get("trafficRouting")?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let managed = select(routing, &["managedRoutes", "[]", "name"]).into_iter().map(text).collect();
        let mut objects = Vec::new();
        for entry in routers.entries() {
            for reference in entry.references {
                let Some(kind) = Kind::ALL.iter().find(|kind| kind.name() == reference.kind) else { continue };
                let path = [entry.path, reference.path].concat();
                let named = select(routing, &path).into_iter().filter_map(Value::as_str);
                objects.extend(named.map(|name| UsedObject {
                    kind: *kind,
                    name: name.to_owned(),
                    written: entry.written,
                }));
            }
        }
        Some(Self { stable: text(&canary["stableService"]), canary: text(&canary["canaryService"]), managed, objects })
    }

    /// Whether a router uses this object.
    pub fn uses(&self, kind: Kind, name: &str) -> bool {
        self.used(kind, name).is_some()
    }

    /// The field that a router writes in this object.
    pub fn written(&self, kind: Kind, name: &str) -> Option<WrittenField> {
        self.used(kind, name)?.written
    }

    fn used(&self, kind: Kind, name: &str) -> Option<&UsedObject> {
        self.objects.iter().find(|used| used.kind == kind && used.name == name)
    }
}

impl WrittenField {
    /// The field in the syntax of the API server: `.spec.rules`.
    pub fn shown(&self) -> String {
        self.path.iter().flat_map(|key| [".", key]).collect()
    }
}

impl Routers {
    /// Whether a field manager is a router.
    pub fn is_manager(self, manager: &str) -> bool {
        self.entries().filter_map(|entry| entry.written).any(|written| (written.is_manager)(manager))
    }
}

/// The values under a path; `[]` stands for every item of a list.
fn select<'a>(value: &'a Value, path: &[&str]) -> Vec<&'a Value> {
    match path.split_first() {
        None => vec![value],
        Some((&"[]", rest)) => value.as_array().into_iter().flatten().flat_map(|item| select(item, rest)).collect(),
        Some((key, rest)) => value.get(key).map_or_else(Vec::new, |inner| select(inner, rest)),
    }
}
