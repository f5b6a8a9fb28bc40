//! In: the providers in reach and a measure's `provider=`. Out: the provider that is asked, read.

use std::sync::Arc;

use super::{Subject, credentials};
use crate::diagnostic::{Code, Diagnostic, reference, suggest};
use crate::model::Block;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::provider::{Prometheus, Provider, ProviderKind};
use crate::policy::reader::Reader;
use crate::policy::substitute::Scope;
use crate::syntax::tree::Text;
use crate::units::Duration;
use crate::vocabulary::Word;

/// The providers in reach of a release.
pub struct Providers<'a>(Vec<&'a Block>);

impl<'a> Providers<'a> {
    /// Those that the release, its profiles and its file declare.
    pub fn of(release: &'a Block) -> Self {
        Self(release.all(Word::Provider).collect())
    }

    fn names(&self) -> Vec<&'a str> {
        self.0.iter().filter_map(|provider| provider.name()).collect()
    }
}

/// The Prometheus that a measure asks.
pub fn prometheus(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Arc<Provider>> {
    let block = chosen(cx, subject)?;
    let Some(kind) =
        block.children.iter().find(|child| block.spec.child(child.word()).is_some_and(|spec| spec.choice.is_some()))
    else {
        cx.report(
            Diagnostic::new(
                Code::ProviderUnknownKind,
                block.name_span(),
                format!("the provider `{}` is of no kind", block.name().unwrap_or_default()),
            )
            .label("what answers?")
            .help("write `{ prometheus address=\"http://…:9090\" }` behind it"),
        );
        return None;
    };
    if kind.word() != Word::Prometheus {
        let asked = subject.node.property_span(Word::Provider).unwrap_or(subject.node.head());
        cx.report(
            Diagnostic::new(
                Code::SupportNotYet,
                asked,
                format!("measuring with `{}` is not supported yet", kind.word()),
            )
            .label(format!("asks `{}`", block.name().unwrap_or_default()))
            .also(kind.keyword, "of this kind")
            .help("today a query is answered by `prometheus`; `web` and `job` need no provider"),
        );
        return None;
    }
    let (provider, node) = (Reader::new(block), Reader::new(kind));
    let name = provider.argument::<Text>(cx)?;
    let address = node.get::<Text>(cx, Word::Address);
    if let Some(address) = &address
        && !address.value.starts_with("http://")
        && !address.value.starts_with("https://")
    {
        cx.report(
            Diagnostic::new(Code::WebUrl, address.span(), "an address starts with `http://` or `https://`")
                .label("no scheme")
                .why("The controller refuses such an address when it measures, and too many errors in a row abort the release.")
                .help(format!("write \"http://{}\"", address.value)),
        );
    }
    let scrape = node.get::<Duration>(cx, Word::Scrape);
    let timeout = whole_seconds(cx, node, Word::Timeout);
    let telemetry = node.get::<Text>(cx, Word::Telemetry);
    if telemetry.is_none() && (node.has(Word::Telemetry) || kind.misread) {
        return None;
    }
    let secrets = credentials::secrets(cx, node);
    let names: Vec<Text> = secrets.iter().map(|secret| Text::clone(&secret.name.value)).collect();
    let scope = Scope { secrets: &names, ..Scope::default() };
    let headers = credentials::headers(cx, node, scope);
    let authentication = credentials::authentication(cx, node, scope);
    Some(Arc::new(Provider {
        origin: provider.origin(),
        name,
        kind: ProviderKind::Prometheus(Box::new(Prometheus {
            address: address?,
            telemetry,
            scrape: scrape?,
            timeout,
            insecure: node.written::<bool>(cx, Word::Insecure),
            headers,
            secrets,
            authentication,
        })),
    }))
}

fn chosen<'a>(cx: &mut Context<'_>, subject: &Subject<'a>) -> Option<&'a Block> {
    let providers = subject.providers;
    let names = providers.names();
    if subject.node.has(Word::Provider) {
        let wanted = subject.node.get::<Text>(cx, Word::Provider)?;
        let found = providers.0.iter().copied().find(|provider| provider.name() == Some(&*wanted.value));
        if found.is_none() {
            cx.report_unknown(&wanted.value, reference::unknown("provider", &wanted.value, wanted.span(), &names));
        }
        return found;
    }
    match providers.0.as_slice() {
        [only] => Some(only),
        [] => {
            cx.report_unknown(
                "",
                Diagnostic::new(Code::ProviderMissing, subject.node.head(), "nobody is there to ask: there is no provider")
                    .label("needs a provider")
                    .why("A measurement without an answer is an error, and too many errors in a row abort the release.")
                    .help("declare one at the top of the policy: `provider \"main\" { prometheus address=\"http://prometheus:9090\" telemetry=\"istio\" }`"),
            );
            None
        }
        several => {
            let mut diagnostic =
                Diagnostic::new(Code::ProviderMissing, subject.node.head(), "several providers could be asked")
                    .label("which one?")
                    .help(format!("say which: `provider=` {}", suggest::one_of(names)));
            for provider in several.iter().take(2) {
                diagnostic = diagnostic.also(provider.name_span(), "one of them");
            }
            cx.report(diagnostic);
            None
        }
    }
}

/// A duration that a field counts in whole seconds.
pub fn whole_seconds(cx: &mut Context<'_>, reader: Reader<'_>, word: Word) -> Option<Sourced<Duration>> {
    let duration = reader.get::<Duration>(cx, word)?;
    match duration.value.as_seconds() {
        Ok(seconds) if seconds > 0 => Some(duration),
        Ok(_) => {
            cx.report(
                Diagnostic::new(Code::ValueRange, duration.span(), format!("`{word}` must be at least one second"))
                    .label("nothing would ever be in time")
                    .help(format!("write `{word}=\"10s\"`, or leave it out")),
            );
            None
        }
        Err(error) => {
            cx.report(
                Diagnostic::new(Code::ValueUnit, duration.span(), error.message())
                    .label(error.label())
                    .help(error.help()),
            );
            None
        }
    }
}
