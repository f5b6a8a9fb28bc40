//! In: nothing. Out: how the Argo Rollouts controller reads one traffic router: its entry of `trafficRouting` in a
//! Rollout.
//!
//! A patch can add the entry of any router, so there are also entries of routers that canaryc does not write.

use crate::diagnostic::Diagnostics;
use crate::manifest::{Field, Object};
#[cfg(feature = "runtime")]
use crate::router::live::WrittenField;

/// One entry of `trafficRouting`.
pub struct RoutingEntry {
    /// Its path in `trafficRouting`: `nginx`.
    pub path: &'static [&'static str],
    /// The name of the router in sentences about several.
    pub name: &'static str,
    /// The objects that it refers to.
    pub references: &'static [Reference],
    /// What happens without `stableService` and `canaryService`.
    pub without_services: WithoutServices,
    /// Whether `pingPong` can replace `stableService` and `canaryService`.
    pub ping_pong: bool,
    /// Which weights it supports.
    pub weights: Weights,
    /// Which `setHeaderRoute` steps it supports.
    pub header_routes: HeaderRoutes,
    /// Whether it supports `setMirrorRoute` steps.
    pub mirror_routes: bool,
    /// Reports what this router would do wrong, or refuse, beyond these facts.
    pub check: fn(&Manifests<'_>, &mut Diagnostics),
    /// The field that the router writes in the objects that the entry refers to; `None` if it only reads them.
    #[cfg(feature = "runtime")]
    pub written: Option<WrittenField>,
}

/// The facts that most routers of the controller share.
pub const BUILT_IN: RoutingEntry = RoutingEntry {
    path: &[],
    name: "",
    references: &[],
    without_services: WithoutServices::Rejected,
    ping_pong: false,
    weights: Weights::Percent,
    header_routes: HeaderRoutes::None,
    mirror_routes: false,
    check: |_, _| {},
    #[cfg(feature = "runtime")]
    written: None,
};

/// A reference to an object.
pub struct Reference {
    /// Its path in the entry. `[]` stands for every item of a list.
    pub path: &'static [&'static str],
    /// The kind of the object.
    pub kind: &'static str,
    /// Whether the name can contain a namespace after a dot.
    pub with_namespace: bool,
    /// What happens if the object does not exist.
    pub missing: &'static str,
}

/// What happens if a named object does not exist, for most objects.
pub const MISSING: &str =
    "The controller rejects a Rollout whose objects do not exist, and an autoscaler scales nothing.";

/// What the controller does without `stableService` and `canaryService`.
#[derive(Clone, Copy, Debug)]
pub enum WithoutServices {
    /// It rejects the Rollout.
    Rejected,
    /// It rejects the Rollout, unless the entry names the subsets of one Service in this field.
    RejectedUnless(&'static str),
    /// It accepts the Rollout.
    Accepted,
}

/// The weights that a router supports.
#[derive(Clone, Copy, Debug)]
pub enum Weights {
    /// Whole percents. The controller rejects `maxTrafficWeight`.
    Percent,
    /// Parts of `maxTrafficWeight`.
    PartsOfMaximum,
    /// Whole percents. The controller accepts `maxTrafficWeight`.
    PercentDespiteMaximum {
        /// The message.
        message: &'static str,
        /// What would happen.
        why: &'static str,
    },
}

/// The `setHeaderRoute` steps that a router supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderRoutes {
    /// None.
    None,
    /// Those with exact values.
    Exact,
    /// All.
    Any,
}

/// A Rollout with the objects of its release.
#[derive(Clone, Copy)]
pub struct Manifests<'a> {
    /// The Rollout.
    pub rollout: &'a Object,
    /// The router's entry in it.
    pub entry: &'a Field,
    /// All objects.
    pub objects: &'a [Object],
}

impl<'a> Manifests<'a> {
    /// The object with this kind and name.
    pub fn find(&self, kind: &str, name: &str) -> Option<&'a Object> {
        self.objects.iter().find(|object| object.kind() == kind && object.name() == name)
    }
}

impl Reference {
    /// A reference that must name an object of the Rollout's own namespace.
    pub const fn new(path: &'static [&'static str], kind: &'static str) -> Self {
        Self { path, kind, with_namespace: false, missing: MISSING }
    }
}

impl RoutingEntry {
    /// This router's part of `trafficRouting`.
    pub fn of<'a>(&self, routing: &'a Field) -> Option<&'a Field> {
        routing.at(self.path)
    }

    /// The router's key, such as `nginx`.
    pub fn key(&self) -> &'static str {
        self.path.last().copied().unwrap_or_default()
    }
}

/// Whether `longer` is `shorter-<digits>`: the name of a further rule of the managed route `shorter`.
pub fn is_numbered(shorter: &str, longer: &str) -> bool {
    let digits = longer.strip_prefix(shorter).and_then(|rest| rest.strip_prefix('-'));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::is_numbered;

    #[test]
    fn a_numbered_name_has_a_hyphen_and_digits() {
        for (name, numbered) in
            [("a-1", true), ("a-12", true), ("a", false), ("a-", false), ("a1", false), ("a-eu", false)]
        {
            assert_eq!(is_numbered("a", name), numbered, "{name}");
        }
    }
}
