//! In: objects. Out: one JSON text that `kubectl apply -f -` accepts.

use std::borrow::Cow;

use crate::hidden;
use crate::manifest::Object;

/// A single object is written as itself, any other number as a `List`. The text is indented by two spaces, with a line
/// break at the end.
pub fn text(objects: &[&Object]) -> String {
    let objects: Vec<String> = objects.iter().map(|object| self::object(object)).collect();
    join(&objects)
}

/// One object, indented by two spaces, without a line break at the end.
pub fn object(object: &Object) -> String {
    // Serialization cannot fail: the keys of an object are strings and its numbers are finite.
    let text = serde_json::to_string_pretty(object).unwrap_or_default();
    match hidden::json(&text) {
        Cow::Owned(escaped) => escaped,
        Cow::Borrowed(_) => text,
    }
}

/// The text of all objects, each as [`object`] writes it. A single object is written as itself, any other number as a
/// `List`.
pub fn join(objects: &[String]) -> String {
    if let [object] = objects {
        return [object, "\n"].concat();
    }
    let mut text = String::from("{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": [");
    for (position, object) in objects.iter().enumerate() {
        text.push_str(if position == 0 { "\n" } else { ",\n" });
        // A JSON string contains no line break, so each line belongs to the layout.
        for (number, line) in object.lines().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            text.push_str("    ");
            text.push_str(line);
        }
    }
    text.push_str(if objects.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
    text
}
