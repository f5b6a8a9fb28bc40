//! The table of rules: one line for each, `Variant "group/name" Severity group::rule`, in the order of their names. The
//! page of a rule is beside its file: `<group>/<rule>.rs`, `<group>/<name>.md`. `Severity(in every environment)` reports
//! a code only if it occurs in every environment.
//!
//! The table is a macro because two parts of the library read it: the codes, which must not know the rules, take the
//! codes, and [`super::run`] takes the rules.

/// Passes the table to the macro `$reader`, behind what `$reader` gets besides.
macro_rules! rules {
    ($reader:ident! { $($own:tt)* }) => {
        $reader! {
            $($own)*
            rules {
                AudienceNeverAdmitted "audience/never-admitted" Warning audience::never_admitted,
                AutoscalerCanaryPods "autoscaler/canary-pods" Warning autoscaler::canary_pods,
                AutoscalerZeroPods "autoscaler/zero-pods" Warning autoscaler::zero_pods,
                CheckLimits "check/limits" Error check::limits,
                CheckNothingToCompare "check/nothing-to-compare" Error check::nothing_to_compare,
                CheckUnused "check/unused" Warning(in every environment) check::unused,
                JobName "job/name" Error job::name,
                NameNoRoom "name/no-room" Error name::no_room,
                ProviderGrpcStatus "provider/grpc-status" Warning provider::grpc_status,
                ProviderOtherGateway "provider/other-gateway" Error provider::other_gateway,
                ReleaseUnwatched "release/unwatched" Warning(in every environment) release::unwatched,
                RolloutAbortDelay "rollout/abort-delay" Error rollout::abort_delay,
                RolloutMetadata "rollout/metadata" Error rollout::metadata,
                RolloutMinPods "rollout/min-pods" Warning rollout::min_pods,
                RolloutNoStablePods "rollout/no-stable-pods" Error rollout::no_stable_pods,
                RolloutRollbackWindow "rollout/rollback-window" Warning rollout::rollback_window,
                RolloutScaleDownDelay "rollout/scale-down-delay" Error rollout::scale_down_delay,
                RolloutSlowPods "rollout/slow-pods" Error rollout::slow_pods,
                RolloutSlowStart "rollout/slow-start" Warning rollout::slow_start,
                RolloutThreshold "rollout/threshold" Error rollout::threshold,
                RolloutWithRouter "rollout/with-router" Warning rollout::with_router,
                StageAdmittedTwice "stage/admitted-twice" Error stage::admitted_twice,
                StageNothingHappens "stage/nothing-happens" Error stage::nothing_happens,
                StageOverload "stage/overload" Warning stage::overload,
                StageReplicas "stage/replicas" Error stage::replicas,
                StageSameName "stage/same-name" Error stage::same_name,
                StageSamePods "stage/same-pods" Error stage::same_pods,
                StageSamePodsAtMinimum "stage/same-pods-at-minimum" Warning stage::same_pods_at_minimum,
                StageShareDiffers "stage/share-differs" Warning stage::share_differs,
                WatchCannotAbort "watch/cannot-abort" Error watch::cannot_abort,
                WatchNothingExposed "watch/nothing-exposed" Error watch::nothing_exposed,
                WatchTooSlow "watch/too-slow" Warning watch::too_slow,
                WorkloadIdlePods "workload/idle-pods" Warning workload::idle_pods,
                WorkloadNeverScaledDown "workload/never-scaled-down" Warning workload::never_scaled_down,
                WorkloadOwnPods "workload/own-pods" Error workload::own_pods,
                WorkloadRecreate "workload/recreate" Warning workload::recreate,
            }
        }
    };
}

pub(crate) use rules;
