//! In: the nodes of a policy, and random numbers. Out: KDL in one of the many ways in which people write it: bare,
//! quoted, raw and multi-line strings, blocks on one line or on many, comments, continued lines, nodes that are
//! commented out.

use std::fmt::Write as _;

use super::node::{Node, Value, named};
use super::random::Random;

const REMARKS: &[&str] =
    &["decided in spring", "see the runbook", "was 5 % before", "ask the owners first: \"really?\" { }"];

/// Prints a policy.
pub fn print(nodes: &[Node], random: &mut Random) -> String {
    let indent = random.pick(&["    ", "  ", "\t"]);
    let mut printer = Printer { random, indent, text: String::new() };
    if printer.random.one_in(8) {
        printer.text.push_str("/- kdl-version 2\n");
    }
    printer.nodes(nodes, 0);
    let text = printer.text;
    if random.one_in(12) { text.replace('\n', "\r\n") } else { text }
}

struct Printer<'a> {
    random: &'a mut Random,
    indent: &'static str,
    text: String,
}

impl Printer<'_> {
    fn nodes(&mut self, nodes: &[Node], depth: usize) {
        for node in nodes {
            if self.random.one_in(14) {
                self.start(depth);
                let remark = self.random.pick(REMARKS);
                let _ = if self.random.one_in(3) {
                    writeln!(self.text, "/* {remark} */")
                } else {
                    writeln!(self.text, "// {remark}")
                };
            }
            if self.random.one_in(40) {
                self.start(depth);
                self.text.push_str("/-");
                self.node(&named("stage", "was once here").with("weight", "1%").child(named("gate", "old")), depth);
                self.text.push('\n');
            }
            self.start(depth);
            self.node(node, depth);
            match self.random.below(12) {
                0 => self.text.push(';'),
                1 => self.text.push_str(" // so be it"),
                _ => {}
            }
            self.text.push('\n');
            if depth < 2 && self.random.one_in(6) {
                self.text.push('\n');
            }
        }
    }

    fn start(&mut self, depth: usize) {
        for _ in 0..depth {
            self.text.push_str(self.indent);
        }
    }

    fn node(&mut self, node: &Node, depth: usize) {
        self.text.push_str(node.keyword);
        for argument in &node.arguments {
            self.text.push(' ');
            self.value(argument, depth);
        }
        let mut properties: Vec<_> = node.properties.iter().collect();
        if self.random.one_in(2) {
            self.random.shuffle(&mut properties);
        }
        for (name, value) in properties {
            self.space(depth);
            self.key(name);
            self.text.push('=');
            self.value(value, depth);
        }
        if self.random.one_in(60) {
            self.text.push_str(" /-was=\"once here\"");
        }
        if node.children.is_empty() {
            return;
        }
        let simple = node.children.iter().all(|child| child.children.is_empty() && !several_lines(child));
        if simple && node.children.len() <= 3 && self.random.below(3) > 0 {
            self.text.push_str(" { ");
            for (index, child) in node.children.iter().enumerate() {
                if index > 0 {
                    self.text.push_str("; ");
                }
                self.node(child, depth + 1);
            }
            self.text.push_str(" }");
            return;
        }
        self.text.push_str(" {\n");
        self.nodes(&node.children, depth + 1);
        self.start(depth);
        self.text.push('}');
    }

    /// The text between two parts of a node.
    fn space(&mut self, depth: usize) {
        match self.random.below(16) {
            0 => {
                self.text.push_str(" \\\n");
                self.start(depth + 1);
            }
            1 => self.text.push_str("  "),
            2 => self.text.push_str(" /* */ "),
            _ => self.text.push(' '),
        }
    }

    fn key(&mut self, name: &str) {
        if is_bare(name) && !self.random.one_in(20) {
            self.text.push_str(name);
        } else {
            self.quoted(name);
        }
    }

    fn value(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Boolean(value) => self.text.push_str(if *value { "#true" } else { "#false" }),
            Value::Number(number) => self.text.push_str(number),
            Value::Integer(number) => self.integer(*number),
            Value::Text(text) => self.string(text, depth),
        }
    }

    fn integer(&mut self, number: i64) {
        let _ = match self.random.below(12) {
            0 if number >= 1000 => write!(self.text, "{}_{:03}", number / 1000, number % 1000),
            1 if number > 9 => write!(self.text, "{number:#x}"),
            2 if number > 9 => write!(self.text, "{number:#b}"),
            _ => write!(self.text, "{number}"),
        };
    }

    fn string(&mut self, text: &str, depth: usize) {
        if text.contains('\n') {
            self.text.push_str("\"\"\"\n");
            for line in text.replace('\\', "\\\\").lines() {
                self.start(depth + 1);
                self.text.push_str(line);
                self.text.push('\n');
            }
            self.start(depth + 1);
            self.text.push_str("\"\"\"");
        } else if is_bare(text) && self.random.one_in(4) {
            self.text.push_str(text);
        } else if text.contains(['"', '\\']) && !self.random.one_in(3) || self.random.one_in(12) {
            let _ = write!(self.text, "#\"{text}\"#");
        } else {
            self.quoted(text);
        }
    }

    fn quoted(&mut self, text: &str) {
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        let escaped = if self.random.one_in(30) { escaped.replace('-', "\\u{2d}") } else { escaped };
        let _ = write!(self.text, "\"{escaped}\"");
    }
}

fn several_lines(node: &Node) -> bool {
    let has_line = |value: &Value| matches!(value, Value::Text(text) if text.contains('\n'));
    node.arguments.iter().any(has_line) || node.properties.iter().any(|(_, value)| has_line(value))
}

/// Whether a text is valid without quotes.
fn is_bare(text: &str) -> bool {
    let reserved = ["true", "false", "null", "inf", "-inf", "nan"];
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
        && !reserved.contains(&text)
}
