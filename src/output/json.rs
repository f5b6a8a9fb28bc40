//! In: compiled releases. Out: one JSON text: a single object by itself, otherwise a `List` of all objects.

use super::format::{Format, Stream, Unavailable};
use crate::manifest::{Comments, Object};
use crate::write::json;

/// A JSON list.
pub(super) const FORMAT: Format = Format {
    name: "json",
    summary: "a JSON list of objects, `kind: List`",
    stream: Ok(&List),
    folder: Err(Unavailable {
        message: "the files of a folder are YAML: JSON has no comments, and each file needs one that names its policy",
        help: "remove `--format json`, or write to standard output: `-o -`",
    }),
};

struct List;

impl Stream for List {
    fn parts(&self, objects: &[Object], _: &[Comments]) -> Vec<String> {
        objects.iter().map(json::object).collect()
    }

    fn join(&self, parts: &[String]) -> String {
        json::join(parts)
    }
}
