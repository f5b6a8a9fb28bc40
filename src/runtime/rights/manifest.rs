//! In: the permissions. Out: the role that grants them, and its binding.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Level, rights};
use crate::manifest::{Field, Object, Origin};
use crate::source::Source;

/// Where a role applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In one namespace; `None` is the namespace in which the role is created.
    Namespace(Option<String>),
    /// In all namespaces.
    Cluster,
}

/// Who gets a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A person, as named by the API server.
    User(String),
    /// A group of persons.
    Group(String),
    /// A program.
    ServiceAccount {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
}

const GROUP: &str = "rbac.authorization.k8s.io";

/// A role of this level, and its binding if there are subjects.
pub fn manifests(level: Level, scope: &Scope, subjects: &[Subject]) -> Vec<Object> {
    let name = match level {
        Level::ReadOnly => "canaryc-read-only",
        Level::All => "canaryc",
    };
    let (role, binding, namespace) = match scope {
        Scope::Cluster => ("ClusterRole", "ClusterRoleBinding", None),
        Scope::Namespace(namespace) => ("Role", "RoleBinding", namespace.as_deref()),
    };
    let mut metadata = json!({"name": name});
    if let Some(namespace) = namespace {
        metadata["namespace"] = namespace.into();
    }
    let api_version = format!("{GROUP}/v1");
    let mut objects =
        vec![json!({"apiVersion": api_version, "kind": role, "metadata": metadata, "rules": rules(level)})];
    if !subjects.is_empty() {
        let subjects: Vec<Value> = subjects.iter().map(subject).collect();
        let reference = json!({"apiGroup": GROUP, "kind": role, "name": name});
        objects.push(json!({"apiVersion": api_version, "kind": binding, "metadata": metadata, "roleRef": reference,
            "subjects": subjects}));
    }
    objects.iter().map(object).collect()
}

/// The rules of a role: one for all resources of a group with the same verbs.
fn rules(level: Level) -> Vec<Value> {
    let mut rules: BTreeMap<(&str, Vec<&str>), Vec<String>> = BTreeMap::new();
    for right in rights() {
        let verbs: Vec<&str> = right.verbs(level).collect();
        if verbs.is_empty() {
            continue;
        }
        let resource = match right.subresource {
            Some(subresource) => format!("{}/{subresource}", right.kind.plural()),
            None => right.kind.plural().to_owned(),
        };
        rules.entry((right.kind.group(), verbs)).or_default().push(resource);
    }
    let rule = |((group, verbs), resources)| json!({"apiGroups": [group], "resources": resources, "verbs": verbs});
    rules.into_iter().map(rule).collect()
}

fn subject(subject: &Subject) -> Value {
    match subject {
        Subject::User(name) => json!({"apiGroup": GROUP, "kind": "User", "name": name}),
        Subject::Group(name) => json!({"apiGroup": GROUP, "kind": "Group", "name": name}),
        Subject::ServiceAccount { namespace, name } => {
            json!({"kind": "ServiceAccount", "name": name, "namespace": namespace})
        }
    }
}

/// The writer expects origins of fields; these have none.
fn object(json: &Value) -> Object {
    Object { root: Field::from_json(json, Origin::written(Source::new("", "").span())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::yaml;

    #[test]
    fn the_read_only_role_changes_nothing() {
        let text = yaml::text(&manifests(Level::ReadOnly, &Scope::Cluster, &[]));
        assert!(text.contains("kind: ClusterRole\n") && text.contains("- httproutes"), "{text}");
        for verb in ["patch", "create", "delete", "update", "\"*\"", "secrets"] {
            assert!(!text.contains(verb), "{verb}\n{text}");
        }
    }

    #[test]
    fn a_binding_names_who_gets_the_role() {
        let subjects = [Subject::ServiceAccount { namespace: "ci".to_owned(), name: "deployer".to_owned() }];
        let text = yaml::text(&manifests(Level::All, &Scope::Namespace(Some("shop".to_owned())), &subjects));
        let binding = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  name: canaryc\n  \
            namespace: shop\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: canaryc\nsubjects:\n\
            - kind: ServiceAccount\n  name: deployer\n  namespace: ci\n";
        assert!(text.ends_with(binding), "{text}");
        assert!(text.contains("  - rollouts/status\n  verbs:\n  - patch\n"), "{text}");
    }
}
