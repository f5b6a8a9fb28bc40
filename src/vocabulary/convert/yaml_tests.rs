//! Every value of a policy is read back unchanged, on one line or below its key.

use proptest::prelude::*;

use super::super::data::Data;
use super::{is_plain, print};
use crate::diagnostic::Diagnostics;
use crate::source::Source;
use crate::syntax::tree::Scalar;
use crate::syntax::yaml::{self, Value, Yaml};

fn read(text: &str) -> Data {
    let source = Source::new("printed.yaml", text);
    let mut diagnostics = Diagnostics::new();
    let documents = yaml::read(&source, &mut diagnostics);
    let messages: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    assert!(messages.is_empty(), "{messages:#?}\n{text}");
    data(&documents[0])
}

fn data(yaml: &Yaml) -> Data {
    match &yaml.value {
        Value::Sequence(items) => Data::List(items.iter().map(data).collect()),
        Value::Mapping(entries) => {
            Data::Map(entries.iter().map(|(key, value)| (key.value.to_string(), data(value))).collect())
        }
        Value::String(text) => Data::Scalar(Scalar::String(text.clone())),
        Value::Integer(number) => Data::Scalar(Scalar::Integer(*number)),
        Value::Boolean(value) => Data::Scalar(Scalar::Boolean(*value)),
        Value::Number(_) | Value::Null => Data::Scalar(Scalar::Null),
    }
}

/// Texts that are likely to be misread, and arbitrary texts.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        r#"[-?:,\[\]{}#&*!|>'"%@`~=<. a0_\\/\n]{0,12}"#,
        "(yes|no|on|off|true|null|~|0x1f|010|1_000|1:30|1e3|\\.5|2027-03-31|<<|=|-|---|\\.\\.\\.)",
        "[a-z ]{1,20}\n{1,3}[a-z: #]{0,20}\n{0,3}",
        // The reader of YAML refuses control characters and direction marks, so no policy contains them.
        prop::collection::vec(
            prop::char::ranges(vec![' '..='~', '\u{a1}'..='\u{5ff}', '⺀'..='\u{d7ff}', '😀'..='😿'].into()),
            0..20
        )
        .prop_map(|characters| characters.into_iter().collect()),
    ]
}

fn values() -> impl Strategy<Value = Data> {
    let scalars = prop_oneof![
        4 => texts().prop_map(|text| Data::Scalar(Scalar::String(text.into()))),
        1 => any::<i64>().prop_map(|number| Data::Scalar(Scalar::Integer(number))),
        1 => any::<bool>().prop_map(|value| Data::Scalar(Scalar::Boolean(value))),
    ];
    scalars.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Data::List),
            prop::collection::btree_map(texts(), inner, 0..5).prop_map(|map| Data::Map(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn printed_text_is_read_back(map in prop::collection::btree_map(texts(), values(), 1..5), is_policy: bool) {
        let data = Data::Map(map.into_iter().collect());
        let text = print(&data, is_policy);
        prop_assert_eq!(read(&text), data, "{}", text);
    }
}

#[test]
fn quotes_are_written_only_where_needed() {
    for text in ["5%", "30m", "a b", "FR|BE", ".*insider.*", "k8s/web.yaml", "@a".trim_start_matches('@'), "1h30m"] {
        assert!(is_plain(text, true), "{text}");
    }
    for text in [
        "",
        "yes",
        "on",
        "010",
        "1.10",
        "true",
        "2027-03-31",
        "~",
        "- a",
        "a: b",
        "a #b",
        "{{x}}",
        "*.example.com",
        "a:",
    ] {
        assert!(!is_plain(text, false), "{text}");
    }
    assert!(is_plain("http://x.example", false) && !is_plain("http://x.example", true));
    assert!(is_plain("sum(a{b=\"c\"})", false) && !is_plain("sum(a{b=\"c\"})", true));
}
