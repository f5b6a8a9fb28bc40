//! In: what stands in the place of an argument or of a property, but was meant as the other. Out: one diagnostic, and the
//! value at the place where it was meant.

use super::written_as::{has_property, shown};
use super::{Lowering, misplaced};
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix};
use crate::model::Block;
use crate::source::{Spanned, Syntax};
use crate::syntax::tree::{Entry, Node, Scalar, Text};
use crate::vocabulary::{Argument, ArgumentSpec, NodeSpec, Type, Word};

impl Lowering<'_> {
    /// `release name="web"`: the argument as a property. Returns whether it is one.
    pub(super) fn argument_as_property(
        &mut self,
        name: &Spanned<Text>,
        entry: &Entry,
        block: &mut Block,
        node: &Node,
    ) -> bool {
        if self.source.syntax() != Syntax::Kdl {
            return false;
        }
        let Some(argument) = names_the_argument(block.spec, &name.value, node) else { return false };
        let (word, value) = (block.spec.word, shown(&entry.value.value));
        let mut help = format!("{word} {value}");
        let mut edits = vec![Edit { span: entry.span, replacement: value }];
        for (other, given) in node.properties().filter(|(other, _)| other.span != name.span) {
            // `header name="X-Staff" value="yes"`: the value has another name here, too.
            let called = misplaced::renamed(block.spec, &other.value, &given.value.value);
            edits.extend(called.map(|called| Edit { span: other.span, replacement: called.to_owned() }));
            let called = called.unwrap_or(&other.value);
            help.push_str(&format!(" {called}={}", shown(&given.value.value)));
        }
        let mut diagnostic = Diagnostic::new(
            Code::WordUnknownProperty,
            name.span,
            format!("`{word}` takes its {} without `{}=`", argument.field, name.value),
        )
        .label("not a property")
        .help(format!("write `{help}`"));
        diagnostic.fix = Some(Fix { applicability: Applicability::Certain, edits });
        self.diagnostics.push(diagnostic);
        let value = self.value(&entry.value, argument.value_type);
        block.arguments.push(value);
        true
    }

    /// An argument that is meant as a property: `stage pause`, `stage pause:10m`, `stage 5%`. Returns whether it is one.
    pub(super) fn property_as_argument(&mut self, entry: &Entry, block: &mut Block, node: &Node) -> bool {
        if self.source.syntax() != Syntax::Kdl {
            return false;
        }
        let written = self.source.slice(entry.value.span);
        // A text in quotes is what it says.
        if written.starts_with(['"', '#']) {
            return false;
        }
        self.without_a_value(written, entry, block, node)
            || self.with_a_colon(written, entry, block, node)
            || self.weight_as_name(written, entry, block, node)
    }

    fn without_a_value(&mut self, written: &str, entry: &Entry, block: &mut Block, node: &Node) -> bool {
        let following = node.entries.iter().find(|other| other.span.start > entry.span.start);
        let is_bare_property = has_property(block.spec, written) && Word::find(written).is_some();
        let is_given = node.properties().any(|(name, _)| &*name.value == written);
        let is_the_name = matches!(block.spec.argument, Argument::One(_)) && block.arguments.is_empty();
        // `stage pause "10m"` lacks only its `=`.
        let lacks_its_sign = following.is_some_and(|other| other.name.is_none());
        if !is_bare_property || is_given || is_the_name || lacks_its_sign {
            return false;
        }
        let diagnostic =
            Diagnostic::new(Code::KdlMissingValue, entry.value.span, format!("property `{written}` has no value"))
                .label("no `=` and no value");
        let help = match block.spec.argument {
            Argument::None => format!("write `{written}=` and its value, or remove it"),
            _ => format!("write `{written}=` and its value; if it is the name, put it in quotes: `\"{written}\"`"),
        };
        self.diagnostics.push(diagnostic.help(help));
        block.misread = true;
        true
    }

    fn with_a_colon(&mut self, written: &str, entry: &Entry, block: &mut Block, node: &Node) -> bool {
        let Some((name, value)) = written.split_once(':') else { return false };
        let is_new = node.properties().all(|(other, _)| &*other.value != name);
        if !has_property(block.spec, name) || value.is_empty() || !is_new {
            return false;
        }
        let instead = format!("{name}=\"{}\"", value.trim_matches('"'));
        self.forget(entry.value.span, super::SPELLING);
        self.diagnostics.push(
            Diagnostic::new(Code::KdlColon, entry.value.span, "a property needs `=`")
                .label("would be a name")
                .help(format!("write `{instead}`"))
                .fix(entry.span, instead),
        );
        block.misread = true;
        true
    }

    /// `stage 5%`, `stage 5`
    fn weight_as_name(&mut self, written: &str, entry: &Entry, block: &mut Block, node: &Node) -> bool {
        let has_weight = node.properties().any(|(name, _)| &*name.value == Word::Weight.as_str());
        if block.spec.word != Word::Stage || has_weight || !block.arguments.is_empty() {
            return false;
        }
        let weight = match &entry.value.value {
            Scalar::Integer(number) if (0..=100).contains(number) => format!("{number}%"),
            Scalar::Number { value, .. } if *value > 0.0 && *value < 1.0 => {
                crate::units::ratio_as_percent(*value).unwrap_or_default()
            }
            Scalar::String(text) if **text == *written && text.ends_with('%') => text.to_string(),
            _ => return false,
        };
        self.forget(entry.value.span, super::SPELLING);
        let instead = format!("weight=\"{weight}\"");
        self.diagnostics.push(
            Diagnostic::new(
                Code::StageNameLies,
                entry.value.span,
                format!("`{written}` would be the name of the stage"),
            )
            .label("a name, not a weight")
            .why("The stage would keep the weight of the previous stage.")
            .help(format!("write `{instead}`; a stage without a name is named after it"))
            .fix(entry.span, instead),
        );
        block.misread = true;
        true
    }

    /// Nodes in the braces that are properties: `autoscaler { min 2; max 5 }`. One mistake, however many there are.
    pub(super) fn properties_as_nodes(&mut self, nodes: &[&Node], block: &mut Block, parent: &Node) {
        let Some((first, others)) = nodes.split_first() else { return };
        let word = block.spec.word;
        let all: Vec<String> = nodes
            .iter()
            .filter_map(|node| Some(format!("{}={}", node.name.value, shown(&node.arguments().next()?.value.value))))
            .collect();
        let all = all.join(" ");
        let place = match word {
            Word::Document => "at the top of a policy".to_owned(),
            word => format!("in `{word}`"),
        };
        let mut diagnostic = Diagnostic::new(
            Code::WordUnknownNode,
            first.name.span,
            format!("there is no `{}` {place}", first.name.value),
        )
        .label("a property, not a node");
        let braces = parent.children.as_ref().map_or(parent.span, |braces| braces.span);
        if block.spec.children.is_empty() {
            diagnostic = diagnostic.help(format!("write `{word} {all}`, without braces")).fix(braces, all);
        } else {
            diagnostic = diagnostic.help(format!("write `{all}` after `{word}`, before its braces"));
            let moved = |node: &&Node| Edit { span: node.span, replacement: String::new() };
            let mut edits: Vec<Edit> = nodes.iter().map(moved).collect();
            edits.push(Edit { span: braces.at_start(), replacement: format!("{all} ") });
            diagnostic.fix = Some(Fix { applicability: Applicability::Certain, edits });
        }
        for node in others.iter().take(3) {
            diagnostic = diagnostic.also(node.name.span, "this one too");
        }
        self.diagnostics.push(diagnostic);
        for node in nodes {
            let Some(entry) = node.arguments().next() else { continue };
            let spec = block.spec.properties.iter().find(|property| property.word.as_str() == &*node.name.value);
            match spec {
                Some(spec) if block.property(spec.word).is_none() => {
                    self.known_property(spec, &node.name, entry, block, (parent, true));
                }
                Some(_) => {}
                None => self.free_property(&node.name, entry, block),
            }
        }
    }
}

/// Whether a node in braces is a property with its value.
pub(super) fn is_property(spec: &NodeSpec, node: &Node) -> bool {
    let has_one_value = node.children.is_none() && node.entries.len() == 1 && node.arguments().next().is_some();
    let known = has_property(spec, &node.name.value) || spec.free.is_some() && spec.children.is_empty();
    has_one_value && known && spec.children.iter().all(|child| child.node.word.as_str() != &*node.name.value)
}

/// The argument that an unknown property names: `name` of a release, `slo` of a `watch`.
pub(super) fn names_the_argument(spec: &NodeSpec, written: &str, node: &Node) -> Option<ArgumentSpec> {
    let argument = spec.argument_spec()?;
    let field = argument.field.as_str();
    let is_list = matches!(spec.argument, Argument::List(_));
    let singular = field.strip_suffix('s').filter(|_| is_list);
    let of_a_check = is_list && argument.field == Word::Names && matches!(written, "slo" | "check");
    let of_a_port = argument.field == Word::Number && matches!(written, "port" | "containerPort");
    let fits = written == field || singular == Some(written) || of_a_check || of_a_port;
    let is_text = |entry: &Entry| matches!(entry.value.value, Scalar::String(_)) || argument.value_type != Type::Name;
    let named: Vec<&Entry> =
        node.properties().filter(|(name, _)| &*name.value == written).map(|(_, entry)| entry).collect();
    let is_named_once = matches!(named.as_slice(), [entry] if is_text(entry));
    let is_free = has_property(spec, written) || node.arguments().next().is_some() || spec.free.is_some();
    (fits && is_named_once && !is_free).then_some(argument)
}
