//! Other readers read a plain scalar as canaryc says that they do.

use crate::support::readers::Reader;
use canaryc::diagnostic::Diagnostics;
use canaryc::internals::syntax::yaml::{self, Reading};
use canaryc::source::Source;
use serde_json::Value;

/// Scalars made of pieces of numbers, words and dates; the same ones in each run.
fn scalars() -> Vec<String> {
    const PIECES: [&str; 36] = [
        "0",
        "1",
        "7",
        "8",
        "9",
        "12",
        "60",
        "00",
        "_",
        "__",
        "+",
        "-",
        ".",
        "e",
        "E",
        "e+",
        "e-5",
        "x",
        "0x",
        "0o",
        "0b",
        ":",
        ":30",
        "y",
        "n",
        "no",
        "on",
        "yes",
        "Off",
        "true",
        "null",
        "~",
        ".inf",
        ".nan",
        "2027-03-31",
        "T1",
    ];
    let mut scalars: Vec<String> = PIECES.iter().map(|piece| (*piece).to_owned()).collect();
    for first in PIECES {
        for second in PIECES {
            scalars.push(format!("{first}{second}"));
            for third in PIECES {
                scalars.push(format!("{first}{second}{third}"));
            }
        }
    }
    scalars.retain(|text| is_plain(text));
    scalars.sort();
    scalars.dedup();
    scalars
}

/// Whether a text is one plain scalar as an item of a list.
fn is_plain(text: &str) -> bool {
    let source = Source::new("x.yaml", format!("- {text}\n"));
    let mut diagnostics = Diagnostics::new();
    let documents = yaml::read(&source, &mut diagnostics);
    diagnostics.is_empty() && documents[0].items()[0].raw().is_some_and(|raw| &**raw == text)
}

fn agrees(reading: Reading, text: &str, found: &Value) -> bool {
    match reading {
        Reading::Null => found.is_null(),
        Reading::Boolean(value) => *found == Value::Bool(value),
        Reading::Integer(number) => found.as_i64() == Some(number) || found.as_f64() == Some(number as f64),
        Reading::Number(number) if number.is_finite() => {
            found.as_f64().is_some_and(|found| (found - number).abs() <= number.abs() * 1e-12)
        }
        Reading::Number(_) => false,
        Reading::Timestamp | Reading::Special | Reading::String => found.as_str() == Some(text),
    }
}

#[test]
fn kubectl_reads_scalars_as_documented() {
    if !Reader::installed().contains(&Reader::Kubectl) {
        return;
    }
    let scalars: Vec<_> = scalars()
        .into_iter()
        .filter(|text| {
            text != "<<" && !matches!(yaml::readings(text).kubectl, Reading::Number(number) if !number.is_finite())
        })
        .collect();
    let mut text = "apiVersion: example.dev/v1\nkind: Scalars\nmetadata: {name: scalars}\nspec:\n".to_owned();
    for scalar in &scalars {
        text += &format!("- {scalar}\n");
    }
    let read = Reader::Kubectl.read(&text).unwrap();
    let found = read[0]["spec"].as_array().unwrap();
    assert_eq!(found.len(), scalars.len());
    let wrong: Vec<_> = scalars
        .iter()
        .zip(found)
        .filter(|(text, found)| !agrees(yaml::readings(text).kubectl, text, found))
        .map(|(text, found)| format!("{text}: kubectl {found}, we {:?}", yaml::readings(text).kubectl))
        .collect();
    assert_eq!(wrong, Vec::<String>::new(), "of {}", scalars.len());
}

#[test]
fn pyyaml_reads_scalars_as_documented() {
    if !Reader::installed().contains(&Reader::PyYaml) {
        return;
    }
    let scalars = scalars();
    // Only the kinds are compared: PyYAML fails on some texts that it classifies as numbers, such as `0b_`.
    let text: String = scalars.iter().map(|scalar| format!("- {scalar}\n")).collect();
    let found = Reader::PyYaml.kinds(&text).unwrap();
    assert_eq!(found.len(), scalars.len());
    let wrong: Vec<_> = scalars
        .iter()
        .zip(&found)
        .filter(|(text, found)| kind(yaml::readings(text).older) != family(found))
        .filter(|(text, found)| !(yaml::readings(text).older == Reading::Timestamp && *found == "str"))
        .map(|(text, found)| format!("{text}: PyYAML {found}, we {:?}", yaml::readings(text).older))
        .collect();
    assert_eq!(wrong, Vec::<String>::new(), "of {}", scalars.len());
}

fn kind(reading: Reading) -> &'static str {
    match reading {
        Reading::Null => "null",
        Reading::Boolean(_) => "bool",
        Reading::Integer(_) | Reading::Number(_) => "number",
        Reading::Timestamp => "timestamp",
        Reading::Special => "special",
        Reading::String => "str",
    }
}

fn family(tag: &str) -> &str {
    match tag {
        "int" | "float" => "number",
        "merge" | "value" => "special",
        other => other,
    }
}
