//! In: pinned audiences and `canary-annotations`. Out: the annotations of the canary Ingress, and diagnostics about
//! audiences that annotations cannot express.

use super::characters;
use super::settings::Nginx;
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Key, Origin};
use crate::policy::audience::{Admission, Audience, HeaderMatcher, ValueMatch};
use crate::policy::context::Context;
use crate::policy::regex;
use crate::router::dropped_header::{self, Server};
use crate::router::{Asked, Emission};

/// With this value, `canary-by-header` and `canary-by-cookie` select the canary without further configuration.
const ALWAYS: &str = "always";

/// Which names of headers the controller accepts.
const SERVER: Server = Server {
    name: "the NGINX Ingress controller",
    setting: "a ConfigMap of the controller with `enable-underscores-in-headers` or without `ignore-invalid-headers`",
    // Other characters are errors, because no annotation may contain them.
    refuses: |character| dropped_header::is_unusual(character) && "._~/: ".contains(character),
};

/// Reports pinned audiences that annotations cannot express.
pub(super) fn judge(cx: &mut Context<'_>, settings: &Nginx, asked: &Asked<'_>) {
    let pinned = asked.audiences.iter().flatten();
    let pinned = pinned.filter(|audience| audience.admission == Admission::PinnedToCanary);
    let mut matchers: Vec<(&Audience, &HeaderMatcher)> = Vec::new();
    for audience in pinned {
        let Some(matcher) = audience.matchers().and_then(|matchers| matchers.headers.first()) else { continue };
        let is_same = |(_, other): &&(&Audience, &HeaderMatcher)| other.cookie.is_some() == matcher.cookie.is_some();
        let what = if matcher.cookie.is_some() { "cookie" } else { "header" };
        if let Some((first, other)) = matchers.iter().find(is_same) {
            let message = format!("the NGINX Ingress controller matches one {what} only");
            cx.report(
                Diagnostic::new(Code::RouterCannot, audience.origin.span, message)
                    .label(format!("matches a second {what}"))
                    .also(first.origin.span, format!("matches the first {what}"))
                    .why("The canary Ingress has one annotation for it.")
                    .help(if is_same_header(other, matcher) {
                        "put both values into one audience with a regular expression, or use the router `gateway-api`"
                    } else {
                        "keep one of the two audiences, or use the router `gateway-api`"
                    }),
            );
        }
        if let Some(cookie) = &matcher.cookie
            && cookie.value.value != ValueMatch::Exact(ALWAYS.into())
        {
            let message = "the NGINX Ingress controller matches cookies with the value `always` only";
            cx.report(
                Diagnostic::new(Code::RouterCannot, cookie.value.span(), message)
                    .label("another value")
                    .why("The annotation for a cookie has a name and no value.")
                    .help("write `exact=\"always\"`, or use the router `gateway-api`"),
            );
        }
        characters::judge(cx, matcher);
        dropped_header::judge(cx, matcher, &SERVER);
        matchers.push((audience, matcher));
    }
    let Some((audience, _)) = matchers.first() else { return };
    for (key, _) in &settings.canary_annotations {
        if key.value.strip_prefix(&*settings.prefix.value).is_some_and(|name| name.starts_with("/canary-by-")) {
            cx.report(
                Diagnostic::new(Code::MetadataReserved, key.span(), format!("an audience sets `{}`", key.value))
                    .label("reserved")
                    .also(audience.origin.span, "the audience")
                    .why("One of the two annotations would replace the other.")
                    .help("remove it"),
            );
        }
    }
}

/// Header names are case-insensitive.
fn is_same_header(one: &HeaderMatcher, other: &HeaderMatcher) -> bool {
    one.cookie.is_none() && other.cookie.is_none() && one.name.value.eq_ignore_ascii_case(&other.name.value)
}

/// The key of an added annotation. The controller adds the prefix to every key that does not begin with it.
fn key(name: &'static str, prefix: &str) -> Key {
    if name.starts_with(prefix) { [prefix, "/", name].concat().into() } else { name.into() }
}

/// `additionalIngressAnnotations`
pub(super) fn of_audiences(settings: &Nginx, emission: &Emission<'_>, origin: Origin) -> Field {
    let key = |name| key(name, &settings.prefix.value);
    let mut field = Field::mapping(origin);
    let pinned = emission.audiences.values().filter(|audience| audience.admission == Admission::PinnedToCanary);
    for matcher in pinned.filter_map(|audience| audience.matchers()?.headers.first()) {
        if let Some(cookie) = &matcher.cookie {
            field.set(key("canary-by-cookie"), cookie.name.field());
            continue;
        }
        let value = &matcher.value;
        field.set(key("canary-by-header"), matcher.name.field());
        match &value.value {
            ValueMatch::Exact(text) if &**text == ALWAYS => {}
            ValueMatch::Exact(_) => field.set(key("canary-by-header-value"), text(value.origin, &value.value)),
            ValueMatch::Prefix(_) | ValueMatch::Regex(_) => {
                field.set(key("canary-by-header-pattern"), text(value.origin, &value.value));
            }
        }
    }
    field
}

/// A value, or an expression for it: nginx searches for an expression anywhere in the value.
fn text(origin: Origin, value: &ValueMatch) -> Field {
    let text = match value {
        ValueMatch::Exact(text) => text.to_string(),
        ValueMatch::Prefix(text) => format!("^{}", regex::escape(text)),
        ValueMatch::Regex(text) => format!("^(?:{text})$"),
    };
    Field::new(text, origin)
}

/// `canaryIngressAnnotations`, with complete keys.
pub(super) fn of_settings(settings: &Nginx, origin: Origin) -> Field {
    let mut field = Field::mapping(origin);
    for (key, value) in &settings.canary_annotations {
        field.set(key.value.to_string(), value.field());
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The controller leaves a key that begins with the prefix as it is, so such a key must be complete.
    #[test]
    fn every_key_gets_the_prefix_once() {
        assert_eq!(&*key("canary-by-header", "nginx.ingress.kubernetes.io"), "canary-by-header");
        assert_eq!(&*key("canary-by-header", "canary.example.com"), "canary-by-header");
        assert_eq!(&*key("canary-by-header", "canary"), "canary/canary-by-header");
        assert_eq!(&*key("canary-by-header", "c"), "c/canary-by-header");
    }
}
