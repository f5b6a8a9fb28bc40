//! In: `nginx` of a policy. Out: its settings, and the names of the stable Ingresses.

use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::Origin;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::routing::RouteSource;
use crate::policy::settings::StringMap;
use crate::router::Emission;
use crate::syntax::tree::Text;
use crate::units::name::{NameKind, ObjectName};
use crate::vocabulary::Word;

/// `nginx`
#[derive(Clone, Debug)]
pub struct Nginx {
    /// `class=`
    pub class: Option<Sourced<Text>>,
    /// `ingress=`; by default the release's name.
    pub ingress: Option<Sourced<ObjectName>>,
    /// `existing=#true`
    pub existing: Option<Origin>,
    /// `annotation-prefix=`
    pub prefix: Sourced<Text>,
    /// `canary-annotations`, with complete keys.
    pub canary_annotations: StringMap,
}

/// The prefix of the annotations by default.
pub(super) const PREFIX: &str = "nginx.ingress.kubernetes.io";

/// The annotations that the controller writes.
const WRITTEN: [&str; 2] = ["canary", "canary-weight"];

/// The annotation with the sum that `canary-weight` is a part of; 100 by default.
const WEIGHT_TOTAL: &str = "canary-weight-total";

/// The annotations that the NGINX controller reads in a canary Ingress. It reads all others in the stable Ingress.
const READ: [&str; 17] = [
    "affinity-canary-behavior",
    "auth-tls-error-page",
    "auth-tls-match-cn",
    "auth-tls-pass-certificate-to-upstream",
    "auth-tls-secret",
    "auth-tls-verify-client",
    "auth-tls-verify-depth",
    "canary-by-cookie",
    "canary-by-header",
    "canary-by-header-pattern",
    "canary-by-header-value",
    "load-balance",
    "proxy-ssl-secret",
    "service-upstream",
    "upstream-hash-by",
    "upstream-hash-by-subset",
    "upstream-hash-by-subset-size",
];

/// The annotation with the class of an Ingress, before `ingressClassName`.
const CLASS: &str = "kubernetes.io/ingress.class";

/// Reads the settings.
pub(super) fn read(cx: &mut Context<'_>, block: Reader<'_>) -> Nginx {
    let prefix = block.get::<Text>(cx, Word::AnnotationPrefix);
    let prefix = prefix.unwrap_or_else(|| Sourced::new(PREFIX.into(), Origin::default_of(block.head())));
    let canary_annotations = block.child(Word::CanaryAnnotations).map(|map| map.map(cx)).unwrap_or_default();
    judge_prefix(cx, &prefix);
    for (key, _) in &canary_annotations {
        if let Some(diagnostic) = reserved(key, &prefix.value).or_else(|| unread(key, &prefix.value)) {
            cx.report(diagnostic);
        }
    }
    Nginx {
        class: block.get(cx, Word::Class),
        ingress: block.get(cx, Word::Ingress),
        existing: block.flag(cx, Word::Existing),
        prefix,
        canary_annotations,
    }
}

fn judge_prefix(cx: &mut Context<'_>, prefix: &Sourced<Text>) {
    if let Err(error) = NameKind::Dns1123Subdomain.check(&prefix.value) {
        let message = format!("an annotation prefix must be a DNS subdomain: {}", error.message());
        cx.report(
            Diagnostic::new(Code::ValueName, prefix.span(), message)
                .label(error.label())
                .why("The API server rejects a canary Ingress with such annotations.")
                .help(format!(
                    "write the `--annotations-prefix` of the NGINX controller; without one, it is `{PREFIX}`"
                )),
        );
    }
}

/// The problem with an annotation that would change the share of the canary or its controller.
fn reserved(key: &Sourced<Text>, prefix: &str) -> Option<Diagnostic> {
    let name = key.value.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/'));
    let diagnostic = |message: String| Diagnostic::new(Code::MetadataReserved, key.span(), message).label("reserved");
    if name == Some(WEIGHT_TOTAL) {
        let message = format!("`{}` changes the meaning of every weight", key.value);
        let why = "The weights of the stages are percentages. With another total, the canary gets another share of the requests.";
        return Some(diagnostic(message).why(why).help("remove it"));
    }
    if name.is_some_and(|name| WRITTEN.contains(&name)) {
        let why = "The controller overwrites this annotation of the canary Ingress with the weight of the step.";
        return Some(diagnostic(format!("the controller sets `{}`", key.value)).why(why).help("remove it"));
    }
    (&*key.value == CLASS).then(|| {
        diagnostic(format!("the controller copies `{CLASS}` from the stable Ingress"))
            .why("With another class, another controller handles the canary Ingress, and the canary gets no requests.")
            .help("remove it, and set the class of the stable Ingress instead, such as with `class=` on the router")
    })
}

/// The problem with an annotation that the controller does not read in a canary Ingress.
fn unread(key: &Sourced<Text>, prefix: &str) -> Option<Diagnostic> {
    if !key.value.contains('/') {
        let diagnostic = Diagnostic::new(
            Code::RouterAnnotationIgnored,
            key.span(),
            format!("`{}` is not an annotation of the NGINX Ingress controller", key.value),
        );
        return Some(
            diagnostic
                .label("no prefix")
                .why("Argo Rollouts writes the key as it is, and the NGINX Ingress controller reads only keys with its prefix.")
                .help(format!("write `\"{prefix}/{}\"`", key.value)),
        );
    }
    let name = key.value.strip_prefix(prefix)?.strip_prefix('/')?;
    (!READ.contains(&name)).then(|| {
        Diagnostic::new(Code::RouterAnnotationIgnored, key.span(), format!("a canary Ingress cannot have `{name}`"))
            .label("has no effect")
            .why("The NGINX Ingress controller takes the settings of a path from the stable Ingress, and ignores them in the canary Ingress.")
            .help("remove it here, and write the Ingress yourself with this annotation: `route file=\"ingress.yaml\"`")
    })
}

impl Nginx {
    /// The name of the Ingress for all routes without a file.
    pub(super) fn ingress_name(&self, emission: &Emission<'_>) -> Sourced<ObjectName> {
        let release = emission.release;
        let default = || Sourced::new(release.value.clone().into(), Origin::default_of(release.span()));
        self.ingress.clone().unwrap_or_else(default)
    }

    /// Every Ingress of the stable Service, without duplicates.
    pub(super) fn stable_ingresses(&self, emission: &Emission<'_>) -> Vec<Sourced<ObjectName>> {
        let is_emitted = |source: &RouteSource| matches!(source, RouteSource::Emitted);
        let mut names: Vec<Sourced<ObjectName>> = Vec::new();
        if self.existing.is_some() || emission.routes.iter().any(|route| is_emitted(&route.source)) {
            names.push(self.ingress_name(emission));
        }
        for route in emission.routes.iter().filter(|route| !is_emitted(&route.source)) {
            if !names.iter().any(|name| name.value == route.name.value) {
                names.push(route.name.clone());
            }
        }
        names
    }
}
