//! In: nothing. Out: the record in which canaryc keeps what it knows of one metric provider, and the table of them.
//!
//! The records stand in `providers`, one folder or file each, and are handed to the phases that need them.

pub mod address;
pub mod arguments;
pub mod credentials;
pub mod direct;
pub mod endpoint;
pub mod holes;
pub mod language;
pub mod scrape;
pub mod secret;

use std::fmt;
use std::sync::Arc;

use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::vocabulary::Word;
use direct::{DirectMeasure, Verdict};
use endpoint::Endpoint;
use language::QueryLanguage;
use secret::Secret;

/// What canaryc knows of one metric provider.
#[derive(Debug)]
pub struct Provider {
    /// The word of the language for it: in `provider "main" { prometheus … }`, or as a measure of its own, such as `web`.
    pub word: Word,
    /// Its name in sentences.
    pub name: &'static str,
    /// What `result` is in a condition, for the documentation.
    pub answers: &'static str,
    /// What an answer without data looks like, for the documentation.
    pub no_data: &'static str,
    /// What it cannot do, for the documentation.
    pub cannot: &'static [&'static str],
    /// How it is used.
    pub usage: Usage,
}

/// How a policy uses a provider.
#[derive(Debug)]
pub enum Usage {
    /// A policy declares it once with `provider`, and asks it in measures.
    Declared(DeclaredProvider),
    /// It is a measure itself and needs no `provider`.
    Direct(DirectProvider),
}

/// What is known of a provider that a policy declares.
pub struct DeclaredProvider {
    /// A declaration, for help.
    pub example: &'static str,
    /// The language of its queries.
    pub language: &'static QueryLanguage,
    /// The settings of a `query` that it knows, beside those that every query has.
    pub query_settings: &'static [Word],
    /// Whether it may have a `telemetry`, which answers the built-in measures.
    pub has_telemetry: bool,
    /// Reads its settings; `None` when they are wrong, which has been reported then.
    pub read: fn(&mut Context<'_>, Declaration<'_>) -> Option<Arc<dyn Endpoint>>,
}

/// The declaration of a provider.
#[derive(Clone, Copy)]
pub struct Declaration<'a> {
    /// The `provider`.
    pub provider: Reader<'a>,
    /// Its kind, with the settings.
    pub settings: Reader<'a>,
}

/// A measure that was read, and the secrets that its texts use.
pub type ReadMeasure = (Arc<dyn DirectMeasure>, Vec<Secret>);

/// What is known of a measure that needs no declared provider.
pub struct DirectProvider {
    /// Reads the measure; `None` when it is wrong, which has been reported then.
    pub read: fn(&mut Context<'_>, Reader<'_>) -> Option<ReadMeasure>,
    /// Why `no-data` never applies, at the measure.
    pub always_answers: &'static str,
    /// Who judges, where a condition has no effect.
    pub verdict: Option<Verdict>,
}

impl fmt::Debug for DeclaredProvider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DeclaredProvider").field("language", &self.language.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for DirectProvider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DirectProvider").field("verdict", &self.verdict).finish_non_exhaustive()
    }
}

/// The table of providers.
#[derive(Clone, Copy, Debug)]
pub struct Providers(pub &'static [&'static Provider]);

impl Providers {
    /// The provider that a policy declares with a word.
    pub fn declared(self, word: Word) -> Option<(&'static Provider, &'static DeclaredProvider)> {
        self.0.iter().find(|provider| provider.word == word).and_then(|provider| match &provider.usage {
            Usage::Declared(declared) => Some((*provider, declared)),
            Usage::Direct(_) => None,
        })
    }

    /// The provider that is a measure with a word.
    pub fn direct(self, word: Word) -> Option<&'static DirectProvider> {
        self.0.iter().find(|provider| provider.word == word).and_then(|provider| match &provider.usage {
            Usage::Direct(direct) => Some(direct),
            Usage::Declared(_) => None,
        })
    }

    /// How a provider is declared, for help.
    pub fn example(self) -> &'static str {
        let example = |provider: &&Provider| match &provider.usage {
            Usage::Declared(declared) => Some(declared.example),
            Usage::Direct(_) => None,
        };
        self.0.iter().find_map(example).unwrap_or_default()
    }

    /// The words of the providers that queries can ask, and of those that are measures.
    pub fn words(self) -> (Vec<&'static str>, Vec<&'static str>) {
        let (declared, direct): (Vec<&Provider>, Vec<&Provider>) =
            self.0.iter().partition(|provider| matches!(provider.usage, Usage::Declared(_)));
        let words = |providers: Vec<&Provider>| providers.iter().map(|provider| provider.word.as_str()).collect();
        (words(declared), words(direct))
    }
}
