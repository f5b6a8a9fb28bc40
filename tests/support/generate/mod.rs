//! Random policies that are valid and use the whole language. In: a seed. Out: a policy in KDL with the files that it
//! reads, the answers that its measurements need for the release to pass, and how it is made quick. The same seed gives
//! the same texts.

#![allow(dead_code, missing_docs, reason = "not every test needs all of it, and names say the rest")]

mod audiences;
mod checks;
mod environments;
mod layers;
mod manifests;
mod node;
mod parameters;
mod print;
mod random;
mod settings;
mod stages;
mod traffic;
mod workload;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use canaryc::files::{FileError, Files};
use canaryc::source::Source;

pub use checks::Answer;
use node::{Node, named};
pub use random::Random;

/// The number of random policies that the tests check: those of the seeds below it.
pub const POLICIES: u64 = 300;

/// One policy in this many can be released in seconds.
pub const RELEASED: u64 = 10;

/// A policy with everything that it needs.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The name of the release, unique to the seed.
    pub name: String,
    /// The policy first, then the files that it reads: path and text.
    pub files: Vec<(PathBuf, String)>,
    /// How to select the variant that takes seconds, if there is one.
    pub quick: Option<Quick>,
    /// The answer that each check needs to pass.
    pub answers: BTreeMap<String, Answer>,
}

/// What makes a policy quick.
#[derive(Clone, Debug, Default)]
pub struct Quick {
    /// An environment.
    pub environment: Option<&'static str>,
    /// Values of parameters: `name=value`.
    pub settings: Vec<&'static str>,
}

impl Policy {
    /// The policy itself.
    pub fn source(&self) -> Arc<Source> {
        let (path, text) = &self.files[0];
        Source::new(path, text.as_str())
    }
}

impl Files for Policy {
    fn read(&self, path: &Path) -> Result<Arc<Source>, FileError> {
        let found = self.files.iter().find(|(known, _)| known == path);
        found.map(|(path, text)| Source::new(path, text.as_str())).ok_or(FileError::NotFound { nearest: None })
    }
}

/// A policy under construction.
pub struct Draft {
    pub random: Random,
    /// The release's name.
    pub name: String,
    /// How it is made quick, if it can be released in seconds.
    pub quicken: Option<Quicken>,
    /// The number of pods.
    pub fleet: u32,
    /// Whether a router splits the traffic.
    pub router: bool,
    /// By which properties its routes can match requests, if any.
    pub requests: Requests,
    /// Which telemetries can count the requests.
    pub counting: Counting,
    /// Whether the parent of its routes is the Service, so that nothing matches a host.
    pub mesh: bool,
    /// The telemetry of the provider.
    pub telemetry: &'static str,
    /// Names of staged audiences, in the order in which stages should admit them.
    pub staged: Vec<&'static str>,
    /// The nodes at the top of the file.
    pub shared: Vec<Node>,
    /// The release.
    pub body: Vec<Node>,
    /// The quick environment's part of it.
    pub overlay: Vec<Node>,
    /// The files beside the policy.
    pub files: Vec<(String, String)>,
    pub answers: BTreeMap<String, Answer>,
}

/// The means of the language to make a release quick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quicken {
    /// An environment amends every stage and check.
    Overlay,
    /// An environment gives a profile's parameters other values.
    Arguments,
    /// The command line gives the release's parameters other values.
    Settings,
}

/// What determines the telemetries that can count the requests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counting {
    /// The implementation of the Gateway API, if it is said.
    pub implementation: Option<&'static str>,
    /// Whether the requests are those of a mesh.
    pub mesh: bool,
    /// Whether the routes exist in the cluster.
    pub existing: bool,
}

impl Counting {
    /// Whether this telemetry counts requests that the router splits.
    pub fn fits(self, telemetry: &str) -> bool {
        let own =
            self.implementation.is_none_or(|own| own == telemetry.trim_end_matches("-gateway") || own == telemetry);
        match telemetry {
            "opentelemetry" => true,
            "istio" | "linkerd" => own || !self.mesh,
            "istio-gateway" => own,
            "envoy-gateway" => own && !self.mesh && !self.existing,
            "traefik" | "contour" => own && !self.mesh,
            _ => false,
        }
    }
}

/// What routes can match in requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requests {
    /// Nothing: there is no route, or it handles connections.
    Unseen,
    /// Headers by their whole value.
    Exact,
    /// Everything but paths and the parameters of a query.
    Calls,
    /// Everything.
    Whole,
}

impl Draft {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed.wrapping_mul(0x5851_f42d_4c95_7f2d));
        let base = random.pick(&["shop", "web", "cart", "search", "billing-api", "x", "catalogue-of-all-things"]);
        let router = !random.one_in(4);
        let quick = seed.is_multiple_of(RELEASED);
        let ways = [Quicken::Overlay, Quicken::Arguments, Quicken::Settings];
        let quicken = quick.then(|| random.pick(&ways));
        // Without a router there must be enough pods to show the weights.
        let fleet = match (router, quick) {
            (true, true) => 1 + random.below(6),
            (true, false) => 1 + random.below(30),
            (false, true) => 10,
            (false, false) => 20 * (1 + random.below(2)),
        };
        Self {
            name: format!("{base}-{seed}"),
            quicken,
            fleet: u32::try_from(fleet).unwrap(),
            router,
            requests: Requests::Unseen,
            counting: Counting::default(),
            mesh: false,
            telemetry: "istio",
            staged: Vec::new(),
            shared: Vec::new(),
            body: Vec::new(),
            overlay: Vec::new(),
            files: Vec::new(),
            answers: BTreeMap::new(),
            random,
        }
    }
}

impl Draft {
    /// Whether it can be released in seconds.
    pub fn quick(&self) -> bool {
        self.quicken.is_some()
    }
}

/// The policy of a seed.
pub fn policy(seed: u64) -> Policy {
    let mut draft = Draft::new(seed);
    workload::workload(&mut draft);
    if draft.router || draft.random.one_in(3) {
        traffic::traffic(&mut draft);
    }
    if draft.requests != Requests::Unseen {
        audiences::audiences(&mut draft);
    }
    let checks = checks::checks(&mut draft);
    stages::stages(&mut draft, &checks);
    settings::settings(&mut draft);
    layers::finish(draft)
}

/// A child that names one thing.
fn only(keyword: &'static str, name: &str) -> Node {
    named(keyword, name)
}
