//! The closed sets of words of a release, its workload, stages and settings.
//! In: nothing. Out: an enum for each, with its spellings.

choices! {
    /// `strategy=`
    Strategy {
        /// The weight grows from stage to stage.
        Canary "canary",
        /// Two full sets of pods and one switch.
        BlueGreen "blue-green",
    }

    /// `kind=` of a workload: the kinds that a Rollout can refer to, as Kubernetes spells them.
    WorkloadKind {
        /// `apps/v1`
        Deployment "Deployment",
        /// `apps/v1`
        ReplicaSet "ReplicaSet",
        /// `v1`
        PodTemplate "PodTemplate",
    }

    /// `mode=` of a workload
    PodTemplateMode {
        /// The Rollout refers to the workload.
        Reference "reference",
        /// The Rollout contains the pod template.
        Embed "embed",
    }

    /// `scale-down=`
    ScaleDown {
        /// The workload is scaled down after the first release succeeds.
        OnSuccess "on-success",
        /// The workload shrinks as the Rollout grows.
        Progressively "progressively",
        /// The workload keeps its pods.
        Never "never",
    }

    /// `kind=` of an autoscaler, as Kubernetes spells it
    AutoscalerKind {
        /// `autoscaling/v2`
        HorizontalPodAutoscaler "HorizontalPodAutoscaler",
        /// KEDA's.
        ScaledObject "ScaledObject",
    }

    /// `promote=`
    Promotion {
        /// The release continues by itself.
        Auto "auto",
        /// A person promotes it.
        Manual "manual",
    }

    /// `at=` of a gate
    GateTime {
        /// After the pause.
        End "end",
        /// Before the pause.
        Start "start",
    }

    /// `mode=` of `anti-affinity`
    AntiAffinityMode {
        /// The scheduler tries to spread the pods.
        Preferred "preferred",
        /// The scheduler must spread the pods.
        Required "required",
    }

    /// `on=` of a notification
    Event {
        /// The release was aborted.
        Aborted "aborted",
        /// The release has ended.
        Completed "completed",
        /// The release waits.
        Paused "paused",
        /// A step has ended.
        StepCompleted "step-completed",
        /// The Rollout has changed.
        Updated "updated",
        /// The number of pods has changed.
        Scaled "scaled",
        /// An analysis run has failed.
        AnalysisFailed "analysis-failed",
        /// An analysis run could not measure.
        AnalysisError "analysis-error",
        /// An analysis run has begun.
        AnalysisRunning "analysis-running",
    }

    /// `type=` of a parameter
    ParameterType {
        /// `"30s"`
        Duration "duration",
        /// `"5%"`
        Percent "percent",
        /// A whole number.
        Integer "integer",
        /// A number.
        Number "number",
        /// `"120/s"`
        Rate "rate",
        /// Any text.
        String "string",
        /// A host name.
        Host "host",
        /// `#true`, `#false`.
        Boolean "boolean",
    }
}
