//! Claim: the real controller follows the plan of a release. In: a case. Out: the differences. Every version of every
//! object is watched, and ordered by the revision of the cluster's store.

use std::collections::BTreeSet;

use crate::both_ways::Rollouts;
use crate::corpus::Case;
use crate::failure::Failure;
use crate::fixtures::{Measured, adapt, can_fail, fails_without_data, holding_templates};
use crate::lab::Lab;
use crate::release::{Course, Release};
use crate::suite::Suite;
use crate::timeline;
use crate::world::{World, revision};

/// Tests for each case: a good version, a bad one, and one without data.
pub fn tests(suite: &mut Suite) {
    for (number, case) in suite.cases.clone().into_iter().enumerate() {
        let mut add = |claim: &str, judge: fn(&Lab, &Case, &str) -> Result<(), Failure>| {
            let (name, namespace) = (format!("{claim}/{}", case.name), format!("{claim}-{number}"));
            let copy = case.clone();
            suite.add_on(Rollouts::NEWEST, cannot(&case), name, move |lab| judge(lab, &copy, &namespace));
        };
        add("released", judge);
        if can_fail(&case.objects) {
            add("aborted", judge_bad);
        }
        if !holding_templates(&case.objects).is_empty() && !fails_without_data(&case.objects) {
            add("held", judge_unknown);
        }
    }
}

/// Why the lab cannot release a case.
fn cannot(case: &Case) -> Option<&'static str> {
    let text = &case.yaml;
    if text.contains("\n      - plugin:\n") { Some("no step plugins") } else { None }
}

/// Releases a first version, then a second, and checks the events.
pub fn judge(lab: &Lab, case: &Case, namespace: &str) -> Result<(), Failure> {
    through(case, begin(lab, case, namespace, Measured::Good)?)
}

/// Follows a release with a stable first version through its second, and checks the events.
pub fn through(case: &Case, mut release: Release<'_>) -> Result<(), Failure> {
    let start = revision(release.world.rollout());
    release.next_version()?;
    release.follow("the second version", World::unsettled)?;
    release.catch_up()?;
    release.follow("what the second version leaves behind", World::left_over)?;
    let found = timeline::judge(case, std::mem::take(&mut release.events), start);
    release.finish(found)
}

/// Releases a first version, then one with only bad measurements. It must be aborted, and the stable version must get
/// all traffic.
fn judge_bad(lab: &Lab, case: &Case, namespace: &str) -> Result<(), Failure> {
    let mut release = begin(lab, case, namespace, Measured::Bad)?;
    let start = revision(release.world.rollout());
    release.next_version()?;
    release.follow("the bad version", World::not_yet_aborted)?;
    let mut found = Vec::new();
    let mut world = World::default();
    release.events.sort_by_key(revision);
    for event in &release.events {
        world.apply(event);
        if revision(event) > start && world.is_healthy() && world.stable() != release.first {
            found.push("the bad version became the stable one".to_owned());
        }
    }
    release.finish(found)
}

/// Releases a version without data. Every step that should hold it must do so until a person promotes it, and no other
/// step may.
fn judge_unknown(lab: &Lab, case: &Case, namespace: &str) -> Result<(), Failure> {
    let mut release = begin(lab, case, namespace, Measured::Nothing)?;
    release.next_version()?;
    release.follow("the unknown version", World::unsettled)?;
    let holding = holding_templates(&case.objects);
    let mut planned = BTreeSet::new();
    for (index, step) in (0..).zip(release.world.steps()) {
        let mut templates = step["analysis"]["templates"].as_array().into_iter().flatten();
        if templates.any(|template| template["templateName"].as_str().is_some_and(|name| holding.contains(name))) {
            planned.insert(index);
        }
    }
    let found = if release.held == planned {
        Vec::new()
    } else {
        vec![format!("it was held at the steps {:?}, planned was {planned:?}", release.held)]
    };
    release.finish(found)
}

/// Begins a release whose measurements all give the same answer.
fn begin<'a>(lab: &'a Lab, case: &Case, namespace: &str, measured: Measured) -> Result<Release<'a>, Failure> {
    let course = match measured {
        Measured::Good => Course::Through,
        Measured::Bad => Course::Aborted,
        Measured::Nothing => Course::Held,
    };
    Release::begin(lab, namespace, adapt(&case.objects, namespace, &lab.answers, measured)?, course)
}
