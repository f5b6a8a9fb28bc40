//! The way from an object's root to a field, kept on the stack while one walks and written out only for a message.

use std::fmt;

/// A step from a mapping or list into it; `None` above it is the root.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    above: Option<&'a Self>,
    part: Part<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Part<'a> {
    Key(&'a str),
    Index(usize),
    /// What stands for the way to where the walk began; may be empty.
    Base(&'a str),
}

impl<'a> Path<'a> {
    /// Where a walk begins: `spec.template` when the whole object is not at hand, or nothing.
    pub fn base(text: &'a str) -> Self {
        Self { above: None, part: Part::Base(text) }
    }

    /// One key further.
    pub fn key(&'a self, key: &'a str) -> Self {
        Self { above: Some(self), part: Part::Key(key) }
    }

    /// Into a list.
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
