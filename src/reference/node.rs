//! In: a node of the table. Out: its section of the reference.

use super::types;
use crate::policy::REFUSED_WORDS;
use crate::providers::PROVIDERS;
use crate::routers::ROUTERS;
use crate::vocabulary::{
    Argument, ArgumentSpec, ChildSpec, ChoiceSpec, FreeKeys, Merge, NodeSpec, Presence, PropertySpec, Word, every_node,
    yaml_of_example,
};

/// The section of one node.
pub(super) struct Section {
    pub(super) node: &'static NodeSpec,
    /// The same word in other places, where it has fewer parts.
    pub(super) variants: Vec<&'static NodeSpec>,
    pub(super) file: &'static str,
    pub(super) level: usize,
}

/// The mark of a word that canaryc reads and refuses.
const NOT_YET: &str = " **Not supported yet.**";

/// Whether canaryc reads a word in a node, but refuses it.
fn is_refused(parent: Word, word: Word) -> bool {
    match parent {
        Word::Router => !ROUTERS.iter().any(|router| router.word == word),
        Word::Provider => !PROVIDERS.iter().any(|provider| provider.word == word),
        _ => REFUSED_WORDS.iter().any(|(refused, _)| *refused == word),
    }
}

/// Whether a row of its parent's table describes a node: it has no parts of its own.
pub(super) fn is_row(node: &NodeSpec) -> bool {
    node.properties.is_empty() && node.children.is_empty() && node.example.is_empty()
}

impl Section {
    pub(super) fn is_of(&self, node: &'static NodeSpec) -> bool {
        std::ptr::eq(self.node, node) || self.variants.iter().any(|variant| std::ptr::eq(*variant, node))
    }

    /// `gate` in `stage`
    fn heading(&self) -> String {
        let word = self.node.word;
        if self.level == 2 {
            return format!("`{word}`");
        }
        let parents: Vec<String> = parents(self.node).iter().map(|parent| format!("`{parent}`")).collect();
        format!("`{word}` in {}", parents.join(", "))
    }

    /// The anchor of its heading.
    fn anchor(&self) -> String {
        let heading = self.heading().to_lowercase().replace(' ', "-");
        heading.chars().filter(|character| character.is_alphanumeric() || *character == '-').collect()
    }

    /// A link to this section from a page.
    fn link(&self, from: &str) -> String {
        let file = if self.file == from { "" } else { self.file };
        format!("[`{}`]({file}#{})", self.node.word, self.anchor())
    }

    /// The whole section.
    pub(super) fn text(&self, sections: &[Self]) -> String {
        let node = self.node;
        let parents = parents(node);
        let refused = !parents.is_empty() && parents.iter().all(|parent| is_refused(*parent, node.word));
        let mark = if refused { NOT_YET } else { "" };
        let mut text = format!("{} {}\n\n{}{mark}\n", "#".repeat(self.level), self.heading(), node.doc);
        text.push_str(&self.places(sections));
        text.push_str(&self.example());
        if let Some(argument) = node.argument_spec() {
            text.push_str(&argument_line(node, argument));
        }
        if let Some(free) = node.free {
            text.push_str(&format!("\n{}\n", free_line(free)));
        }
        if !node.properties.is_empty() {
            text.push_str("\n| property | type | default | meaning |\n|---|---|---|---|\n");
            node.properties.iter().for_each(|property| text.push_str(&property_row(property)));
        }
        if !node.children.is_empty() {
            text.push_str(&self.children(sections));
        }
        if let Some(merge) = merge_line(node) {
            text.push_str(&format!("\n{merge}\n"));
        }
        text
    }

    /// Where it is allowed, and how often.
    fn places(&self, sections: &[Self]) -> String {
        let all: Vec<&'static NodeSpec> = std::iter::once(self.node).chain(self.variants.iter().copied()).collect();
        let mut places: Vec<String> = Vec::new();
        let mut repeats = false;
        for visit in every_node() {
            for child in
                visit.node.children.iter().filter(|child| all.iter().any(|node| std::ptr::eq(*node, child.node)))
            {
                repeats |= child.repeats;
                let place = if visit.node.word == Word::Document {
                    "at the top of a file".to_owned()
                } else {
                    let link = sections
                        .iter()
                        .find(|section| section.is_of(visit.node))
                        .map(|section| section.link(self.file));
                    format!("in {}", link.unwrap_or_else(|| format!("`{}`", visit.node.word)))
                };
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        // The heading of an inner section already names its place.
        let mut text = match (self.level, repeats) {
            (2, true) => format!("\nAllowed {}. It may repeat, so in YAML it is a list.", prose(&places)),
            (2, false) => format!("\nAllowed {}.", prose(&places)),
            (_, true) => "\nIt may repeat, so in YAML it is a list.".to_owned(),
            (_, false) => return String::new(),
        };
        for variant in &self.variants {
            let lacks: Vec<String> = words(self.node)
                .into_iter()
                .filter(|word| !words(variant).contains(word))
                .map(|word| format!("`{word}`"))
                .collect();
            let parents: Vec<String> = parents(variant).iter().map(|parent| format!("`{parent}`")).collect();
            if !lacks.is_empty() {
                text.push_str(&format!(" In {} it has no {}.", prose(&parents), lacks.join(" and no ")));
            }
        }
        text.push('\n');
        text
    }

    fn example(&self) -> String {
        if self.node.example.is_empty() {
            return String::new();
        }
        let mut text = format!("\n```kdl\n{}\n```\n", self.node.example);
        if let Some(yaml) = yaml_of_example(self.node) {
            text.push_str(&format!("\n```yaml\n{}\n```\n", yaml.trim_end()));
        }
        text
    }

    /// The nodes that are allowed in its braces.
    fn children(&self, sections: &[Self]) -> String {
        if let Some(line) = self.same_as_release(sections) {
            return line;
        }
        let mut text = String::new();
        let plain: Vec<&ChildSpec> = self.node.children.iter().filter(|child| child.choice.is_none()).collect();
        if !plain.is_empty() {
            text.push_str("\n| child | meaning |\n|---|---|\n");
            plain.iter().for_each(|child| text.push_str(&self.child_row(child, sections)));
        }
        let mut choices: Vec<&'static ChoiceSpec> = Vec::new();
        for choice in self.node.children.iter().filter_map(|child| child.choice) {
            if !choices.iter().any(|known| std::ptr::eq(*known, choice)) {
                choices.push(choice);
            }
        }
        for choice in choices {
            let how = match (choice.required, choice.several) {
                (_, true) => "one or several of these",
                (true, false) => "exactly one of these",
                (false, false) => "at most one of these",
            };
            text.push_str(&format!("\n| {}: {how} | meaning |\n|---|---|\n", choice.name));
            for child in self.node.children {
                if child.choice.is_some_and(|other| std::ptr::eq(other, choice)) {
                    text.push_str(&self.child_row(child, sections));
                }
            }
        }
        text
    }

    /// A profile and an environment contain the same as a release, except for a few words.
    fn same_as_release(&self, sections: &[Self]) -> Option<String> {
        if !matches!(self.node.word, Word::Profile | Word::Environment) {
            return None;
        }
        let release = sections.iter().find(|section| section.node.word == Word::Release)?;
        let has = |word: Word| self.node.children.iter().any(|child| child.node.word == word);
        let lacks = release.node.children.iter().map(|child| child.node.word).filter(|word| !has(*word));
        let lacks: Vec<String> = lacks.map(|word| format!("`{word}`")).collect();
        Some(format!("\nAllows the same children as {}, except {}.\n", release.link(self.file), prose(&lacks)))
    }

    fn child_row(&self, child: &ChildSpec, sections: &[Self]) -> String {
        let node = child.node;
        let star = if child.repeats { " \\*" } else { "" };
        let link = sections
            .iter()
            .find(|section| section.is_of(node))
            .map_or_else(|| format!("`{}`", node.word), |section| section.link(self.file));
        let argument = match (is_row(node), node.argument_spec(), node.free) {
            (true, Some(argument), _) => {
                let list = if matches!(node.argument, Argument::List(_)) { "list; each " } else { "" };
                format!(" ({list}{})", types::cell(argument.value_type))
            }
            (true, None, Some(_)) => " (map)".to_owned(),
            _ => String::new(),
        };
        let mark = if is_refused(self.node.word, node.word) { NOT_YET } else { "" };
        format!("| {link}{star} | {}{argument}{mark} |\n", escaped(node.doc))
    }
}

/// The nodes that may contain a node.
pub(super) fn parents(node: &'static NodeSpec) -> Vec<Word> {
    let mut parents = Vec::new();
    for visit in every_node() {
        if visit.node.children.iter().any(|child| std::ptr::eq(child.node, node)) && !parents.contains(&visit.node.word)
        {
            parents.push(visit.node.word);
        }
    }
    parents
}

fn words(node: &NodeSpec) -> Vec<Word> {
    let properties = node.properties.iter().map(|property| property.word);
    properties.chain(node.children.iter().map(|child| child.node.word)).collect()
}

fn argument_line(node: &NodeSpec, argument: ArgumentSpec) -> String {
    let how = match node.argument {
        Argument::List(_) => "List of arguments",
        Argument::Optional(_) => "Optional argument",
        _ => "Argument",
    };
    let yaml = if node.is_bare() {
        "in YAML the value itself".to_owned()
    } else {
        format!("in YAML the key `{}`", argument.field)
    };
    format!("\n{how} ({}; {yaml}): {}\n", types::cell(argument.value_type), escaped(argument.doc))
}

fn property_row(property: &PropertySpec) -> String {
    let default = match property.presence {
        Presence::Required => "**required**".to_owned(),
        Presence::Optional => String::new(),
        Presence::Default(default) => format!("`{default}`"),
        Presence::Otherwise(what) => escaped(what),
    };
    let mark = if REFUSED_WORDS.iter().any(|(refused, _)| *refused == property.word) { NOT_YET } else { "" };
    let doc = escaped(property.doc);
    format!("| `{}` | {} | {default} | {doc}{mark} |\n", property.word, types::cell(property.value_type))
}

fn free_line(free: FreeKeys) -> &'static str {
    match free {
        FreeKeys::Labels => "A map from label keys to label values.",
        FreeKeys::Annotations => "A map from annotation keys to strings.",
        FreeKeys::Environment => "A map from names of environment variables to strings.",
        FreeKeys::Parameters => "Its properties are the declared parameters; any other property is an error.",
        FreeKeys::TemplateArguments => "Its properties are the arguments of that template.",
    }
}

fn merge_line(node: &NodeSpec) -> Option<&'static str> {
    match node.merge {
        Merge::Section | Merge::Named => None,
        Merge::Stage => Some(
            "A later layer amends the stage with the same name, else weight, else audience. A new stage needs `after` or `before`.",
        ),
        Merge::Replace => Some("If a later layer has any of these, they replace all earlier ones."),
        Merge::Append => (node.word != Word::Include).then_some("Those of all layers are combined."),
    }
}

/// `a`, `b` and `c`
fn prose(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Text in a cell of a table.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}
