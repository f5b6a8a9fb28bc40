//! In: an unknown name, or two equal names. Out: the one diagnostic for all unknown references, and the one for all
//! duplicates.

use super::{Applicability, Code, Diagnostic, suggest};
use crate::source::Span;

/// A reference to something that is not declared. `noun` is its kind: "profile", "stage" …
pub fn unknown(noun: &str, name: &str, span: Span, known: &[&str]) -> Diagnostic {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    let diagnostic = Diagnostic::new(Code::ReferenceUnknown, span, format!("there is no {noun} `{name}`"));
    match suggest::nearest(name, known.iter().copied()) {
        Some(nearest) => misspelt(diagnostic, span, nearest),
        None if known.is_empty() => diagnostic
            .label("unknown")
            .help(format!("nothing declares {article} {noun} here; declare it, or include the file that does")),
        None if known.len() == 1 => diagnostic.label("unknown").help(format!("there is only `{}`", known[0])),
        None => diagnostic.label("unknown").help(format!("there are `{}`", known.join("`, `"))),
    }
}

/// Adds the name that a quoted name at `span` probably stands for.
pub fn misspelt(diagnostic: Diagnostic, span: Span, nearest: &str) -> Diagnostic {
    diagnostic
        .label(format!("did you mean `{nearest}`?"))
        .help(format!("write `\"{nearest}\"`"))
        .fix(span, format!("\"{nearest}\""))
        .applicability(Applicability::MaybeIncorrect)
}

/// Two declarations with the same name.
pub fn twice(word: &str, name: Option<&str>, second: Span, first: Span) -> Diagnostic {
    let what = match name {
        Some(name) => format!("`{word} \"{name}\"`"),
        None => format!("`{word}`"),
    };
    Diagnostic::new(Code::LayerNamesake, second, format!("{what} is declared twice"))
        .label("second time")
        .also(first, "first time")
        .why("Which of the two counts would depend on the order of lines and files.")
        .help("keep one of them, or give this one another name")
}
