//! In: the stages of a release. Out: the same, each with a weight, and whether the weights rise.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::stage::Stage;
use crate::units::Percent;
use crate::vocabulary::Word;

/// Gives each stage that sets no weight the weight of the stage before. Reports a missing stage and weights that fall.
pub fn carry_weights(cx: &mut Context<'_>, release: Reader<'_>, stages: &mut [Stage]) {
    if release.block.child(Word::Stage).is_none() {
        cx.report_missing(
            release.block,
            Diagnostic::new(Code::StageMissing, release.head(), "a release needs a `stage`")
                .label("no `stage` here")
                .why("Without a stage, the new version would receive all the traffic as soon as its pods are ready.")
                .help("write `stage weight=\"10%\" pause=\"10m\"`"),
        );
    }
    let mut highest: Option<Sourced<Percent>> = None;
    for stage in stages {
        if !stage.sets_weight {
            if let Some(weight) = highest {
                stage.weight = weight;
            }
            continue;
        }
        match highest {
            Some(before) if stage.weight.value < before.value => falls(cx, &before, &stage.weight),
            _ => highest = Some(stage.weight),
        }
    }
}

fn falls(cx: &mut Context<'_>, before: &Sourced<Percent>, weight: &Sourced<Percent>) {
    cx.report(
        Diagnostic::new(
            Code::StageWeightFalls,
            weight.span(),
            format!("the weight decreases from {} to {}", before.value, weight.value),
        )
        .label("less than before")
        .also(before.span(), format!("already {}", before.value))
        .why("Users of the new version would go back to the old one although nothing is wrong. To go back, abort the release.")
        .help(format!("write at least `\"{}\"`, or move this stage before the other one", before.value)),
    );
}
