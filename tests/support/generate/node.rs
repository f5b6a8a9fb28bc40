//! One node of a policy before it is printed. In: its parts, one after the other. Out: a tree that `print` formats.

/// A scalar.
#[derive(Clone, Debug)]
pub enum Value {
    /// A string, whatever its form.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Any other number, as it is written.
    Number(&'static str),
    /// `#true` or `#false`.
    Boolean(bool),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

/// `keyword argument property=value { children }`
#[derive(Clone, Debug)]
pub struct Node {
    pub keyword: &'static str,
    pub arguments: Vec<Value>,
    pub properties: Vec<(String, Value)>,
    pub children: Vec<Self>,
}

/// A node with only its keyword.
pub fn node(keyword: &'static str) -> Node {
    Node { keyword, arguments: Vec::new(), properties: Vec::new(), children: Vec::new() }
}

/// A node with a name.
pub fn named(keyword: &'static str, name: impl Into<Value>) -> Node {
    node(keyword).arg(name)
}

impl Node {
    /// With one more argument.
    pub fn arg(mut self, value: impl Into<Value>) -> Self {
        self.arguments.push(value.into());
        self
    }

    /// With these arguments.
    pub fn args<T: Into<Value>>(self, values: impl IntoIterator<Item = T>) -> Self {
        values.into_iter().fold(self, |node, value| node.arg(value))
    }

    /// With a property.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.properties.push((name.to_owned(), value.into()));
        self
    }

    /// With a property, if `wanted`.
    pub fn maybe(self, wanted: bool, name: &str, value: impl Into<Value>) -> Self {
        if wanted { self.with(name, value) } else { self }
    }

    /// With a child.
    pub fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// With children.
    pub fn children(self, children: impl IntoIterator<Item = Self>) -> Self {
        children.into_iter().fold(self, Self::child)
    }
}
