//! In: a JSON Pointer (RFC 6901) or the shorter dotted form: `spec.replicas`, `spec.steps[3].setWeight`. Out: the path,
//! and the field at the path.

use super::{Field, Value};

/// A path into an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pointer(Vec<String>);

/// The error of a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerError {
    /// `[` without `]`, or an index that is not a number.
    Index,
    /// Two dots in a row, or a dot at the start or end.
    EmptyKey,
}

impl Pointer {
    /// Parses `/spec/steps/3` (with `~0`, `~1`) or `spec.steps[3]`. The empty text is the whole object.
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
        let mut parts = Vec::new();
        for piece in text.split('.') {
            let (key, mut indices) = piece.split_at(piece.find('[').unwrap_or(piece.len()));
            if key.is_empty() && (indices.is_empty() || parts.is_empty()) {
                return Err(PointerError::EmptyKey);
            }
            if !key.is_empty() {
                parts.push(key.to_owned());
            }
            while let Some(rest) = indices.strip_prefix('[') {
                let (index, after) = rest.split_once(']').ok_or(PointerError::Index)?;
                if index.is_empty() || !index.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(PointerError::Index);
                }
                parts.push(index.to_owned());
                indices = after;
            }
            if !indices.is_empty() {
                return Err(PointerError::Index);
            }
        }
        Ok(Self(parts))
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
        for (position, part) in self.0.iter().enumerate() {
            if part.bytes().all(|byte| byte.is_ascii_digit()) {
                write!(formatter, "[{part}]")?;
            } else {
                write!(formatter, "{}{part}", if position == 0 { "" } else { "." })?;
            }
        }
        Ok(())
    }
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
    fn malformed_dotted_forms_are_refused() {
        for text in ["spec..x", ".spec", "spec.", "a[", "a[x]", "a[]", "[1]", "a[1]b"] {
            assert!(Pointer::parse(text).is_err(), "{text}");
        }
    }
}
