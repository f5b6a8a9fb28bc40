//! The table of codes: one line for each, `Variant "group/name" Severity`. A code is stable once released; its page is
//! `pages/<group>/<name>.md` beside this file. The codes of rules are in the table of rules, and their pages are beside
//! the rules. `Severity(in every environment)` reports a code only if it occurs in every environment.

use super::Severity;
use crate::lint::table::rules;

/// The phase that a code belongs to: the part of its name before the slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group(pub &'static str);

/// Passes both tables to [`define`].
macro_rules! codes {
    ($($table:tt)*) => { rules! { define! { codes { $($table)* } } } };
}

macro_rules! define {
    (
        codes { $($variant:ident $name:literal $severity:ident $(($($where:tt)*))?,)* }
        rules {
            $($rule:ident $rule_name:literal $rule_severity:ident $(($($rule_where:tt)*))? $group:ident::$file:ident,)*
        }
    ) => {
        /// The stable name of a kind of mistake.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "each code has a page")]
        pub enum Code { $($variant,)* $($rule,)* }

        impl Code {
            /// Every code, in the order of the tables.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)* $(Self::$rule,)*];

            /// Its stable name, such as `kdl/unclosed-brace`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* $(Self::$rule => $rule_name,)* }
            }

            /// How bad it is; a [level](super::Levels) can change it for a warning.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$variant => Severity::$severity,)*
                    $(Self::$rule => Severity::$rule_severity,)*
                }
            }

            /// Whether environments may differ in it on purpose: an environment that removes the router or the watch
            /// does so deliberately. The diagnostic is then reported only if it occurs in every environment.
            pub const fn is_intended_in_some_environments(self) -> bool {
                match self {
                    $(Self::$variant => is_everywhere!($($($where)*)?),)*
                    $(Self::$rule => is_everywhere!($($($rule_where)*)?),)*
                }
            }

            /// Its page, as `canaryc explain` shows it.
            pub const fn page(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("pages/", $name, ".md")),)*
                    $(Self::$rule => include_str!(concat!("../lint/", $rule_name, ".md")),)*
                }
            }
        }
    };
}

/// What stands in parentheses behind a severity.
macro_rules! is_everywhere {
    () => {
        false
    };
    (in every environment) => {
        true
    };
}

codes! {
    CommandNoSuchPath "command/no-such-path" Error,
    CommandNothingFound "command/nothing-found" Error,
    CommandUnknownCode "command/unknown-code" Error,
    CommandUnwritable "command/unwritable" Error,
    CommandNoResult "command/no-result" Error,
    ClusterConfiguration "cluster/configuration" Error,
    ClusterUnreachable "cluster/unreachable" Error,
    ClusterUnauthorized "cluster/unauthorized" Error,
    ClusterForbidden "cluster/forbidden" Error,
    ClusterNoDefinition "cluster/no-definition" Error,
    ClusterNotFound "cluster/not-found" Error,
    ClusterNoSuchStage "cluster/no-such-stage" Error,
    ClusterConflict "cluster/conflict" Error,
    ClusterRefused "cluster/refused" Error,
    ApplyInFlight "apply/in-flight" Error,
    ApplyForeignOwner "apply/foreign-owner" Error,
    ApplySelector "apply/selector" Error,
    ApplyIncomplete "apply/incomplete" Error,
    ApplyNotTaken "apply/not-taken" Warning,
    ApplyNoWorkload "apply/no-workload" Warning,
    ApplyEstimated "apply/estimated" Warning,
    ActNothingInFlight "act/nothing-in-flight" Error,
    ActAborted "act/aborted" Error,
    ActNotAborted "act/not-aborted" Error,
    ActNotWaiting "act/not-waiting" Error,
    ActPaused "act/paused" Error,
    ActNotPaused "act/not-paused" Error,
    ActStage "act/stage" Error,
    ActRevision "act/revision" Error,
    ActRestarting "act/restarting" Error,
    ActInvalidSpec "act/invalid-spec" Error,
    ActOvertaken "act/overtaken" Error,
    ActNotTaken "act/not-taken" Error,
    FileTooLarge "file/too-large" Error,
    FileUnreadable "file/unreadable" Error,
    FileDeclaresNothing "file/declares-nothing" Warning,
    FileNotUtf8 "file/not-utf8" Error,
    FileOutside "file/outside" Error,
    FileUnrecognized "file/unrecognized" Error,
    RouteWithoutService "emit/route-without-service" Error,
    AnalysisArgument "emit/argument-twice" Error,
    WordUnknownNode "word/unknown-node" Error,
    WordUnknownProperty "word/unknown-property" Error,
    WordDuplicateProperty "word/duplicate-property" Error,
    WordDuplicateNode "word/duplicate-node" Error,
    WordSecondChoice "word/second-choice" Error,
    WordSurplusArgument "word/surplus-argument" Error,
    WordMissingArgument "word/missing-argument" Error,
    WordUnexpectedBlock "word/unexpected-block" Error,
    WordTypeAnnotation "word/type-annotation" Error,
    WordTooMany "word/too-many" Error,
    ValueType "value/type" Error,
    ValueUnit "value/unit" Error,
    ValueName "value/name" Error,
    ValueRange "value/range" Error,
    ValueWord "value/word" Error,
    ValueControlCharacter "value/control-character" Error,
    ValueHole "value/hole" Error,
    ObjectUnknownField "object/unknown-field" Error,
    ObjectMissingField "object/missing-field" Error,
    ObjectWrongType "object/wrong-type" Error,
    ObjectBadValue "object/bad-value" Error,
    ObjectChoice "object/choice" Error,
    PodContainer "pod/container" Error,
    PodDuplicate "pod/duplicate" Error,
    PodEnvironment "pod/environment" Error,
    PodLabel "pod/label" Error,
    PodLifetime "pod/lifetime" Error,
    PodName "pod/name" Error,
    PodPort "pod/port" Error,
    PodProbe "pod/probe" Error,
    PodRepeatedVariable "pod/repeated-variable" Warning,
    PodResources "pod/resources" Error,
    PodScheduling "pod/scheduling" Error,
    PodSecurity "pod/security" Error,
    PodSelector "pod/selector" Error,
    PodVolume "pod/volume" Error,
    JobManifest "job/manifest" Error,
    BundleAnalysis "bundle/analysis" Error,
    BundleArgument "bundle/argument" Error,
    BundleDuplicateObject "bundle/duplicate-object" Error,
    BundleMetric "bundle/metric" Error,
    BundleMissingObject "bundle/missing-object" Error,
    BundleMissingPort "bundle/missing-port" Error,
    BundleRoute "bundle/route" Error,
    BundleSelector "bundle/selector" Error,
    BundleSize "bundle/size" Error,
    BundleStep "bundle/step" Error,
    BundleStrategy "bundle/strategy" Error,
    PatchForm "patch/form" Error,
    PatchPath "patch/path" Error,
    PatchTest "patch/test" Error,
    PatchTarget "patch/target" Error,
    PatchOwned "patch/owned" Error,
    IncludeCycle "include/cycle" Error,
    IncludeOfRelease "include/release" Error,
    LayerNamesake "layer/namesake" Error,
    LayerNothingToAmend "layer/nothing-to-amend" Error,
    LayerNothingToRemove "layer/nothing-to-remove" Error,
    ParameterName "parameter/name" Error,
    ParameterType "parameter/type" Error,
    ParameterRange "parameter/range" Error,
    ParameterUnknown "parameter/unknown" Error,
    ParameterUndeclared "parameter/undeclared" Error,
    ParameterMissing "parameter/missing" Error,
    ParameterTooLong "parameter/too-long" Error,
    ProfileCycle "profile/cycle" Error,
    ReferenceUnknown "reference/unknown" Error,
    StageNeedsName "stage/needs-name" Error,
    StageNothingToInsertAt "stage/nothing-to-insert-at" Error,
    EnvironmentUnknown "environment/unknown" Error,
    EnvironmentUnsaid "environment/unsaid" Error,
    BuildSameObject "build/same-object" Error,
    WhyQuestion "why/question" Error,
    CommandUsage "command/usage" Error,
    SupportNotYet "support/not-yet" Error,
    CheckNoMeasure "check/no-measure" Error,
    CheckThresholdUnit "check/threshold-unit" Error,
    CheckTwoVerdicts "check/two-verdicts" Error,
    CheckNoVerdict "check/no-verdict" Error,
    CheckCannotPass "check/cannot-pass" Error,
    CheckBudget "check/budget" Warning,
    CheckCannotFail "check/cannot-fail" Error,
    CheckCondition "check/condition" Error,
    CheckDirection "check/direction" Error,
    CheckJudgesItself "check/judges-itself" Error,
    CheckTolerant "check/tolerant" Warning,
    CheckWindows "check/windows" Error,
    CheckTwoFigures "check/two-figures" Error,
    CheckOverlap "check/overlap" Warning,
    CheckTemplateArgument "check/template-argument" Error,
    CheckNoDataOfAnswer "check/no-data-of-answer" Error,
    ProviderUnknownKind "provider/unknown-kind" Error,
    ProviderMissing "provider/missing" Error,
    ProviderTelemetry "provider/telemetry" Error,
    WebUrl "web/url" Error,
    WebHeader "web/header" Error,
    WebHost "web/host" Error,
    WebScope "web/scope" Warning,
    WebPlainText "web/plain-text" Error,
    WebJsonPath "web/json-path" Error,
    WebBody "web/body" Error,
    JobTwoSources "job/two-sources" Error,
    JobMount "job/mount" Error,
    JobFile "job/file" Error,
    QueryMissing "query/missing" Error,
    QuerySetting "query/setting" Error,
    QueryRange "query/range" Error,
    QueryPromql "query/promql" Error,
    QueryLanguage "query/language" Error,
    QuerySurprise "query/surprise" Warning,
    QueryWindowEmpty "query/window-empty" Error,
    QueryWindowShort "query/window-short" Warning,
    QueryConstant "query/constant" Error,
    QueryScope "query/scope" Error,
    QueryLiteralRange "query/literal-range" Warning,
    YamlListDue "yaml/list-due" Error,
    YamlMappingDue "yaml/mapping-due" Error,
    YamlNoValue "yaml/no-value" Error,
    YamlOneDocument "yaml/one-document" Error,
    YamlQuote "yaml/quote" Error,
    YamlValueDue "yaml/value-due" Error,
    PropertyMissing "property/missing" Error,
    MetadataInvalid "metadata/invalid" Error,
    SubstituteUnavailable "substitute/unavailable" Error,
    YamlControlCharacter "yaml/control-character" Error,
    YamlDuplicateKey "yaml/duplicate-key" Error,
    YamlKeyNotString "yaml/key-not-string" Error,
    YamlMergeKey "yaml/merge-key" Error,
    YamlSyntax "yaml/syntax" Error,
    YamlTabIndentation "yaml/tab-indentation" Error,
    YamlTag "yaml/tag" Error,
    YamlTooDeep "yaml/too-deep" Error,
    YamlTooManyAliases "yaml/too-many-aliases" Error,
    YamlUnclosed "yaml/unclosed" Error,
    YamlUnknownAlias "yaml/unknown-alias" Error,
    ManifestHelmTemplate "manifest/helm-template" Error,
    ManifestIncomplete "manifest/incomplete" Error,
    ManifestNumber "manifest/number" Error,
    AllowCode "allow/code" Error,
    AllowUnused "allow/unused" Warning,
    AudienceAny "audience/any" Error,
    AudienceCookie "audience/cookie" Error,
    AudienceDroppedHeader "audience/dropped-header" Warning,
    AudienceEmpty "audience/empty" Error,
    AudienceExistingRoute "audience/existing-route" Warning,
    AudienceHeaderName "audience/header-name" Error,
    AudienceHeaderTwice "audience/header-twice" Error,
    AudienceManagedName "audience/managed-name" Error,
    AudienceMatcher "audience/matcher" Error,
    AudienceNoHeaders "audience/no-headers" Error,
    AudienceOverlap "audience/overlap" Warning,
    AudienceOwnHeader "audience/own-header" Error,
    AudiencePinnedOnly "audience/pinned-only" Error,
    AudienceRegexLiteral "audience/regex-literal" Warning,
    AudienceShare "audience/share" Error,
    AudienceSharedHeader "audience/shared-header" Error,
    AutoscalerBounds "autoscaler/bounds" Error,
    AutoscalerElsewhere "autoscaler/elsewhere" Error,
    AutoscalerNoRequests "autoscaler/no-requests" Warning,
    AutoscalerSource "autoscaler/source" Error,
    AutoscalerTarget "autoscaler/target" Error,
    AutoscalerUnseen "autoscaler/unseen" Error,
    JobWords "job/words" Warning,
    DurationWholeSeconds "value/whole-seconds" Error,
    GateEmpty "gate/empty" Error,
    GateTwice "gate/twice" Error,
    ManifestEmpty "manifest/empty" Error,
    ManifestNoSuchObject "manifest/no-such-object" Error,
    MetadataReserved "metadata/reserved" Error,
    NotifyKey "notify/key" Error,
    NotifyRecipient "notify/recipient" Error,
    NotifyTrigger "notify/trigger" Error,
    NotifyTwice "notify/twice" Warning,
    PatchKind "patch/kind" Error,
    PatchSource "patch/source" Error,
    RegexInvalid "value/regex" Error,
    ValueCredential "value/credential" Warning,
    RolloutAntiAffinity "rollout/anti-affinity" Error,
    RolloutDeadline "rollout/deadline" Error,
    RolloutDynamicDelay "rollout/dynamic-delay" Error,
    RolloutNoRoom "rollout/no-room" Error,
    RolloutWithoutRouter "rollout/without-router" Warning,
    ServiceVersionLabel "service/version-label" Warning,
    RouteBackendTwice "route/backend-twice" Error,
    RouteCanaryOnlyRule "route/canary-only-rule" Error,
    RouteHostAsName "route/host-as-name" Warning,
    RouteHostInMesh "route/host-in-mesh" Error,
    RouteKind "route/kind" Error,
    RouteMissing "route/missing" Error,
    RouteNoGateway "route/no-gateway" Error,
    RouteNoStableBackend "route/no-stable-backend" Error,
    RouteNotCopied "route/not-copied" Warning,
    RouteOtherBackend "route/other-backend" Error,
    RoutePath "route/path" Error,
    RouteRetry "route/retry" Warning,
    RouteSessionAffinity "route/session-affinity" Warning,
    RouteSource "route/source" Error,
    RouteThirdBackend "route/third-backend" Error,
    RouteTooManyRules "route/too-many-rules" Error,
    RouteUnknownPort "route/unknown-port" Error,
    RouteWeights "route/weights" Warning,
    RouteWithoutRouter "route/without-router" Warning(in every environment),
    RouterAnnotationIgnored "router/annotation-ignored" Warning,
    RouterCannot "router/cannot" Error,
    RouterExperimentWeight "router/experiment-weight" Error,
    RouterGateway "router/gateway" Error,
    RouterImplementation "router/implementation" Error,
    RouterMeshAndGateway "router/mesh-and-gateway" Error,
    RouterNeeded "router/needed" Error,
    RouterNoMirror "router/no-mirror" Error,
    ServiceMissing "service/missing" Error,
    ServiceName "service/name" Error,
    ServiceNoPort "service/no-port" Error,
    ServiceNoSuchPort "service/no-such-port" Error,
    ServicePingPong "service/ping-pong" Error,
    ServicePortName "service/port-name" Error,
    ServiceSameName "service/same-name" Error,
    ServiceSelector "service/selector" Error,
    ServiceTwoSources "service/two-sources" Error,
    ServiceUndeclaredPort "service/undeclared-port" Warning,
    ServiceWithoutRouter "service/without-router" Warning,
    StageMissing "stage/missing" Error,
    StageName "stage/name" Error,
    StageNameLies "stage/name-lies" Error,
    StageNameless "stage/nameless" Error,
    StagePinnedAudience "stage/pinned-audience" Error,
    StagePlugin "stage/plugin" Error,
    StageRamp "stage/ramp" Error,
    StageReservedName "stage/reserved-name" Error,
    StageWeightFalls "stage/weight-falls" Error,
    StageWeightFraction "stage/weight-fraction" Error,
    WorkloadCopy "workload/copy" Error,
    WorkloadDisruptionBudget "workload/disruption-budget" Warning,
    WorkloadEmbed "workload/embed" Error,
    WorkloadKind "workload/kind" Error,
    WorkloadMissing "workload/missing" Error,
    ManifestNamespace "manifest/namespace" Error,
    WorkloadNoTemplate "workload/no-template" Error,
    WorkloadReplicas "workload/replicas" Error,
    WorkloadReplicasIgnored "workload/replicas-ignored" Warning,
    WorkloadScaleDown "workload/scale-down" Error,
    WorkloadSelector "workload/selector" Error,
    WorkloadZeroReplicas "workload/zero-replicas" Error,
    YamlDocuments "yaml/documents" Error,
    KdlUnclosedBrace "kdl/unclosed-brace" Error,
    KdlStrayBrace "kdl/stray-brace" Error,
    KdlUnclosedString "kdl/unclosed-string" Error,
    KdlUnclosedComment "kdl/unclosed-comment" Error,
    KdlMultiLineString "kdl/multi-line-string" Error,
    KdlInvalidEscape "kdl/invalid-escape" Error,
    KdlMissingQuotes "kdl/missing-quotes" Error,
    KdlInvalidNumber "kdl/invalid-number" Error,
    KdlBareKeyword "kdl/bare-keyword" Error,
    KdlUnknownKeyword "kdl/unknown-keyword" Error,
    KdlOldRawString "kdl/old-raw-string" Error,
    KdlForeignQuotes "kdl/foreign-quotes" Error,
    KdlComma "kdl/comma" Error,
    KdlColon "kdl/colon" Error,
    KdlBrackets "kdl/brackets" Error,
    KdlHashComment "kdl/hash-comment" Error,
    KdlForbiddenCharacter "kdl/forbidden-character" Error,
    KdlLineContinuation "kdl/line-continuation" Error,
    KdlMissingValue "kdl/missing-value" Error,
    KdlMissingName "kdl/missing-name" Error,
    KdlMisplacedProperty "kdl/misplaced-property" Error,
    KdlMissingSpace "kdl/missing-space" Error,
    KdlUnescapedQuote "kdl/unescaped-quote" Error,
    KdlMisplacedBlock "kdl/misplaced-block" Error,
    KdlBehindBlock "kdl/behind-block" Error,
    KdlDanglingSlashdash "kdl/dangling-slashdash" Error,
    KdlTypeAnnotation "kdl/type-annotation" Error,
    KdlStraySemicolon "kdl/stray-semicolon" Error,
    KdlTooDeep "kdl/too-deep" Error,
    KdlTooManyMistakes "kdl/too-many-mistakes" Error,
    KdlOtherLanguage "kdl/other-language" Error,
}

impl Code {
    /// The code with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// The part of the name before the slash.
    pub fn group(self) -> Group {
        let name = self.name();
        Group(name.split_once('/').map_or(name, |(group, _)| group))
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}
