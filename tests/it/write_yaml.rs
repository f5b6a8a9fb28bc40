//! Written YAML is read back as the same value: by our own reader, serde-saphyr, kubectl and PyYAML.

use crate::support::readers::Reader;
use canaryc::diagnostic::{Diagnostic, Diagnostics};
use canaryc::internals::syntax::yaml;
use canaryc::manifest::{self, Field, Object, Origin, Value};
use canaryc::source::Source;
use canaryc::write;

fn origin() -> Origin {
    Origin::written(Source::new("x", "").span())
}

fn object(spec: Field) -> Object {
    let metadata = Field::mapping(origin()).put("name", "nasty");
    let root = Field::mapping(origin())
        .put("apiVersion", "example.dev/v1")
        .put("kind", "Nasty")
        .with("metadata", metadata)
        .with("spec", spec);
    Object { root }
}

/// Strings that some YAML writer has got wrong, or that look difficult.
fn nasty() -> Vec<String> {
    let words = [
        "",
        " ",
        "  ",
        "y",
        "Y",
        "yes",
        "Yes",
        "YES",
        "no",
        "No",
        "n",
        "N",
        "on",
        "On",
        "ON",
        "off",
        "OFF",
        "true",
        "True",
        "TRUE",
        "false",
        "null",
        "Null",
        "NULL",
        "~",
        "NaN",
        ".nan",
        ".NaN",
        "nan",
        "inf",
        ".inf",
        "-.inf",
        "+.Inf",
        "Infinity",
        "0",
        "-0",
        "1",
        "01",
        "010",
        "08",
        "0777",
        "0o7",
        "0o17",
        "0x1F",
        "0b101",
        "1_000",
        "_1",
        "1_",
        "1e3",
        "1E3",
        "1e-3",
        "1.5",
        ".5",
        "5.",
        "+1",
        "-1",
        "1.2.3",
        "1:30",
        "12:30:45",
        "1:2",
        "22:22",
        "190:20:30.15",
        "2027-03-31",
        "2027-3-1",
        "2001-12-14t21:59:43.10-05:00",
        "2027-03-31 12:00:00",
        "<<",
        "=",
        "-",
        "--",
        "---",
        "--- a",
        "...",
        "... a",
        "?",
        "? a",
        "?a",
        ":",
        ": a",
        ":a",
        "a:",
        "a: b",
        "a:b",
        "a :b",
        "a #b",
        "a#b",
        "#",
        "# a",
        "&a",
        "*a",
        "!a",
        "!!str",
        "!",
        "|",
        "|-",
        ">",
        ">-",
        "'",
        "''",
        "\"",
        "\"\"",
        "'a'",
        "\"a\"",
        "a'b",
        "a\"b",
        "it's",
        "say \"hi\"",
        "'\"",
        "\\",
        "\\n",
        "a\\b",
        "%",
        "%a",
        "@",
        "@a",
        "`",
        "`a`",
        "[",
        "]",
        "{",
        "}",
        "[a]",
        "{a: b}",
        "{{name}}",
        "{{ .Values.x }}",
        "a{{b}}",
        "a, b",
        ",a",
        "a,",
        " a",
        "a ",
        " a ",
        "\ta",
        "a\t",
        "a\tb",
        "\t",
        "a  b",
        "\n",
        "\n\n",
        "a\n",
        "a\n\n",
        "a\n\n\n",
        "\na",
        "\n\na",
        "a\nb",
        "a\nb\n",
        "a\n\nb",
        "a\n b",
        " a\nb",
        "  a\n b\nc",
        "\ta\nb",
        "a\n\tb",
        "a\n \nb",
        "a\n   ",
        "a\n\t",
        "a \nb",
        "a\nb ",
        "a: b\nc: d",
        "- a\n- b",
        "# a\nb",
        "a\n# b",
        "a #\nb",
        "---\na",
        "a\n---\nb",
        "a\n...\nb",
        "\"a\nb\"",
        "'a\nb'",
        "a\rb",
        "a\r\nb",
        "\r",
        "\r\n",
        "a\u{85}b",
        "a\u{a0}b",
        "\u{a0}",
        "a\u{2028}b",
        "a\u{2029}b",
        "\u{feff}",
        "\u{feff}a",
        "a\u{feff}b",
        "\u{200b}a",
        "a\u{200e}b",
        "\u{202e}abc",
        "\u{7f}",
        "\u{80}",
        "\u{9f}",
        "\u{1b}[0m",
        "\u{1}",
        "\u{8}",
        "\u{b}",
        "\u{c}",
        "\u{fffd}",
        "\u{e000}",
        "ü",
        "漢字",
        "😀",
        "é\nü",
        "👩‍👩‍👧",
        "a\u{301}",
        "ٱلعربية",
        "1,000",
        "1 000",
        "0.1.",
        "1e",
        "e1",
        "0x",
        "0xg",
        "0b2",
        "0o8",
        "+",
        "+a",
        "-a",
        "-1a",
        "1a",
        "--flag",
        "-flag=x",
        "- -",
        "5%",
        "99.5%",
        "100%",
        "30m",
        "1h30m",
        "120/s",
        "1Gi",
        "100m",
        "v1",
        "1.0.0-rc.1",
        "sha256:0123",
        "1234567890123456789012",
        "0000",
        "1e400",
        "1.e5",
        "0.",
        "-.5",
        "+.5",
        "._5",
        ".5_0",
        "..",
        ".",
        "./a",
        "../a",
        "/a",
        "~a",
        "a~",
        "=a",
        "a=b",
        "==",
        "<",
        "<a",
        "<<a",
        ">a",
        "a>b",
        "a|b",
        "a&b",
        "a*b",
        "a!b",
        "a%b",
        "a@b",
        "a`b",
        "$a",
        "${a}",
        "^a$",
        "(a)",
        "a;b",
        ";",
        "a?b",
        "a? b",
        "a -b",
        "a - b",
        "http://x:80/y#z",
        "x: #",
        "x #",
        "sum(rate(http_requests_total{app=\"checkout\",code!~\"5..\"}[5m]))\n/\nsum(rate(http_requests_total{app=\"checkout\"}[5m]))",
        "result[0] >= 0.995",
        "len(result) == 0 || result[0] < 5",
        "isNaN(result[0])",
        "{$.status}",
        "{app=\"x\"}",
        "a\\\nb",
        "line\\n",
        "\\u2028",
        "key: |\n  block\n  scalar\n",
        "  leading\nblock",
        "trailing  \nspaces\n",
        "x\n\n  y\n\n\nz",
        "tab\there\nand\tthere\n",
        "no\nyes\n",
        "\u{1F468}\nx",
        "y\n",
        "null\n",
        "1\n",
        "Y: n",
        "on: push",
        "yes: no",
        "NO WAY",
        "yes no",
        "true story",
        "off-peak",
        "on-call",
        "nothing",
        "none",
        "None",
        "undefined",
    ];
    let mut all: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    // Every ASCII character alone, at the start, in the middle, at the end, doubled, and before a blank.
    for byte in 0..128u8 {
        let character = char::from(byte);
        all.extend([
            format!("{character}"),
            format!("{character}x"),
            format!("x{character}y"),
            format!("x{character}"),
            format!("x {character}y"),
            format!("x{character} y"),
            format!("{character} x"),
            format!("{character}{character}"),
            format!("x\n{character}y"),
            format!("{character}x\ny"),
        ]);
    }
    all.push("x".repeat(5_000));
    all.push("word ".repeat(500));
    all.push("word ".repeat(500).trim_end().to_owned());
    all.push(format!("{}\nx", "long line ".repeat(50).trim_end()));
    all
}

/// Readers refuse or change NUL and similar characters even as escapes. That is a limit of kubectl, not of the writer.
fn readable(reader: Option<Reader>, text: &str) -> bool {
    match reader {
        Some(_) => true,
        // Our own reader refuses control characters on purpose.
        None => !text.chars().any(|character| {
            character.is_control() && !matches!(character, '\t' | '\n' | '\r')
                || matches!(character, '\u{2028}' | '\u{2029}')
        }),
    }
}

/// All strings in every possible place: value, item, key, item of a list in a list, first key of an item.
fn everywhere(strings: &[String]) -> Object {
    let text = |content: &str| Field::new(content, origin());
    let items = strings.iter().map(|content| text(content)).collect();
    let nested = strings.iter().map(|content| Field::sequence(vec![text(content), text(content)], origin())).collect();
    let values = strings
        .iter()
        .map(|content| {
            Field::mapping(origin())
                .with("a", text(content))
                .with("b", Field::mapping(origin()).with("c", text(content)))
        })
        .collect();
    // Readers accept keys of at most 1,024 characters, four times what Kubernetes allows.
    let keys = strings
        .iter()
        .filter(|content| content.len() < 1_000)
        .map(|content| {
            Field::mapping(origin())
                .with(content.clone(), text("v"))
                .with(format!("{content}2"), Field::mapping(origin()))
        })
        .collect();
    object(
        Field::mapping(origin())
            .with("items", Field::sequence(items, origin()))
            .with("nested", Field::sequence(nested, origin()))
            .with("values", Field::sequence(values, origin()))
            .with("keys", Field::sequence(keys, origin())),
    )
}

/// The only document of a text, by our own reader.
fn ours(text: &str) -> serde_json::Value {
    let source = Source::new("written.yaml", text);
    let mut diagnostics = Diagnostics::new();
    let documents = yaml::read(&source, &mut diagnostics);
    let refused: Vec<_> = diagnostics.iter().map(|found| (&found.message, around(text, found))).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    let field = manifest::field(&documents[0], &mut diagnostics);
    assert!(diagnostics.is_empty(), "{:?}", diagnostics.iter().next());
    serde_json::to_value(field).unwrap()
}

/// The lines around a mistake.
fn around<'a>(text: &'a str, diagnostic: &Diagnostic) -> Vec<&'a str> {
    let line = text[..diagnostic.span().unwrap().start as usize].lines().count();
    text.lines().skip(line.saturating_sub(4)).take(7).collect()
}

fn spec(json: &serde_json::Value) -> &serde_json::Value {
    &json["spec"]
}

/// The first strings that changed. A comparison of whole documents would show nothing useful.
fn differences(expected: &serde_json::Value, found: &serde_json::Value, path: &str, into: &mut Vec<String>) {
    use serde_json::Value::{Array, Object};
    match (expected, found) {
        (Array(left), Array(right)) if left.len() == right.len() => {
            for (position, (left, right)) in left.iter().zip(right).enumerate() {
                differences(left, right, &format!("{path}[{position}]"), into);
            }
        }
        (Object(left), Object(right))
            if left.keys().eq(right.keys())
                || left.len() == right.len() && left.keys().all(|key| right.contains_key(key)) =>
        {
            for (key, value) in left {
                differences(value, &right[key], &format!("{path}.{key}"), into);
            }
        }
        _ if expected == found => {}
        _ => into.push(format!("{path}: wrote {expected}, read {found}")),
    }
}

#[test]
fn every_reader_reads_the_same_strings_again() {
    let strings = nasty();
    assert!(strings.len() > 1_500);
    for reader in Reader::installed().into_iter().map(Some).chain([None]) {
        let strings: Vec<String> = strings.iter().filter(|text| readable(reader, text)).cloned().collect();
        let object = everywhere(&strings);
        let text = write::yaml::text([&object]);
        let found = match reader {
            Some(reader) => reader.read(&text).unwrap_or_else(|error| panic!("{reader:?}: {error}")).remove(0),
            None => ours(&text),
        };
        let mut wrong = Vec::new();
        differences(spec(&serde_json::to_value(&object).unwrap()), spec(&found), "", &mut wrong);
        assert_eq!(wrong, Vec::<String>::new(), "{reader:?}");
    }
}

#[test]
fn serde_saphyr_reads_and_writes_the_same() {
    // serde-saphyr is the oracle for structure: our reader must read its output like ours.
    let strings: Vec<String> = nasty()
        .into_iter()
        .filter(|text| readable(None, text) && !text.starts_with('\t') && !text.contains(['\u{200e}', '\u{202e}']))
        .collect();
    let object = everywhere(&strings);
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    let text = serde_saphyr::to_string_with_options(&object, options).unwrap();
    let mut wrong = Vec::new();
    differences(&serde_json::to_value(&object).unwrap(), &ours(&text), "", &mut wrong);
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn numbers_are_read_as_the_same_numbers() {
    let numbers = [0.5, -0.5, 1e21, 1e-7, 123_456.789, 99.95, 1e300, 5e-324, 1.0, 0.1 + 0.2];
    let mut fields: Vec<Field> =
        numbers.iter().map(|number| Field { value: Value::Number(*number), origin: origin() }).collect();
    fields.extend([0, 1, 9, 10, -1, i64::MAX, i64::MIN].map(|number: i64| Field::new(number, origin())));
    let object = object(Field::sequence(fields, origin()));
    let text = write::yaml::text([&object]);
    let expected = serde_json::to_value(&object).unwrap();
    for reader in Reader::installed() {
        let found = reader.read(&text).unwrap().remove(0);
        for (expected, found) in spec(&expected).as_array().unwrap().iter().zip(spec(&found).as_array().unwrap()) {
            assert_eq!(expected.as_f64(), found.as_f64(), "{reader:?}: {expected} {found}");
        }
    }
}

#[test]
fn the_style_is_that_of_kubernetes_manifests() {
    let source = Source::new(
        "rollout.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: checkout, labels: {}, finalizers: []}\nspec:\n  replicas: 6\n  strategy: {canary: {steps: [{setWeight: 5}, {pause: {duration: 10m}}, {pause: {}}], maxSurge: 25%, weights: [[1, 2], []]}}\n  query: |\n    sum(\n      rate(x[5m])\n    )\n  port: '80'\n  on: 'yes'\n  condition: result[0] >= 0.95\n  header: '{\"a\": \"b\"}'\n  empty: ''\n  nothing: null\n".replace("  on:", "  'on':"),
    );
    let mut diagnostics = Diagnostics::new();
    let objects = manifest::read(&source, &mut diagnostics);
    assert!(diagnostics.is_empty());
    assert_eq!(
        write::yaml::text(&objects),
        "apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: checkout
  labels: {}
  finalizers: []
spec:
  replicas: 6
  strategy:
    canary:
      steps:
      - setWeight: 5
      - pause:
          duration: 10m
      - pause: {}
      maxSurge: 25%
      weights:
      - - 1
        - 2
      - []
  query: |
    sum(
      rate(x[5m])
    )
  port: \"80\"
  \"on\": \"yes\"
  condition: result[0] >= 0.95
  header: '{\"a\": \"b\"}'
  empty: \"\"
  nothing: null
"
    );
}

#[test]
fn documents_are_separated_and_lists_are_what_kubectl_takes() {
    let one = object(Field::mapping(origin()).put("a", 1_i64));
    let two = object(Field::mapping(origin()).put("a", 2_i64));
    assert_eq!(write::yaml::text([&one, &two]).matches("---\n").count(), 1);
    assert_eq!(write::yaml::text([]), "");
    let list: serde_json::Value = serde_json::from_str(&write::json::text(&[&one, &two])).unwrap();
    assert_eq!((list["kind"].as_str(), list["items"].as_array().unwrap().len()), (Some("List"), 2));
    let alone: serde_json::Value = serde_json::from_str(&write::json::text(&[&one])).unwrap();
    assert_eq!(alone["kind"], "Nasty");
}
