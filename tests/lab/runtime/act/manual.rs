//! Manual pauses, and restarts.

use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::runtime::shop::Shop;

fn open<'a>(lab: &'a Lab, namespace: &str) -> Result<Shop<'a>, Failure> {
    Shop::open(lab, namespace, &super::policy(&lab.answers.json("gate", "open")))
}

pub fn pause_and_resume(lab: &Lab) -> Result<(), Failure> {
    let mut shop = open(lab, "act-pause")?;
    shop.canaryc(&["resume"])?.refuses("act/not-paused")?;
    shop.canaryc(&["pause"])?.says("paused manually; the next release will pause at its start")?;
    shop.canaryc(&["resume"])?.says("resumed; no release is in flight")?;
    shop.release("example.com/web:2")?;
    shop.follow("the pause of the audience", |world| world.standing().1 == 1)?;
    let (staff, _) = shop.world.standing();

    shop.canaryc(&["pause"])?.says("paused manually at stage `staff`")?;
    shop.canaryc(&["pause"])?.refuses("act/paused")?;
    if shop.stored()?["status"]["message"] != "manually paused" {
        return Err(failed("the controller does not call it paused"));
    }
    shop.canaryc(&["resume"])?.says("resumed at stage `staff`")?;
    let stored = shop.stored()?;
    if stored["status"]["currentStepIndex"] != staff || stored["status"]["message"] == "manually paused" {
        return Err(failed(format!("expected it at step {staff}: {:#}", stored["status"])));
    }
    shop.canaryc(&["pause"])?.says("paused manually")?;
    shop.canaryc(&["promote"])?.says("resumed, and promoted from stage `staff` to stage `20%`")?;
    shop.follow("the next pause", |world| world.standing().0 > staff && world.standing().1 == 1)?;
    shop.close()
}

pub fn restart(lab: &Lab) -> Result<(), Failure> {
    let shop = open(lab, "act-restart")?;
    let pods = |shop: &Shop<'_>| -> Result<Vec<String>, Failure> {
        let names = shop.kubectl(&["get", "pods", "-o", "name", "--field-selector=status.phase=Running"])?;
        Ok(names.lines().map(str::to_owned).collect())
    };
    let before = pods(&shop)?;
    shop.canaryc(&["restart", "--dry-run"])?.says("would replace 4 pods")?;
    shop.canaryc(&["restart"])?.says("the controller is replacing 4 pods")?;
    let again = shop.canaryc(&["restart"])?;
    // Four pods may be replaced by now.
    if again.status != 0 {
        again.refuses("act/restarting")?;
    }
    shop.close()?;

    let shop = open(lab, "act-restart-wait")?;
    let first = pods(&shop)?;
    shop.canaryc(&["restart", "--wait", "--timeout", "3m"])?.says("all 4 pods are replaced")?;
    let left: Vec<_> = pods(&shop)?.into_iter().filter(|pod| first.contains(pod)).collect();
    if !left.is_empty() || before.is_empty() {
        return Err(failed(format!("{left:?} were not replaced")));
    }
    shop.close()
}
