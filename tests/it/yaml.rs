//! The YAML reader: values and places of valid documents, one diagnostic for each mistake of invalid ones, limits for
//! hostile ones.

use std::fmt::Write as _;

use canaryc::diagnostic::{Code, Diagnostic, Diagnostics};
use canaryc::internals::syntax::yaml::{self, Reading, Style, Value, Yaml};
use canaryc::source::Source;

fn read(text: &str) -> (Vec<Yaml>, Vec<Diagnostic>) {
    let source = Source::new("policy.canary.yaml", text);
    let mut diagnostics = Diagnostics::new();
    let documents = yaml::read(&source, &mut diagnostics);
    (documents, diagnostics.into_vec())
}

fn good(text: &str) -> Vec<Yaml> {
    let (documents, diagnostics) = read(text);
    assert_eq!(diagnostics, [], "{text}");
    documents
}

/// Each diagnostic as its code, the text that its labels underline, and its message.
fn mistakes(text: &str) -> String {
    let mut shown = String::new();
    for diagnostic in read(text).1 {
        let labels: Vec<_> = diagnostic
            .labels
            .iter()
            .map(|label| format!("{:?}", &text[label.span.start as usize..label.span.end as usize]))
            .collect();
        writeln!(shown, "{} at {}: {}", diagnostic.code, labels.join(" and "), diagnostic.message).unwrap();
    }
    shown
}

/// The tree in one line: JSON with the type of each scalar.
fn shape(yaml: &Yaml) -> String {
    match &yaml.value {
        Value::Null => "null".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => format!("{number:?}"),
        Value::String(text) => format!("{text:?}"),
        Value::Sequence(items) => format!("[{}]", items.iter().map(shape).collect::<Vec<_>>().join(",")),
        Value::Mapping(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, value)| format!("{}:{}", key.value, shape(value))).collect();
            format!("{{{}}}", entries.join(","))
        }
    }
}

/// Every place in the tree, as the text that it covers.
fn places<'a>(yaml: &Yaml, text: &'a str, into: &mut Vec<&'a str>) {
    into.push(&text[yaml.span.start as usize..yaml.span.end as usize]);
    for (key, value) in yaml.entries() {
        into.push(&text[key.span.start as usize..key.span.end as usize]);
        places(value, text, into);
    }
    for item in yaml.items() {
        places(item, text, into);
    }
}

#[test]
fn values_are_those_of_yaml_1_2() {
    let documents = good(
        "a: 1\nb: -2.5\nc: true\nd: ~\ne:\nf: text with spaces\ng: '1'\nh: \"x\\ty\"\ni: |-\n  sum(\n    rate(x)\n  )\nj: >-\n  folded\n  text\nk: [1, {l: m}]\no:\n- 0x10\n- 0o7\n- .inf\n- 99999999999999999999\n- yes\n- !!str 5\n- 2027-03-31\n",
    );
    assert_eq!(
        shape(&documents[0]),
        r#"{a:1,b:-2.5,c:true,d:null,e:null,f:"text with spaces",g:"1",h:"x\ty",i:"sum(\n  rate(x)\n)",j:"folded text",k:[1,{l:"m"}],o:[16,7,inf,1e20,"yes","5","2027-03-31"]}"#
    );
    assert_eq!(documents[0].get("i").unwrap().style, Style::Block);
    assert_eq!(documents[0].get("g").unwrap().style, Style::Quoted);
    assert_eq!(documents[0].get("b").unwrap().raw().unwrap().as_ref(), "-2.5");
}

#[test]
fn places_are_exact_bytes_whatever_the_characters() {
    let text = "# ünï\r\n\"ключ\": 'wért' # commént\r\nliste:\r\n  - 漢字\r\n  - {a: [1, \"😀\"] }   \r\nq:  &x  \"z\"\r\nm:\r\n- a: 1\r\n  b: 2\r\nblock: |-\r\n  eins\r\n  zwei\r\nend: x\r\n";
    let documents = good(text);
    let mut covered = Vec::new();
    places(&documents[0], text, &mut covered);
    assert_eq!(
        covered[1..],
        [
            "\"ключ\"",
            "'wért'",
            "liste",
            "- 漢字\r\n  - {a: [1, \"😀\"] }",
            "漢字",
            "{a: [1, \"😀\"] }",
            "a",
            "[1, \"😀\"]",
            "1",
            "\"😀\"",
            "q",
            "\"z\"",
            "m",
            "- a: 1\r\n  b: 2",
            "a: 1\r\n  b: 2",
            "a",
            "1",
            "b",
            "2",
            "block",
            "eins\r\n  zwei",
            "end",
            "x",
        ]
    );
    assert!(covered[0].starts_with("\"ключ\"") && covered[0].ends_with("end: x"));
}

#[test]
fn an_empty_value_is_right_after_its_key() {
    let text = "a:\nb:   # nothing\nc: {d: , e}\n";
    let documents = good(text);
    for (key, value) in documents[0].entries().iter().take(2) {
        assert_eq!((value.span.start, value.span.end), (key.span.end, key.span.end));
    }
    assert_eq!(shape(&documents[0]), "{a:null,b:null,c:{d:null,e:null}}");
}

#[test]
fn a_stream_has_many_documents_and_anchors_end_with_theirs() {
    assert_eq!(good("").len(), 0);
    assert_eq!(good("# only a comment\n").len(), 0);
    assert_eq!(
        good("\u{feff}a: 1\n---\nb: 2\n...\n---\n---\nc: 3").iter().map(shape).collect::<Vec<_>>(),
        ["{a:1}", "{b:2}", "null", "{c:3}"]
    );
    assert_eq!(mistakes("a: &x 1\n---\nb: *x\n").matches("yaml/unknown-alias at \"*x\"").count(), 1);
}

#[test]
fn json_is_yaml() {
    let documents = good("{\n\t\"a\": [1, 2.5e3, true, null],\n\t\"b\": {\"c\": \"\\u00e9\\/\"}\n}\n");
    assert_eq!(shape(&documents[0]), "{a:[1,2500.0,true,null],b:{c:\"é/\"}}");
}

#[test]
fn aliases_are_copies_and_merge_keys_are_merged() {
    let text = "base: &base {a: 1, b: 2}\nother: &other {b: 3, c: 4}\nuse:\n  <<: [*base, *other]\n  b: 9\n  d: 5\nlist: [*base]\n";
    let documents = good(text);
    assert_eq!(shape(documents[0].get("use").unwrap()), "{a:1,c:4,b:9,d:5}");
    assert_eq!(shape(documents[0].get("list").unwrap()), "[{a:1,b:2}]");
    let merged = documents[0].get("use").unwrap().get("a").unwrap();
    assert_eq!(&text[merged.span.start as usize..merged.span.end as usize], "1");
    assert_eq!(mistakes("a: &a [1]\nb: {<<: *a}\n").lines().count(), 1);
    assert_eq!(mistakes("a: {'<<': 1}\n"), "");
    assert_eq!(
        mistakes("a: &a {k: 1, l: 2}\nb:\n  k: 3\n  <<: *a\n"),
        "yaml/merge-key at \"<<\" and \"k\": this `<<` repeats key `k`, which is above it\n"
    );
}

#[test]
fn traps_are_the_scalars_that_readers_disagree_about() {
    let trapped = [
        "yes", "no", "on", "off", "y", "N", "010", "1_000", "0b1", "1:30", "Yes", "08", "0o17", "1e3", "=", "<<",
        "+0x1F",
    ];
    for raw in trapped {
        let documents = good(&format!("- {raw}\n"));
        assert!(documents[0].items()[0].trap().is_some(), "{raw}");
        let quoted = good(&format!("- '{raw}'\n"));
        assert_eq!(quoted[0].items()[0].trap(), None, "'{raw}'");
    }
    for raw in [
        "true",
        "5",
        "text",
        "2027-03-31",
        "5%",
        "30m",
        "1.5",
        ".5",
        "~",
        "0x10",
        "120/s",
        "-1",
        "0",
        "on-call",
        "yesterday",
        "1.2.3",
        "0.5e-3",
    ] {
        let documents = good(&format!("- {raw}\n"));
        assert_eq!(documents[0].items()[0].trap(), None, "{raw}");
    }
    let readings = yaml::readings("010");
    assert_eq!(
        (readings.core, readings.kubectl, readings.older),
        (Reading::Integer(10), Reading::Integer(8), Reading::Integer(8))
    );
    let trap = good("yes")[0].trap().unwrap();
    assert_eq!(trap.to_string(), "kubectl reads the boolean true, YAML 1.2 a string");
}

#[test]
fn each_mistake_is_reported_once_at_its_position() {
    let cases = [
        ("a: 1\nb: 2\na: 3\n", "yaml/duplicate-key at \"a\" and \"a\": duplicate key `a`\n"),
        (
            "on: 1\n5: 2\nnull: 3\nok: 4\n",
            "yaml/key-not-string at \"on\": key `on` is not a string\nyaml/key-not-string at \"5\": key `5` is not a string\nyaml/key-not-string at \"null\": key `null` is not a string\n",
        ),
        (
            "a: {{name}}\nb: {[1]: 2}\n",
            "yaml/key-not-string at \"{{name}}\": `{{…}}` needs quotes\nyaml/key-not-string at \"[1]\": a list or mapping cannot be a key\n",
        ),
        (
            "a: !duration 5m\nb: !!int x\n",
            "yaml/tag at \"!duration\": the tag `!duration` is not supported\nyaml/tag at \"!!int\": the value does not fit its tag `!!int`\n",
        ),
        ("a: \"open\nb: 1\n", "yaml/unclosed at \"\\\"\": the string that starts here is never closed\n"),
        ("a: 'open\n", "yaml/unclosed at \"'\": the string that starts here is never closed\n"),
        ("a: [1, 2\nb: 3\n", "yaml/unclosed at \"[\": this `[` is never closed\n"),
        ("a: {b: [1, 2}\n", "yaml/syntax at \"}\" and \"[\": `}` closes a `[`\n"),
        ("a: {\n", "yaml/unclosed at \"{\": this `{` is never closed\n"),
        ("a: ]\n", "yaml/syntax at \"]\": unmatched `]`\n"),
        ("a:\n\tb: 1\n\tc: 2\n", "yaml/tab-indentation at \"\\t\": this line is indented with a tab\n"),
        ("\ta: 1\n", "yaml/tab-indentation at \"\\t\": this line is indented with a tab\n"),
        ("a: b: c\n", "yaml/syntax at \":\": a line can only contain one `: `\n"),
        ("a: 1\n  b: 2\n", "yaml/syntax at \"b: 2\": unexpected indentation: the value above cannot have children\n"),
        (
            "a:\n  b: 1\n c: 2\n",
            "yaml/syntax at \"c: 2\": the indentation of this line does not match any line above it\n",
        ),
        ("a: 1\nb\nc: 2\n", "yaml/syntax at \"b\": this line is neither `key: value` nor `- item`\n"),
        ("a: @x\n", "yaml/syntax at \"@x\": a value without quotes cannot start with `@`\n"),
        ("a: \"x\" y\n", "yaml/syntax at \"y\" and \"\\\"x\\\"\": unexpected text after the closing quote\n"),
        ("a: \"\\q\"\n", "yaml/syntax at \"\\\\q\": `\\q` is not a valid escape\n"),
        (
            "a: *nowhere\nb: *nothing\n",
            "yaml/unknown-alias at \"*nowhere\": there is no anchor `&nowhere` before this alias\nyaml/unknown-alias at \"*nothing\": there is no anchor `&nothing` before this alias\n",
        ),
        ("a: &a [*a]\n", "yaml/unknown-alias at \"*a\": this alias refers to a value that is not complete yet\n"),
        (
            "a: x\u{85}y\u{2028}\n",
            "yaml/control-character at \"\\u{85}\": a next-line character (U+0085) in the text\nyaml/control-character at \"\\u{2028}\": a line separator (U+2028) in the text\n",
        ),
        (
            "a: \"\\u2028\"\n",
            "yaml/control-character at \"\\\"\\\\u2028\\\"\": this string contains a line separator (U+2028)\n",
        ),
        (
            "a: 1\n---\nb: [\n---\nc: 1\nc: 2\n",
            "yaml/unclosed at \"[\": this `[` is never closed\nyaml/duplicate-key at \"c\" and \"c\": duplicate key `c`\n",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(mistakes(text), expected, "{text}");
    }
}

#[test]
fn a_broken_document_does_not_hide_the_others() {
    let (documents, diagnostics) = read("a: 1\n---\nb: 'x\n---\nc: 3\n");
    assert_eq!(documents.iter().map(shape).collect::<Vec<_>>(), ["{a:1}", "{c:3}"]);
    assert_eq!(diagnostics.len(), 1);
}

#[test]
fn hostile_files_end_with_a_diagnostic() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let previous = level - 1;
        let aliases = vec![format!("*a{previous}"); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    let deep_block = (0..400).fold(String::new(), |mut text, level| {
        writeln!(text, "{}a:", " ".repeat(level)).unwrap();
        text
    });
    let cases = [
        (bomb, Code::YamlTooManyAliases),
        ("[".repeat(100_000), Code::YamlTooDeep),
        ("{".repeat(100_000), Code::YamlTooDeep),
        ("{a: ".repeat(30_000), Code::YamlTooDeep),
        ("- ".repeat(50_000), Code::YamlTooDeep),
        ("? ".repeat(50_000), Code::YamlTooDeep),
        (deep_block, Code::YamlTooDeep),
        ("\0".repeat(100_000), Code::YamlControlCharacter),
        (format!("a: {}\n", "[1,".repeat(130) + &"]".repeat(130)), Code::YamlTooDeep),
        ("[\n---\n".repeat(20_000), Code::YamlUnclosed),
        ("'".repeat(100_001), Code::YamlUnclosed),
        ("\"\\".repeat(50_000), Code::YamlSyntax),
        (format!("a: {}: b\n", "x".repeat(100_000)), Code::YamlSyntax),
        ("&a ".repeat(30_000), Code::YamlSyntax),
        ("!a ".repeat(30_000), Code::YamlSyntax),
        ("*a ".repeat(30_000), Code::YamlUnknownAlias),
        ("%".repeat(100_000), Code::YamlSyntax),
        (": ".repeat(50_000), Code::YamlTooDeep),
    ];
    for (text, code) in cases {
        let (_, diagnostics) = read(&text);
        assert!(
            diagnostics.iter().any(|diagnostic| diagnostic.code == code),
            "{:.40}: {:?}",
            text,
            diagnostics.first()
        );
        assert!(diagnostics.len() <= 201, "{:.40}", text);
    }
    for text in
        ["1".repeat(100_000), "a".repeat(100_000), "#".repeat(100_000), "-".repeat(100_000), "\n".repeat(100_000)]
    {
        good(&text);
    }
}

/// A small random number generator with a fixed seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// The number of damaged texts; `CANARYC_FUZZ=1000000` tries more.
fn rounds() -> usize {
    std::env::var("CANARYC_FUZZ").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(4_000)
}

#[test]
fn damaged_text_never_panics_and_every_place_is_on_a_character() {
    const SAMPLE: &str = "%YAML 1.2\n---\na: &x {b: [1, 'zwei', \"dr\\u00ffei\"], <<: {c: !!str 5}}\n? d\n: - e # ü\n  - *x\n  -\n    - |+2\n        blöck\n\n    - >\n      folded\n      text\n...\n--- !!map\nß: -\u{a0}x\ng: ~\n\t\r\n";
    const PIECES: [&str; 34] = [
        "[", "]", "{", "}", ":", ": ", "- ", "? ", "\n", "\n  ", "\t", "\"", "'", "#", " #", "&a ", "*a ", "!t ",
        "!!int ", "|", ">-", "%", "@", "---\n", "...\n", "\\", "ü", "😀", "\0", "\u{feff}", "\r", "<<: ", ",", "{{",
    ];
    let mut numbers = Numbers(7);
    for _ in 0..rounds() {
        let mut characters: Vec<char> = SAMPLE.chars().collect();
        for _ in 0..=numbers.below(6) {
            let at = numbers.below(characters.len());
            match numbers.below(4) {
                0 => drop(characters.remove(at)),
                1 => drop(characters.drain(at..(at + numbers.below(20)).min(characters.len()))),
                _ => drop(characters.splice(at..at, PIECES[numbers.below(PIECES.len())].chars())),
            }
            if characters.is_empty() {
                characters.push('a');
            }
        }
        let text: String = characters.into_iter().collect();
        let (documents, diagnostics) = read(&text);
        let mut covered = Vec::new();
        documents.iter().for_each(|document| places(document, &text, &mut covered));
        for label in diagnostics.iter().flat_map(|diagnostic| &diagnostic.labels) {
            assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{text:?}");
        }
    }
}
