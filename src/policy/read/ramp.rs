//! In: a stage that may have `to=` and `by=`. Out: its weights: one, or a ramp of them.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::units::Percent;
use crate::vocabulary::Word;

/// One stage of a ramp, or the only one.
pub struct Step {
    /// The weight, if the stage sets one.
    pub weight: Option<Sourced<Percent>>,
    /// Its index in the ramp, from 0; `None` for a stage that is not a ramp.
    pub ramp: Option<usize>,
}

/// The stages that a `stage` node expands to.
pub fn steps(cx: &mut Context<'_>, block: Reader<'_>) -> Vec<Step> {
    let weight = block.get::<Percent>(cx, Word::Weight);
    let alone = |weight| vec![Step { weight, ramp: None }];
    if !block.has(Word::To) && !block.has(Word::By) {
        return alone(weight);
    }
    let (to, by) = (block.get::<Percent>(cx, Word::To), block.get::<Percent>(cx, Word::By));
    for (word, other) in [(Word::To, Word::By), (Word::By, Word::To), (Word::Weight, Word::To)] {
        let said = if block.has(other) { other } else { Word::By };
        if !block.has(word)
            && block.has(said)
            && !(word == Word::Weight && !(block.has(Word::To) && block.has(Word::By)))
        {
            let span = block.property_span(said).unwrap_or_else(|| block.head());
            cx.report(
                Diagnostic::new(Code::StageRamp, span, format!("a ramp also needs `{word}=`"))
                    .label(format!("`{word}` is missing"))
                    .help("a ramp needs its start, its end and its increment: `weight=\"10%\" to=\"50%\" by=\"10%\"`"),
            );
        }
    }
    if let Some(span) = block.property_span(Word::Audience) {
        cx.report(
            Diagnostic::new(Code::StageRamp, span, "a ramp cannot admit an audience")
                .label("an audience can only be admitted once")
                .also(block.property_span(Word::To).unwrap_or_else(|| block.head()), "repeats the stage")
                .help("admit it in a separate stage before the ramp"),
        );
    }
    let (Some(from), Some(to), Some(by)) = (weight, to, by) else { return alone(weight) };
    let (Some(first), Some(last), Some(step)) = (from.value.whole(), to.value.whole(), by.value.whole()) else {
        let wrong = [&from, &to, &by].into_iter().find(|value| value.value.whole().is_none()).unwrap_or(&by);
        ramp(
            cx,
            wrong,
            "the weights of a ramp must be whole percentages",
            "not a whole percentage",
            "write a whole percentage",
        );
        return alone(Some(from));
    };
    if step == 0 {
        ramp(
            cx,
            &by,
            "the increment of a ramp must be greater than zero",
            "adds nothing",
            "write the increment, such as `\"10%\"`",
        );
        return alone(Some(from));
    }
    if last <= first {
        cx.report(
            Diagnostic::new(
                Code::StageRamp,
                to.span(),
                format!("this ramp ends at {} but starts at {}", to.value, from.value),
            )
            .label("not greater than the start")
            .also(from.span(), "starts here")
            .why("Exposure only grows.")
            .help(format!("write a `to` greater than {}", from.value)),
        );
        return alone(Some(from));
    }
    if (last - first) % step != 0 {
        let before = last - (last - first) % step;
        let after = (before + step).min(100);
        cx.report(
            Diagnostic::new(
                Code::StageRamp,
                to.span(),
                format!("increments of {} from {} do not reach {}", by.value, from.value, to.value),
            )
            .label("never reached")
            .also(by.span(), "this increment")
            .help(format!("write `to=\"{before}%\"` or `to=\"{after}%\"`, or another `by`")),
        );
        return alone(Some(from));
    }
    let mut steps = Vec::new();
    for (index, whole) in (first..=last).step_by(usize::from(step)).enumerate() {
        let value = Percent::from_whole(whole).unwrap_or(to.value);
        let origin = if whole == first { from.origin } else { crate::manifest::Origin::derived(to.span()) };
        steps.push(Step { weight: Some(Sourced::new(value, origin)), ramp: Some(index) });
    }
    steps
}

fn ramp(cx: &mut Context<'_>, value: &Sourced<Percent>, message: &str, label: &str, help: &str) {
    cx.report(Diagnostic::new(Code::StageRamp, value.span(), message).label(label).help(help));
}
