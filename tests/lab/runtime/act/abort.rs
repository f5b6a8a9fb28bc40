//! What an abort reverts, and what a retry starts again.

use std::collections::BTreeSet;

use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::runtime::shop::Shop;
use crate::world::World;

pub fn and_retry(lab: &Lab) -> Result<(), Failure> {
    let policy = super::policy(&lab.answers.json("gate", "open"));
    let mut shop = Shop::open(lab, "act-abort", &policy)?;
    shop.release("example.com/web:2")?;
    shop.follow("the pause of the audience", |world| world.standing().1 == 1)?;
    let (staff, _) = shop.world.standing();
    shop.canaryc(&["retry"])?.refuses("act/not-aborted")?;
    shop.canaryc(&["abort", "--dry-run"])?.says("would abort at stage `staff`")?;
    if shop.stored()?["status"]["abort"] == true {
        return Err(failed("a dry run has aborted"));
    }
    shop.canaryc(&["abort"])?.says("aborted at stage `staff`; all requests go to the stable version")?;
    shop.follow("the end of the rollback", |world| world.not_yet_aborted().is_empty())?;
    for command in ["abort", "pause", "promote"] {
        shop.canaryc(&[command])?.refuses("act/aborted")?;
    }
    shop.canaryc(&["retry"])?.says("the aborted release restarts at its first stage")?;
    shop.follow_to_pause(staff)?;
    shop.canaryc(&["promote", "--to", "most"])?.says("to stage `most`")?;
    shop.canaryc(&["promote", "--full"])?.says("promoted fully")?;
    shop.follow("the end", |world| world.unsettled().is_empty())?;
    shop.close()
}

const WATCHED: &str = r#"
provider "main" { prometheus address="{address}" telemetry="istio" }
release "web" namespace="{namespace}" {
    workload file="deployment.yaml" mode="embed"
    service { port 80 target="http" }
    route host="web.example.com"
    router { gateway-api "infra/public" }
    check "errors" max=1 interval="1s" no-data="pass" { query "errors" scope="any" }
    stage "first" weight="20%" pause="1h"
    stage "second" weight="50%" pause="1h"
    watch "errors"
}
"#;

/// The names of the runs in the background.
fn watching(world: &World) -> BTreeSet<String> {
    let is_background = |run: &&serde_json::Value| run["metadata"]["labels"]["rollout-type"] == "Background";
    let names = world.runs().filter(is_background).filter_map(|run| run["metadata"]["name"].as_str());
    names.map(str::to_owned).collect()
}

/// While the pods of the aborted attempt exist, the controller treats its old run as the current one. It must not.
pub fn retry_measures_again(lab: &Lab) -> Result<(), Failure> {
    let mut shop = Shop::open(lab, "act-retry", &WATCHED.replace("{address}", &lab.answers.prometheus("2")))?;
    shop.release("example.com/web:2")?;
    shop.follow("the watch to abort", |world| world.not_yet_aborted().is_empty())?;
    let first = watching(&shop.world);
    let good = lab.answers.prometheus("0");
    let template =
        serde_json::json!([{"op": "replace", "path": "/spec/metrics/0/provider/prometheus/address", "value": good}]);
    shop.kubectl(&["patch", "analysistemplate", "web-watch", "--type=json", "-p", &template.to_string()])?;

    shop.canaryc(&["retry"])?.says("restarts")?;
    shop.follow("the pause of the first stage", |world| world.standing().1 == 1)?;
    shop.follow("new measurements", |world| watching(world).len() > first.len())?;
    shop.canaryc(&["promote"])?.says("promoted from stage `first` to stage `second`")?;

    // A manual abort ends the run successfully, which must not count for the next attempt.
    let second = watching(&shop.world);
    shop.canaryc(&["abort"])?.says("aborted")?;
    shop.canaryc(&["retry"])?.says("restarts")?;
    shop.follow("the pause of the first stage", |world| world.standing().1 == 1)?;
    shop.follow("new measurements", |world| watching(world).len() > second.len())?;
    shop.canaryc(&["promote"])?.says("promoted from stage `first` to stage `second`")?;
    shop.close()
}
