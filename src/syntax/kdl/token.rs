//! The tokens of a KDL text. White space inside a line has no token of its own: the next token records it.

/// What a token is. Kinds after `Raw…` contain a mistake; the parser reports it when it reads the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One or more newlines, with blank lines between them.
    Newline,
    /// The newline that a `\` continues.
    ContinuedNewline,
    /// `// …`
    LineComment,
    /// `/* … */`
    BlockComment,
    /// A `\` at the end of a line.
    Continuation,
    /// `// …` after such a `\`.
    ContinuedComment,
    /// `{`
    Open,
    /// `}`
    Close,
    /// `(`
    ParenthesisOpen,
    /// `)`
    ParenthesisClose,
    /// `=`
    Equals,
    /// `;`
    Semicolon,
    /// `/-`
    Slashdash,
    /// A bare word.
    Identifier,
    /// A number that is written correctly.
    Number,
    /// `#true`, `#false`, `#null`, `#inf`, `#-inf`, `#nan`.
    Keyword,
    /// `"…"` without a backslash.
    Quoted,
    /// `"…"` with a backslash.
    Escaped,
    /// `"""…"""` over several lines.
    MultiLine,
    /// `#"…"#`
    Raw,
    /// `#"""…"""#` over several lines.
    RawMultiLine,
    /// `true`, `inf` … without their `#`.
    Reserved,
    /// `[` or `]`.
    Bracket,
    /// A word that needs quotes.
    BadWord,
    /// `'…'`, `“…”`
    ForeignQuoted,
    /// `r"…"`, `r#"…"#` of KDL 1.
    OldRaw,
    /// `#something`
    UnknownKeyword,
    /// `# …`, a comment of another language, to the end of the line.
    HashComment,
    /// An unclosed string, which ends with its line.
    UnclosedString,
    /// An unclosed raw string, which ends with its line or at a `"` without the `#`.
    UnclosedRaw,
    /// An unclosed `"""`.
    UnclosedMultiLine,
    /// `10m"`: a string without its opening quote.
    Unopened,
    /// `"…"` with quotes inside it that end it.
    InnerQuotes,
    /// `"…"` over several lines.
    SplitString,
    /// `"""…"""` on one line.
    OneLineTriple,
    /// A raw string that closes with more `#` than it opened with.
    ExtraHashes,
    /// The end of the text.
    End,
}

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Whether white space or a comment precedes it.
    pub spaced: bool,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Token {
    /// Its bytes in the text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl Kind {
    /// Comments and continued lines, which are allowed between any two tokens of a node.
    pub fn is_inline_trivia(self) -> bool {
        matches!(self, Self::BlockComment | Self::Continuation | Self::ContinuedComment | Self::ContinuedNewline)
    }

    /// Tokens that separate nodes but belong to none.
    pub fn is_trivia(self) -> bool {
        self.is_inline_trivia() || matches!(self, Self::Newline | Self::LineComment | Self::HashComment)
    }

    /// Whether the parser can read a value from it.
    pub fn is_value(self) -> bool {
        matches!(
            self,
            Self::Identifier
                | Self::Number
                | Self::Keyword
                | Self::Quoted
                | Self::Escaped
                | Self::MultiLine
                | Self::Raw
                | Self::RawMultiLine
                | Self::Reserved
                | Self::BadWord
                | Self::ForeignQuoted
                | Self::OldRaw
                | Self::UnknownKeyword
                | Self::UnclosedString
                | Self::UnclosedRaw
                | Self::UnclosedMultiLine
                | Self::Unopened
                | Self::InnerQuotes
                | Self::SplitString
                | Self::OneLineTriple
                | Self::ExtraHashes
        )
    }
}
