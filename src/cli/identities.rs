//! In: the objects of every policy of a run, from several threads. Out: a diagnostic for each that two policies give.
//! Of an object only a hash is kept: there may be very many, and nearly all are given once.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use canaryc::compile::Compilation;
use canaryc::diagnostic::{Code, Diagnostic, Diagnostics};
use canaryc::discover::Input;

/// The objects of a run.
#[derive(Default)]
pub struct Identities(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// The first policy that was seen to give an object, by the object's hash.
    first: HashMap<u64, u32>,
    /// All policies that give the same object, in no order, by its kind and name.
    twice: BTreeMap<(u64, String), Vec<u32>>,
}

impl Identities {
    /// Notes what a policy gives; `index` is that of its input.
    pub fn note(&self, index: usize, compilation: &Compilation) {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = &mut *known;
        for policy in &compilation.policies {
            let environment = policy.resolved.environment.as_deref();
            for object in policy.compiled.iter().flat_map(|compiled| &compiled.bundle.objects) {
                let hash = hash(&(environment, object.kind(), object.name(), object.namespace()));
                match known.first.entry(hash) {
                    Entry::Vacant(slot) => drop(slot.insert(index)),
                    Entry::Occupied(slot) => {
                        let first = *slot.get();
                        let object = format!("{}/{}", object.kind(), object.name());
                        known.twice.entry((hash, object)).or_insert_with(|| vec![first]).push(index);
                    }
                }
            }
        }
    }

    /// A diagnostic for every object that comes from two places.
    pub fn given_twice(self, inputs: &[Input]) -> Diagnostics {
        let known = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut found = Diagnostics::new();
        for ((_, object), mut policies) in known.twice {
            // Which of them came first depends on the threads.
            policies.sort_unstable();
            for pair in policies.windows(2) {
                let [one, other] = [pair[0], pair[1]].map(|index| named(inputs, index));
                let policies = if one == other { format!("`{one}` twice") } else { format!("`{one}` and `{other}`") };
                found.push(
                    Diagnostic::without_place(Code::BuildSameObject, format!("`{object}` comes from {policies}"))
                        .why("The one that is applied last would overwrite the other.")
                        .help("give one of the releases another name or namespace"),
                );
            }
        }
        found
    }
}

fn named(inputs: &[Input], index: u32) -> String {
    match inputs.get(index as usize) {
        Some(Input::File(path)) => path.display().to_string(),
        Some(Input::StandardInput) | None => "standard input".to_owned(),
    }
}

fn hash(identity: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    identity.hash(&mut hasher);
    hasher.finish()
}
