//! In: `template` and `cluster-template`. Out: the reference to an AnalysisTemplate that exists, with its arguments.

use super::{Read, Subject};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::measure::MeasureKind;
use crate::policy::substitute::{self, Scope};
use crate::syntax::tree::{Scalar, Text};
use crate::units::name::Name;
use crate::vocabulary::Word;

pub(super) fn template(cx: &mut Context<'_>, subject: &Subject<'_>) -> Option<Read> {
    let node = subject.node;
    let name = node.argument::<Name>(cx)?;
    let scope = Scope { hashes: true, ..Scope::default() };
    let mut arguments = Vec::new();
    for (key, value) in &node.block.free {
        let text = match &value.scalar {
            Scalar::String(_) if value.sound => substitute::template(cx, value, scope),
            _ => None,
        };
        if let Some(text) = text {
            arguments.push((Sourced::written(Text::clone(&key.value), key.span), text));
        }
    }
    let cluster = node.block.word() == Word::ClusterTemplate;
    Some((MeasureKind::Template { name, cluster, arguments }, None, Vec::new()))
}
