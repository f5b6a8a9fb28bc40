//! In: the objects of every policy of a run, from several threads. Out: a diagnostic for every two releases that define the same.
//! Only a hash of each object is kept: there may be very many, and nearly all are defined once.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use super::requests;
use crate::compile::{Compilation, Compiled};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::discover::Input;
use crate::policy::workload::PodTemplate;
use crate::source::{Sources, Span};

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
            if let Some(compiled) = &policy.compiled {
                each_of(compiled, |object| self.note_one(index, environment, object));
            }
        }
    }

    fn note_one(&self, index: u32, environment: Option<&str>, object: Owned<'_>) {
        let hash = hash(&(environment, &object));
        // The table itself uses the lowest bits.
        let table = &self.first[(hash >> 32) as usize % TABLES];
        let first = match table.lock().unwrap_or_else(PoisonError::into_inner).entry(Identity::new(hash)) {
            Entry::Vacant(slot) => {
                slot.insert(index);
                return;
            }
            Entry::Occupied(slot) => *slot.get(),
        };
        let mut twice = self.twice.lock().unwrap_or_else(PoisonError::into_inner);
        twice.entry((hash, object.to_string())).or_insert_with(|| vec![first]).push(index);
    }

    /// A diagnostic for every two releases that define the same object, with the texts that it shows. `again` compiles an
    /// input once more: a run does not keep its texts.
    pub fn defined_twice(
        self,
        inputs: &[Input],
        again: impl Fn(&Input) -> Option<Compilation>,
    ) -> Vec<(Sources, Diagnostics)> {
        let twice = self.twice.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut pairs: BTreeMap<(u32, u32), BTreeSet<String>> = BTreeMap::new();
        for ((_, object), mut policies) in twice {
            // The order depends on the threads.
            policies.sort_unstable();
            for pair in policies.windows(2) {
                pairs.entry((pair[0], pair[1])).or_default().insert(object.clone());
            }
        }
        pairs.into_iter().map(|(pair, objects)| of_two_policies(inputs, &again, pair, objects)).collect()
    }
}

/// What belongs to one release: an object that canaryc writes, the workload that the Rollout refers to, or the requests
/// to a host and a path.
#[derive(Hash)]
struct Owned<'a> {
    kind: &'a str,
    name: &'a str,
    namespace: Option<&'a str>,
    is_workload: bool,
}

/// The kind of requests.
const REQUESTS: &str = "requests to ";

impl fmt::Display for Owned<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == REQUESTS {
            return write!(out, "{REQUESTS}{}", self.name);
        }
        write!(out, "{}/{}", self.kind, self.name)?;
        self.namespace.map_or(Ok(()), |namespace| write!(out, " in {namespace}"))
    }
}

fn each_of(compiled: &Compiled, mut use_object: impl FnMut(Owned<'_>)) {
    for object in &compiled.bundle.objects {
        let namespace = object.namespace();
        use_object(Owned { kind: object.kind(), name: object.name(), namespace, is_workload: false });
    }
    for requests in requests::of(&compiled.bundle.objects) {
        use_object(Owned { kind: REQUESTS, name: &requests, namespace: None, is_workload: false });
    }
    if let PodTemplate::Reference { kind, name, .. } = &compiled.release.workload.template {
        let namespace = compiled.release.namespace.as_ref().map(|namespace| namespace.value.as_str());
        let kind = kind.value.kind().name();
        use_object(Owned { kind, name: name.value.as_str(), namespace, is_workload: true });
    }
}

/// A release that defines an object.
#[derive(Clone, PartialEq)]
struct Owner {
    name: String,
    span: Span,
}

/// The releases of a policy that define an object, each once.
fn owners(compilation: &Compilation, wanted: &str) -> Vec<Owner> {
    let mut found: Vec<Owner> = Vec::new();
    for compiled in compilation.policies.iter().filter_map(|policy| policy.compiled.as_ref()) {
        let mut owns = false;
        each_of(compiled, |object| owns |= object.to_string() == wanted);
        let owner = Owner { name: compiled.release.name.value.to_string(), span: compiled.release.origin.span };
        if owns && !found.contains(&owner) {
            found.push(owner);
        }
    }
    found
}

/// One diagnostic for every two releases of two policies, however many objects both define.
fn of_two_policies(
    inputs: &[Input],
    again: &impl Fn(&Input) -> Option<Compilation>,
    (first, second): (u32, u32),
    objects: BTreeSet<String>,
) -> (Sources, Diagnostics) {
    let compiled = |index: u32| inputs.get(index as usize).and_then(again);
    let (mut sources, mut found) = (Sources::default(), Diagnostics::new());
    let policies = (compiled(first), if first == second { None } else { compiled(second) });
    let mut releases: Vec<(Owner, Owner, Vec<String>)> = Vec::new();
    for object in objects {
        let of = |policy: &Option<Compilation>| policy.as_ref().map(|it| owners(it, &object)).unwrap_or_default();
        let mut all = of(&policies.0);
        all.truncate(if first == second { 2 } else { 1 });
        all.extend(of(&policies.1).into_iter().take(1));
        let [one, other] = all.as_slice() else {
            // Standard input cannot be read a second time.
            let [one, other] = [first, second].map(|index| named(inputs, index));
            let policies = if one == other { format!("`{one}` twice") } else { format!("`{one}` and `{other}`") };
            let message = format!("`{object}` is defined by {policies}");
            found.push(
                Diagnostic::without_place(Code::BuildSameObject, message)
                    .why("The object that is applied last would overwrite the other.")
                    .help("give one of the releases another name or namespace"),
            );
            continue;
        };
        match releases.iter_mut().find(|(known, with, _)| known == one && with == other) {
            Some((_, _, objects)) => objects.push(object),
            None => releases.push((one.clone(), other.clone(), vec![object])),
        }
    }
    for (one, other, objects) in releases {
        found.push(diagnostic(&one, &other, &objects));
    }
    for source in
        [policies.0, policies.1].into_iter().flatten().flat_map(|it| it.sources.iter().cloned().collect::<Vec<_>>())
    {
        sources.add(source);
    }
    (sources, found)
}

fn diagnostic(one: &Owner, other: &Owner, objects: &[String]) -> Diagnostic {
    if let (Some(first), true) = (objects.first(), objects.iter().all(|object| object.starts_with(REQUESTS))) {
        let message = format!("releases `{}` and `{}` both take the {first}", one.name, other.name);
        return Diagnostic::new(Code::BuildSameObject, other.span, message)
            .label("second")
            .also(one.span, "first")
            .why("Of two equal routes, a gateway serves one. The other release gets no requests, so its stages wait for data.")
            .help("give one of them another `host=` or `path=`, or remove its `route`");
    }
    let message = if one.name == other.name {
        format!("release `{}` is defined twice", one.name)
    } else {
        let more = if objects.len() > 1 { format!(" and {} more", objects.len() - 1) } else { String::new() };
        let shown = objects.first().map_or("", |object| object.as_str());
        format!("releases `{}` and `{}` both need `{shown}`{more} for themselves", one.name, other.name)
    };
    Diagnostic::new(Code::BuildSameObject, other.span, message)
        .label("second")
        .also(one.span, "first")
        .why("What is applied last would overwrite the other. Two releases of one Deployment would both start its pods, and one Service would select them all.")
        .help("remove one of them, or give it another name or namespace and its own workload and Services")
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
