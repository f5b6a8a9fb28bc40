//! In: the providers in reach and a measure's `provider=`. Out: the provider that is asked, read.

use std::sync::Arc;

use super::Subject;
use crate::diagnostic::{Code, Diagnostic, reference, suggest};
use crate::model::Block;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::provider::endpoint::DeclaredEndpoint;
use crate::provider::{self, Declaration, DeclaredProvider, DirectProvider};
use crate::syntax::tree::Text;
use crate::vocabulary::Word;

/// The providers in reach of a release.
pub struct Providers<'a> {
    declared: Vec<&'a Block>,
    table: provider::Providers,
}

impl<'a> Providers<'a> {
    /// Those that the release, its profiles and its file declare.
    pub fn of(release: &'a Block, table: provider::Providers) -> Self {
        Self { declared: release.all(Word::Provider).collect(), table }
    }

    /// The measure that is a provider itself.
    pub fn direct(&self, word: Word) -> Option<&'static DirectProvider> {
        self.table.direct(word)
    }

    fn names(&self) -> Vec<&'a str> {
        self.declared.iter().filter_map(|provider| provider.name()).collect()
    }
}

/// The provider that a measure asks.
pub struct Asked {
    /// The name of its kind.
    pub name: &'static str,
    /// What is known of its kind.
    pub declared: &'static DeclaredProvider,
    /// The provider with its settings.
    pub endpoint: Arc<DeclaredEndpoint>,
}

/// The provider that a measure asks.
pub fn asked(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Asked> {
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
    let Some((record, declared)) = subject.providers.table.declared(kind.word()) else {
        let asked = subject.node.property_span(Word::Provider).unwrap_or(subject.node.head());
        let (answering, direct) = subject.providers.table.words();
        cx.report(
            Diagnostic::new(
                Code::SupportNotYet,
                asked,
                format!("measuring with `{}` is not supported yet", kind.word()),
            )
            .label(format!("asks `{}`", block.name().unwrap_or_default()))
            .also(kind.keyword, "of this kind")
            .help(format!(
                "today a query is answered by `{}`; `{}` need no provider",
                answering.join("` or `"),
                direct.join("` and `")
            )),
        );
        return None;
    };
    let declaration = Declaration { provider: Reader::new(block), settings: Reader::new(kind) };
    let name = declaration.provider.argument::<Text>(cx)?;
    let endpoint = (declared.read)(cx, declaration)?;
    let origin = declaration.provider.origin();
    let endpoint = DeclaredEndpoint { origin, name, language: declared.language, endpoint };
    Some(Asked { name: record.name, declared, endpoint: Arc::new(endpoint) })
}

fn chosen<'a>(cx: &mut Context<'_>, subject: &Subject<'a>) -> Option<&'a Block> {
    let providers = subject.providers;
    let names = providers.names();
    if subject.node.has(Word::Provider) {
        let wanted = subject.node.get::<Text>(cx, Word::Provider)?;
        let found = providers.declared.iter().copied().find(|provider| provider.name() == Some(&*wanted.value));
        if found.is_none() {
            cx.report_unknown(&wanted.value, reference::unknown("provider", &wanted.value, wanted.span(), &names));
        }
        return found;
    }
    match providers.declared.as_slice() {
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
