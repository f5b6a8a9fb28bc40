//! Names that canaryc makes of other names: whether there is room for every suffix that will be added.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::source::Span;
use crate::units::name::{Name, NameError};

/// Says that a name leaves no room for a suffix.
pub fn too_long(cx: &mut Context<'_>, span: Span, error: &NameError) {
    cx.report(
        Diagnostic::new(Code::NameNoRoom, span, error.message())
            .label(error.label())
            .why("The API server refuses a longer name, in the middle of an apply that has begun.")
            .help(error.help()),
    );
}

/// Says so when `-suffix` cannot be added to a release's name; `cause` is what asks for the suffix.
pub fn room(cx: &mut Context<'_>, name: &Sourced<Name>, suffix: &str, cause: Option<Span>) -> bool {
    let Err(error) = name.value.with_suffix(suffix) else { return true };
    let mut diagnostic = Diagnostic::new(Code::NameNoRoom, name.span(), error.message())
        .label(error.label())
        .why("The API server refuses a longer name, in the middle of an apply that has begun.")
        .help(error.help());
    if let Some(cause) = cause {
        diagnostic = diagnostic.also(cause, format!("adds `{suffix}`"));
    }
    cx.report(diagnostic);
    false
}
