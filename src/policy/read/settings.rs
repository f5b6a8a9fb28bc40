//! In: `load`, `notify`, `patch`, `labels` and `annotations`. Out: the settings of the release as a whole.

use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::kubernetes::kinds::Kind;
use crate::kubernetes::labels::POD_TEMPLATE_HASH;
use crate::manifest::Value;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::settings::{Notification, Patch, StringMap};
use crate::policy::{Sourced, yaml_text};
use crate::syntax::tree::Text;
use crate::units::name::NameKind;
use crate::vocabulary::Choice;
use crate::vocabulary::Word;
use crate::vocabulary::choices::Event;

/// Argo's name of the trigger for an event.
const fn trigger_of(event: Event) -> &'static str {
    match event {
        Event::Aborted => "on-rollout-aborted",
        Event::Completed => "on-rollout-completed",
        Event::Paused => "on-rollout-paused",
        Event::StepCompleted => "on-rollout-step-completed",
        Event::Updated => "on-rollout-updated",
        Event::Scaled => "on-scaling-replica-set",
        Event::AnalysisFailed => "on-analysis-run-failed",
        Event::AnalysisError => "on-analysis-run-error",
        Event::AnalysisRunning => "on-analysis-run-running",
    }
}

/// `notify`
pub fn notifications(cx: &mut Context<'_>, release: Reader<'_>) -> Vec<Notification> {
    let mut notifications: Vec<Notification> = Vec::new();
    for block in release.all(Word::Notify) {
        let trigger = trigger(cx, block);
        let via = block.get::<Text>(cx, Word::Via);
        let to = block.get::<Text>(cx, Word::To);
        let (Some(trigger), Some(via), Some(to)) = (trigger, via, to) else { continue };
        if to.value.is_empty() || to.value.contains(';') {
            cx.report(
                Diagnostic::new(Code::NotifyRecipient, to.span(), "`to=` takes one recipient")
                    .label(if to.value.is_empty() { "nobody" } else { "several" })
                    .why("Argo Rollouts separates the recipients of a trigger with `;`.")
                    .help("write a `notify` for each recipient"),
            );
        }
        let key = format!("notifications.argoproj.io/subscribe.{}.{}", trigger.value, via.value);
        if let Err(error) = NameKind::AnnotationKey.check(&key) {
            cx.report(
                Diagnostic::new(
                    Code::NotifyKey,
                    via.span(),
                    format!("the trigger and the service do not form a valid annotation key: {}", error.message()),
                )
                .label(error.label())
                .also(trigger.span(), "the trigger")
                .why(format!("They become the annotation `{key}`, which the API server rejects."))
                .help("use the names of the trigger and the service that your administrators have defined"),
            );
            continue;
        }
        if let Some(first) =
            notifications.iter().find(|other| other.trigger == trigger && other.via == via && other.to == to)
        {
            cx.report(
                Diagnostic::new(
                    Code::NotifyTwice,
                    block.block.keyword,
                    "the same recipient gets this notification twice",
                )
                .label("second")
                .also(first.origin.span, "first")
                .why("Notifications of all layers add up, and one message for each event is enough.")
                .help("remove one of them"),
            );
            continue;
        }
        notifications.push(Notification { origin: block.origin(), trigger, via, to });
    }
    notifications
}

fn trigger(cx: &mut Context<'_>, block: Reader<'_>) -> Option<Sourced<Text>> {
    match (block.property_span(Word::On), block.property_span(Word::Trigger)) {
        (Some(on), Some(trigger)) => {
            cx.report(
                Diagnostic::new(Code::NotifyTrigger, trigger, "`on=` and `trigger=` exclude each other")
                    .label("second")
                    .also(on, "first")
                    .help("keep one of them"),
            );
            None
        }
        (None, None) => {
            cx.report_missing(
                block.block,
                Diagnostic::new(Code::NotifyTrigger, block.block.keyword, "this notification has no trigger")
                    .label("neither `on` nor `trigger`")
                    .help(format!("write `on=` with {}", suggest::one_of(Event::WORDS.iter().copied()))),
            );
            None
        }
        (Some(_), None) => {
            block.get::<Event>(cx, Word::On).map(|event| event.map(|event| Text::from(trigger_of(event))))
        }
        (None, Some(_)) => block.get(cx, Word::Trigger),
    }
}

/// `patch`
pub fn patches(cx: &mut Context<'_>, release: Reader<'_>) -> Vec<Patch> {
    release.all(Word::Patch).filter_map(|block| patch(cx, block)).collect()
}

fn patch(cx: &mut Context<'_>, block: Reader<'_>) -> Option<Patch> {
    let kind = block.argument::<Text>(cx)?;
    let written = Kind::written().map(Kind::name);
    if !written.clone().any(|known| known == &*kind.value) {
        let nearest = suggest::nearest(&kind.value, written.clone());
        cx.report(
            Diagnostic::new(Code::PatchKind, kind.span(), format!("canaryc writes no `{}` to patch", kind.value))
                .label(nearest.map_or_else(
                    || "canaryc does not write this kind".to_owned(),
                    |nearest| format!("did you mean `{nearest}`?"),
                ))
                .help(match nearest {
                    Some(nearest) => format!("write `\"{nearest}\"`"),
                    None => format!(
                        "canaryc writes {}; change other objects in their own manifests",
                        suggest::one_of(written)
                    ),
                }),
        );
        return None;
    }
    let name = block.get::<Text>(cx, Word::Name);
    let change = match (block.block.property(Word::Yaml), block.block.property(Word::File)) {
        (Some(yaml), Some(file)) => {
            cx.report(
                Diagnostic::new(Code::PatchSource, file.span, "`yaml=` and `file=` exclude each other")
                    .label("a file")
                    .also(yaml.span, "here as well")
                    .help("keep one of them"),
            );
            return None;
        }
        (None, None) => {
            cx.report(
                Diagnostic::new(Code::PatchSource, block.head(), "this patch has no content")
                    .label("neither `yaml` nor `file`")
                    .help("write the change in `yaml=\"…\"`, or name a file that contains it"),
            );
            return None;
        }
        (Some(yaml), None) => yaml_text::field(cx, yaml)?,
        (None, Some(file)) => yaml_text::file(cx, file)?,
    };
    if !matches!(change.value, Value::Mapping(_) | Value::Sequence(_)) {
        cx.report(
            Diagnostic::new(Code::PatchSource, change.origin.span, "a patch must be a mapping or a list")
                .label("neither")
                .why("A mapping is merged into the object (RFC 7386). A list contains operations (RFC 6902).")
                .help("write `metadata: {annotations: {…}}`, or `[{op: add, path: /spec/…, value: …}]`"),
        );
        return None;
    }
    Some(Patch { origin: block.origin(), kind, name, change })
}

/// Keys that canaryc and the controllers write.
const RESERVED: [&str; 4] =
    ["canaryc.dev/", "rollout.argoproj.io/", "argo-rollouts.argoproj.io/managed-by-rollouts", POD_TEMPLATE_HASH];

/// `labels`, `annotations`
pub fn metadata(cx: &mut Context<'_>, release: Reader<'_>, word: Word) -> StringMap {
    let Some(block) = release.child(word) else { return Vec::new() };
    let map = block.map(cx);
    for (key, _) in &map {
        if RESERVED.iter().any(|reserved| key.value.starts_with(reserved)) {
            cx.report(
                Diagnostic::new(
                    Code::MetadataReserved,
                    key.span(),
                    format!("`{}` belongs to canaryc or to the controller", key.value),
                )
                .label("reserved")
                .why("Tools rely on this key.")
                .help("use a key with your own prefix, such as `example.com/…`"),
            );
        }
    }
    map
}
