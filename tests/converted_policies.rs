//! A policy converted to YAML is the same to every reader of YAML, and the same as its JSON.

#[path = "support/readers.rs"]
mod readers;

use std::path::Path;

use canaryc::diagnostic::Diagnostics;
use canaryc::source::Source;
use canaryc::syntax::kdl;
use canaryc::vocabulary::{Format, convert};
use readers::Reader;
use serde_json::Value;

#[test]
fn every_reader_of_yaml_reads_a_converted_policy_as_its_json() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language");
    let mut compared = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "kdl") {
            continue;
        }
        let source = Source::new(&path, std::fs::read_to_string(&path).unwrap());
        let document = kdl::read(&source, &mut Diagnostics::new());
        let yaml = convert(&document, Format::Yaml);
        let json: Value = serde_json::from_str(&convert(&document, Format::Json)).unwrap();
        for reader in Reader::installed().into_iter().filter(|reader| *reader == Reader::PyYaml) {
            assert_eq!(
                reader.read(&yaml).unwrap(),
                std::slice::from_ref(&json),
                "{reader:?}: {}\n{yaml}",
                path.display()
            );
            compared += 1;
        }
    }
    eprintln!("{compared} policies compared");
}
