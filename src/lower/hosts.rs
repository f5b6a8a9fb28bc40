//! In: a route whose host is a list, such as `hosts="a.example.com,b.example.com"`. Out: one diagnostic with a route for
//! each host.

use super::written_as::{has_property, properties};
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix};
use crate::source::{Spanned, Syntax};
use crate::syntax::tree::{Entry, Node, Text};
use crate::units::name::NameKind;
use crate::vocabulary::{NodeSpec, Word};

/// The diagnostic about several hosts in one property.
pub(super) fn several(
    spec: &NodeSpec,
    name: &Spanned<Text>,
    entry: &Entry,
    node: &Node,
    syntax: Syntax,
) -> Option<Diagnostic> {
    if spec.word != Word::Route || !matches!(&*name.value, "host" | "hosts" | "hostname" | "hostnames") {
        return None;
    }
    let text = entry.value.value.as_str()?;
    let hosts: Vec<&str> = text.split([',', ';', ' ']).map(str::trim).filter(|host| !host.is_empty()).collect();
    let (first, others) = hosts.split_first().filter(|(_, others)| !others.is_empty())?;
    hosts.iter().all(|host| NameKind::Host.check(host).is_ok()).then_some(())?;
    let own = properties(node, |own| own != &*name.value && has_property(spec, own));
    let mut taken: Vec<String> = Vec::new();
    for host in others {
        let label = host.split('.').find(|label| *label != "*").unwrap_or_default();
        let is_free = !label.is_empty() && !taken.iter().any(|other| other == label);
        taken.push(if is_free { label.to_owned() } else { host.replace("*.", "").replace('.', "-") });
    }
    let routes: Vec<String> =
        taken.iter().zip(others).map(|(name, host)| format!("route \"{name}\" host=\"{host}\"{own}")).collect();
    let mut diagnostic = Diagnostic::new(Code::WordUnknownProperty, name.span, "a route has one host")
        .label(format!("{} hosts", hosts.len()))
        .help(format!("write one route for each host: `route host=\"{first}\"` and `{}`", routes.join("` and `")));
    if syntax == Syntax::Kdl && node.children.is_none() {
        let more: String = routes.iter().map(|route| format!("\n    {route}")).collect();
        let edit = |span, replacement| Edit { span, replacement };
        diagnostic.fix = Some(Fix {
            applicability: Applicability::MaybeIncorrect,
            edits: vec![edit(entry.span, format!("host=\"{first}\"")), edit(node.span.at_end(), more)],
        });
    }
    Some(diagnostic)
}
