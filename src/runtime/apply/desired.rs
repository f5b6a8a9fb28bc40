//! In: the bundle of a release. Out: its objects as requests send them, each with its place in the policy.

use kube::api::ApiResource;
use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic};
use crate::emit::Bundle;
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object};
use crate::runtime::connection::resource;
use crate::source::{Sources, Span};

/// A release to apply.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its name, which is also the name of its Rollout.
    pub name: String,
    /// The namespace of its objects.
    pub namespace: String,
    /// Its objects in the order in which to apply them; the Rollout is last.
    pub objects: Vec<Desired>,
    /// The texts that it was compiled from.
    pub sources: Sources,
}

/// An object in its desired state.
#[derive(Clone, Debug)]
pub struct Desired {
    /// Its identity.
    pub identity: Identity,
    /// Its content.
    pub body: Value,
    /// The API resource of its kind and version.
    pub resource: ApiResource,
    /// The same object with the origins of its fields.
    object: Object,
}

/// The identity of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl std::fmt::Display for Identity {
    /// `Service/web`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind.name(), self.name)
    }
}

impl Wanted {
    /// The objects of a bundle. Those without a namespace get `namespace`.
    ///
    /// # Errors
    /// When an object from a file has a kind that the runtime mode does not know.
    pub fn new(bundle: &Bundle, sources: Sources, namespace: &str) -> Result<Self, Box<Diagnostic>> {
        let objects = bundle.objects.iter().map(|object| Desired::new(object, namespace));
        let objects: Vec<Desired> = objects.collect::<Result<_, _>>()?;
        let rollout = objects.iter().find(|desired| desired.identity.kind == Kind::Rollout);
        let identity = rollout.or(objects.first()).map(|desired| &desired.identity);
        Ok(Self {
            name: identity.map(|identity| identity.name.clone()).unwrap_or_default(),
            namespace: identity.map_or(namespace, |identity| &identity.namespace).to_owned(),
            objects,
            sources,
        })
    }

    /// The Rollout.
    pub fn rollout(&self) -> Option<&Desired> {
        self.objects.iter().find(|desired| desired.identity.kind == Kind::Rollout)
    }
}

impl Desired {
    fn new(object: &Object, namespace: &str) -> Result<Self, Box<Diagnostic>> {
        let api_version = object.api_version();
        let Some(kind) = Kind::in_any_version(api_version, object.kind()).filter(|kind| kind.is_applied()) else {
            let message = format!("`canaryc apply` does not know {} of {api_version}", object.kind());
            let diagnostic = Diagnostic::new(Code::SupportNotYet, object.root.origin.span, message);
            return Err(Box::new(diagnostic.help("apply it with kubectl: `canaryc build | kubectl apply -f -`")));
        };
        let version = api_version.rsplit('/').next().unwrap_or(api_version).to_owned();
        Ok(Self {
            identity: Identity {
                kind,
                namespace: object.namespace().unwrap_or(namespace).to_owned(),
                name: object.name().to_owned(),
            },
            // Keys are strings, and numbers are finite, so every object is valid JSON.
            body: serde_json::to_value(object).unwrap_or_default(),
            resource: ApiResource { version, api_version: api_version.to_owned(), ..resource(kind) },
            object: object.clone(),
        })
    }

    /// The place in the policy of the field under these keys, or of the nearest enclosing field.
    pub fn span(&self, keys: &[&str]) -> Span {
        let mut at: &Field = &self.object.root;
        for key in keys {
            match at.get(key) {
                Some(field) => at = field,
                None => break,
            }
        }
        at.origin.span
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::manifest::Origin;
    use crate::source::Source;

    /// An object from JSON, without a particular place.
    pub fn desired(json: &Value) -> Desired {
        let source = Source::new("web.canary.kdl", "release \"web\"");
        let object = Object { root: Field::from_json(json, Origin::written(source.span())) };
        Desired::new(&object, "shop").unwrap()
    }
}
