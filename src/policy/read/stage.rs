//! In: `stage`, in its final order. Out: [`Stage`]s with ramps expanded, each with its own weight.

use super::{audience, gate, ramp, router};
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Origin};
use crate::policy::audience::Audience;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::stage::{Stage, StepPlugin};
use crate::policy::{AudienceId, Sourced, yaml_text};
use crate::router::Declaration;
use crate::router::feature::{self, Feature};
use crate::syntax::tree::Text;
use crate::units::name::Name;
use crate::units::{Duration, IntOrPercent, Percent};
use crate::vocabulary::Word;
use crate::vocabulary::choices::Promotion;

/// What the stages refer to.
pub struct References<'a> {
    /// The audiences, by [`AudienceId`].
    pub audiences: &'a [Option<Audience>],
    /// Their names, by [`AudienceId`].
    pub names: Vec<Option<&'a str>>,
    /// Whether the release has a router, valid or not.
    pub router: bool,
    /// The routers.
    pub routers: &'a Declaration,
}

/// The most steps that the ramps of a release can have: one for each weight from 1 % to 100 %.
const RAMPED_AT_MOST: usize = 100;

/// Reads the stages. It keeps the valid parts of an invalid stage, so that rules can still judge the neighbours. A stage
/// that sets no weight has the weight 0.
pub fn stages(cx: &mut Context<'_>, release: Reader<'_>, references: &References<'_>) -> Vec<Stage> {
    let mut stages = Vec::new();
    let mut ramped = 0;
    for block in release.all(Word::Stage) {
        let mut steps = ramp::steps(cx, block);
        ramped += steps.iter().filter(|step| step.ramp.is_some()).count();
        // Weights are whole and only rise: of more steps, some are reported already, and the rest says nothing new.
        if ramped > RAMPED_AT_MOST {
            steps.truncate(1);
        }
        for step in steps {
            stages.extend(read(cx, block, step, references));
        }
    }
    stages
}

fn read(cx: &mut Context<'_>, block: Reader<'_>, step: ramp::Step, references: &References<'_>) -> Option<Stage> {
    let first = step.ramp.unwrap_or(0) == 0;
    let audience = if first { admitted(cx, block, references) } else { None };
    let pause = if first { block.get::<Duration>(cx, Word::Pause) } else { silent(cx, block, Word::Pause) };
    let name = match (&step.ramp, block.block.argument()) {
        (None, Some(_)) => block.argument::<Text>(cx),
        _ => None,
    };
    let weight_text = || {
        let weight = step.weight.as_ref()?;
        Some(Sourced::new(Text::from(weight.value.to_string()), weight.origin))
    };
    let audience_name = || {
        let value = block.block.property(Word::Audience)?;
        Some(Sourced::written(Text::from(value.as_str()?), value.span))
    };
    let named = block.block.argument().is_some();
    let Some(name) = name.or_else(weight_text).or_else(audience_name) else {
        if !named && !block.has(Word::Weight) && !block.has(Word::Audience) {
            cx.report_missing(
                block.block,
                Diagnostic::new(Code::StageNameless, block.block.keyword, "this stage has no name")
                    .label("no name, no weight and no audience")
                    .why("People, gates and overlays refer to a stage by its name.")
                    .help("add a name, as in `stage \"soak\" pause=\"1h\"`"),
            );
        }
        return None;
    };
    if named && step.ramp.is_none() {
        name_does_not_lie(cx, &name, step.weight.as_ref());
    }
    let Some(label) = Name::nearest(&name.value) else {
        cx.report(
            Diagnostic::new(
                Code::StageName,
                name.span(),
                format!("the name `{}` cannot be part of an object's name", name.value),
            )
            .label("no letter or digit")
            .help("use letters or digits"),
        );
        return None;
    };
    if let Some(pause) = &pause {
        super::whole_seconds(cx, pause, "a pause");
    }
    let sets_weight = step.weight.is_some();
    let weight = step.weight.unwrap_or_else(|| Sourced::new(Percent::ZERO, Origin::default_of(block.head())));
    if first {
        whole_percent(cx, &weight);
        refuse_mirror(cx, block, references);
        experiment_weight(cx, block, references);
    }
    let manual = block
        .get::<Promotion>(cx, Word::Promote)
        .filter(|promotion| promotion.value == Promotion::Manual)
        .map(|promotion| promotion.origin);
    let may_wait = manual.is_some() || may_wait(cx, block, pause.as_ref());
    Some(Stage {
        origin: block.origin(),
        name,
        label,
        weight,
        sets_weight,
        ramp: step.ramp,
        audience,
        pause,
        may_wait,
        manual,
        replicas: replicas(cx, block, references, first),
        gates: gate::gates(cx, block, first),
        plugins: plugins(cx, block, first),
    })
}

/// Whether the stage has a gate, a pause or something else to wait for, or a part that canaryc misread.
fn may_wait(cx: &Context<'_>, block: Reader<'_>, pause: Option<&Sourced<Duration>>) -> bool {
    let asks = [Word::Gate, Word::Experiment, Word::Plugin, Word::Mirror];
    let asks = asks.iter().any(|word| block.block.child(*word).is_some());
    let pauses = block.has(Word::Pause) && pause.is_none_or(|pause| !pause.value.is_zero());
    asks || pauses || cx.resolved.misread || block.block.is_doubtful()
}

/// A value of a repeated stage. The first stage reported what is wrong with it.
fn silent<T: crate::model::FromValue>(cx: &mut Context<'_>, block: Reader<'_>, word: Word) -> Option<Sourced<T>> {
    cx.without_reporting(|cx| block.get::<T>(cx, word))
}

fn admitted(cx: &mut Context<'_>, block: Reader<'_>, references: &References<'_>) -> Option<Sourced<AudienceId>> {
    let written = block.get::<Text>(cx, Word::Audience)?;
    let Some(index) = references.names.iter().position(|name| *name == Some(&*written.value)) else {
        if references.router {
            audience::unknown(cx, &written, &references.names);
        } else {
            router::needed(cx, written.span(), "an `audience`", "Without a router requests cannot be distinguished.");
        }
        return None;
    };
    if let Some(Some(declared)) = references.audiences.get(index)
        && declared.admission != crate::policy::audience::Admission::Staged
    {
        cx.report(
            Diagnostic::new(
                Code::StagePinnedAudience,
                written.span(),
                format!("audience `{}` is pinned, so a stage cannot admit it", written.value),
            )
            .label("admitted here")
            .also(declared.origin.span, "pinned here")
            .why("A pinned audience has its own route from the first deployment on, in every stage.")
            .help("remove `pinned=` from the audience, or `audience=` from the stage"),
        );
        return None;
    }
    Some(Sourced::new(AudienceId(index), written.origin))
}

/// Reports a stage *named* `5%` that has another weight.
fn name_does_not_lie(cx: &mut Context<'_>, name: &Sourced<Text>, weight: Option<&Sourced<Percent>>) {
    // A number alone is a weight too, unless the stage has one.
    let number = format!("{}%", name.value);
    let said = if weight.is_none() {
        Percent::parse(&number).or_else(|_| Percent::parse(&name.value))
    } else {
        Percent::parse(&name.value)
    };
    let Ok(said) = said else { return };
    let (span, real) = match weight {
        Some(weight) if weight.value == said => return,
        Some(weight) => (Some(weight.span()), format!("a weight of {}", weight.value)),
        None => (None, "the weight of the previous stage".to_owned()),
    };
    let help = match weight {
        Some(_) => "use a name without a number, or remove the name; the default is the weight".to_owned(),
        None => {
            format!("write the weight as a property: `weight=\"{said}\"`; a stage without a name is named after it")
        }
    };
    let mut diagnostic =
        Diagnostic::new(Code::StageNameLies, name.span(), format!("the stage named `{}` has {real}", name.value))
            .label("this name")
            .why("People see this name when they decide whether to promote or to abort.")
            .help(help);
    if let Some(span) = span {
        diagnostic = diagnostic.also(span, "a different weight");
    }
    cx.report(diagnostic);
}

fn whole_percent(cx: &mut Context<'_>, weight: &Sourced<Percent>) {
    if weight.value.whole().is_some() {
        return;
    }
    let below = weight.value.millionths() / 10_000;
    cx.report(
        Diagnostic::new(Code::StageWeightFraction, weight.span(), format!("a weight must be a whole percentage, found {}", weight.value))
            .label("not a whole percentage")
            .why("The controller only supports weights in whole percentages. A smaller share needs a router with fractional weights, and none is supported yet.")
            .help(format!("write `\"{}%\"`, or admit an `audience` of that size", below.max(1))),
    );
}

fn replicas(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    references: &References<'_>,
    first: bool,
) -> Option<Sourced<IntOrPercent>> {
    if !first {
        return silent(cx, block, Word::Replicas);
    }
    let replicas = block.get::<IntOrPercent>(cx, Word::Replicas)?;
    if !references.router {
        router::needed(
            cx,
            block.property_span(Word::Replicas).unwrap_or(replicas.span()),
            "`replicas=` in a stage",
            "Without a router the share of traffic is the share of pods, so the weight determines both.",
        );
        return None;
    }
    Some(replicas)
}

fn refuse_mirror(cx: &mut Context<'_>, block: Reader<'_>, references: &References<'_>) {
    let Some(mirror) = block.child(Word::Mirror) else { return };
    if !references.router {
        router::needed(cx, mirror.block.keyword, "`mirror`", "Only a router can copy requests.");
        return;
    }
    feature::check(cx, references.routers, Feature::Mirror, mirror.block.keyword);
}

fn experiment_weight(cx: &mut Context<'_>, block: Reader<'_>, references: &References<'_>) {
    let Some(experiment) = block.child(Word::Experiment) else { return };
    if let Some(span) = experiment.property_span(Word::Weight) {
        feature::check(cx, references.routers, Feature::ExperimentWeight, span);
    }
}

fn plugins(cx: &mut Context<'_>, block: Reader<'_>, first: bool) -> Vec<StepPlugin> {
    let mut plugins = Vec::new();
    for plugin in block.all(Word::Plugin) {
        let Some(name) = plugin.argument::<Text>(cx) else { continue };
        if first && !name.value.contains('/') {
            cx.report(
                Diagnostic::new(
                    Code::StagePlugin,
                    name.span(),
                    format!("`{}` is not a valid name of a step plugin", name.value),
                )
                .label("not `owner/name`")
                .why("Administrators register a plugin with the controller by its owner and name.")
                .help("write the owner and the name, as in `\"argoproj-labs/sample-step\"`"),
            );
        }
        let config: Option<Field> = match plugin.block.property(Word::Yaml) {
            Some(value) if first => yaml_text::field(cx, value),
            Some(value) => cx.without_reporting(|cx| yaml_text::field(cx, value)),
            None => None,
        };
        plugins.push(StepPlugin { origin: plugin.origin(), name, config });
    }
    plugins
}
