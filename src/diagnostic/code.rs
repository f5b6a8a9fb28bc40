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
