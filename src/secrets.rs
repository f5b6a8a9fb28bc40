//! In: the text of a manifest, valid or not. Out: its lines that hold values of Secrets, and texts and diagnostics without
//! these values. Lines are judged one by one, because most messages are about a manifest that cannot be read.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Lines, Prose};
use crate::source::{Source, Syntax};

/// The fields of a Secret that hold its values, and the annotation in which `kubectl apply` repeats them.
const FIELDS: [&str; 4] = ["data", "stringData", "binaryData", "kubectl.kubernetes.io/last-applied-configuration"];
/// The field that only a Secret has.
const ONLY_IN_SECRETS: &str = "stringData";
/// The fields that can follow the values in an object, at their depth or above it. Any other line may be a part of a value.
const AFTER: [&str; 11] = [
    "apiVersion",
    "kind",
    "metadata",
    "type",
    "immutable",
    "data",
    "stringData",
    "name",
    "namespace",
    "labels",
    "annotations",
];
/// The longest name of a field that matters here.
const LONGEST: usize = 64;

/// A line with a value of a Secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hidden {
    /// Its index, from 0.
    pub line: usize,
    /// The bytes at its start that are not secret: its indentation and its key.
    kept: usize,
}

/// The lines with values of Secrets, in order.
pub(crate) fn hidden(text: &str) -> Vec<Hidden> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut found = Vec::new();
    let mut start = 0;
    for end in (1..=lines.len()).filter(|end| lines.get(*end).is_none_or(|line| is_mark(line))) {
        document(&lines[start..end], start, &mut found);
        start = end;
    }
    found
}

/// The lines of a source with values of Secrets. Only manifests hold Secrets.
pub(crate) fn hidden_in(source: &Source) -> Vec<usize> {
    if source.syntax() != Syntax::Yaml {
        return Vec::new();
    }
    hidden(&source.text).into_iter().map(|hidden| hidden.line).collect()
}

/// Two versions of a manifest without the values of Secrets. A value that differs is still a line that differs.
pub(crate) fn masked<'a>(old: &'a str, new: &'a str) -> (Cow<'a, str>, Cow<'a, str>) {
    let (in_old, in_new) = (hidden(old), hidden(new));
    if in_old.is_empty() && in_new.is_empty() {
        return (old.into(), new.into());
    }
    let (values_of_old, values_of_new) = (values(old, &in_old), values(new, &in_new));
    let of_old = replaced(old, &in_old, |line| if values_of_new.contains(line) { "***" } else { "*** (before)" });
    let of_new = replaced(new, &in_new, |line| if values_of_old.contains(line) { "***" } else { "*** (after)" });
    if of_old == of_new && old != new {
        // Only their order differs.
        let all = |text, lines: &[Hidden], mask| replaced(text, lines, |_| mask).into();
        return (all(old, &in_old, "*** (before)"), all(new, &in_new, "*** (after)"));
    }
    (of_old.into(), of_new.into())
}

/// Takes the values of Secrets out of the words of a diagnostic about a source.
pub(crate) fn redact(diagnostics: &mut [Diagnostic], source: &Source) {
    if diagnostics.is_empty() {
        return;
    }
    let hidden = hidden(&source.text);
    if hidden.is_empty() {
        return;
    }
    let lines = Lines::new(source);
    for diagnostic in diagnostics {
        let mut values = String::new();
        for span in diagnostic.labels.iter().map(|label| label.span).filter(|span| span.source == source.id) {
            let touched = lines.line_of(span.start as usize)..=lines.line_of(span.end as usize);
            let first = hidden.partition_point(|hidden| hidden.line < *touched.start());
            for Hidden { line, kept } in hidden[first..].iter().take_while(|hidden| hidden.line <= *touched.end()) {
                let range = lines.range(*line);
                values.push_str(source.text.get(range.start + kept..range.end).unwrap_or_default());
                values.push('\n');
            }
        }
        if !values.is_empty() {
            redact_one(diagnostic, &values);
        }
    }
}

fn redact_one(diagnostic: &mut Diagnostic, values: &str) {
    if values.contains('`') {
        // What is code in its sentences, and what is not, cannot be told.
        diagnostic.message = "this value of a Secret cannot be read".into();
        diagnostic.labels.iter_mut().for_each(|label| label.message = Prose::default());
        diagnostic.help = Some("put the value in single quotes, and write a `'` in it twice".into());
        diagnostic.fix = None;
        return;
    }
    let is_secret = |code: &str| {
        let plain = code.trim_matches(|character| "'\"…&*!".contains(character)).replace("''", "'");
        plain.chars().nth(1).is_some() && values.contains(&plain)
    };
    let secret = |code: &str| is_secret(code).then(|| "…".to_owned());
    diagnostic.message.rewrite_code(secret);
    diagnostic.labels.iter_mut().for_each(|label| label.message.rewrite_code(secret));
    diagnostic.help.iter_mut().chain(&mut diagnostic.why).for_each(|sentence| sentence.rewrite_code(secret));
    if diagnostic.edits().any(|edit| is_secret(&edit.replacement)) {
        diagnostic.fix = None;
    }
}

fn values<'a>(text: &'a str, hidden: &[Hidden]) -> HashSet<&'a str> {
    let mut rest = hidden.iter().peekable();
    text.split('\n')
        .enumerate()
        .filter(|(number, _)| rest.next_if(|hidden| hidden.line == *number).is_some())
        .map(|(_, line)| line)
        .collect()
}

fn replaced(text: &str, hidden: &[Hidden], mask: impl Fn(&str) -> &'static str) -> String {
    let mut rest = hidden.iter().peekable();
    let mut result = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            result.push('\n');
        }
        let Some(Hidden { kept, .. }) = rest.next_if(|hidden| hidden.line == number) else {
            result.push_str(line);
            continue;
        };
        let start = line.get(..*kept).unwrap_or_default();
        result.push_str(start);
        result.push_str(if start.ends_with(':') { " " } else { "" });
        result.push_str(mask(line));
        result.push_str(if line.ends_with('\r') { "\r" } else { "" });
    }
    result
}

/// Whether a line begins a document.
fn is_mark(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r']))
}

/// A part of a document with values.
struct Region {
    /// The column of its field.
    column: usize,
    /// The indentation of its keys, if one was seen.
    indentation: Option<usize>,
}

fn document(lines: &[&str], first: usize, found: &mut Vec<Hidden>) {
    let is_secret = is_secret(lines);
    let holds_values = |name: &str| match is_secret {
        true => FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name)),
        false => name.eq_ignore_ascii_case(ONLY_IN_SECRETS),
    };
    let mut region: Option<Region> = None;
    for (number, line) in lines.iter().enumerate() {
        if let Some(inside) = &mut region {
            if !ends(line, inside.column) {
                if let Some(kept) = inside.kept(line) {
                    found.push(Hidden { line: first + number, kept });
                }
                continue;
            }
            region = None;
        }
        if let Some(key) = keys(line).find(|key| holds_values(key.name)) {
            let value = line[key.end..].trim();
            if !matches!(value, "" | "{") {
                found.push(Hidden { line: first + number, kept: key.end });
            }
            region = Some(Region { column: key.start, indentation: None });
        }
    }
}

impl Region {
    /// The part of one of its lines that is not secret; `None` if all of it is not.
    fn kept(&mut self, line: &str) -> Option<usize> {
        let content = line.trim();
        if content.chars().all(|character| "{}[],".contains(character)) {
            return None;
        }
        let indentation = line.len() - line.trim_start().len();
        if *self.indentation.get_or_insert(indentation) != indentation {
            return Some(indentation);
        }
        match leading_key(line).filter(|key| is_key_of_data(key.name) && key.is_whole(line)) {
            Some(key) if matches!(line[key.end..].trim(), "" | "{") => None,
            Some(key) => Some(key.end),
            None => Some(indentation),
        }
    }
}

/// Whether one of the objects of a document is a Secret, or something with such a kind.
fn is_secret(lines: &[&str]) -> bool {
    lines.iter().enumerate().any(|(number, line)| {
        keys(line).filter(|key| key.name.eq_ignore_ascii_case("kind")).any(|key| {
            let here = line[key.end..].trim();
            let value = if here.is_empty() { lines.get(number + 1).map_or("", |next| next.trim()) } else { here };
            let value = value.split([',', '}']).next().unwrap_or_default();
            value.to_ascii_lowercase().contains("secret")
        })
    })
}

/// Whether a line is no more part of the values of a field in this column.
fn ends(line: &str, column: usize) -> bool {
    leading_key(line).is_some_and(|key| {
        key.start <= column && key.is_whole(line) && AFTER.iter().any(|name| name.eq_ignore_ascii_case(key.name))
    })
}

/// A text before a colon.
#[derive(Clone, Copy)]
struct Key<'a> {
    name: &'a str,
    /// Its first byte in the line, or that of its quote.
    start: usize,
    /// After the colon.
    end: usize,
}

impl Key<'_> {
    /// Whether a blank follows the colon, as YAML needs it.
    fn is_whole(&self, line: &str) -> bool {
        line[self.end..].chars().next().is_none_or(char::is_whitespace)
    }
}

/// What may be the keys of a line.
fn keys(line: &str) -> impl Iterator<Item = Key<'_>> {
    memchr::memchr_iter(b':', line.as_bytes()).filter_map(|colon| {
        let before = line[..colon].trim_end();
        let quote = before.chars().next_back().filter(|character| matches!(character, '"' | '\''));
        let (name, start) = match quote {
            Some(quote) => {
                let inner = &before[..before.len() - 1];
                let start = inner.rfind(quote)?;
                (&inner[start + 1..], start)
            }
            None => {
                let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_./".contains(byte);
                let length = before.bytes().rev().take(LONGEST).take_while(|byte| is_part(&byte)).count();
                let start = before.len() - length;
                (&before[start..], start)
            }
        };
        Some(Key { name, start, end: colon + 1 })
    })
}

/// The key with which a line begins, after the marks of a list or an object.
fn leading_key(line: &str) -> Option<Key<'_>> {
    keys(line).next().filter(|key| line[..key.start].chars().all(|before| " \t-{?".contains(before)))
}

/// Whether the API server accepts a key in `data`.
fn is_key_of_data(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  k: aHVudGVyMg==\n  pem: |\n    hunter2\n    x: hunter2\ntype: Opaque\n";

    fn shown(text: &str) -> String {
        replaced(text, &hidden(text), |_| "***")
    }

    #[test]
    fn only_values_of_secrets_are_hidden() {
        let lines = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  k: ***\n  pem: ***\n    ***\n    ***\ntype: Opaque\n";
        assert_eq!(shown(SECRET), lines);
        let settings = SECRET.replace("kind: Secret", "kind: ConfigMap");
        assert_eq!(shown(&settings), settings);
        let both = format!("{settings}---\n{SECRET}---\n{settings}");
        assert_eq!(shown(&both), format!("{settings}---\n{lines}---\n{settings}"));
    }

    #[test]
    fn however_they_are_written() {
        for text in [
            "{\"kind\": \"Secret\", \"data\": {\"k\": \"hunter2\"}}",
            "{\n  \"apiVersion\": \"v1\",\n  \"data\": {\n    \"k\": \"hunter2\"\n  },\n  \"kind\": \"Secret\"\n}\n",
            "kind: Secret\ndata: {k: hunter2,\n  l: hunter2}\n",
            "kind: Secret\r\ndata:\r\n  k: hunter2\r\n",
            "kind: secret\ndata:\n\tk: hunter2\n",
            "kind:\n  Secret\ndata:\n  k: hunter2\n",
            "kind: SecretList\nitems:\n- data:\n    k: hunter2\n  kind: Secret\n- kind: Secret\n  data:\n    k: hunter2\n",
            "stringData:\n  k: hunter2\nkind: [\n",
            "kind: Secret\nstringData:\n  k: \"-----BEGIN\nhunter2\nhunter2: x\n-----END\n",
            "kind: Secret\n\"data\" : !!map\n  type: hunter2\n  k: [hunter2]\n",
            "kind: Secret\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"stringData\": {\"k\": \"hunter2\"}}\n",
        ] {
            let shown = shown(text);
            assert!(!shown.contains("hunter2"), "{shown}");
            assert!(shown.contains("***"), "{shown}");
        }
    }

    #[test]
    fn a_value_that_differs_is_a_line_that_differs() {
        let other = SECRET.replace("aHVudGVyMg==", "aHVudGVyMw==");
        let (old, new) = masked(SECRET, &other);
        assert_eq!(old.replace("k: *** (before)", "k: *** (after)"), new);
        assert!(old.contains("  k: *** (before)\n  pem: ***\n"), "{old}");
        let swapped = SECRET.replace("    hunter2\n    x: hunter2\n", "    x: hunter2\n    hunter2\n");
        let (old, new) = masked(SECRET, &swapped);
        assert!(old != new && !old.contains("hunter2") && !new.contains("hunter2"), "{old}{new}");
        assert_eq!(masked("a: 1\n", "a: 2\n"), ("a: 1\n".into(), "a: 2\n".into()));
    }

    #[test]
    fn no_value_is_quoted_in_a_sentence() {
        for value in ["@hunter2", "*hunter2", "@hun'ter2", "@`hunter2`"] {
            let source = Source::new("s.yaml", format!("kind: Secret\nstringData:\n  k: {value}\n"));
            let at = source.text.find(value).unwrap();
            let quoted = value.replace('\'', "''");
            let mut all = [Diagnostic::new(Code::YamlSyntax, source.range(at, at + 1), format!("`{value}` is wrong"))
                .label(format!("not `{value}`"))
                .help(format!("write `'{quoted}'`"))
                .fix(source.range(at, at + 1), format!("'{quoted}'"))];
            redact(&mut all, &source);
            let said = format!("{:?}", all[0]);
            assert!(!said.contains("ter2"), "{said}");
        }
    }

    #[test]
    fn keys_are_named() {
        let source = Source::new("s.yaml", "kind: Secret\nstringData:\n  k: hunter2\n  k: hunter3\n");
        let at = source.text.rfind("k:").unwrap();
        let mut all = [Diagnostic::new(Code::YamlDuplicateKey, source.range(at, at + 1), "duplicate key `k`")];
        redact(&mut all, &source);
        assert_eq!(all[0].message, "duplicate key `k`");
    }
}
