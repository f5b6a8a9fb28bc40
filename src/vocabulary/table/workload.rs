//! The workload that is released, and the autoscaler beside it.
//! In: nothing. Out: their lines of the table.

use super::make::{at_least, default, list, map, one, optional, otherwise, section};
use crate::vocabulary::{FreeKeys, NodeSpec, Type, Word};

pub static WORKLOAD: NodeSpec = NodeSpec {
    properties: &[
        otherwise(Word::Name, Type::Name, "the release's name", "The name of the workload."),
        default(
            Word::Kind,
            Type::OneOf(&["Deployment", "ReplicaSet", "PodTemplate"]),
            "Deployment",
            "The kind of the workload; Argo Rollouts has no releases of DaemonSets or StatefulSets.",
        ),
        optional(
            Word::File,
            Type::Path,
            "Its manifest, against which labels, ports and replicas are checked; it is read and not emitted.",
        ),
        default(
            Word::Mode,
            Type::OneOf(&["reference", "embed"]),
            "reference",
            "Whether the Rollout refers to the workload, or takes over the pod template of `file`.",
        ),
        otherwise(
            Word::Replicas,
            at_least(0),
            "the number in `file`; required without it, unless an autoscaler owns it",
            "How many pods the whole fleet has.",
        ),
        default(
            Word::ScaleDown,
            Type::OneOf(&["on-success", "progressively", "never"]),
            "on-success",
            "When the workload that the Rollout refers to is scaled down, its pods having moved to the Rollout.",
        ),
    ],
    children: &[one(&SELECTOR), one(&RELOAD_ON)],
    example: r#"workload replicas=6 { selector app="checkout" }"#,
    ..section(Word::Workload, "Names the pods that are released: which workload, how many, and how they are selected.")
};

static SELECTOR: NodeSpec = map(
    Word::Selector,
    FreeKeys::Labels,
    "The labels that select the pods; taken from the workload's `file` if there is one, else required.",
);

static RELOAD_ON: NodeSpec = list(
    Word::ReloadOn,
    Word::Files,
    Type::Path,
    "Files of configuration.",
    "Puts the files' hash on the pod template, so that a change of configuration is a release too; needs `mode=\"embed\"`.",
);

pub static AUTOSCALER: NodeSpec = NodeSpec {
    properties: &[
        default(
            Word::Kind,
            Type::OneOf(&["HorizontalPodAutoscaler", "ScaledObject"]),
            "HorizontalPodAutoscaler",
            "The kind of the autoscaler; a ScaledObject (KEDA) needs `file` or `existing`.",
        ),
        otherwise(Word::Name, Type::Name, "the release's name", "The name of the autoscaler."),
        optional(Word::Min, at_least(1), "The fewest pods; weights are checked against it."),
        optional(Word::Max, at_least(1), "The most pods."),
        optional(Word::Cpu, Type::Percent, "The share of the requested CPU at which pods are added."),
        optional(Word::Memory, Type::Percent, "The share of the requested memory at which pods are added."),
        optional(
            Word::File,
            Type::Path,
            "The manifest of your own autoscaler; it is emitted with its target set to the Rollout.",
        ),
        default(Word::Existing, Type::Boolean, "#false", "Whether it exists elsewhere, so that none is emitted."),
    ],
    example: r#"autoscaler min=3 max=12 cpu="80%""#,
    ..section(
        Word::Autoscaler,
        "Lets an autoscaler own the number of pods; the Rollout then says nothing of `replicas`.",
    )
};
