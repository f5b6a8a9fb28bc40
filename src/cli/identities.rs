//! In: the objects of every policy of a run, from several threads. Out: a diagnostic for each that two policies define.
//! Only a hash of each object is kept: there may be very many, and nearly all are defined once.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use crate::compile::Compilation;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::discover::Input;

/// The number of tables. With many, a table that grows copies little, and threads rarely wait for each other.
const TABLES: usize = 64;

/// The objects of a run.
pub struct Identities {
    /// The first policy that was seen to define an object, by the hash of the object. The hash selects the table.
    first: [Mutex<HashMap<Identity, u32, BuildHasherDefault<Hashed>>>; TABLES],
    /// All policies that define the same object, in no order, by the hash, kind and name of the object.
    twice: Mutex<BTreeMap<(u64, String), Vec<u32>>>,
}

impl Default for Identities {
    fn default() -> Self {
        Self { first: std::array::from_fn(|_| Mutex::default()), twice: Mutex::default() }
    }
}

/// The hash of an object, in halves: an entry of a table then has 12 bytes instead of 16.
#[derive(PartialEq, Eq)]
struct Identity([u32; 2]);

impl Identity {
    #[allow(clippy::cast_possible_truncation, reason = "the halves")]
    fn new(hash: u64) -> Self {
        Self([hash as u32, (hash >> 32) as u32])
    }
}

impl Hash for Identity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.0[0]) | u64::from(self.0[1]) << 32);
    }
}

/// Uses a hash as its own hash.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl Identities {
    /// Notes the objects of a policy; `index` is the index of its input.
    pub fn note(&self, index: usize, compilation: &Compilation) {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        for policy in &compilation.policies {
            let environment = policy.resolved.environment.as_deref();
            for object in policy.compiled.iter().flat_map(|compiled| &compiled.bundle.objects) {
                let hash = hash(&(environment, object.kind(), object.name(), object.namespace()));
                // The table itself uses the lowest bits.
                let table = &self.first[(hash >> 32) as usize % TABLES];
                let first = match table.lock().unwrap_or_else(PoisonError::into_inner).entry(Identity::new(hash)) {
                    Entry::Vacant(slot) => {
                        slot.insert(index);
                        continue;
                    }
                    Entry::Occupied(slot) => *slot.get(),
                };
                let object = format!("{}/{}", object.kind(), object.name());
                let mut twice = self.twice.lock().unwrap_or_else(PoisonError::into_inner);
                twice.entry((hash, object)).or_insert_with(|| vec![first]).push(index);
            }
        }
    }

    /// A diagnostic for every object that is defined twice.
    pub fn defined_twice(self, inputs: &[Input]) -> Diagnostics {
        let twice = self.twice.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut found = Diagnostics::new();
        for ((_, object), mut policies) in twice {
            // The order depends on the threads.
            policies.sort_unstable();
            for pair in policies.windows(2) {
                let [one, other] = [pair[0], pair[1]].map(|index| named(inputs, index));
                let policies = if one == other { format!("`{one}` twice") } else { format!("`{one}` and `{other}`") };
                found.push(
                    Diagnostic::without_place(Code::BuildSameObject, format!("`{object}` is defined by {policies}"))
                        .why("The object that is applied last would overwrite the other.")
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
