//! Settings of a release: facts for the statistics, sticky users, notifications, the Rollout's own fields, patches, labels.
//! In: nothing. Out: their lines of the table.

use super::make::{at_least, default, map, one, optional, otherwise, required, section, single};
use crate::vocabulary::{FreeKeys, Merge, NodeSpec, Type, Word};

pub static LOAD: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::Rate, Type::Rate, "How many requests the service gets."),
        optional(Word::Errors, Type::Percent, "The share of requests that usually fail."),
        otherwise(
            Word::Detect,
            Type::Percent,
            "ten times `errors`",
            "The share of failing requests that must be noticed.",
        ),
        default(Word::Burst, Type::Number, "1", "How much more errors bunch together than by chance (overdispersion)."),
    ],
    example: r#"load rate="120/s" errors="0.1%""#,
    ..section(
        Word::Load,
        "Gives the facts for the statistics: how likely a false abort or a miss is, and who is exposed.",
    )
};

pub static STICKY: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Cookie, Type::String, "The cookie that remembers the version."),
        default(Word::MaxAge, Type::Duration, "24h", "How long it is remembered."),
    ],
    example: r#"sticky cookie="version" max-age="1h""#,
    ..section(Word::Sticky, "Lets users keep the version that they met first, where the router can do it.")
};

/// Argo's built-in triggers, in our words.
pub const EVENTS: &[&str] = &[
    "aborted",
    "completed",
    "paused",
    "step-completed",
    "updated",
    "scaled",
    "analysis-failed",
    "analysis-error",
    "analysis-running",
];

pub static NOTIFY: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::On, Type::OneOf(EVENTS), "What it is about; either this or `trigger`."),
        optional(Word::Trigger, Type::String, "A trigger of your administrators, by its own name."),
        required(Word::Via, Type::String, "The notification service, such as `slack`."),
        required(Word::To, Type::String, "One recipient."),
    ],
    merge: Merge::Append,
    example: r#"notify on="aborted" via="slack" to="releases""#,
    ..section(Word::Notify, "Tells one recipient when something happens to the release.")
};

pub static ROLLOUT: NodeSpec = NodeSpec {
    properties: &[
        default(Word::MinReady, Type::Duration, "0s", "How long a new pod must be ready before it counts."),
        default(Word::ProgressDeadline, Type::Duration, "10m", "How long an update may make no progress."),
        default(
            Word::ProgressDeadlineAbort,
            Type::Boolean,
            "#true",
            "Whether an update that makes no progress is aborted; Argo's own default leaves a stuck canary serving.",
        ),
        optional(Word::RollbackWindow, at_least(1), "How many revisions back a rollback skips all stages."),
        default(Word::RevisionHistoryLimit, at_least(0), "10", "How many old ReplicaSets are kept."),
        default(Word::MaxSurge, Type::IntegerOrPercent, "25%", "How many pods there may be above the fleet's size."),
        default(
            Word::MaxUnavailable,
            Type::IntegerOrPercent,
            "0",
            "How many pods may be missing from the fleet's size; Argo's own default is 25%.",
        ),
        default(Word::ScaleDownDelay, Type::Duration, "30s", "How long the old pods stay after the switch."),
        optional(
            Word::ScaleDownDelayRevisionLimit,
            at_least(0),
            "How many old revisions may stay up through their delay at once.",
        ),
        default(
            Word::AbortScaleDownDelay,
            Type::DurationOrNever,
            "30s",
            "How long the canary's pods stay after an abort, or `never` to leave them up.",
        ),
        default(
            Word::DynamicStableScale,
            Type::Boolean,
            "#false",
            "Whether the stable pods shrink as the canary grows.",
        ),
        default(
            Word::MinPodsPerReplicaSet,
            at_least(1),
            "1",
            "The fewest pods that either version has while it gets traffic.",
        ),
        default(
            Word::ReplicaProgressThreshold,
            Type::IntegerOrPercent,
            "100%",
            "How many of a stage's pods must be available before the release goes on.",
        ),
        default(Word::SuccessfulRunHistoryLimit, at_least(0), "5", "How many successful analysis runs are kept."),
        default(Word::UnsuccessfulRunHistoryLimit, at_least(0), "5", "How many unsuccessful analysis runs are kept."),
    ],
    children: &[one(&ANTI_AFFINITY), one(&CANARY_METADATA), one(&STABLE_METADATA)],
    example: r#"rollout progress-deadline="15m" rollback-window=3"#,
    ..section(Word::Rollout, "Sets fields of the Rollout, by Argo's own names.")
};

static ANTI_AFFINITY: NodeSpec = NodeSpec {
    properties: &[
        default(
            Word::Mode,
            Type::OneOf(&["preferred", "required"]),
            "preferred",
            "Whether the scheduler tries to, or must.",
        ),
        optional(Word::Weight, Type::Integer { min: 1, max: 100 }, "How much it counts when preferred."),
    ],
    ..section(Word::AntiAffinity, "Keeps pods of the two versions off each other's nodes.")
};

static CANARY_METADATA: NodeSpec = NodeSpec {
    children: &[one(&POD_LABELS), one(&POD_ANNOTATIONS)],
    ..section(
        Word::CanaryMetadata,
        "Labels and annotations of pods while they are the canary (blue/green: the preview).",
    )
};

static STABLE_METADATA: NodeSpec = NodeSpec {
    children: &[one(&POD_LABELS), one(&POD_ANNOTATIONS)],
    ..section(Word::StableMetadata, "Labels and annotations of pods while they are stable (blue/green: active).")
};

pub static PATCH: NodeSpec = NodeSpec {
    properties: &[
        otherwise(Word::Name, Type::String, "the only object of that kind", "The object's name."),
        optional(Word::Yaml, Type::Yaml, "The change: a mapping is a JSON merge patch, a list is a JSON patch."),
        optional(Word::File, Type::Path, "The file that holds the change."),
    ],
    merge: Merge::Append,
    example: r#"patch "HTTPRoute" name="shop" yaml="[{op: add, path: /spec/rules/0/timeouts, value: {request: 10s}}]""#,
    ..single(
        Word::Patch,
        Word::Kind,
        Type::String,
        "The kind of the object, such as `HTTPRoute`.",
        "Changes an emitted object where the language has no word for a field.",
    )
};

static POD_LABELS: NodeSpec = map(Word::Labels, FreeKeys::Labels, "Labels of these pods.");

static POD_ANNOTATIONS: NodeSpec = map(Word::Annotations, FreeKeys::Annotations, "Annotations of these pods.");

pub static LABELS: NodeSpec = NodeSpec {
    example: r#"labels team="payments""#,
    ..map(Word::Labels, FreeKeys::Labels, "Labels of every emitted object.")
};

pub static ANNOTATIONS: NodeSpec = NodeSpec {
    example: r#"annotations "argocd.argoproj.io/sync-wave"="2""#,
    ..map(Word::Annotations, FreeKeys::Annotations, "Annotations of every emitted object.")
};
