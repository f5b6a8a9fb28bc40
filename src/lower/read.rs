//! In: the text of a policy. Out: its document tree. The file name selects the syntax.

use super::read_yaml;
use crate::diagnostic::Diagnostics;
use crate::source::{Source, Syntax};
use crate::syntax::kdl;
use crate::syntax::tree::Document;

/// Reads a policy.
pub fn read(source: &Source, diagnostics: &mut Diagnostics) -> Document {
    match source.syntax() {
        Syntax::Kdl => kdl::read(source, diagnostics),
        Syntax::Yaml => read_yaml(source, diagnostics),
    }
}
