//! In: the request of a `web` measure. Out: whether the controller can send it, and whether it asks the canary.

use super::{Header, Target};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Value;
use crate::policy::Sourced;
use crate::policy::context::{BuiltIn, Context};
use crate::policy::embedded;
use crate::policy::reader::Reader;
use crate::policy::template::Template;
use crate::provider::url;
use crate::provider::versions::why_one_version;
use crate::syntax::tree::Scalar;
use crate::vocabulary::Word;
use crate::vocabulary::choices::QueryScope;

/// Judges the URL of a request, and what it asks.
pub(super) fn judge(cx: &mut Context<'_>, node: Reader<'_>, target: &Target<'_>) {
    let Some(value) = node.block.property(Word::Url) else { return };
    let text = target.url.value.render();
    let url = match url::read(&text, "a URL") {
        Ok(url) => url,
        Err(problem) => {
            let why = "The controller cannot send the request, and several errors in a row abort the release.";
            embedded::report_because(cx, Code::WebUrl, value, &text, *problem, why);
            return;
        }
    };
    let host = text.get(url.host.clone()).unwrap_or_default();
    if !url.has_argument && (!host.contains('.') && !host.starts_with('[') || is_loopback(host)) {
        let span = cx.locate_filled(value, &text, url.host.clone());
        let diagnostic = without_namespace(cx, host, span);
        cx.report(diagnostic);
        return;
    }
    if let Some(diagnostic) = no_such_port(cx, value, &text, &url) {
        cx.report(diagnostic);
        return;
    }
    // A Service that was not read may be the one that is asked.
    let undecided =
        cx.resolved.misread || cx.resolved.absent.unknown || matches!(cx.names.canary_service, BuiltIn::Undecided);
    if target.scope != Some(QueryScope::Any) && !undecided && !asks_the_canary(cx, target, host) {
        let span = cx.locate_filled(value, &text, url.host);
        let diagnostic = both_versions(cx, host, span);
        cx.report(diagnostic);
    }
}

/// A request to a port that the canary's Service does not have.
fn no_such_port(cx: &Context<'_>, value: &Value, text: &str, url: &url::Url) -> Option<Diagnostic> {
    let service = cx.resolved.release.child(Word::Service)?;
    let is_ours = service.property(Word::File).is_none() && service.property(Word::Existing).is_none();
    let host = text.get(url.host.clone())?;
    let names = [cx.names.canary_service.known(), cx.names.stable_service.known(), cx.names.service.known()];
    if !is_ours || !is_service(cx, host, |name| names.iter().flatten().any(|own| ***own == *name)) {
        return None;
    }
    let number = |value: &Value| match &value.scalar {
        Scalar::Integer(number) => Some(*number),
        _ => None,
    };
    let numbers: Option<Vec<_>> = service.all(Word::Port).map(|port| port.argument().and_then(number)).collect();
    let numbers = numbers.filter(|numbers| !numbers.is_empty())?;
    let written = text.get(url.port.clone()).and_then(|port| port.strip_prefix(':'));
    let asked = match written {
        Some(port) => port.parse().ok()?,
        None if text.starts_with("https:") => 443,
        None => 80,
    };
    // The only port of a Service that serves HTTP.
    let is_plain = text.starts_with("https:") && numbers.as_slice() == [80];
    if is_plain && matches!(asked, 80 | 443) {
        let scheme = cx.locate_filled(value, text, 0..url.host.start);
        return Some(
            Diagnostic::new(Code::WebHost, scheme, "the Service has no port for HTTPS")
                .label("HTTPS")
                .also(service.name_span(), "its only port is 80")
                .why("The TLS handshake with a server of plain HTTP fails, and several errors in a row abort the release.")
                .help(format!("write `http://{host}`; a Service that serves HTTPS needs another port")),
        );
    }
    if numbers.contains(&asked) {
        return None;
    }
    let first = numbers.first()?;
    let span = cx.locate_filled(value, text, url.host.start..url.port.end);
    let label = if written.is_some() { "no such port".to_owned() } else { format!("means port {asked}") };
    Some(
        Diagnostic::new(Code::WebHost, span, format!("the Service has no port {asked}"))
            .label(label)
            .also(service.name_span(), "its ports")
            .why("The controller cannot connect, and several errors in a row abort the release. A Service answers on its own ports, not on those of the containers.")
            .help(format!("write `:{first}` after the host")),
    )
}

/// Whether a host is a Service in the namespace of the release, whose name is accepted.
fn is_service(cx: &Context<'_>, host: &str, accepts: impl Fn(&str) -> bool) -> bool {
    let mut parts = host.split('.');
    let (name, namespace) = (parts.next().unwrap_or_default(), parts.next());
    let own = cx.names.namespace.known();
    accepts(name) && namespace.is_none_or(|namespace| own.is_none_or(|own| **own == *namespace))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host == "[::1]" || host.starts_with("127.")
}

/// A host that means something else where the controller runs.
fn without_namespace(cx: &Context<'_>, host: &str, span: crate::source::Span) -> Diagnostic {
    let service = if cx.names.canary_service.known().is_some() { "{{canary-service}}" } else { "{{service}}" };
    let diagnostic = Diagnostic::new(Code::WebHost, span, format!("the controller cannot reach `{host}`"))
        .label(if is_loopback(host) { "the controller itself" } else { "no namespace" })
        .why("The controller sends the request from its own namespace, where this name is unknown or another. Several errors in a row abort the release.");
    match cx.names.namespace.known() {
        Some(_) => diagnostic.help(format!("write `http://{service}.{{{{namespace}}}}` as the host")),
        None => diagnostic.help(format!(
            "set `namespace=` on the release and write `http://{service}.{{{{namespace}}}}` as the host"
        )),
    }
}

/// A host that both versions answer, or that is not known to ask the canary.
fn both_versions(cx: &Context<'_>, host: &str, span: crate::source::Span) -> Diagnostic {
    let routes = cx.resolved.release.all(Word::Route);
    let is_route = routes.filter_map(|route| route.property(Word::Host)?.as_str()).any(|own| own == host);
    let message = if is_route {
        format!("`{host}` is a route of this release, where both versions answer")
    } else {
        format!("this request does not ask the canary: `{host}` is not its Service")
    };
    let why = why_one_version(cx);
    Diagnostic::new(Code::WebScope, span, message)
        .label(if is_route { "both versions" } else { "not the canary's Service" })
        .why(why)
        .help(match (cx.names.canary_service.known(), cx.names.namespace.known()) {
            (Some(_), Some(_)) => "write `{{canary-service}}.{{namespace}}` as the host; if you mean another server or both versions, write `scope=\"any\"`".to_owned(),
            (Some(service), None) => format!("write `{service}.NAMESPACE` as the host; if you mean another server or both versions, write `scope=\"any\"`"),
            (None, _) => "without a router no Service selects only the canary; if you mean another server or both versions, write `scope=\"any\"`".to_owned(),
        })
}

/// Whether the request names the canary: its Service, its hash, or a header that leads to it.
fn asks_the_canary(cx: &Context<'_>, target: &Target<'_>, host: &str) -> bool {
    let canary = cx.names.canary_service.known();
    if let Some(canary) = canary
        && host.split('.').next() == Some(&**canary)
    {
        return is_service(cx, host, |_| true);
    }
    let texts = [Some(target.url), target.body];
    let values = target.headers.iter().map(|(_, value)| value);
    let named = |text: &Sourced<Template>| text.value.names_the_canary();
    if texts.into_iter().flatten().chain(values).any(named) {
        return true;
    }
    let audiences = cx.resolved.release.all(Word::Audience);
    audiences
        .filter(|audience| audience.property(Word::Pinned).and_then(|pinned| pinned.as_str()) != Some("stable"))
        .any(|audience| {
            let is_host = audience.property(Word::Host).and_then(|own| own.as_str()) == Some(host);
            let leads = |(name, _): &Header| {
                let of = |header: &crate::model::Block| {
                    header.name().is_some_and(|own| own.eq_ignore_ascii_case(&name.value))
                };
                audience.all(Word::Header).any(of)
                    || name.value.eq_ignore_ascii_case("cookie") && audience.child(Word::Cookie).is_some()
            };
            is_host || target.headers.iter().any(leads)
        })
}
