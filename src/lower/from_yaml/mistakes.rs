//! In: a value and what the policy expects there. Out: one diagnostic, in terms of YAML, about a mistake that only YAML
//! allows: the shape of a value.

use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix};
use crate::source::{Source, Span, Spanned};
use crate::syntax::tree::Text;
use crate::syntax::yaml::{Style, Value, Yaml};

use super::Reader;
use super::text::words;
use crate::lower::written_as;
use crate::vocabulary::{Argument, ArgumentSpec, NodeSpec, Word};

impl Reader<'_> {
    /// The top level is not a mapping.
    pub(super) fn no_policy(&mut self, yaml: &Yaml) {
        self.diagnostics.push(
            Diagnostic::new(Code::YamlMappingDue, yaml.span.at_start(), "a policy must be a mapping")
                .label(format!("found {}", yaml.kind()))
                .help("start with a key of the language, such as `release:` with a list of releases"),
        );
    }

    /// A second document in one file.
    pub(super) fn second_document(&mut self, second: &Yaml, first: &Yaml) {
        self.diagnostics.push(
            Diagnostic::new(Code::YamlOneDocument, second.span.at_start(), "a policy file must contain one document")
                .label("second document")
                .also(first.span.at_start(), "first document")
                .why("canaryc would compile something other than what you wrote if it only read one of them.")
                .help("move the keys to the first document and delete the `---`; `release` takes a list"),
        );
    }

    /// The value of a repeatable node is not a list.
    pub(super) fn list_due(&mut self, spec: &NodeSpec, key: &Spanned<Text>, value: &Yaml) {
        let word = spec.word;
        if value.value == Value::Null {
            self.diagnostics.push(
                Diagnostic::new(Code::YamlNoValue, key.span, format!("`{word}` has no value"))
                    .label("missing value")
                    .help(format!("write a list, or remove `{word}`")),
            );
            return;
        }
        let mut diagnostic = Diagnostic::new(
            Code::YamlListDue,
            key.span,
            format!("`{word}` is always a list in YAML, even with one item"),
        )
        .also(first_line(self.source, value), format!("found {}", value.kind()));
        if let Some(help) = self.items_by_name(spec, value) {
            diagnostic.help = Some(help.text.into());
            diagnostic.fix = help.fix;
            self.diagnostics.push(diagnostic);
            return;
        }
        let example = self.as_node(spec, value);
        diagnostic = match example {
            Some(text) => {
                diagnostic.help(format!("write `{}: [{text}]`", self.key(word))).fix(value.span, format!("[{text}]"))
            }
            None => diagnostic.help(format!("make it a list: start each `{word}` with {}", dashed(spec))),
        };
        self.diagnostics.push(diagnostic);
    }

    /// The value of a node that occurs once is a list.
    pub(super) fn one_due(&mut self, spec: &NodeSpec, name: &Spanned<Text>, value: &Yaml) {
        let word = spec.word;
        let diagnostic = Diagnostic::new(
            Code::YamlMappingDue,
            name.span,
            format!("`{word}` is not a list, because it cannot repeat"),
        )
        .also(first_line(self.source, value), "found a list");
        let only = match value.items() {
            [only] if matches!(only.value, Value::Mapping(_)) => self.in_brackets(only),
            _ => None,
        };
        self.diagnostics.push(match only {
            Some(only) => diagnostic
                .help(format!("write `{}: {only}`", self.key(word)))
                .fix(name.span.to(value.span), format!("{}: {only}", self.key(word))),
            None => diagnostic.help(format!("write the keys of `{word}` below it, without a dash")),
        });
    }

    /// The value of a node with properties or children is not a mapping.
    pub(super) fn mapping_due(&mut self, spec: &NodeSpec, name: &Spanned<Text>, value: &Yaml) {
        let word = spec.word;
        if value.value == Value::Null {
            let span = if value.span.start == value.span.end { name.span } else { value.span };
            self.diagnostics.push(
                Diagnostic::new(Code::YamlNoValue, span, format!("`{word}` has no value"))
                    .label("missing value")
                    .help(format!("to leave it empty, write `{word}: {{}}`")),
            );
            return;
        }
        let diagnostic = Diagnostic::new(Code::YamlMappingDue, value.span, format!("`{word}` must be a mapping"))
            .label(format!("found {}", value.kind()));
        let is_item = self.source.slice(name.span) != word.as_str();
        let example = |text: &str| {
            if is_item { format!("write `{text}`") } else { format!("write `{}: {text}`", self.key(word)) }
        };
        if let Some(fix) = self.below(spec, name, value).filter(|_| !is_item) {
            let field = spec.argument_spec().map_or(Word::Text, |argument| argument.field);
            let mut diagnostic =
                diagnostic.help(format!("on a line below `{word}:`, write `{field}: |`, and indent the text below it"));
            diagnostic.fix = Some(fix);
            self.diagnostics.push(diagnostic);
            return;
        }
        self.diagnostics.push(match (self.as_node(spec, value), spec.argument) {
            (Some(text), _) => diagnostic.help(example(&text)).fix(value.span, text),
            (None, _) if spec.free.is_some() => {
                let pairs = written_as::pairs(value.as_str().unwrap_or_default());
                let pairs = pairs.unwrap_or_else(|| " name=\"value\"".to_owned());
                diagnostic.help(format!("write `{word}{pairs}`"))
            }
            (None, _) if kind_in(spec, value).is_some() => {
                let child = kind_in(spec, value)
                    .map_or("", |kind| if kind.example.is_empty() { kind.word.as_str() } else { kind.example });
                let child = if matches!(kind_in(spec, value).map(|kind| kind.argument), Some(Argument::List(_)))
                    && !child.contains(' ')
                {
                    format!("{child} \"namespace/gateway\"")
                } else {
                    child.to_owned()
                };
                diagnostic.help(format!("write `{word} {{ {child} }}`"))
            }
            (None, Argument::One(_)) => diagnostic.help(format!("write its keys: {}", keys(spec))),
            (None, _) if spec.is_bare() => diagnostic.help(example("{}")).fix(value.span, "{}"),
            (None, _) => diagnostic.help(format!("{}, or its keys instead of `{{}}`: {}", example("{}"), keys(spec))),
        });
    }

    /// `query: |` and its text: the edits that put the text below `text: |`.
    fn below(&self, spec: &NodeSpec, name: &Spanned<Text>, value: &Yaml) -> Option<Fix> {
        let (Argument::One(argument) | Argument::Optional(argument)) = spec.argument else { return None };
        let colon = name.span.at_end().start as usize + 1;
        let text = &*self.source.text;
        let body = text.get(colon..value.span.end as usize).filter(|_| value.style == Style::Block)?;
        let indent = " ".repeat(text.get(..name.span.start as usize)?.rsplit('\n').next()?.chars().count() + 2);
        let insert = |at: usize, replacement: String| Edit { span: self.source.range(at, at), replacement };
        let mut edits = vec![insert(colon, format!("\n{indent}{}:", argument.field))];
        let breaks = body.match_indices('\n').map(|(at, _)| colon + at + 1);
        let lines = breaks.filter(|at| text[*at..].starts_with(' '));
        edits.extend(lines.map(|at| insert(at, "  ".to_owned())));
        Some(Fix { applicability: Applicability::Certain, edits })
    }

    /// The value of a node with only an argument is a mapping.
    pub(super) fn bare_due(&mut self, spec: &NodeSpec, name: &Spanned<Text>, value: &Yaml) {
        let word = spec.word;
        let what = if matches!(spec.argument, Argument::List(_)) { "the list" } else { "the value" };
        let inner = value.entries().first().and_then(|(_, inner)| self.in_brackets(inner));
        let mut diagnostic = Diagnostic::new(Code::YamlValueDue, name.span, format!("`{word}` is {what} in YAML"))
            .also(first_line(self.source, value), "found a mapping");
        diagnostic = match (inner, value.entries()) {
            (Some(inner), [(key, _)])
                if spec.argument_spec().is_some_and(|argument| argument.field.as_str() == &*key.value) =>
            {
                diagnostic.help(format!("write `{}: {inner}`", self.key(word))).fix(value.span, inner)
            }
            _ => diagnostic.help(format!("write {what} after `{word}:`, without keys")),
        };
        self.diagnostics.push(diagnostic);
    }

    /// The value is not a list of values.
    pub(super) fn values_due(&mut self, name: Word, argument: ArgumentSpec, key: Span, value: &Yaml) {
        if value.value == Value::Null {
            self.diagnostics.push(
                Diagnostic::new(Code::YamlNoValue, key, format!("`{name}` has no value"))
                    .label("missing value")
                    .help(format!("write a list of values, or remove `{name}`")),
            );
            return;
        }
        let text = self.words_in_brackets(argument, value).or_else(|| self.in_brackets(value));
        let diagnostic = Diagnostic::new(
            Code::YamlListDue,
            first_line(self.source, value),
            format!("`{name}` is always a list in YAML, even with one value"),
        )
        .label(format!("found {}", value.kind()));
        self.diagnostics.push(match text.filter(|_| !matches!(value.value, Value::Mapping(_))) {
            Some(text) => {
                diagnostic.help(format!("write `{}: [{text}]`", self.key(name))).fix(value.span, format!("[{text}]"))
            }
            None => diagnostic.help("write the values in brackets, or each after a dash"),
        });
    }

    /// A list or a mapping instead of one value.
    pub(super) fn value_due(&mut self, key: &str, value: &Yaml, noun: &str) {
        let diagnostic = Diagnostic::new(
            Code::YamlValueDue,
            first_line(self.source, value),
            format!("`{key}` takes one value, {noun}"),
        )
        .label(format!("found {}", value.kind()));
        let only = match value.items() {
            [only] => self.in_brackets(only),
            _ => None,
        };
        self.diagnostics.push(match only {
            Some(only) => diagnostic.help(format!("write `{key}: {only}`")).fix(value.span, only),
            None => diagnostic.help(format!("write {noun} after `{key}:`")),
        });
    }

    /// The words of a text where a list of them is due, as the items of a list.
    fn words_in_brackets(&self, argument: ArgumentSpec, value: &Yaml) -> Option<String> {
        let words: Vec<String> = words(argument, value)?.iter().map(|word| self.string(word)).collect();
        Some(words.join(", "))
    }

    /// The value written as one node, on one line, if that is certain.
    fn as_node(&self, spec: &NodeSpec, value: &Yaml) -> Option<String> {
        if let Some(keys) = written_as::keys(spec, value.as_str().unwrap_or_default()) {
            let keys: Vec<String> =
                keys.iter().map(|(word, value)| format!("{}: {}", self.key(*word), self.scalar_text(value))).collect();
            return Some(format!("{{{}}}", keys.join(", ")));
        }
        let one = self.in_brackets(value);
        let text = match spec.argument {
            Argument::List(argument) => self.words_in_brackets(argument, value).or(one)?,
            _ => one?,
        };
        let field = spec.argument_spec().map(|argument| self.key(argument.field));
        match (&value.value, spec.argument) {
            (Value::Mapping(_), _) => Some(text),
            (Value::Sequence(_), Argument::List(_)) => {
                field.map(|field| if spec.is_bare() { text } else { format!("{{{field}: {text}}}") })
            }
            (Value::Sequence(_) | Value::Null, _) | (_, Argument::None) => None,
            (_, Argument::List(_)) => {
                field.map(|field| if spec.is_bare() { format!("[{text}]") } else { format!("{{{field}: [{text}]}}") })
            }
            (_, Argument::One(_) | Argument::Optional(_)) => {
                field.map(|field| if spec.is_bare() { text } else { format!("{{{field}: {text}}}") })
            }
        }
    }
}

/// The child that a text names.
fn kind_in(spec: &NodeSpec, value: &Yaml) -> Option<&'static NodeSpec> {
    let text = value.as_str()?;
    spec.children.iter().find(|child| child.node.word.as_str() == text).map(|child| child.node)
}

/// The start of a list item.
fn dashed(spec: &NodeSpec) -> String {
    match spec.argument_spec() {
        Some(argument) if !spec.is_bare() => format!("`- {}: …`", argument.field),
        _ => "`- …`".to_owned(),
    }
}

/// The first keys of a node, for help.
fn keys(spec: &NodeSpec) -> String {
    let field = spec.argument_spec().map(|argument| argument.field);
    let properties = spec.properties.iter().map(|property| property.word);
    let children = spec.children.iter().map(|child| child.node.word);
    let words: Vec<String> =
        field.into_iter().chain(properties).chain(children).take(4).map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

/// The first line of a value. A label should not cover a whole block.
pub(super) fn first_line(source: &Source, value: &Yaml) -> Span {
    let text = source.slice(value.span);
    value.span.part(0, text.find('\n').unwrap_or(text.len()))
}
