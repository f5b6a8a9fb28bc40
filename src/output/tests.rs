//! Every format, on the same objects.

use std::collections::BTreeSet;

use serde_json::json;

use super::{FORMATS, named};
use crate::manifest::{Field, Object, Origin};
use crate::source::Source;
use crate::write;

fn objects(names: &[&str]) -> Vec<Object> {
    let source = Source::new("policy.canary.kdl", "");
    let origin = Origin::derived(source.range(0, 0));
    let object = |name: &&str| {
        let data = json!({ "text": "a\n[\n", "empty": [], "none": {} });
        let value = json!({ "apiVersion": "v1", "kind": "X", "metadata": { "name": name }, "data": data });
        Object { root: Field::from_json(&value, origin) }
    };
    names.iter().map(object).collect()
}

#[test]
fn json_is_written_as_serde_json_would_write_the_list() {
    let Ok(stream) = super::json::FORMAT.stream else { panic!("JSON has a stream") };
    for names in [&["a"][..], &[], &["a", "b"], &["a", "b", "c"]] {
        let objects = objects(names);
        // Joins the parts of several releases as if all objects came from one release.
        let parts: Vec<String> = objects.chunks(2).flat_map(|release| stream.parts(release, &[])).collect();
        let expected = match objects.as_slice() {
            [object] => serde_json::to_string_pretty(object),
            items => serde_json::to_string_pretty(&json!({ "apiVersion": "v1", "kind": "List", "items": items })),
        };
        assert_eq!(stream.join(&parts), expected.unwrap() + "\n", "{names:?}");
    }
}

#[test]
fn yaml_separates_the_documents_of_all_releases() {
    let Ok(stream) = super::yaml::FORMAT.stream else { panic!("YAML has a stream") };
    let objects = objects(&["a", "b", "c"]);
    let parts: Vec<String> =
        [&objects[..2], &[], &objects[2..]].into_iter().flat_map(|it| stream.parts(it, &[])).collect();
    assert_eq!(stream.join(&parts), write::yaml::text(&objects));
    assert_eq!(stream.join(&[]), "");
}

#[test]
fn each_format_has_its_own_name() {
    let names: BTreeSet<_> = FORMATS.iter().map(|format| format.name).collect();
    assert_eq!(names.len(), FORMATS.len());
    for format in FORMATS {
        assert_eq!(named(format.name).map(|found| found.name), Some(format.name));
        assert!(format.stream.is_ok() || format.folder.is_ok(), "{} cannot be written at all", format.name);
    }
    assert!(named("toml").is_none());
}
