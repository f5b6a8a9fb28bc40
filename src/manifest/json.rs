//! In: JSON that comes from no text of a user. Out: the same as a field, all of one origin.

use serde_json::Value as Json;

use super::{Field, Origin, Value};

impl Field {
    /// The same value.
    pub fn from_json(json: &Json, origin: Origin) -> Self {
        let value = match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Boolean(*value),
            // JSON numbers are whole and small, or floating.
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
