//! In: `min`, `max`, `equals` and the conditions of a check, and its measure. Out: its verdict, which can both pass
//! and fail.

use super::Subject;
use super::direction::{self, Good};
use super::reach;
use super::threshold::{self, ThresholdUnit};
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix};
use crate::expression::{self, Answer};
use crate::policy::Sourced;
use crate::policy::check::{Threshold, Verdict};
use crate::policy::context::Context;
use crate::policy::embedded;
use crate::policy::measure::MeasureKind;
use crate::policy::reader::Reader;
use crate::source::{Span, Syntax};
use crate::syntax::tree::{Scalar, Text};
use crate::vocabulary::Word;

/// The properties that judge the value. Each is a form of verdict.
const FORMS: [Word; 5] = [Word::Min, Word::Max, Word::Equals, Word::SuccessCondition, Word::FailureCondition];

pub(super) fn read(
    cx: &mut Context<'_>,
    subject: &Subject<'_>,
    kind: &MeasureKind,
    answer: Option<Answer>,
) -> Option<Verdict> {
    let check = subject.check;
    let written: Vec<(Word, Span)> =
        FORMS.into_iter().filter_map(|word| Some((word, check.property_span(word)?))).collect();
    let Some(answer) = answer else { return judges_by_itself(cx, subject, &written) };
    let group = |word: Word| match word {
        Word::Min | Word::Max => 0,
        Word::Equals => 1,
        _ => 2,
    };
    let Some(&(first, first_span)) = written.first() else {
        let mut diagnostic = missing(subject, kind, answer);
        if cx.sources().get(subject.check.head().source).is_some_and(|source| source.syntax() == Syntax::Yaml) {
            diagnostic.fix = None;
        }
        cx.report_missing(subject.check.block, diagnostic);
        return None;
    };
    if let Some(&(second, second_span)) = written.iter().find(|(word, _)| group(*word) != group(first)) {
        cx.report(
            Diagnostic::new(
                Code::CheckTwoVerdicts,
                second_span,
                format!("`{second}` and `{first}` exclude each other"),
            )
            .label("second condition")
            .also(first_span, "first")
            .why("Which of the two decides would depend on the order in which the controller evaluates them.")
            .help("keep one: a range (`min`, `max`), `equals`, or your own conditions"),
        );
        return None;
    }
    match group(first) {
        0 => range(cx, subject, kind),
        1 => equals(cx, subject, answer),
        _ => conditions(cx, subject, answer),
    }
}

fn judges_by_itself(cx: &mut Context<'_>, subject: &Subject<'_>, written: &[(Word, Span)]) -> Option<Verdict> {
    let Some(&(word, span)) = written.first() else { return Some(Verdict::ByItself) };
    let measure = subject.node.block.word();
    let (message, help) = match subject.providers.direct(measure).and_then(|direct| direct.verdict) {
        Some(verdict) => (format!("a `{measure}` passes or fails by {}, not by `{word}`", verdict.by), verdict.instead),
        None => (
            format!("`{word}` cannot be set on an existing template"),
            "remove it, and set the thresholds in the template",
        ),
    };
    cx.report(
        Diagnostic::new(Code::CheckJudgesItself, span, message)
            .label("has no effect")
            .also(subject.node.head(), "gives a verdict by itself")
            .help(help),
    );
    None
}

fn missing(subject: &Subject<'_>, kind: &MeasureKind, answer: Answer) -> Diagnostic {
    let check = subject.check;
    let diagnostic = Diagnostic::new(
        Code::CheckNoVerdict,
        check.head(),
        format!("`{} \"{}\"` has no threshold", check.block.word(), check.block.name().unwrap_or_default()),
    )
    .label("missing threshold")
    .why("The controller treats a metric without a condition as always successful, so the release would continue regardless of the value.");
    if matches!(kind, MeasureKind::Direct(measure) if measure.passes_plain_text()) {
        // The status alone is no verdict: the controller reads the JSON of every 2xx answer, and passes any other text.
        return of_an_answer(subject, diagnostic);
    }
    let example = match ThresholdUnit::of(kind) {
        _ if answer == Answer::Value => "equals=\"ok\"",
        // The unit of a query does not say which side is good; its ratios are mostly those of errors.
        ThresholdUnit::Share if Good::of(kind).is_none() => "max=\"1%\"",
        ThresholdUnit::Share => "min=\"99.5%\"",
        ThresholdUnit::Comparison if Good::of(kind) == Some(Good::High) => "min=\"99%\"",
        ThresholdUnit::Comparison => "max=\"110%\"",
        ThresholdUnit::Duration => "max=\"300ms\"",
        ThresholdUnit::Rate => "min=\"1/s\"",
        ThresholdUnit::Number => "max=10",
    };
    diagnostic.help(format!("add a threshold: `{example}`"))
}

/// What a whole answer needs: the part to compare, and its value.
fn of_an_answer(subject: &Subject<'_>, diagnostic: Diagnostic) -> Diagnostic {
    let (check, measure) = (subject.check.block.word(), subject.node.block.word());
    let mut diagnostic = diagnostic.help(format!(
        "let the server answer JSON such as `{{\"status\": \"ok\"}}`, and compare a part of it: add `equals=\"ok\"` to \
         `{check}` and `json=\"{{$.status}}\"` to `{measure}`; an answer outside of 2xx is an error in any case"
    ));
    let added = |reader: Reader<'_>, text: &str| Edit { span: reader.head().at_end(), replacement: text.to_owned() };
    let edits = vec![added(subject.check, " equals=\"ok\""), added(subject.node, " json=\"{$.status}\"")];
    diagnostic.fix = Some(Fix { applicability: Applicability::MaybeIncorrect, edits });
    diagnostic
}

fn range(cx: &mut Context<'_>, subject: &Subject<'_>, kind: &MeasureKind) -> Option<Verdict> {
    let unit = ThresholdUnit::of(kind);
    let (has_min, has_max) = (subject.check.has(Word::Min), subject.check.has(Word::Max));
    let min = threshold::read(cx, subject, Word::Min, kind);
    let max = threshold::read(cx, subject, Word::Max, kind);
    if (has_min && min.is_none()) || (has_max && max.is_none()) {
        return None;
    }
    if let (Some(min), Some(max)) = (&min, &max)
        && size(min.value) > size(max.value)
    {
        cx.report(
            Diagnostic::new(Code::CheckCannotPass, max.span(), "`max` is less than `min`, so no value can pass")
                .label("the upper bound")
                .also(min.span(), "the lower bound")
                .why("Every measurement would fail, and every release would be aborted.")
                .help("swap the two values"),
        );
        return None;
    }
    if let Some(wrong) = direction::wrong_bound(subject, kind, min.as_ref(), max.as_ref()) {
        cx.report(wrong);
        return None;
    }
    if let Some(strict) = direction::stricter_than_equal(kind, min.as_ref(), max.as_ref()) {
        cx.report(strict);
        return None;
    }
    let useless = always_passes(min.as_ref(), max.as_ref(), unit);
    let useless = useless.or_else(|| reach::unreachable(kind, max.as_ref()));
    if let Some(useless) = useless.or_else(|| reach::beyond_the_largest(kind, min.as_ref(), max.as_ref())) {
        cx.report(useless);
        return None;
    }
    if let Some(generous) = reach::spends_the_budget(kind, max.as_ref()) {
        cx.report(generous);
    }
    if let Some(tolerant) = reach::tolerates_most_failures(subject.check, kind, min.as_ref(), max.as_ref()) {
        cx.report(tolerant);
    }
    Some(Verdict::Range { min, max })
}

/// The size of a threshold, to compare thresholds of one unit.
fn size(threshold: Threshold) -> f64 {
    match threshold {
        Threshold::Percent(percent) => f64::from(percent.millionths()),
        Threshold::Duration(duration) => duration.seconds_f64(),
        Threshold::Rate(rate) => rate.per_second(),
        Threshold::Number(number) => number.to_f64(),
    }
}

/// The diagnostic about a threshold that every value meets: such a check can only pass.
fn always_passes(
    min: Option<&Sourced<Threshold>>,
    max: Option<&Sourced<Threshold>>,
    unit: ThresholdUnit,
) -> Option<Diagnostic> {
    let never_negative = unit != ThresholdUnit::Number;
    let idle_min = min.filter(|min| never_negative && size(min.value) <= 0.0);
    let idle_max = max.filter(|max| unit == ThresholdUnit::Share && size(max.value) >= 1_000_000.0);
    let idle = match (min, max) {
        (Some(_), None) => idle_min,
        (None, Some(_)) => idle_max,
        _ => idle_min.and(idle_max),
    }?;
    Some(
        Diagnostic::new(Code::CheckCannotFail, idle.span(), "this check cannot fail: every value meets its threshold")
            .label("every value meets this")
            .why("A gate that cannot fail looks like protection but protects nothing.")
            .help("write a threshold that a good version meets and a bad one does not"),
    )
}

fn equals(cx: &mut Context<'_>, subject: &Subject<'_>, answer: Answer) -> Option<Verdict> {
    let value = subject.check.block.property(Word::Equals)?;
    if !value.is_sound() {
        subject.check.written::<Text>(cx, Word::Equals);
        return None;
    }
    let scalar = match &value.scalar {
        _ if value.is_unfilled() => Scalar::String(crate::policy::substitute::plain(cx, value)?),
        other => other.clone(),
    };
    if answer != Answer::Value && !matches!(scalar, Scalar::Integer(_) | Scalar::Number { .. }) {
        cx.report(
            Diagnostic::new(
                Code::CheckThresholdUnit,
                value.blame(),
                "this measure returns numbers, but this is not a number",
            )
            .label("never equal")
            .also(subject.node.head(), "returns numbers")
            .help("compare with a number, or use `min=` and `max=`"),
        );
        return None;
    }
    Some(Verdict::Equals(Sourced::new(scalar, value.origin())))
}

fn conditions(cx: &mut Context<'_>, subject: &Subject<'_>, answer: Answer) -> Option<Verdict> {
    let mut read = |word: Word| {
        let value = subject.check.block.property(word)?;
        let text = subject.check.written::<Text>(cx, word)?;
        let problems = expression::check(&text.value, answer.result_type());
        let sound = problems.is_empty();
        for problem in problems {
            embedded::report(cx, Code::CheckCondition, value, problem);
        }
        if sound && !expression::looks_at_result(&text.value) {
            cx.report(
                Diagnostic::new(Code::CheckCannotFail, text.span(), format!("this `{word}` does not use the result"))
                    .label("always the same")
                    .why("A gate that cannot fail looks like protection but protects nothing.")
                    .help("write a condition on `result`"),
            );
        }
        sound.then_some(text)
    };
    let success = read(Word::SuccessCondition);
    let failure = read(Word::FailureCondition);
    (success.is_some() || failure.is_some()).then_some(Verdict::Conditions { success, failure })
}
