//! Security contexts: settings that contradict each other.

use super::{Judge, boolean, given, list, refuse, text};
use crate::diagnostic::Code;
use crate::manifest::Field;

/// The highest user and group ID.
const HIGHEST: i64 = i32::MAX as i64;

impl Judge<'_> {
    pub(super) fn pod_security(&mut self, pod: &Field) {
        let Some(security) = pod.get("securityContext") else { return };
        self.identities(security);
        self.profiles(security);
        for group in list(security, "supplementalGroups") {
            self.identity(group, "supplementalGroups");
        }
    }

    pub(super) fn container_security(&mut self, security: &Field, pod: &Field, called: &str) {
        self.identities(security);
        self.profiles(security);
        if let (Some(false), Some(rule)) =
            (boolean(security, "allowPrivilegeEscalation"), security.get("allowPrivilegeEscalation"))
        {
            let forbidden = rule.origin.span;
            if let Some(field) = security.get("privileged").filter(|_| boolean(security, "privileged") == Some(true)) {
                let diagnostic =
                    refuse(Code::PodSecurity, field, format!("{called} is privileged but must not gain privileges"))
                        .label("privileged")
                        .also(forbidden, "forbids it");
                self.say(diagnostic.help("remove one of them"));
            }
            let added = security.get("capabilities").map_or(&[][..], |capabilities| list(capabilities, "add"));
            for field in added.iter().filter(|field| field.as_str() == Some("CAP_SYS_ADMIN")) {
                let diagnostic = refuse(
                    Code::PodSecurity,
                    field,
                    format!("{called} has CAP_SYS_ADMIN but must not gain privileges"),
                )
                .label("grants all privileges")
                .also(forbidden, "forbids it");
                self.say(diagnostic.help("remove one of them"));
            }
        }
        let above = pod.get("securityContext");
        let setting = |key: &str| given(security, key).or_else(|| above.and_then(|above| given(above, key)));
        if let (Some(user), Some(rule)) = (setting("runAsUser"), setting("runAsNonRoot"))
            && user.as_integer() == Some(0)
            && rule.value == crate::manifest::Value::Boolean(true)
        {
            let diagnostic = refuse(Code::PodSecurity, user, format!("{called} runs as root, but root is forbidden"))
                .label("root")
                .also(rule.origin.span, "forbidden here")
                .why("The API server accepts it, but the container never starts: CreateContainerConfigError.");
            self.say(diagnostic.help("run as another user, or remove `runAsNonRoot`"));
        }
    }

    fn identities(&mut self, security: &Field) {
        for key in ["runAsUser", "runAsGroup", "fsGroup"] {
            if let Some(field) = security.get(key) {
                self.identity(field, key);
            }
        }
    }

    fn identity(&mut self, field: &Field, key: &str) {
        if field.as_integer().is_some_and(|number| !(0..=HIGHEST).contains(&number)) {
            let diagnostic = refuse(Code::PodSecurity, field, format!("`{key}` is not a valid user or group ID"));
            self.say(diagnostic.label("out of range").help(format!("write a number from 0 to {HIGHEST}")));
        }
    }

    fn profiles(&mut self, security: &Field) {
        for key in ["seccompProfile", "appArmorProfile"] {
            let Some(profile) = security.get(key) else { continue };
            let local = text(profile, "localhostProfile");
            match (text(profile, "type"), local) {
                (Some((field, "Localhost")), None) => {
                    let diagnostic = refuse(Code::PodSecurity, field, format!("the {key} names no profile"));
                    self.say(diagnostic.label("missing file").help("add `localhostProfile`"));
                }
                (Some((_, kind)), Some((field, _))) if kind != "Localhost" => {
                    let diagnostic = refuse(
                        Code::PodSecurity,
                        field,
                        format!("a {key} of type {kind} does not take a `localhostProfile`"),
                    );
                    self.say(diagnostic.help("remove it, or write `type: Localhost`"));
                }
                _ => {}
            }
        }
    }
}
