//! In: a text with holes, and the secrets in scope. Out: the text in Argo's syntax. Its holes become arguments.

use super::arguments::{Arguments, Source};
use super::secret::Secret;
use crate::manifest::{Field, Origin};
use crate::policy::sourced::Sourced;
use crate::policy::template::{Argument, Template};

/// What the holes of a text may name.
pub struct Holes<'a> {
    /// The secrets in scope.
    pub secrets: Vec<&'a Secret>,
    /// The arguments of the template.
    pub arguments: &'a mut Arguments,
}

impl Holes<'_> {
    /// The text as a field.
    pub fn field(&mut self, template: &Sourced<Template>) -> Field {
        Field::new(self.text(&template.value, template.origin), template.origin)
    }

    /// The text, with `{{args.…}}` in its holes.
    pub fn text(&mut self, template: &Template, origin: Origin) -> String {
        for argument in template.arguments() {
            self.need(argument, origin);
        }
        template.render()
    }

    /// Adds an argument that a hole needs.
    pub fn need(&mut self, argument: &Argument, origin: Origin) {
        let source = match argument {
            Argument::Hash(side) => Some(Source::Hash(*side)),
            Argument::Namespace => Some(Source::Namespace),
            Argument::Secret(name) => self
                .secrets
                .iter()
                .find(|secret| secret.name.value == *name)
                .map(|secret| Source::Secret((*secret).clone())),
        };
        if let Some(source) = source {
            self.arguments.need(argument.name(), source, origin);
        }
    }
}
