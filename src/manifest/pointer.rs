//! In: a JSON Pointer (RFC 6901) or the shorter dotted form: `spec.replicas`, `spec.steps[3].setWeight`. Out: the path,
//! and the field at the path.

use super::{Field, Value};

/// A path into an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pointer(Vec<String>);

/// The error of a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerError {
    /// `[` without `]`, or in brackets neither a number nor a text in quotes.
    Index,
    /// Two dots in a row, or a dot at the end.
    EmptyKey,
}

impl Pointer {
    /// Parses `/spec/steps/3` (with `~0`, `~1`), or `spec.steps[3]`, in which a key can stand in brackets and quotes
    /// (`metadata.labels["app.kubernetes.io/name"]`) and a dot can stand first. The empty text is the whole object.
    ///
    /// # Errors
    /// If the dotted form is malformed; every text that starts with `/` is a valid pointer.
    pub fn parse(text: &str) -> Result<Self, PointerError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        if let Some(rest) = text.strip_prefix('/') {
            return Ok(Self(rest.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect()));
        }
        // jq and yq begin with a dot, and JSONPath with `$`.
        let text = text.strip_prefix('$').unwrap_or(text);
        let mut rest = match text.strip_prefix('.') {
            Some("") => return Ok(Self::default()),
            Some(rest) => rest,
            None => text,
        };
        let mut parts = Vec::new();
        loop {
            let key;
            (key, rest) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
            if !key.is_empty() {
                parts.push(key.to_owned());
            } else if !rest.starts_with('[') {
                return Err(PointerError::EmptyKey);
            }
            while let Some(bracket) = rest.strip_prefix('[') {
                let (part, after) = in_brackets(bracket).ok_or(PointerError::Index)?;
                parts.push(part);
                rest = after;
            }
            match rest.strip_prefix('.') {
                Some(after) => rest = after,
                None if rest.is_empty() => return Ok(Self(parts)),
                None => return Err(PointerError::Index),
            }
        }
    }

    /// The parts of the path.
    pub fn parts(&self) -> &[String] {
        &self.0
    }

    /// The field at the path.
    pub fn find<'a>(&self, root: &'a Field) -> Option<&'a Field> {
        self.0.iter().try_fold(root, |field, part| step(field, part))
    }

    /// The deepest existing field on the path, for errors about a missing field.
    pub fn nearest<'a>(&self, root: &'a Field) -> &'a Field {
        let mut field = root;
        for part in &self.0 {
            match step(field, part) {
                Some(next) => field = next,
                None => break,
            }
        }
        field
    }
}

fn step<'a>(field: &'a Field, part: &str) -> Option<&'a Field> {
    match &field.value {
        Value::Mapping(_) => field.get(part),
        Value::Sequence(items) => items.get(part.parse::<usize>().ok()?),
        _ => None,
    }
}

impl FromIterator<String> for Pointer {
    fn from_iter<T: IntoIterator<Item = String>>(parts: T) -> Self {
        Self(parts.into_iter().collect())
    }
}

impl std::fmt::Display for Pointer {
    /// The dotted form.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        for part in &self.0 {
            if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
                push_index(&mut text, part);
            } else {
                push_key(&mut text, part);
            }
        }
        formatter.write_str(&text)
    }
}

/// Adds a key to a dotted path. A key that is not a plain word is written in brackets and quotes, as in jq.
pub fn push_key(path: &mut String, key: &str) {
    if key.is_empty() || key.contains(['.', '/', '[', ']', '"', '$', ' ']) {
        path.push_str(&format!("[{}]", serde_json::Value::from(key)));
    } else {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
    }
}

/// Adds the index of an item to a dotted path.
pub fn push_index(path: &mut String, index: impl std::fmt::Display) {
    path.push_str(&format!("[{index}]"));
}

/// What stands in brackets, given the text behind `[`: an index, or a key in quotes; and the text behind `]`.
fn in_brackets(text: &str) -> Option<(String, &str)> {
    if let Some(single) = text.strip_prefix('\'') {
        let (key, after) = single.split_once("']")?;
        return Some((key.to_owned(), after));
    }
    if text.starts_with('"') {
        let mut keys = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let key = keys.next()?.ok()?;
        return Some((key, text.get(keys.byte_offset()..)?.strip_prefix(']')?));
    }
    let (index, after) = text.split_once(']')?;
    let is_index = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    is_index.then(|| (index.to_owned(), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_read_the_same() {
        let dotted = Pointer::parse("spec.steps[3].setWeight").unwrap();
        assert_eq!(dotted, Pointer::parse("/spec/steps/3/setWeight").unwrap());
        assert_eq!(dotted.to_string(), "spec.steps[3].setWeight");
    }

    #[test]
    fn every_path_that_is_printed_is_read() {
        for (text, parts) in [
            (r#"metadata.annotations["canaryc.dev/plan"]"#, vec!["metadata", "annotations", "canaryc.dev/plan"]),
            (r#"data["a\"]b"].x"#, vec!["data", "a\"]b", "x"]),
            (r#"data[""]"#, vec!["data", ""]),
            (r#"["a.b"].c[0][1]"#, vec!["a.b", "c", "0", "1"]),
        ] {
            let pointer = Pointer::parse(text).unwrap();
            assert_eq!(pointer.parts(), parts);
            assert_eq!(pointer.to_string(), text);
        }
    }

    #[test]
    fn spellings_of_other_tools_are_read() {
        let expected = Pointer::parse("spec.labels[\"a.b\"]").unwrap();
        for text in
            [".spec.labels[\"a.b\"]", "$.spec.labels['a.b']", ".spec.labels.[\"a.b\"]", "spec[\"labels\"][\"a.b\"]"]
        {
            assert_eq!(Pointer::parse(text), Ok(expected.clone()), "{text}");
        }
        assert_eq!(Pointer::parse("."), Ok(Pointer::default()));
    }

    #[test]
    fn malformed_dotted_forms_are_refused() {
        for text in ["spec..x", "..spec", "spec.", "a[", "a[x]", "a[]", "a[1]b", "a[\"b]", "a['b", "a[\"b\"c]"] {
            assert!(Pointer::parse(text).is_err(), "{text}");
        }
    }
}
