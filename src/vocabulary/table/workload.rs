//! The workload that is released, and its autoscaler. In: nothing. Out: their lines of the table.

use super::make::{at_least, default, list, many, map, one, optional, otherwise, section};
use super::settings;
use crate::vocabulary::choices::{AutoscalerKind, PodTemplateMode, ScaleDown, WorkloadKind};
use crate::vocabulary::{Choice, FreeKeys, NodeSpec, Type, Word};

pub static WORKLOAD: NodeSpec = NodeSpec {
    properties: &[
        otherwise(Word::Name, Type::Name, "the release's name", "The name of the workload."),
        default(
            Word::Kind,
            Type::OneOf(WorkloadKind::WORDS),
            "Deployment",
            "The kind of the workload; Argo Rollouts does not support DaemonSets or StatefulSets.",
        ),
        optional(
            Word::File,
            Type::Path,
            "Its manifest, with `replicas: 0` unless `mode=\"embed\"`; canaryc reads it for checks, and does not write it.",
        ),
        default(
            Word::Mode,
            Type::OneOf(PodTemplateMode::WORDS),
            "reference",
            "Whether the Rollout refers to the workload or contains the pod template of `file`.",
        ),
        otherwise(
            Word::Replicas,
            at_least(0),
            "the number in `file` if it is not 0; otherwise required, unless an autoscaler owns it",
            "The number of pods.",
        ),
        default(
            Word::ScaleDown,
            Type::OneOf(ScaleDown::WORDS),
            "on-success",
            "When the controller scales down the workload that the Rollout refers to.",
        ),
    ],
    children: &[one(&SELECTOR), one(&RELOAD_ON), many(&settings::ALLOW)],
    example: r#"workload replicas=6 { selector app="checkout" }"#,
    ..section(
        Word::Workload,
        "Describes the pods to release: their workload, their number, and the labels that select them.",
    )
};

static SELECTOR: NodeSpec = map(
    Word::Selector,
    FreeKeys::Labels,
    "The labels that select the pods; read from `file` if there is one, otherwise required.",
);

static RELOAD_ON: NodeSpec = NodeSpec {
    properties: &[default(
        Word::Copy,
        Type::Boolean,
        "#false",
        "Copies the ConfigMaps and Secrets in the files for each version; the pods refer to the copy of their own version.",
    )],
    ..list(
        Word::ReloadOn,
        Word::Files,
        Type::Path,
        "The configuration files.",
        "Adds a hash of these files to the pod template: a change of them starts a release; needs `mode=\"embed\"`.",
    )
};

pub static AUTOSCALER: NodeSpec = NodeSpec {
    properties: &[
        default(
            Word::Kind,
            Type::OneOf(AutoscalerKind::WORDS),
            "HorizontalPodAutoscaler",
            "The kind of the autoscaler; a ScaledObject (KEDA) needs `file` or `existing`.",
        ),
        otherwise(Word::Name, Type::Name, "the release's name", "The name of the autoscaler."),
        optional(Word::Min, at_least(1), "The minimum number of pods; canaryc checks the weights against it."),
        optional(Word::Max, at_least(1), "The maximum number of pods."),
        optional(Word::Cpu, Type::Percent, "The target CPU utilization, in percent of the request."),
        optional(Word::Memory, Type::Percent, "The target memory utilization, in percent of the request."),
        optional(
            Word::File,
            Type::Path,
            "The manifest of your own autoscaler; canaryc writes it with the Rollout as its target.",
        ),
        default(
            Word::Existing,
            Type::Boolean,
            "#false",
            "Whether it already exists and scales `argoproj.io/v1alpha1`, `Rollout`, with the name of the release; canaryc writes none.",
        ),
    ],
    children: &[many(&settings::ALLOW)],
    example: r#"autoscaler min=3 max=12 cpu="80%""#,
    ..section(Word::Autoscaler, "Lets an autoscaler own the number of pods; the Rollout then has no `replicas`.")
};
