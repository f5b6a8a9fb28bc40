//! How diagnostics look: each snapshot contains the sources and their diagnostics.

use std::sync::Arc;

use canaryc::diagnostic::text::Appearance;
use canaryc::diagnostic::{Code, Columns, Diagnostic, Diagnostics, Report, json, short, text};
use canaryc::source::{Source, Sources, Span};

/// The span of the `number`th occurrence (from 0) of a piece of the source.
fn nth(source: &Source, piece: &str, number: usize) -> Span {
    let (start, _) = source.text.match_indices(piece).nth(number).unwrap();
    source.range(start, start + piece.len())
}

fn at(source: &Source, piece: &str) -> Span {
    nth(source, piece, 0)
}

fn report(sources: &[&Arc<Source>], diagnostics: impl IntoIterator<Item = Diagnostic>) -> Report {
    let mut known = Sources::default();
    for source in sources {
        known.add(Arc::clone(source));
    }
    let mut found = Diagnostics::new();
    for diagnostic in diagnostics {
        found.push(diagnostic);
    }
    Report::new([(known, found)])
}

fn text_of(report: &Report, appearance: Appearance) -> String {
    let mut bytes = Vec::new();
    text::render(report, appearance, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Sources and diagnostics together, for comparison by a person.
fn page(report: &Report) -> String {
    let mut page = String::new();
    for source in report.sources().iter() {
        page.push_str(&format!("== {}\n{}\n", source.path.display(), source.text.replace('\r', "␍")));
    }
    page + "==\n" + &text::plain(report)
}

const CODE: Code = Code::FileNotUtf8;

#[test]
fn one_label_with_why_and_help() {
    let source = Source::new(
        "checkout.canary.kdl",
        "release \"checkout\" {\n    stage weight=\"5%\" puase=\"10m\"\n    stage weight=\"25%\" pause=\"30m\"\n}\n",
    );
    let report = report(
        &[&source],
        [Diagnostic::new(CODE, at(&source, "puase"), "unknown property `puase` on `stage`")
            .label("did you mean `pause`?")
            .why("A stage in which no time passes exposes its users to nothing that anybody looks at: the next stage follows at once, and a bad version reaches everyone.")
            .help("write `pause=\"10m\"`, or leave the property out")
            .fix(at(&source, "puase"), "pause")],
    );
    insta::assert_snapshot!(page(&report));
}

#[test]
fn places_that_disagree_in_one_file_and_in_another() {
    let policy = Source::new(
        "shop/checkout.canary.kdl",
        "include \"../lib/org.kdl\"\nrelease \"checkout\" {\n    slo \"latency\" max=\"300ms\" { latency percentile=99 window=\"5m\" }\n    workload replicas=2\n\n\n\n\n\n    slo \"latency\" min=\"99%\" max=\"300ms\"\n}\n",
    );
    let library =
        Source::new("lib/org.kdl", "provider \"main\" {\n}\nslo \"latency\" max=\"1s\" { latency window=\"5m\" }\n");
    let report = report(
        &[&policy, &library],
        [Diagnostic::new(CODE, nth(&policy, "\"latency\"", 1), "`latency` is declared twice")
            .label("declared again")
            .also(nth(&policy, "\"latency\"", 0), "first declared here")
            .also(at(&policy, "min=\"99%\""), "with another threshold")
            .also(at(&library, "\"latency\""), "shared by the organisation")
            .help("amend it in one place")],
    );
    insta::assert_snapshot!(page(&report));
}

#[test]
fn tabs_wide_characters_and_crlf_are_underlined_where_they_are() {
    let source = Source::new("wide.canary.kdl", "release \"決済\" {\r\n\t\tstage\tweight=\"５％\" by=5 // 🦀\r\n}\r\n");
    let report = report(
        &[&source],
        [
            Diagnostic::new(CODE, at(&source, "\"決済\""), "a name is a DNS label").label("not a DNS label"),
            Diagnostic::new(CODE, at(&source, "\"５％\""), "not a percentage")
                .label("these are wide digits")
                .also(at(&source, "5 "), "a number without a unit"),
            Diagnostic::new(CODE, at(&source, "🦀"), "a crab"),
        ],
    );
    insta::assert_snapshot!(page(&report));
}

#[test]
fn empty_places_and_the_ends_of_files() {
    let source = Source::new("open.canary.kdl", "release \"a\" {\n    stage weight=");
    let empty = Source::new("empty.canary.kdl", "");
    let newline = Source::new("newline.canary.kdl", "release \"a\"\n");
    let report = report(
        &[&source, &empty, &newline],
        [
            Diagnostic::new(CODE, source.span().at_end(), "a value is missing").label("expected a value here"),
            Diagnostic::new(CODE, at(&source, "{"), "this block is never closed").label("opened here"),
            Diagnostic::new(CODE, empty.span(), "there is no release").label("the file is empty"),
            Diagnostic::new(CODE, newline.span().at_end(), "there is no block").label("expected a block"),
            Diagnostic::new(CODE, at(&newline, "\n"), "a line end").label("here"),
            Diagnostic::without_place(Code::FileUnreadable, "no file `x.canary.kdl`")
                .help("did you mean `y.canary.kdl`?"),
        ],
    );
    insta::assert_snapshot!(page(&report));
}

#[test]
fn several_lines_and_too_many_lines() {
    let source = Source::new(
        "blocks.canary.kdl",
        "release \"a\" {\n    stage weight=\"5%\" {\n        gate \"x\"\n    }\n    watch \"x\" {\n1\n2\n3\n4\n5\n6\n7\n    }\n}\n",
    );
    let stage = at(&source, "stage weight=\"5%\" {\n        gate \"x\"\n    }");
    let watch = at(&source, "watch \"x\" {\n1\n2\n3\n4\n5\n6\n7\n    }");
    let report = report(
        &[&source],
        [
            Diagnostic::new(CODE, stage, "no time passes in this stage")
                .label("nothing is held")
                .also(at(&source, "\"5%\""), "the weight"),
            Diagnostic::new(CODE, watch, "`watch` has no block").label("this block"),
        ],
    );
    insta::assert_snapshot!(page(&report));
}

#[test]
fn long_lines_are_cut_around_the_label() {
    let filler = "stage weight=\"5%\" pause=\"10m\"; ".repeat(3000);
    let source = Source::new("long.canary.kdl", format!("{filler}stage puase=\"10m\"; {filler}\n{filler}\nend\n"));
    let report = report(
        &[&source],
        [
            Diagnostic::new(CODE, at(&source, "puase"), "unknown property `puase`")
                .label("did you mean `pause`?")
                .also(at(&source, "weight"), "far from here"),
            Diagnostic::new(CODE, at(&source, "end"), "unknown node `end`").label("not a node"),
            Diagnostic::new(CODE, source.range(3, 60_000), "far too long").label("all of this"),
            Diagnostic::new(CODE, source.range(90, 96), "near the edge").label("here"),
        ],
    );
    insta::assert_snapshot!(text::plain(&report));
}

#[test]
fn control_characters_never_reach_a_terminal() {
    let source = Source::new("evil\u{1b}.canary.kdl", "a \u{1b}[31mred\u{1b}[0m \u{202e}turned \0 end\n");
    let report = report(
        &[&source],
        [Diagnostic::new(CODE, at(&source, "turned"), "unknown value `\u{1b}]0;title\u{7}`")
            .label("\u{9b}2J")
            .help("write\nno \u{8} backspace")],
    );
    insta::assert_snapshot!(text::plain(&report));
    let ascii = text_of(&report, Appearance { unicode: false, ..Appearance::PLAIN });
    assert!(ascii.chars().all(|character| character == '\n' || (' '..='~').contains(&character)), "{ascii}");
}

#[test]
fn ascii_and_a_narrow_page() {
    let source = Source::new(
        "checkout.canary.kdl",
        "release \"checkout\" {\n    stage weight=\"5%\" pause=\"10m\" promote=\"manual\" audience=\"staff\"\n}\n",
    );
    let report = report(
        &[&source],
        [Diagnostic::new(CODE, at(&source, "\"staff\""), "there is no audience called `staff`")
            .label("not declared")
            .why("A stage that admits nobody would be held for nobody, and the next stage is the first that any user sees.")
            .help("declare it: `audience \"staff\" share=\"1%\" { header \"X-Staff\" exact=\"yes\" }`")],
    );
    insta::assert_snapshot!(text_of(&report, Appearance { color: false, unicode: false, width: 60 }));
}

#[test]
fn colours_surround_the_same_text() {
    let source = Source::new("a.canary.kdl", "relese \"a\" { stage }\n");
    let report = report(
        &[&source],
        [Diagnostic::new(CODE, at(&source, "relese"), "unknown node `relese`")
            .label("did you mean `release`?")
            .also(at(&source, "stage"), "a stage")
            .help("write `release`")],
    );
    let colored = text_of(&report, Appearance { color: true, ..Appearance::PLAIN });
    insta::assert_snapshot!(colored.replace('\u{1b}', "␛"));
    let mut stripped = String::new();
    for (number, piece) in colored.split('\u{1b}').enumerate() {
        stripped.push_str(if number == 0 { piece } else { piece.split_once('m').unwrap().1 });
    }
    assert_eq!(stripped, text::plain(&report));
}

#[test]
fn overlapping_labels_are_shown_one_after_the_other() {
    let source = Source::new("a.canary.kdl", "stage weight=\"5%\" pause=\"10m\"\n");
    let report = report(
        &[&source],
        [Diagnostic::new(CODE, at(&source, "weight=\"5%\""), "a property")
            .label("the whole")
            .also(at(&source, "\"5%\""), "a part")
            .also(at(&source, "pause"), "beside")],
    );
    insta::assert_snapshot!(page(&report));
}

#[test]
fn the_short_format_has_one_line_per_diagnostic() {
    let source = Source::new("a.canary.kdl", "release \"ö\" {\n\n  stage\n}\n");
    let report = report(
        &[&source],
        [
            Diagnostic::new(CODE, at(&source, "stage"), "one\nline"),
            Diagnostic::new(CODE, at(&source, " {"), "after the ö").help("write\n  `a`."),
            Diagnostic::without_place(Code::FileUnreadable, "no file `x`"),
        ],
    );
    let mut bytes = Vec::new();
    short::render(&report, &mut bytes).unwrap();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "error[file/unreadable]: no file `x`\n\
         a.canary.kdl:1:12: error[file/not-utf8]: after the ö; help: write `a`\n\
         a.canary.kdl:3:3: error[file/not-utf8]: one\\nline\n"
    );
}

#[test]
fn json_is_complete_and_valid_for_any_text() {
    let source = Source::new("a\u{7}.canary.kdl", "release \"ö\0\" {\n  stage\n}\n");
    let report = report(
        &[&source],
        [
            Diagnostic::new(CODE, at(&source, "stage"), "a \u{1b} \"quoted\" \u{0} \u{2028} message")
                .label("the \u{8} label")
                .also(at(&source, "\"ö\0\""), "")
                .why("why")
                .help("help")
                .fix(at(&source, "stage"), "stage \"x\"\n"),
            Diagnostic::without_place(Code::FileUnreadable, "no file"),
        ],
    );
    let mut bytes = Vec::new();
    json::render(&report, Columns::Characters, &mut bytes).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(value["diagnostics"][1]["message"], "a \u{1b} \"quoted\" \u{0} \u{2028} message");
    insta::assert_snapshot!(String::from_utf8(bytes).unwrap());
}

#[test]
fn an_empty_report_is_empty_text_and_an_empty_list() {
    let report = Report::default();
    assert_eq!(text::plain(&report), "");
    let mut bytes = Vec::new();
    json::render(&report, Columns::Characters, &mut bytes).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(
        value,
        serde_json::json!({"version": 1, "diagnostics": [], "summary": {"errors": 0, "warnings": 0, "files": 0}})
    );
}

proptest::proptest! {
    /// For any text and any labels, the output is not empty and no line is wider than the page.
    #[test]
    fn any_text_and_any_labels_can_be_shown(
        text in "([a-z\"{} ]{0,30}|[\t\r\n]|\r\n|[öé決🦀\u{301}\u{200b}\u{feff}\u{0}\u{1b}]|[x ]{100,200}){0,12}",
        places in proptest::collection::vec((0usize..600, 0usize..300), 1..5),
        unicode: bool,
        width in 0usize..140,
    ) {
        let source = Source::new("any.canary.kdl", text.clone());
        let span = |(start, length): (usize, usize)| source.range(start, start + length);
        let mut diagnostic = Diagnostic::new(CODE, span(places[0]), "first").label("here");
        for place in &places[1..] {
            diagnostic = diagnostic.also(span(*place), "there");
        }
        let page = text_of(&report(&[&source], [diagnostic]), Appearance { color: false, unicode, width });
        proptest::prop_assert!(page.contains("any.canary.kdl:"));
        proptest::prop_assert_eq!(page.matches("here").count() >= places.len(), true, "{}", page);
        let widest = width.clamp(Appearance::NARROWEST, Appearance::WIDEST) + "╰── there".chars().count();
        for line in page.lines().filter(|line| !line.contains("canaryc explain")) {
            let columns = unicode_width::UnicodeWidthStr::width(line);
            proptest::prop_assert!(columns <= widest, "{} columns: {}", columns, line);
        }
    }
}
