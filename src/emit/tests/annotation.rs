//! The plan annotation, read according to its description.

use super::{bundle, object, value};
use crate::emit::plan_annotation::{KEY, VERSION};
use crate::plan::testing::{Builder, duration, gate};
use crate::policy::AudienceId;
use crate::policy::audience::Admission;
use crate::policy::stage::GateTime;
use serde_json::{Value, json};

#[test]
fn a_reader_can_name_the_stage_of_each_step() {
    let release = Builder::new("shop", 6)
        .gateway("shop.example.com")
        .audience("staff", Admission::Staged, "0.5%", "X-Staff")
        .query("lag", "5m")
        .stage("staff", None, |p, stage| {
            stage.audience = Some(p.at(AudienceId(0)));
            stage.pause = Some(p.at(duration("30m")));
        })
        .stage("half", Some("50%"), |p, stage| {
            stage.gates.push(gate(p, &[0], GateTime::Start));
            stage.manual = Some(p.origin());
        })
        .watch(&[0], 1)
        .release;
    let bundle = bundle(&release);
    let rollout = object(&bundle, "Rollout", "shop");
    let text = value(rollout, &format!("/metadata/annotations/{}", KEY.replace('/', "~1")));
    let plan: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
    assert_eq!(plan["version"], VERSION);
    assert_eq!(plan.get("course"), None, "steps is the default");
    assert_eq!(plan["stages"][0]["exposure"], json!(0.5));
    assert_eq!(plan["stages"][1]["exposure"], json!(50.5));
    let steps = value(rollout, "spec.strategy.canary.steps");
    let stage_of = |index: usize| {
        let holds = |stage: &&Value| {
            stage["steps"][0].as_u64().unwrap() <= index as u64 && (index as u64) < stage["steps"][1].as_u64().unwrap()
        };
        plan["stages"].as_array().unwrap().iter().find(holds).unwrap()["name"].as_str().unwrap()
    };
    let named: Vec<_> = (0..steps.as_array().unwrap().len()).map(stage_of).collect();
    assert_eq!(named, ["staff", "staff", "staff", "half", "half", "half", "half", "half", "half"]);
    let half = &plan["stages"][1];
    assert_eq!(half["gates"], json!([6]));
    assert_eq!(steps[6]["analysis"]["templates"], json!([{"templateName": "shop-half-start"}]));
    assert_eq!(half["hold"], 7);
    assert_eq!(steps[7]["analysis"]["templates"], json!([{"templateName": "shop-hold"}]));
    assert_eq!(half["promote"], 8);
    assert_eq!(steps[8], json!({"pause": {}}));
}
