//! In: `template` and `cluster-template`. Out: a reference to an existing AnalysisTemplate, with its arguments.

use super::{Read, Subject};
use crate::diagnostic::{Code, Diagnostic};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::measure::MeasureKind;
use crate::policy::reader::Reader;
use crate::policy::substitute::{self, Scope};
use crate::syntax::tree::{Scalar, Text};
use crate::units::name::Name;
use crate::vocabulary::Word;

/// The name of the template. It may contain `{{…}}`; it must be a valid name once that is filled in.
fn template_name(cx: &mut Context<'_>, node: Reader<'_>) -> Option<Sourced<Name>> {
    let value = node.block.argument()?;
    let text = node.argument::<Text>(cx)?;
    match Name::of(&text.value) {
        Ok(name) => Some(Sourced::new(name, text.origin)),
        Err(error) => {
            let span = cx.locate(value, error.range.clone());
            let diagnostic = Diagnostic::new(Code::ValueType, span, error.message());
            cx.report(diagnostic.label(error.label()).help(error.help()));
            None
        }
    }
}

pub(super) fn template(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    let node = subject.node;
    let name = template_name(cx, node)?;
    let scope = Scope { hashes: true, ..Scope::default() };
    let mut arguments = Vec::new();
    for (key, value) in &node.block.free {
        let text = match &value.scalar {
            Scalar::String(_) if value.is_sound() => substitute::template(cx, value, scope),
            _ => None,
        };
        if let Some(text) = text {
            if text.value.parts.len() > 1 && text.value.arguments().next().is_some() {
                cx.report(
                    Diagnostic::new(
                        Code::CheckTemplateArgument,
                        text.span(),
                        "an argument cannot combine a hash with other text",
                    )
                    .label("the controller substitutes the hash")
                    .why("The controller passes either a fixed text or a hash as an argument: it does not join them.")
                    .help("pass only the hash: `hash=\"{{canary-hash}}\"`, and join the text in the template"),
                );
                continue;
            }
            arguments.push((Sourced::written(Text::clone(&key.value), key.span), text));
        }
    }
    let cluster = node.block.word() == Word::ClusterTemplate;
    let kind = MeasureKind::Template { name, cluster, arguments };
    Some(Read { kind, provider: None, secrets: Vec::new(), answer: None })
}
