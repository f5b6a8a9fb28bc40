//! In: nothing. Out: the record of one metric provider, which contains all that canaryc knows of it, and the table of
//! these records.
//!
//! Each provider has a folder or file in `providers`. The phases that need the records receive them.

pub mod address;
pub mod arguments;
pub mod credentials;
pub mod direct;
pub mod endpoint;
pub mod holes;
pub mod language;
mod literal;
pub mod scrape;
pub mod secret;
pub mod url;
pub mod versions;

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
#[cfg_attr(
    not(any(test, feature = "internals")),
    expect(dead_code, reason = "a test writes the documentation from these fields")
)]
pub struct Provider {
    /// Its keyword: in `provider "main" { prometheus … }`, or as a measure of its own, such as `web`.
    pub word: Word,
    /// Its name in sentences.
    pub name: &'static str,
    /// The type of `result` in a condition, for the documentation.
    pub answers: &'static str,
    /// The form of an answer without data, for the documentation.
    pub no_data: &'static str,
    /// Its limitations, for the documentation.
    pub cannot: &'static [&'static str],
    /// How it is used.
    pub usage: Usage,
}

/// How a policy uses a provider.
#[derive(Debug)]
pub enum Usage {
    /// A policy declares it once with `provider`, and queries it in measures.
    Declared(DeclaredProvider),
    /// It is a measure itself and needs no `provider`.
    Direct(DirectProvider),
}

/// The record of a provider that a policy declares.
#[cfg_attr(
    not(any(test, feature = "internals")),
    expect(dead_code, reason = "a test writes the documentation from these fields")
)]
pub struct DeclaredProvider {
    /// A declaration, for help.
    pub example: &'static str,
    /// The language of its queries.
    pub language: &'static QueryLanguage,
    /// The settings of a `query` that it supports, besides the common ones.
    pub query_settings: &'static [Word],
    /// Whether it may have a `telemetry`, for the built-in measures.
    pub has_telemetry: bool,
    /// Reads its settings; `None` when they are invalid, which was reported.
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

/// A measure that needs no declared provider, and the secrets that it uses.
pub type ReadMeasure = (Arc<dyn DirectMeasure>, Vec<Secret>);

/// The record of a measure that needs no declared provider.
pub struct DirectProvider {
    /// Reads the measure; `None` when it is invalid, which was reported.
    pub read: fn(&mut Context<'_>, Reader<'_>) -> Option<ReadMeasure>,
    /// Why `no-data` never applies, for a diagnostic at the measure.
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
    /// The declared provider with this keyword.
    pub fn declared(self, word: Word) -> Option<(&'static Provider, &'static DeclaredProvider)> {
        self.0.iter().find(|provider| provider.word == word).and_then(|provider| match &provider.usage {
            Usage::Declared(declared) => Some((*provider, declared)),
            Usage::Direct(_) => None,
        })
    }

    /// The measure with this keyword.
    pub fn direct(self, word: Word) -> Option<&'static DirectProvider> {
        self.0.iter().find(|provider| provider.word == word).and_then(|provider| match &provider.usage {
            Usage::Direct(direct) => Some(direct),
            Usage::Declared(_) => None,
        })
    }

    /// An example of a declaration, for help.
    pub fn example(self) -> &'static str {
        let example = |provider: &&Provider| match &provider.usage {
            Usage::Declared(declared) => Some(declared.example),
            Usage::Direct(_) => None,
        };
        self.0.iter().find_map(example).unwrap_or_default()
    }

    /// Whether the provider with this key in a metric judges by itself, so that the metric needs no condition.
    pub fn is_judge(self, key: &str) -> bool {
        let has_verdict = |usage: &Usage| matches!(usage, Usage::Direct(direct) if direct.verdict.is_some());
        self.0.iter().any(|provider| provider.word.as_str() == key && has_verdict(&provider.usage))
    }

    /// The keywords of the providers that queries can use, and of those that are measures.
    pub fn words(self) -> (Vec<&'static str>, Vec<&'static str>) {
        let (declared, direct): (Vec<&Provider>, Vec<&Provider>) =
            self.0.iter().partition(|provider| matches!(provider.usage, Usage::Declared(_)));
        let words = |providers: Vec<&Provider>| providers.iter().map(|provider| provider.word.as_str()).collect();
        (words(declared), words(direct))
    }
}
