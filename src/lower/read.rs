//! In: the text of a policy, in whichever syntax its name says. Out: its document tree.

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
