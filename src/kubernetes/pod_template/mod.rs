//! In: a pod template, or a Job, from a user's manifest. Out: what the API server, Argo Rollouts or the kubelet would
//! refuse about it beyond its schema, each at its own line of that manifest.

mod container;
mod environment;
mod metadata;
mod probe;
mod resources;
mod scheduling;
mod security;
mod selector;
mod volume;

use std::collections::BTreeMap;

pub(crate) use metadata::ANNOTATIONS_LIMIT;
pub use selector::check_selector;

use super::schema;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::manifest::{Field, Object, Value};
use crate::units::name::NameKind;

/// What runs the pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// A Rollout or a Deployment keeps the pods running.
    Workload,
    /// A Job, whose pods end.
    Job,
}

/// Checks the pod template of a Deployment, ReplicaSet, PodTemplate or Rollout. `at` is its path in its object, such as
/// `spec.template`.
pub fn check_template(template: &Field, at: &str, diagnostics: &mut Diagnostics) {
    schema::check_part(template, schema::pod_template(), "pod template", at, diagnostics);
    Judge { owner: Owner::Workload, diagnostics }.template(template);
}

/// Checks an object of kind Job.
pub fn check_job(job: &Object, diagnostics: &mut Diagnostics) {
    schema::check(job, diagnostics);
    if let Some(specification) = job.root.get("spec") {
        Judge { owner: Owner::Job, diagnostics }.job(specification);
    }
}

/// A diagnostic at a field.
fn refuse(code: Code, field: &Field, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, field.origin.span, message)
}

/// A field that is present and not null.
fn given<'a>(field: &'a Field, key: &str) -> Option<&'a Field> {
    field.get(key).filter(|field| field.value != Value::Null)
}

/// A string, if it is present.
fn text<'a>(field: &'a Field, key: &str) -> Option<(&'a Field, &'a str)> {
    let field = field.get(key)?;
    Some((field, field.as_str()?))
}

/// The fields for the given keys that are present, in the order written.
fn chosen<'a>(field: &'a Field, keys: &[&str]) -> Vec<(&'a str, &'a Field)> {
    let present = field.entries().iter().filter(|(key, field)| keys.contains(&&**key) && field.value != Value::Null);
    present.map(|(key, field)| (&**key, field)).collect()
}

/// The items of a list; none if it is absent.
fn list<'a>(field: &'a Field, key: &str) -> &'a [Field] {
    field.get(key).map_or(&[], Field::items)
}

/// A boolean, if it is present.
fn boolean(field: &Field, key: &str) -> Option<bool> {
    match field.get(key)?.value {
        Value::Boolean(value) => Some(value),
        _ => None,
    }
}

struct Judge<'a> {
    owner: Owner,
    diagnostics: &'a mut Diagnostics,
}

impl Judge<'_> {
    fn say(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn template(&mut self, template: &Field) {
        if let Some(metadata) = template.get("metadata") {
            self.metadata(metadata);
        }
        let Some(pod) = given(template, "spec") else {
            let diagnostic = refuse(Code::PodContainer, template, "the pod template has no `spec`");
            return self.say(diagnostic.label("no containers").help("add `spec` with at least one container"));
        };
        self.lifetime(pod);
        self.volumes(pod);
        self.containers(pod);
        self.names(pod);
        self.scheduling(pod);
        self.pod_security(pod);
        if let Some((field, "None")) = text(pod, "dnsPolicy")
            && pod.at(&["dnsConfig", "nameservers"]).is_none_or(|servers| servers.items().is_empty())
        {
            let diagnostic = refuse(Code::PodName, field, "`dnsPolicy: None` needs nameservers");
            self.say(diagnostic.help("add `dnsConfig.nameservers`, or use another policy"));
        }
    }

    fn job(&mut self, specification: &Field) {
        for key in ["backoffLimit", "completions", "parallelism", "activeDeadlineSeconds", "ttlSecondsAfterFinished"] {
            if let Some(field) = specification.get(key)
                && field.as_integer().is_some_and(|number| number < 0)
            {
                let diagnostic = refuse(Code::JobManifest, field, format!("`{key}` is negative"));
                self.say(diagnostic.label("less than 0").help("write a number of at least 0"));
            }
        }
        if let Some(field) = given(specification, "selector")
            && boolean(specification, "manualSelector") != Some(true)
        {
            let diagnostic = refuse(Code::JobManifest, field, "a Job must not have a selector");
            self.say(
                diagnostic
                    .why("The API server creates the selector, and rejects a Job that has one.")
                    .help("remove `selector`"),
            );
        }
        if let Some(template) = specification.get("template") {
            self.template(template);
        }
    }

    /// Fields that determine when pods end.
    fn lifetime(&mut self, pod: &Field) {
        match (self.owner, text(pod, "restartPolicy")) {
            (Owner::Workload, Some((field, policy))) if policy != "Always" => {
                let diagnostic =
                    refuse(Code::PodLifetime, field, format!("a workload cannot have `restartPolicy: {policy}`"))
                        .label("must be `Always`")
                        .why(
                            "A workload keeps its pods running. The API server rejects a template whose pods may end.",
                        );
                self.say(diagnostic.help("write `Always`, or remove the field"));
            }
            (Owner::Job, policy) if policy.is_none_or(|(_, policy)| policy == "Always") => {
                let field = policy.map_or(pod, |(field, _)| field);
                let diagnostic = refuse(Code::PodLifetime, field, "the pods of a Job must end")
                    .label("`restartPolicy` is `Always`, which is also the default")
                    .why("The API server rejects such a Job, but only when Argo Rollouts runs the check.");
                self.say(diagnostic.help("write `restartPolicy: Never` (or `OnFailure`)"));
            }
            _ => {}
        }
        if let (Owner::Workload, Some(field)) = (self.owner, given(pod, "activeDeadlineSeconds")) {
            let diagnostic = refuse(Code::PodLifetime, field, "a workload cannot have `activeDeadlineSeconds`")
                .why("It ends a pod after some time. The API server only allows it in a Job.");
            self.say(diagnostic.help("remove it"));
        }
        if let Some(field) = pod.get("terminationGracePeriodSeconds")
            && field.as_integer().is_some_and(|seconds| seconds < 0)
        {
            let diagnostic = refuse(Code::PodLifetime, field, "`terminationGracePeriodSeconds` is negative")
                .label("less than 0")
                .why("The API server accepts it, but changes it to one second.");
            self.say(diagnostic.help("write at least 0 seconds"));
        }
        if let Some(field) = list(pod, "ephemeralContainers").first() {
            let diagnostic = refuse(Code::PodContainer, field, "a template cannot have ephemeral containers")
                .why("`kubectl debug` adds them to running pods. The API server rejects them in a template.");
            self.say(diagnostic.help("remove `ephemeralContainers`"));
        }
    }

    /// Names that a pod refers to.
    fn names(&mut self, pod: &Field) {
        const NAMES: &[(&str, NameKind)] = &[
            ("serviceAccountName", NameKind::Dns1123Subdomain),
            ("nodeName", NameKind::Dns1123Subdomain),
            ("priorityClassName", NameKind::Dns1123Subdomain),
            ("runtimeClassName", NameKind::Dns1123Subdomain),
            ("hostname", NameKind::Dns1123Label),
            ("subdomain", NameKind::Dns1123Label),
        ];
        for (key, kind) in NAMES {
            if let Some((field, name)) = text(pod, key).filter(|(_, name)| !name.is_empty()) {
                self.name(field, name, *kind, key);
            }
        }
        for secret in list(pod, "imagePullSecrets") {
            if let Some((field, name)) = text(secret, "name") {
                self.name(field, name, NameKind::Dns1123Subdomain, "imagePullSecrets");
            }
        }
        for alias in list(pod, "hostAliases") {
            if let Some((field, address)) = text(alias, "ip")
                && address.parse::<std::net::IpAddr>().is_err()
            {
                let diagnostic = refuse(Code::PodName, field, format!("`{address}` is not an IP address"));
                self.say(diagnostic.label("not an address").help("write an address such as `10.0.0.1`"));
            }
            for host in list(alias, "hostnames") {
                if let Some(name) = host.as_str() {
                    self.name(host, name, NameKind::Dns1123Subdomain, "hostnames");
                }
            }
        }
    }

    /// Checks the form of a name. Returns whether it is valid.
    fn name(&mut self, field: &Field, name: &str, kind: NameKind, what: &str) -> bool {
        let Err(error) = kind.check(name) else { return true };
        let message = format!("`{}` is not a valid {what}: {}", schema::shortened(name), error.message());
        self.say(refuse(Code::PodName, field, message).label(error.label()).help(error.help()));
        false
    }

    /// Reports a duplicate name.
    fn duplicate(&mut self, first: &Field, second: &Field, message: String, help: &str) {
        let diagnostic =
            refuse(Code::PodDuplicate, second, message).label("again").also(first.origin.span, "first here");
        self.say(diagnostic.help(help));
    }

    /// Checks that `key` is unique among the items. Returns the first place of each value.
    fn distinct<'f>(
        &mut self,
        items: &'f [Field],
        key: &str,
        message: impl Fn(&str) -> String,
        help: &str,
    ) -> BTreeMap<&'f str, &'f Field> {
        let mut seen: BTreeMap<&str, &Field> = BTreeMap::new();
        for (field, value) in items.iter().filter_map(|item| text(item, key)) {
            match seen.get(value) {
                Some(first) => self.duplicate(first, field, message(value), help),
                None => drop(seen.insert(value, field)),
            }
        }
        seen
    }
}
