//! An older version that is wanted again, in the Rollout itself and in the workload that it refers to.

use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::runtime::shop::Shop;

fn image(shop: &Shop<'_>, kind: &str) -> Result<String, Failure> {
    shop.kubectl(&["get", kind, "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}"])
}

fn has_image(shop: &Shop<'_>, kind: &str, wanted: &str) -> Result<(), Failure> {
    let found = image(shop, kind)?;
    if found == wanted { Ok(()) } else { Err(failed(format!("the image is {found}, wanted was {wanted}"))) }
}

pub fn template(lab: &Lab) -> Result<(), Failure> {
    let policy = super::policy(&lab.answers.json("gate", "open"));
    let mut shop = Shop::open(lab, "act-undo", &policy)?;
    let first = shop.world.newest().to_owned();
    shop.canaryc(&["undo"])?.refuses("act/revision")?;

    // During a release it is the stable version, and no step runs.
    shop.release("example.com/web:2")?;
    shop.follow("the pause of the audience", |world| world.standing().1 == 1)?;
    shop.canaryc(&["undo", "--to", "9"])?.refuses("act/revision")?.ends_with(2, "the revisions are `1` or `2`")?;
    shop.canaryc(&["undo", "--to", "2"])?.refuses("act/revision")?;
    shop.canaryc(&["undo", "--dry-run"])?
        .says("would restore the template of revision 1: the stable version, without steps")?;
    shop.canaryc(&["undo"])?.says("restored revision 1: the stable version, without steps")?;
    has_image(&shop, "rollout", "example.com/web:1")?;
    shop.follow("rest", |world| world.unsettled().is_empty() && world.newest() == first)?;

    // After an abort too, and that ends the abort.
    shop.release("example.com/web:2")?;
    shop.follow("the pause of the audience", |world| world.standing().1 == 1)?;
    shop.canaryc(&["abort"])?.says("aborted")?;
    shop.canaryc(&["undo"])?.says("the stable version")?;
    shop.follow("rest", |world| world.unsettled().is_empty() && world.newest() == first)?;

    // At rest it is the previous version, released like any other.
    shop.release("example.com/web:3")?;
    shop.follow("a step", |world| world.standing().1 == 1)?;
    shop.canaryc(&["promote", "--full"])?.says("promoted fully")?;
    shop.follow("rest", |world| world.unsettled().is_empty())?;
    shop.canaryc(&["undo"])?.says("a new release, from the first stage")?;
    has_image(&shop, "rollout", "example.com/web:1")?;
    shop.follow("the release of the first version", |world| world.newest() == first && world.standing().1 == 1)?;
    shop.close()
}

const REFERRING: &str = r#"
release "web" namespace="{namespace}" {
    workload replicas=4 { selector app="web" }
    stage "quarter" weight="25%" promote="manual"
}
"#;

pub fn referred(lab: &Lab) -> Result<(), Failure> {
    let mut shop = Shop::open(lab, "act-undo-referred", REFERRING)?;
    let first = shop.world.newest().to_owned();
    let began = image(&shop, "deployment")?;
    shop.change_image("deployment", "example.com/web:2")?;
    shop.follow("the pause", |world| world.standing().1 == 1)?;
    shop.canaryc(&["undo", "--dry-run"])?.says("in Deployment `web`")?;
    shop.canaryc(&["undo"])?.says("restored revision 1")?;
    has_image(&shop, "deployment", &began)?;
    shop.follow("rest", |world| world.unsettled().is_empty() && world.newest() == first)?;
    shop.close()
}
