//! In: the request of a `web` measure. Out: whether the controller can send it, and whether it asks the canary.

use super::{Header, Target};
use crate::diagnostic::{Code, Diagnostic};
use crate::policy::Sourced;
use crate::policy::context::{BuiltIn, Context};
use crate::policy::embedded;
use crate::policy::reader::Reader;
use crate::policy::template::Template;
use crate::provider::url;
use crate::provider::versions::why_one_version;
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
    // A Service that was not read may be the one that is asked.
    let undecided =
        cx.resolved.misread || cx.resolved.absent.unknown || matches!(cx.names.canary_service, BuiltIn::Undecided);
    if target.scope != Some(QueryScope::Any) && !undecided && !asks_the_canary(cx, target, host) {
        let span = cx.locate_filled(value, &text, url.host);
        let diagnostic = both_versions(cx, host, span);
        cx.report(diagnostic);
    }
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
    let texts = [Some(target.url), target.body];
    let values = target.headers.iter().map(|(_, value)| value);
    let named = |text: &Sourced<Template>| text.value.names_the_canary();
    if texts.into_iter().flatten().chain(values).any(named) {
        return true;
    }
    let canary = cx.names.canary_service.known();
    if canary.is_some_and(|canary| host.split('.').next() == Some(&**canary)) {
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
