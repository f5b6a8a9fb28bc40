//! Claim: the controller judges the points of Graphite as the conditions expect: every point counts, nulls do not, and a
//! missing series is an error. In: the points that a double of Graphite answers. Out: measurements with another result.

use crate::corpus;
use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::release::{Course, Release};
use crate::suite::Suite;
use crate::world::World;

/// A name, the points, `no-data`, and the result of the measurement.
type Claim = (&'static str, &'static str, &'static str, &'static str);

/// The bound is 5.
const CLAIMS: &[Claim] = &[
    ("points-within-the-bound-pass", "1,2,5", "abort", "Successful"),
    ("one-point-above-the-bound-fails", "1,9,2", "abort", "Failed"),
    ("nulls-are-left-out", "nothing,2,nothing", "abort", "Successful"),
    ("nulls-alone-are-no-data-that-aborts", "nothing,nothing", "abort", "Failed"),
    ("nulls-alone-are-no-data-that-passes", "nothing,nothing", "pass", "Successful"),
    ("a-missing-series-is-an-error", "absent", "pass", "Error"),
];

/// Adds every claim.
pub fn tests(suite: &mut Suite) {
    for claim in CLAIMS {
        suite.add(format!("graphite/{}", claim.0), move |lab| judge(lab, *claim));
    }
}

fn judge(lab: &Lab, (name, points, no_data, result): Claim) -> Result<(), Failure> {
    let namespace = format!("graphite-{name}");
    let policy = format!(
        r#"provider "graphite" {{ graphite address="http://graphite:8080" }}
        release "web" namespace="{namespace}" {{
            workload replicas=2 {{ selector app="web" }}
            check "orders" max=5 failure-limit=0 error-limit=1 no-data="{no_data}" {{
                query "shop.{{{{canary-hash}}}}.orders" window="2s"
            }}
            stage weight="50%" pause="2s" {{ gate "orders" }}
        }}"#
    );
    let case = corpus::compiled_text(&namespace, policy)?.pop().ok_or_else(|| failed("nothing was compiled"))?;
    let mut objects = case.objects;
    for template in objects.iter_mut().filter(|object| object["kind"] == "AnalysisTemplate") {
        for metric in template["spec"]["metrics"].as_array_mut().into_iter().flatten() {
            metric["provider"]["graphite"]["address"] = lab.answers.graphite(points).into();
        }
    }
    let course = if result == "Successful" { Course::Through } else { Course::Aborted };
    let mut release = Release::begin(lab, &namespace, objects, course)?;
    release.next_version()?;
    match course {
        Course::Aborted => release.follow("a canary that is to be aborted", World::not_yet_aborted)?,
        _ => release.follow("a canary that is to pass", World::unsettled)?,
    }
    let (such, all) = (release.world.ended("orders", result), release.world.looks("orders").count());
    let found = if such > 0 && such == all { Vec::new() } else { vec![format!("{such} of {all} looks are {result}")] };
    release.finish(found)
}
