//! Policies that are built into the binary: `include "std:…"`. The texts are the files of the folder `policies/`.
//! In: a path such as `std:profiles/careful`. Out: its source.

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::files::FileError;
use crate::source::{Source, Span};

/// Name and text of every built-in policy, in alphabetical order.
pub const POLICIES: &[(&str, &str)] = &[
    ("std:profiles/careful", include_str!("../policies/profiles/careful.kdl")),
    ("std:profiles/quick", include_str!("../policies/profiles/quick.kdl")),
];

/// The built-in policy of a path; `None` when the path is not a `std:` one.
pub fn find(path: &Path) -> Option<Result<Arc<Source>, FileError>> {
    let name = path.to_str().filter(|name| name.starts_with("std:"))?;
    Some(match POLICIES.iter().find(|(known, _)| *known == name) {
        Some((known, text)) => Ok(Source::new(*known, *text)),
        None => Err(FileError::NotFound {
            nearest: suggest::nearest(name, POLICIES.iter().map(|(known, _)| *known)).map(str::to_owned),
        }),
    })
}

/// The diagnostic for a file, or a built-in policy, that cannot be included.
pub fn diagnostic(path: &Path, error: &FileError, span: Span, from: Option<&Path>) -> Diagnostic {
    match error {
        FileError::NotFound { nearest } if path.to_str().is_some_and(|name| name.starts_with("std:")) => {
            let diagnostic = Diagnostic::new(
                Code::FileUnreadable,
                span,
                format!("there is no built-in policy `{}`", path.display()),
            )
            .label("named here");
            match nearest {
                Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
                None => {
                    diagnostic.help(format!("there are {}", suggest::one_of(POLICIES.iter().map(|(name, _)| *name))))
                }
            }
        }
        _ => error.diagnostic(path, span, from),
    }
}
