//! In: the bundle of a release. Out: its objects as they are sent, each with the place in the policy that it comes from.

use kube::api::ApiResource;
use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic};
use crate::emit::Bundle;
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object};
use crate::runtime::connection::resource;
use crate::source::{Sources, Span};

/// A release that is to be applied.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its name, which is that of its Rollout.
    pub name: String,
    /// Where its objects belong.
    pub namespace: String,
    /// Its objects in the order in which they are applied; the Rollout is last.
    pub objects: Vec<Desired>,
    /// The texts that it was compiled from.
    pub sources: Sources,
}

/// An object as the policy wants it.
#[derive(Clone, Debug)]
pub struct Desired {
    /// Which object.
    pub identity: Identity,
    /// What it says.
    pub body: Value,
    /// How the API server calls its kind, in the version that it is written in.
    pub resource: ApiResource,
    /// The same with the places that its fields come from.
    object: Object,
}

/// Which object.
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
    /// The objects of a bundle; those without a namespace go to `namespace`.
    ///
    /// # Errors
    /// When an object from a file is of a kind that the runtime mode does not know.
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
        let Some(kind) = Kind::in_any_version(api_version, object.kind()).filter(|kind| kind.is_written()) else {
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
            // Keys are strings and numbers finite: every object is JSON.
            body: serde_json::to_value(object).unwrap_or_default(),
            resource: ApiResource { version, api_version: api_version.to_owned(), ..resource(kind) },
            object: object.clone(),
        })
    }

    /// The place in the policy that the field under these keys comes from, or the nearest field around it.
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

    /// An object from its JSON, of no place in particular.
    pub fn desired(json: &Value) -> Desired {
        let source = Source::new("web.canary.kdl", "release \"web\"");
        let object = Object { root: Field::from_json(json, Origin::written(source.span())) };
        Desired::new(&object, "shop").unwrap()
    }
}
