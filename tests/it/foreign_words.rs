//! The sentences about words of other tools must show valid language: the compiler reads each piece of code in them.

use canaryc::diagnostic::foreign;
use canaryc::internals::layers::Module;
use canaryc::internals::vocabulary::Word;
use canaryc::source::Source;

/// The possible contexts of a piece of code: at the top, in a block, or as properties of a node.
const PLACES: &[&str] = &[
    "CODE",
    "release \"x\" { CODE; }",
    "release \"x\" CODE",
    "release \"x\" { stage { CODE; }; }",
    "release \"x\" { stage CODE; }",
    "release \"x\" { slo \"x\" CODE { success-ratio window=\"5m\"; }; }",
    "release \"x\" { slo \"x\" { success-ratio CODE; }; }",
    "release \"x\" { check \"x\" { CODE; }; }",
    "release \"x\" { check \"x\" { web CODE; }; }",
    "release \"x\" { check \"x\" { web { CODE; }; }; }",
    "release \"x\" { check \"x\" { CODE { args \"x\"; }; }; }",
    "release \"x\" { check \"x\" { job image=\"x\" { CODE; }; }; }",
    "release \"x\" { audience \"x\" { CODE; }; }",
    "release \"x\" { service { port 80 CODE; }; }",
];

fn is_read(code: &str) -> bool {
    PLACES.iter().any(|place| {
        let text = place.replace("CODE", &code.replace("{ … }", "{ }").replace('…', "x"));
        Module::read(Source::new("x.canary.kdl", text)).diagnostics.is_empty()
    })
}

#[test]
fn the_code_in_the_sentences_is_valid() {
    let mut wrong = Vec::new();
    for (word, foreign) in foreign::all() {
        if Word::find(foreign.called_here).is_none() {
            wrong.push(format!("{word}: `{}` is no word of the language", foreign.called_here));
        }
        for code in foreign.sentence.split('`').skip(1).step_by(2) {
            let bare = code.trim_end_matches('=');
            let named = foreign::word(bare).is_some() || Word::find(bare).is_some();
            // YAML, the names of things, and substitutions show what the other tool writes.
            let other =
                code.contains(": ") || code.starts_with("{{") || code.contains('<') || !code.contains([' ', '=', '"']);
            if !named && !other && !is_read(code) {
                wrong.push(format!("{word}: {code}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_sentence_is_shown_only_where_its_word_is_unknown() {
    assert!(!is_read("setWeight 5"));
    assert!(is_read("stage weight=\"5%\" pause=\"1m\""));
}
