//! In: the text of a KDL 2.0 document. Out: its tree with a span for every piece, and one diagnostic for each mistake.
//! It also prints a tree as text.
//!
//! The lexer splits the text into tokens, `braces` pairs the braces, and the parser builds the tree. No step stops at a
//! mistake. Some text that KDL allows but that is always a mistake is refused too: see `read`.

mod braces;
mod character;
mod format;
mod inner_quotes;
mod layout;
mod lexer;
mod mistake;
mod node_mistake;
mod number;
mod parser;
mod print;
mod quotes;
mod strings;
mod token;
mod value;
mod word_mistake;
mod words;

pub use self::format::format;
pub use self::print::print;

use self::mistake::Mistakes;
use self::token::{Kind, Token};
use super::tree::Document;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Source;

/// Reads a document. Mistakes are added to `diagnostics`; the tree contains everything that could be read.
///
/// Everything that KDL 2.0 refuses is an error. The following are errors too, although KDL accepts them: a word that
/// runs into `//` after a colon (`https://example.com`), values that begin with `'` or a typographic quote, bare values
/// that end with a comma, a name that ends with a colon, and nesting deeper than
/// [`limits::DEPTH`](super::limits::DEPTH).
pub fn read(source: &Source, diagnostics: &mut Diagnostics) -> Document {
    let mut mistakes = Mistakes::default();
    let lexed = lexer::lex(source, &mut mistakes);
    if let Some(diagnostic) = other_language(source, &lexed.tokens) {
        diagnostics.push(diagnostic);
        return Document::default();
    }
    let tokens = braces::balance(source, &mut mistakes, lexed.tokens, lexed.cut_off);
    let document = parser::parse(source, &mut mistakes, &tokens);
    mistakes.finish(diagnostics);
    document
}

/// The number of comments; a part that `/-` hides is one.
pub(super) fn comments(source: &Source) -> usize {
    let tokens = lexer::lex(source, &mut Mistakes::default()).tokens;
    let is_comment =
        |kind| matches!(kind, Kind::LineComment | Kind::BlockComment | Kind::ContinuedComment | Kind::Slashdash);
    tokens.iter().filter(|token| is_comment(token.kind)).count()
}

/// Reports that the text is YAML or JSON, if its first tokens show that. Reading it as KDL would only produce noise.
fn other_language(source: &Source, tokens: &[Token]) -> Option<Diagnostic> {
    let mut words = tokens.iter().filter(|token| !token.kind.is_trivia());
    let first = words.next()?;
    let text = &source.text[first.range()];
    let (name, extension) = match first.kind {
        Kind::Open => ("JSON", "json"),
        Kind::Identifier if text == "---" || (text.ends_with(':') && text.len() > 1) => ("YAML", "yaml"),
        Kind::Identifier
            if text == "-" && words.next().is_some_and(|next| source.text[next.range()].ends_with(':')) =>
        {
            ("YAML", "yaml")
        }
        _ => return None,
    };
    let help = if source.path.as_os_str() == "<stdin>" {
        format!("name standard input: `--stdin-name policy.canary.{extension}`, or write the policy in KDL")
    } else {
        format!(
            "rename the file to `….canary.{extension}`, or write the policy in KDL; `canaryc convert` translates it"
        )
    };
    Some(
        Diagnostic::new(
            Code::KdlOtherLanguage,
            source.range(first.start as usize, first.end as usize),
            format!("this looks like {name}, not KDL"),
        )
        .label("not KDL")
        .help(help),
    )
}
