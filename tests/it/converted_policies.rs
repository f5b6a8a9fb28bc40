//! Every reader of YAML reads a policy that was converted to YAML as the same value, and as the same value as its JSON.

use std::path::Path;

use crate::support::readers::Reader;
use canaryc::diagnostic::Diagnostics;
use canaryc::internals::syntax::kdl;
use canaryc::internals::vocabulary::{Format, convert};
use canaryc::source::Source;
use serde_json::Value;

#[test]
fn every_reader_of_yaml_reads_a_converted_policy_as_its_json() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "kdl"));
    paths.sort();
    let mut stream = String::new();
    let mut expected: Vec<Value> = Vec::new();
    for path in &paths {
        let source = Source::new(path, std::fs::read_to_string(path).unwrap());
        let document = kdl::read(&source, &mut Diagnostics::new());
        stream.push_str("---\n");
        stream.push_str(&convert(&document, Format::Yaml));
        expected.push(serde_json::from_str(&convert(&document, Format::Json)).unwrap());
    }
    assert!(expected.len() > 30);
    // kubectl reads only objects, and a policy is not one.
    if Reader::installed().contains(&Reader::PyYaml) {
        let found = Reader::PyYaml.read(&stream).unwrap();
        assert_eq!(found.len(), expected.len());
        for ((found, expected), path) in found.iter().zip(&expected).zip(&paths) {
            assert_eq!(found, expected, "{}", path.display());
        }
    }
}
