//! In: the providers in scope and the `provider=` of a measure. Out: the provider that the measure queries, read.

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

/// The providers in scope of a release.
pub struct Providers<'a> {
    declared: Vec<&'a Block>,
    table: provider::Providers,
}

impl<'a> Providers<'a> {
    /// The providers that the release, its profiles and its file declare.
    pub fn of(release: &'a Block, table: provider::Providers) -> Self {
        Self { declared: release.all(Word::Provider).collect(), table }
    }

    /// The provider that is itself a measure.
    pub fn direct(&self, word: Word) -> Option<&'static DirectProvider> {
        self.table.direct(word)
    }

    fn names(&self) -> Vec<&'a str> {
        self.declared.iter().filter_map(|provider| provider.name()).collect()
    }
}

/// The provider that a measure queries.
pub struct Asked {
    /// The name of its kind.
    pub name: &'static str,
    /// The record of its kind.
    pub declared: &'static DeclaredProvider,
    /// The provider with its settings.
    pub endpoint: Arc<DeclaredEndpoint>,
}

/// The provider that a measure queries.
pub fn asked(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Asked> {
    let block = chosen(cx, subject)?;
    let Some(kind) =
        block.children.iter().find(|child| block.spec.child(child.word()).is_some_and(|spec| spec.choice.is_some()))
    else {
        cx.report_missing(
            block,
            Diagnostic::new(
                Code::ProviderUnknownKind,
                block.name_span(),
                format!("provider `{}` does not say what kind it is", block.name().unwrap_or_default()),
            )
            .label("missing kind")
            .help(format!("add `{{ {} }}`", subject.providers.table.example())),
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
                format!("measurements from `{}` are not supported yet", kind.word()),
            )
            .label(format!("uses `{}`", block.name().unwrap_or_default()))
            .also(kind.keyword, "this kind")
            .help(format!(
                "use `{}` for queries; `{}` need no provider",
                answering.join("` or `"),
                direct.join("` and `")
            )),
        );
        return None;
    };
    let declaration = Declaration { provider: Reader::new(block), settings: Reader::new(kind) };
    let endpoint = (declared.read)(cx, declaration)?;
    let origin = declaration.provider.origin();
    let endpoint = DeclaredEndpoint { origin, language: declared.language, endpoint };
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
            if cx.resolved.absent.may_declare("") {
                cx.already_said();
                return None;
            }
            cx.report_with_others(
                Diagnostic::new(
                    Code::ProviderMissing,
                    subject.node.head(),
                    "this measurement needs a provider, and none is declared",
                )
                .label("needs a provider")
                .why("A measurement that gets no answer is an error, and several errors in a row abort the release.")
                .help(format!(
                    "declare one at the top of the policy: `provider \"main\" {{ {} }}`",
                    providers.table.example()
                )),
            );
            None
        }
        several => {
            let mut diagnostic = Diagnostic::new(
                Code::ProviderMissing,
                subject.node.head(),
                "this measurement needs `provider=`, because several providers are declared",
            )
            .label("ambiguous")
            .help(format!(
                "write {}",
                suggest::one_of(
                    names
                        .iter()
                        .map(|name| format!("provider=\"{name}\""))
                        .collect::<Vec<_>>()
                        .iter()
                        .map(String::as_str)
                )
            ));
            for provider in several.iter().take(2) {
                diagnostic = diagnostic.also(provider.name_span(), "one of them");
            }
            cx.report_with_others(diagnostic);
            None
        }
    }
}
