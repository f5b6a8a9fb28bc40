//! Claim: no word of the language is read and ignored. In: the table of the vocabulary, and the random policies, which use
//! the whole language. Out: words whose removal, or another value, changes neither the objects nor the diagnostics of any
//! policy.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use canaryc::compile::{Library, Request, Setting, compile};
use canaryc::internals::layers::Module;
use canaryc::internals::model::Block;
use canaryc::source::{Source, Span};
use serde_json::Value;

use super::vocabulary::{Form, known, refused};
use crate::support::corpus::{Outcome, plain};
use crate::support::generate::{self, POLICIES, Policy};

/// Words that change nothing on purpose.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("allow.reason", "for the readers of the policy"),
    ("slo/events.scope", "every random policy asks for events of the canary"),
];

/// How many uses of a word are tried.
const TRIES: usize = 40;

/// Values that no random policy has: at most one of them fits a word.
const OTHER_VALUES: &[&str] = &[
    "\"7m\"",
    "\"10m\"",
    "\"1s\"",
    "\"97%\"",
    "1",
    "#true",
    "#false",
    "\"gone\"",
    "\"any\"",
    "\"sequential\"",
    "\"blue-green\"",
    "\"http://other:9090\"",
    "\"/other\"",
];

/// The objects of each environment, and the codes of what is said.
#[derive(PartialEq)]
struct Result {
    objects: Vec<Value>,
    codes: BTreeSet<&'static str>,
}

fn result(policy: &Policy) -> Result {
    let settings = policy.quick.as_ref().map(|quick| quick.settings.clone()).unwrap_or_default();
    let mut result = Result { objects: Vec::new(), codes: BTreeSet::new() };
    for settings in [Vec::new(), settings] {
        let settings = settings.into_iter().filter_map(Setting::parse).collect();
        let request = Request { settings, ..Request::default() };
        let outcome = Outcome { compilation: compile(policy.source(), &Library::new(policy), &request) };
        result.codes.extend(outcome.compilation.diagnostics.iter().map(|diagnostic| diagnostic.code.name()));
        let compiled = outcome.compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref());
        result.objects.extend(compiled.flat_map(|compiled| &compiled.bundle.objects).map(|object| plain(&object.root)));
    }
    result
}

/// One use of a word: the policy, the file and the places in it.
struct Use {
    seed: u64,
    file: usize,
    /// The whole node, or the whole property.
    whole: Range<usize>,
    /// The value of the property, or the argument of the node.
    value: Option<(Range<usize>, String)>,
}

fn uses() -> BTreeMap<Form, Vec<Use>> {
    let mut uses: BTreeMap<Form, Vec<Use>> = BTreeMap::new();
    for seed in 0..POLICIES {
        for (file, (path, text)) in generate::policy(seed).files.into_iter().enumerate() {
            if path.extension().is_some_and(|extension| extension == "kdl") {
                let module = Module::read(Source::new(path, text.as_str()));
                module.block.children.iter().for_each(|child| collect(child, seed, file, &text, &mut uses));
            }
        }
    }
    uses
}

fn collect(block: &Block, seed: u64, file: usize, text: &str, uses: &mut BTreeMap<Form, Vec<Use>>) {
    let spec = std::ptr::from_ref(block.spec);
    let mut add = |form: Form, found: Use| {
        let known = uses.entry(form).or_default();
        if known.len() < TRIES {
            known.push(found);
        }
    };
    let argument = block.arguments.first().map(|argument| range(argument.span));
    let argument = argument.map(|place| (place.clone(), text[place].to_owned()));
    add((spec, String::new()), Use { seed, file, whole: range(block.span), value: argument });
    for property in &block.properties {
        let value = range(property.value.span);
        let whole = range(property.name).start..value.end;
        let written = text[value.clone()].to_owned();
        add((spec, format!(".{}", property.word)), Use { seed, file, whole, value: Some((value, written)) });
    }
    block.children.iter().for_each(|child| collect(child, seed, file, text, uses));
}

fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

/// The policy of a use, with another text at a place.
fn changed(found: &Use, place: &Range<usize>, text: &str) -> Policy {
    let mut policy = generate::policy(found.seed);
    policy.files[found.file].1.replace_range(place.clone(), text);
    policy
}

/// Whether a change of the word changes what comes out. That a word is required is no effect of it, nor is that a value
/// has the wrong form.
fn has_effect(found: &Use, others: &[Use], known: &mut BTreeMap<u64, Result>) -> bool {
    let before = &*known.entry(found.seed).or_insert_with(|| result(&generate::policy(found.seed)));
    let differs = |policy: &Policy, formless: &[&str]| {
        let after = result(policy);
        let is_formless = |code: &&&str| formless.iter().any(|group| code.starts_with(group));
        after.codes.difference(&before.codes).filter(is_formless).count() == 0 && after != *before
    };
    if differs(&changed(found, &found.whole, ""), &["kdl/", "property/missing"]) {
        return true;
    }
    let Some((place, written)) = &found.value else { return false };
    let values: BTreeSet<&str> = others.iter().filter_map(|other| Some(&*other.value.as_ref()?.1)).collect();
    let values = values.into_iter().filter(|value| value != written).take(4).chain(OTHER_VALUES.iter().copied());
    values.into_iter().any(|value| differs(&changed(found, place, value), &["kdl/", "property/missing", "value/"]))
}

#[test]
fn every_word_has_an_effect() {
    let uses = uses();
    let (mut ignored, mut results) = (Vec::new(), BTreeMap::new());
    for (name, form) in known().into_iter().filter(|(name, form)| !refused(name) && !form.1.contains('=')) {
        let found = uses.get(&form).map(Vec::as_slice).unwrap_or_default();
        if !found.iter().any(|one| has_effect(one, found, &mut results)) {
            ignored.push(name);
        }
    }
    ignored.dedup();
    let expected: Vec<&str> = WITHOUT_EFFECT.iter().map(|(name, _)| *name).collect();
    assert_eq!(ignored, expected, "these words have no effect");
}
