//! In: JSON that does not come from a user's text. Out: the same value as a field, with one origin for all parts.

use serde_json::Value as Json;

use super::{Field, Origin, Value};

impl Field {
    /// Converts a JSON value.
    pub fn from_json(json: &Json, origin: Origin) -> Self {
        let value = match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Boolean(*value),
            // JSON numbers are small integers or floating-point numbers.
            Json::Number(number) => {
                number.as_i64().map_or_else(|| Value::Number(number.as_f64().unwrap_or_default()), Value::Integer)
            }
            Json::String(text) => text.as_str().into(),
            Json::Array(items) => Value::Sequence(items.iter().map(|item| Self::from_json(item, origin)).collect()),
            Json::Object(entries) => {
                let field = |(key, value): (&String, &Json)| (key.clone().into(), Self::from_json(value, origin));
                Value::Mapping(entries.iter().map(field).collect())
            }
        };
        Self { value, origin }
    }
}
