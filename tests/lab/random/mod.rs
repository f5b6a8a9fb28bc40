//! Claim: random policies that use the whole language behave like the examples: every object is accepted, and releases
//! that the language itself makes quick follow their plan. In: seeds. Out: the policies at fault.

mod accepted;
mod seen;

use canaryc::compile::Request;
use canaryc::compile::Setting;

use crate::corpus::{Case, cases_of};
use crate::failure::{Failure, failed};
use crate::fixtures::answered;
use crate::generate::{POLICIES, Policy, Quick, RELEASED, policy};
use crate::lab::Lab;
use crate::release::{Course, Release};
use crate::released;
use crate::suite::Suite;
use crate::world::World;

/// How many policies are sent to the API server at once.
const AT_ONCE: u64 = 50;

/// A test for each batch of policies that must be accepted, and for each policy that is released.
pub fn tests(suite: &mut Suite) {
    for batch in 0..POLICIES.div_ceil(AT_ONCE) {
        let (first, last) = (batch * AT_ONCE, (batch + 1) * AT_ONCE - 1);
        suite.add(format!("random/accepted/{first}-{last}"), move |lab| accepted::judge(lab, first..=last));
    }
    for seed in (0..POLICIES).filter(|seed| seed.is_multiple_of(RELEASED)) {
        suite.add(format!("random/released/{seed}"), move |lab| release(lab, seed));
    }
}

/// The objects of a policy, either in the usual or the quick variant.
fn cases(policy: &Policy, quick: &Quick) -> Result<Vec<Case>, Failure> {
    let request = Request {
        environment: quick.environment.map(Into::into),
        settings: quick.settings.iter().filter_map(|setting| Setting::parse(setting)).collect(),
        ..Request::default()
    };
    cases_of(policy.source(), policy, &request).map_err(|failure| failed(format!("{failure}\n{}", policy.files[0].1)))
}

/// Releases the quick variant of a policy as compiled. Only the addresses of the measurements are replaced.
fn release(lab: &Lab, seed: u64) -> Result<(), Failure> {
    let policy = policy(seed);
    let quick = policy.quick.clone().ok_or_else(|| failed("nothing makes this policy quick"))?;
    let cases = cases(&policy, &quick)?;
    let case = cases.first().ok_or_else(|| failed("nothing came out"))?;
    // Not the policy's own namespace, because another test uses it at the same time.
    let namespace = format!("random-{seed}");
    let mut objects = answered(&case.objects, &lab.answers, &policy.answers)?;
    for object in &mut objects {
        object["metadata"]["namespace"] = namespace.as_str().into();
    }
    let released = || {
        let mut release = Release::begin(lab, &namespace, objects, Course::Through)?;
        release.follow("its autoscaler", |world| scaled(case, world))?;
        released::through(case, release)
    };
    released().map_err(|failure| failed(format!("{failure}\n\n{}\n{}", policy.files[0].1, case.yaml)))
}

/// What an autoscaler of the release still has to do until its minimum of pods exists.
fn scaled(case: &Case, world: &World) -> Vec<String> {
    let autoscaler = case.objects.iter().find(|object| object["kind"] == "HorizontalPodAutoscaler");
    let Some(least) = autoscaler.map(|autoscaler| &autoscaler["spec"]["minReplicas"]) else { return Vec::new() };
    let pods = &world.rollout()["spec"]["replicas"];
    let mut left = world.unsettled();
    if pods != least {
        left.push(format!("there are to be {pods} pods, and the autoscaler wants {least} at least"));
    }
    left
}
