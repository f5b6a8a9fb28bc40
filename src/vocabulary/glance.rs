//! The whole vocabulary on one page: `*` repeats, `!` required, `<…>` an argument, `[…]` an optional argument. In: the
//! table. Out: text. A part that was already shown is shortened to `…`.

use super::table::{DOCUMENT, ENVIRONMENT, PROFILE, RELEASE};
use super::{Argument, ChildSpec, NodeSpec, Presence, Word};

/// The table as text, as the reference shows it "at a glance".
pub fn glance() -> String {
    let mut page = Page { text: String::new(), shown: Vec::new() };
    let heads = [&RELEASE, &PROFILE, &ENVIRONMENT];
    for child in DOCUMENT.children {
        match child.node.word {
            Word::Release => page.bodies(&heads),
            Word::Profile => {}
            _ => page.child(child, 0),
        }
    }
    page.text
}

struct Page {
    text: String,
    shown: Vec<&'static NodeSpec>,
}

impl Page {
    /// `release`, `profile` and `environment` share a body, so one body is shown for all.
    fn bodies(&mut self, heads: &[&'static NodeSpec]) {
        let names: Vec<String> = heads.iter().map(|head| format!("{}*", head.word)).collect();
        let words = |node: &NodeSpec| -> Vec<Word> {
            let properties = node.properties.iter().map(|property| property.word);
            properties.chain(node.children.iter().map(|child| child.node.word)).collect()
        };
        let all = words(&RELEASE);
        let mut differences = Vec::new();
        for head in heads {
            let has = words(head);
            let lacks: Vec<&str> = all
                .iter()
                .filter(|word| !has.contains(word) && !heads.iter().any(|head| head.word == **word))
                .map(|word| word.as_str())
                .collect();
            if !lacks.is_empty() {
                differences.push(format!("{}: no {}", head.word, lacks.join(", ")));
            }
        }
        let properties: String = RELEASE.properties.iter().map(|property| format!(" {}=", property.word)).collect();
        self.text.push_str(&format!("{} <name>{properties}  ({})\n", names.join(" / "), differences.join("; ")));
        for child in children(&RELEASE).filter(|child| child.node.word != Word::Environment) {
            self.child(child, 1);
        }
    }

    fn child(&mut self, child: &ChildSpec, depth: usize) {
        let node = child.node;
        self.text.push_str(&"  ".repeat(depth));
        let shared = depth > 0 && DOCUMENT.child(node.word).is_some_and(|top| !std::ptr::eq(top.node, node));
        if shared && node.argument_spec().is_some() && node.properties.len() + node.children.len() > 1 && is_level(node)
        {
            self.text.push_str(&format!("{} …\n", head(child)));
            return;
        }
        self.text.push_str(&head(child));
        self.text.push_str(&properties(node));
        if children(node).next().is_none() {
            self.text.push('\n');
        } else if self.shown.iter().any(|shown| std::ptr::eq(*shown, node)) {
            self.text.push_str("  …\n");
        } else {
            self.shown.push(node);
            self.children(node, depth);
        }
    }

    fn children(&mut self, node: &'static NodeSpec, depth: usize) {
        let plain = |child: &ChildSpec| child.node.properties.is_empty() && child.node.children.is_empty();
        if children(node).all(|child| plain(child) && child.choice.is_none()) {
            let inner: Vec<String> = children(node).map(|child| head(child) + &properties(child.node)).collect();
            self.text.push_str(&format!("  {{ {} }}\n", inner.join("; ")));
            return;
        }
        self.text.push('\n');
        let mut inside = None;
        for child in children(node) {
            let choice = child.choice.filter(|choice| choice.required);
            if let (Some(choice), None) = (choice, inside) {
                let heading = if choice.several { "one or more of:" } else { "one of:" };
                self.text.push_str(&format!("{}{heading}\n", "  ".repeat(depth + 1)));
            }
            inside = choice;
            self.child(child, if choice.is_some() { depth + 2 } else { depth + 1 });
        }
    }
}

/// The children of a node. `allow` is allowed in most nodes, and shown only at the top of a file.
fn children(node: &'static NodeSpec) -> impl Iterator<Item = &'static ChildSpec> {
    node.children.iter().filter(|child| child.node.word != Word::Allow)
}

/// Whether a node is a level (`slo`, `check`), which is shown in full only at the top of a file.
fn is_level(node: &NodeSpec) -> bool {
    matches!(node.word, Word::Slo | Word::Check)
}

/// The keyword with its argument.
pub(super) fn head(child: &ChildSpec) -> String {
    let node = child.node;
    let star = if child.repeats { "*" } else { "" };
    let argument = match node.argument {
        Argument::None => String::new(),
        Argument::One(argument) => format!(" <{}>", argument.field),
        Argument::Optional(argument) => format!(" [{}]", argument.field),
        Argument::List(argument) => format!(" <{}…>", argument.field),
    };
    format!("{}{star}{argument}", node.word)
}

fn properties(node: &NodeSpec) -> String {
    let mut text = String::new();
    for property in node.properties {
        let mark = if property.presence == Presence::Required { "!" } else { "" };
        text.push_str(&format!(" {}{mark}=", property.word));
    }
    if node.free.is_some() {
        text.push_str(" <key>=…");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::glance;

    /// The page of the reference. It shortens the levels of a body exactly where the table does.
    const REFERENCE: &str = include_str!("glance.txt");

    fn normal(text: &str) -> Vec<String> {
        text.lines()
            .map(|line| {
                let indent = line.len() - line.trim_start().len();
                format!("{}{}", " ".repeat(indent), line.split_whitespace().collect::<Vec<_>>().join(" "))
            })
            .collect()
    }

    #[test]
    fn the_table_agrees_with_the_reference() {
        let (table, reference) = (normal(&glance()), normal(REFERENCE));
        assert_eq!(table.join("\n"), reference.join("\n"));
    }
}
