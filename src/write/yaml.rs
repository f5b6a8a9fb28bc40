//! In: objects. Out: YAML as Kubernetes users write it: two spaces, lists under their key, `|` blocks for queries.
//! canaryc has its own emitter because none of the measured libraries can write ten thousand releases in a second.

use std::fmt::Write as _;

use super::plain::{Form, form, key_form, needs_escape};
use crate::hidden;
use crate::manifest::{Comments, Field, Key, Object, Value};

/// The bytes of the objects of most releases. Allocating them at once avoids repeated copies of a growing text.
const USUAL: usize = 8 * 1024;

/// All objects, one document each, with `---` between them.
pub fn text<'a>(objects: impl IntoIterator<Item = &'a Object>) -> String {
    commented(objects, &[])
}

/// The same, with the comments of each object, in the same order.
pub fn commented<'a>(objects: impl IntoIterator<Item = &'a Object>, comments: &[Comments]) -> String {
    let mut text = String::with_capacity(USUAL);
    for (position, object) in objects.into_iter().enumerate() {
        if position > 0 {
            text.push_str("---\n");
        }
        document(&object.root, comments.get(position).unwrap_or(Comments::none()), &mut text);
    }
    text
}

/// Appends one object, with a line break at the end.
pub fn write(object: &Object, text: &mut String) {
    write_field(&object.root, text);
}

/// Appends any value as a document, with a line break at the end.
pub fn write_field(field: &Field, text: &mut String) {
    document(field, Comments::none(), text);
}

fn document(field: &Field, comments: &Comments, text: &mut String) {
    match &field.value {
        Value::Mapping(entries) if !entries.is_empty() => mapping(entries, 0, comments, text),
        Value::Sequence(items) if !items.is_empty() => sequence(items, 0, comments, text),
        other => scalar(other, 2, text),
    }
    text.push('\n');
}

/// The entries of a mapping. The first one starts at the end of the text; the others have lines of their own. The last
/// line is not ended.
fn mapping(entries: &[(Key, Field)], indent: usize, comments: &Comments, text: &mut String) {
    for (position, (key, field)) in entries.iter().enumerate() {
        if position > 0 {
            new_line(indent, text);
        }
        let comments = comments.of_key(key);
        comment(comments, indent, text);
        match key {
            // A field name of Kubernetes, which needs no quotes.
            Key::Borrowed(key) => {
                debug_assert_eq!(key_form(key), Form::Plain, "{key}");
                text.push_str(key);
            }
            Key::Owned(key) => string(key, key_form(key), indent, text),
        }
        match &field.value {
            Value::Mapping(entries) if !entries.is_empty() => {
                text.push(':');
                new_line(indent + 2, text);
                mapping(entries, indent + 2, comments, text);
            }
            Value::Sequence(items) if !items.is_empty() => {
                text.push(':');
                new_line(indent, text);
                sequence(items, indent, comments, text);
            }
            other => {
                text.push_str(": ");
                scalar(other, indent + 2, text);
            }
        }
    }
}

/// The items of a list. The first one starts at the end of the text; the others have lines of their own. The last line
/// is not ended.
fn sequence(items: &[Field], indent: usize, comments: &Comments, text: &mut String) {
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            new_line(indent, text);
        }
        let comments = comments.of_item(position);
        comment(comments, indent, text);
        text.push_str("- ");
        match &item.value {
            Value::Mapping(entries) if !entries.is_empty() => mapping(entries, indent + 2, comments, text),
            Value::Sequence(items) if !items.is_empty() => sequence(items, indent + 2, comments, text),
            other => scalar(other, indent + 2, text),
        }
    }
}

/// A value on the current line. Only a block continues below it, indented by `indent`.
fn scalar(value: &Value, indent: usize, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Boolean(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Integer(number) => integer(*number, text),
        // Never an exponent: YAML 1.1 reads `1e21` as a string. Writing to a string cannot fail.
        Value::Number(number) => drop(write!(text, "{number}")),
        Value::String(content) => string(content, form(content), indent, text),
        Value::Sequence(_) => text.push_str("[]"),
        Value::Mapping(_) => text.push_str("{}"),
    }
}

fn string(content: &str, form: Form, indent: usize, text: &mut String) {
    match form {
        Form::Plain => text.push_str(content),
        Form::Quoted => {
            text.push('"');
            text.push_str(content);
            text.push('"');
        }
        Form::SingleQuoted => {
            text.push('\'');
            for (position, part) in content.split('\'').enumerate() {
                if position > 0 {
                    text.push_str("''");
                }
                text.push_str(part);
            }
            text.push('\'');
        }
        Form::Escaped => escaped(content, text),
        Form::Block => {
            let (header, body) = content.strip_suffix('\n').map_or(("|-", content), |body| ("|", body));
            text.push_str(header);
            for line in body.split('\n') {
                if line.is_empty() {
                    text.push('\n');
                } else {
                    new_line(indent, text);
                    text.push_str(line);
                }
            }
        }
    }
}

fn escaped(content: &str, text: &mut String) {
    text.push('"');
    for character in content.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            other if needs_escape(other) => drop(match u32::from(other) {
                short @ ..=0xffff => write!(text, "\\u{short:04x}"),
                long => write!(text, "\\U{long:08x}"),
            }),
            other => text.push(other),
        }
    }
    text.push('"');
}

fn integer(number: i64, text: &mut String) {
    match u8::try_from(number) {
        Ok(digit) if digit < 10 => text.push(char::from(b'0' + digit)),
        Ok(two) if two < 100 => text.extend([two / 10, two % 10].map(|digit| char::from(b'0' + digit))),
        _ => drop(write!(text, "{number}")),
    }
}

/// The comment above a field, which starts at the end of the text if that begins a line. The first field of an item
/// stands behind its hyphen, where no comment fits.
fn comment(comments: &Comments, indent: usize, text: &mut String) {
    let Some(line) = comments.above().filter(|_| !text.ends_with("- ")) else { return };
    text.push_str("# ");
    text.push_str(&hidden::one_line(line));
    new_line(indent, text);
}

/// Begins a line with its indentation.
fn new_line(indent: usize, text: &mut String) {
    const LINE: &str = "\n                                                                ";
    match LINE.get(..=indent) {
        Some(line) => text.push_str(line),
        None => {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', indent));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use serde_json::json;

    use super::*;
    use crate::manifest::Origin;
    use crate::source::Source;

    #[test]
    fn comments_stand_above_fields_and_items() {
        let origin = Origin::derived(Source::new("policy.canary.kdl", "").range(0, 0));
        let value = json!({ "kind": "X", "spec": { "steps": [{ "a": 1, "b": [1, 2] }, { "c": {} }] } });
        let object = Object { root: Field::from_json(&value, origin) };
        let mut comments = Comments::default();
        for path in ["spec", "spec/steps/0", "spec/steps/0/a", "spec/steps/0/b", "spec/steps/0/b/1", "spec/steps/1"] {
            let keys: Vec<Cow<'static, str>> = path.split('/').map(Cow::Borrowed).collect();
            comments.add(&keys, path.to_owned());
        }
        let expected = "\
kind: X
# spec
spec:
  steps:
  # spec/steps/0
  - a: 1
    # spec/steps/0/b
    b:
    - 1
    # spec/steps/0/b/1
    - 2
  # spec/steps/1
  - c: {}
";
        assert_eq!(commented([&object], &[comments]), expected);
        assert_eq!(text([&object]).lines().filter(|line| line.contains('#')).count(), 0);
    }

    #[test]
    fn no_comment_or_value_ends_its_line_for_any_reader() {
        let origin = Origin::derived(Source::new("policy.canary.kdl", "").range(0, 0));
        for hidden in
            "\r\u{1b}\u{85}\u{ad}\u{61c}\u{180e}\u{200b}\u{2028}\u{2029}\u{202e}\u{2060}\u{feff}\u{e0041}".chars()
        {
            let value = json!({ "spec": { "a": format!("x{hidden}y"), format!("k{hidden}"): 1 } });
            let object = Object { root: Field::from_json(&value, origin) };
            let mut comments = Comments::default();
            comments.add(&[Cow::Borrowed("spec")], format!("Stage a{hidden}kind: Evil"));
            let text = commented([&object], &[comments]);
            assert!(!text.contains(|character| character != '\n' && hidden::is_hidden(character)), "{text:?}");
            assert!(text.starts_with("# Stage a?kind: Evil\nspec:\n  a: \"x\\"), "{text}");
        }
    }
}
