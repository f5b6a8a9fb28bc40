//! The path from an object's root to a field. It is kept on the stack during the walk, and written out only for a
//! message.

use std::fmt;

/// A step into a mapping or list. Without a parent it is the root.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    above: Option<&'a Self>,
    part: Part<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Part<'a> {
    Key(&'a str),
    Index(usize),
    /// The path to the start of the walk; may be empty.
    Base(&'a str),
}

impl<'a> Path<'a> {
    /// The start of a walk: `spec.template` for a part of an object, or the empty path.
    pub fn base(text: &'a str) -> Self {
        Self { above: None, part: Part::Base(text) }
    }

    /// The path to a key below this one.
    pub fn key(&'a self, key: &'a str) -> Self {
        Self { above: Some(self), part: Part::Key(key) }
    }

    /// The path to an item of this list.
    pub fn index(&'a self, index: usize) -> Self {
        Self { above: Some(self), part: Part::Index(index) }
    }

    /// Whether this is the root of the object.
    pub fn is_root(&self) -> bool {
        matches!(self.part, Part::Base(""))
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            above.fmt(formatter)?;
        }
        match self.part {
            Part::Base(text) => formatter.write_str(text),
            Part::Index(index) => write!(formatter, "[{index}]"),
            Part::Key(key) if key.is_empty() || key.contains(['.', '/', '[', ' ', '"']) => {
                write!(formatter, "[{key:?}]")
            }
            Part::Key(key) => {
                let dot = if self.above.is_none_or(Path::is_root) { "" } else { "." };
                write!(formatter, "{dot}{key}")
            }
        }
    }
}
