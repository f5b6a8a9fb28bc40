//! Settings of a release: facts for the statistics, sticky users, notifications, the Rollout's own fields, patches, labels.
//! In: nothing. Out: their lines of the table.

use super::make::{at_least, default, many, map, one, optional, otherwise, required, section, single};
use crate::vocabulary::choices::{AntiAffinityMode, Event};
use crate::vocabulary::{Choice, FreeKeys, Merge, NodeSpec, Type, Word};

pub static LOAD: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::Rate, Type::Rate, "The request rate of the service."),
        optional(Word::Errors, Type::Percent, "The usual share of failing requests."),
        otherwise(
            Word::Detect,
            Type::Percent,
            "ten times `errors`",
            "The share of failing requests that the checks must detect.",
        ),
        default(
            Word::Burst,
            Type::Number,
            "1",
            "How strongly errors cluster (overdispersion); 1 means that they are independent.",
        ),
    ],
    example: r#"load rate="120/s" errors="0.1%""#,
    ..section(
        Word::Load,
        "Describes the traffic, to estimate the risk of a false abort, the risk of a miss, and the number of exposed users.",
    )
};

pub static STICKY: NodeSpec = NodeSpec {
    properties: &[
        required(Word::Cookie, Type::String, "The cookie that stores the version."),
        default(Word::MaxAge, Type::Duration, "24h", "The lifetime of the cookie."),
    ],
    example: r#"sticky cookie="version" max-age="1h""#,
    ..section(Word::Sticky, "Keeps users on the version that they saw first, if the router supports it.")
};

pub static ALLOW: NodeSpec = NodeSpec {
    properties: &[required(Word::Reason, Type::String, "Why the warning does not matter here.")],
    merge: Merge::Append,
    example: r#"allow "release/unwatched" reason="the batch jobs are compared by hand""#,
    ..single(
        Word::Allow,
        Word::Code,
        Type::String,
        "The code of the warning.",
        "Silences a warning in the node that contains it; in an environment, in that environment of the release.",
    )
};

pub static NOTIFY: NodeSpec = NodeSpec {
    properties: &[
        optional(Word::On, Type::OneOf(Event::WORDS), "The event; either this or `trigger`."),
        optional(Word::Trigger, Type::String, "The name of a trigger that your administrators have defined."),
        required(Word::Via, Type::String, "The notification service, such as `slack`."),
        required(Word::To, Type::String, "One recipient."),
    ],
    children: &[many(&ALLOW)],
    merge: Merge::Append,
    example: r#"notify on="aborted" via="slack" to="releases""#,
    ..section(Word::Notify, "Notifies one recipient of an event of the release.")
};

pub static ROLLOUT: NodeSpec = NodeSpec {
    properties: &[
        default(
            Word::MinReady,
            Type::Duration,
            "0s",
            "How long a new pod must be ready before it counts as available.",
        ),
        default(Word::ProgressDeadline, Type::Duration, "10m", "How long an update may go without progress."),
        default(
            Word::ProgressDeadlineAbort,
            Type::Boolean,
            "#true",
            "Whether to abort an update without progress; by default Argo Rollouts lets a stuck canary keep its traffic.",
        ),
        optional(Word::RollbackWindow, at_least(1), "A rollback by at most this many revisions skips all stages."),
        default(Word::RevisionHistoryLimit, at_least(0), "10", "The number of old ReplicaSets to keep."),
        default(Word::MaxSurge, Type::IntegerOrPercent, "25%", "The maximum number of extra pods."),
        default(
            Word::MaxUnavailable,
            Type::IntegerOrPercent,
            "0",
            "The maximum number of missing pods; the default of Argo Rollouts is 25%.",
        ),
        default(Word::ScaleDownDelay, Type::Duration, "30s", "How long the old pods stay after the release."),
        optional(
            Word::ScaleDownDelayRevisionLimit,
            at_least(0),
            "The number of old revisions that may stay up at the same time.",
        ),
        default(
            Word::AbortScaleDownDelay,
            Type::DurationOrNever,
            "30s",
            "How long the canary pods stay after an abort; `never` keeps them.",
        ),
        default(
            Word::DynamicStableScale,
            Type::Boolean,
            "#false",
            "Whether to scale down the stable pods while the canary grows.",
        ),
        default(
            Word::MinPodsPerReplicaSet,
            at_least(1),
            "1",
            "The minimum number of pods of each version that gets traffic.",
        ),
        default(
            Word::ReplicaProgressThreshold,
            Type::IntegerOrPercent,
            "100%",
            "How many pods of a stage must be available before the release continues.",
        ),
        default(Word::SuccessfulRunHistoryLimit, at_least(0), "5", "The number of successful analysis runs to keep."),
        default(
            Word::UnsuccessfulRunHistoryLimit,
            at_least(0),
            "5",
            "The number of unsuccessful analysis runs to keep.",
        ),
    ],
    children: &[one(&ANTI_AFFINITY), one(&CANARY_METADATA), one(&STABLE_METADATA), many(&ALLOW)],
    example: r#"rollout progress-deadline="15m" rollback-window=3"#,
    ..section(Word::Rollout, "Sets fields of the Rollout, with the names of Argo Rollouts.")
};

static ANTI_AFFINITY: NodeSpec = NodeSpec {
    properties: &[
        default(
            Word::Mode,
            Type::OneOf(AntiAffinityMode::WORDS),
            "preferred",
            "Whether the rule is a preference or a requirement.",
        ),
        optional(Word::Weight, Type::Integer { min: 1, max: 100 }, "The weight of the preference."),
    ],
    ..section(Word::AntiAffinity, "Schedules pods of the two versions on different nodes.")
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
        otherwise(Word::Name, Type::String, "the only object of that kind", "The name of the object."),
        optional(Word::Yaml, Type::Yaml, "The change: a mapping is a JSON merge patch, a list is a JSON patch."),
        optional(Word::File, Type::Path, "The file with the change."),
    ],
    children: &[many(&ALLOW)],
    merge: Merge::Append,
    example: r#"patch "HTTPRoute" name="shop" yaml="[{op: add, path: /spec/rules/0/timeouts, value: {request: 10s}}]""#,
    ..single(
        Word::Patch,
        Word::Kind,
        Type::String,
        "The kind of the object, such as `HTTPRoute`.",
        "Changes a generated object, for fields that the language does not cover.",
    )
};

static POD_LABELS: NodeSpec = map(Word::Labels, FreeKeys::Labels, "Labels of these pods.");

static POD_ANNOTATIONS: NodeSpec = map(Word::Annotations, FreeKeys::Annotations, "Annotations of these pods.");

pub static LABELS: NodeSpec = NodeSpec {
    example: r#"labels team="payments""#,
    ..map(Word::Labels, FreeKeys::Labels, "Labels of all generated objects.")
};

pub static ANNOTATIONS: NodeSpec = NodeSpec {
    example: r#"annotations "argocd.argoproj.io/sync-wave"="2""#,
    ..map(Word::Annotations, FreeKeys::Annotations, "Annotations of all generated objects.")
};
