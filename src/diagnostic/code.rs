//! The table of codes: one line each, `Variant "group/name" Severity`. A code is stable once released;
//! its page is `pages/<group>-<name>.md` beside this file.

use super::Severity;

/// The phase that a code belongs to: the part of its name before the slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group(pub &'static str);

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident,)*) => {
        /// The stable name of a kind of mistake.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "each code has a page")]
        pub enum Code { $($variant,)* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its stable name, such as `kdl/unclosed-brace`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// How bad it is.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// Its page, as `canaryc explain` shows it.
            pub const fn page(self) -> &'static str {
                match self { $(Self::$variant => include_str!(concat!("pages/", $name, ".md")),)* }
            }
        }
    };
}

codes! {
    FileUnreadable "file/unreadable" Error,
    FileNotUtf8 "file/not-utf8" Error,
    WordUnknownNode "word/unknown-node" Error,
    WordUnknownProperty "word/unknown-property" Error,
    WordDuplicateProperty "word/duplicate-property" Error,
    WordDuplicateNode "word/duplicate-node" Error,
    WordSecondChoice "word/second-choice" Error,
    WordSurplusArgument "word/surplus-argument" Error,
    WordMissingArgument "word/missing-argument" Error,
    WordUnexpectedBlock "word/unexpected-block" Error,
    WordTypeAnnotation "word/type-annotation" Error,
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
    ProfileCycle "profile/cycle" Error,
    ReferenceUnknown "reference/unknown" Error,
    StageNeedsName "stage/needs-name" Error,
    StageNothingToInsertAt "stage/nothing-to-insert-at" Error,
    SupportNotYet "support/not-yet" Error,
    YamlListDue "yaml/list-due" Error,
    YamlMappingDue "yaml/mapping-due" Error,
    YamlNoValue "yaml/no-value" Error,
    YamlOneDocument "yaml/one-document" Error,
    YamlQuote "yaml/quote" Error,
    YamlValueDue "yaml/value-due" Error,
    PropertyMissing "property/missing" Error,
    ValueSubstituted "value/substituted" Error,
    MetadataInvalid "metadata/invalid" Error,
    SubstituteUnknown "substitute/unknown" Error,
    SubstituteUnavailable "substitute/unavailable" Error,
    SubstituteUnclosed "substitute/unclosed" Error,
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
    KdlMissingSpace "kdl/missing-space" Error,
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
    /// The code of a name.
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
