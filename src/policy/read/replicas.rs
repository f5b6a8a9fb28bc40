//! In: `workload`, `autoscaler` and the workload's manifest. Out: the number of pods of the Rollout.

use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::vocabulary::Word;

/// The number of pods of the Rollout. `None` after an error. The inner `None` means that an autoscaler owns the number.
pub fn replicas(
    cx: &mut Context<'_>,
    release: Reader<'_>,
    block: Reader<'_>,
    manifest: Option<&Object>,
    embeds: bool,
) -> Option<Option<Sourced<u32>>> {
    if let Some(autoscaler) = release.child(Word::Autoscaler) {
        if let Some(span) = block.property_span(Word::Replicas) {
            cx.report(
                Diagnostic::new(Code::WorkloadReplicasIgnored, span, "`replicas=` has no effect with an autoscaler")
                    .label("not written")
                    .also(autoscaler.head(), "owns the number of pods")
                    .why("If both set the number of pods, every apply would undo the work of the autoscaler.")
                    .help("remove `replicas=`; set the minimum with `min=` of the autoscaler"),
            );
        }
        return Some(None);
    }
    let number = if block.has(Word::Replicas) {
        block.get::<u32>(cx, Word::Replicas)?
    } else if block.has(Word::File) && manifest.is_none() {
        return None;
    } else {
        inherited(cx, block, manifest, embeds)?
    };
    if number.value == 0 {
        cx.report(
            Diagnostic::new(Code::WorkloadZeroReplicas, number.span(), "the number of pods must be greater than zero")
                .label("no pods")
                .why("The Rollout would scale the workload to zero, and no stage would have a pod to expose.")
                .help("write the number of pods: `workload … replicas=6`"),
        );
    }
    Some(Some(number))
}

/// The number in the manifest of a workload, if it is a valid one.
pub fn of_file(manifest: &Object) -> Option<Sourced<u32>> {
    let field = field(manifest)?;
    Some(Sourced::new(u32::try_from(field.as_integer()?).ok()?, field.origin))
}

fn field(manifest: &Object) -> Option<&Field> {
    manifest.root.at(&["spec", "replicas"])
}

/// The number in the manifest, where the policy has none. A Deployment that the Rollout refers to has no pods of its own,
/// so zero says nothing about the Rollout.
fn inherited(cx: &mut Context<'_>, block: Reader<'_>, manifest: Option<&Object>, embeds: bool) -> Option<Sourced<u32>> {
    let number = manifest.and_then(of_file);
    if let (None, Some(field)) = (&number, manifest.and_then(field)) {
        cx.report(
            Diagnostic::new(Code::WorkloadReplicas, field.origin.span, "`replicas` must be an integer")
                .label("not an integer")
                .why("The API server rejects this manifest.")
                .help("write the number without quotes, such as `replicas: 6`"),
        );
        return None;
    }
    let missing = match &number {
        Some(number) if number.value == 0 && !embeds => Some(number.span()),
        Some(_) => return number,
        None => manifest.map(head_of),
    };
    let mut diagnostic = Diagnostic::new(Code::WorkloadReplicas, block.block.keyword, "the number of pods is missing")
        .label("`replicas` is missing")
        .why("A Rollout without a number of pods has one pod.")
        .help("write `replicas=6`, or add an `autoscaler`");
    if let Some(span) = missing {
        let kind = manifest.map_or("", Object::kind);
        diagnostic = match &number {
            Some(_) => {
                diagnostic.also(span, format!("the number of the {kind}, and correct: the Rollout has the pods"))
            }
            None => diagnostic.also(span, "does not have it either"),
        };
    }
    cx.report_missing(block.block, diagnostic);
    None
}

/// Where an object's kind is written.
fn head_of(object: &Object) -> crate::source::Span {
    object.root.get("kind").map_or(object.root.origin.span, |field| field.origin.span)
}
