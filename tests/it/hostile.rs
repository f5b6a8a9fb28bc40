//! Inputs that only a machine or an attacker writes: about 100 KB each, through the real binary, with limited memory.
//! Each must end with a diagnostic: no panic, no signal, no exhausted memory or stack.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};

const SIZE: usize = 100_000;
/// Kilobytes of address space; a build of an ordinary policy needs a tenth of it.
const MEMORY: &str = "400000";

const HEAD: &str = r#"provider "m" { prometheus address="http://p:9090" telemetry="istio" }
release "r" namespace="n" {
    workload replicas=6 { selector app="a" }
    service { port 80 target=8080 }
    route host="a.example.com"
    router { gateway-api "infra/public" }
"#;

/// The content of one file, and its expected result.
struct Case {
    name: &'static str,
    text: Vec<u8>,
}

fn case(name: &'static str, text: impl Into<Vec<u8>>) -> Case {
    Case { name, text: text.into() }
}

/// Repeats a piece to fill the size.
fn fill(piece: &str) -> String {
    piece.repeat(SIZE / piece.len())
}

/// One piece for each number.
fn each(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

/// A release with an additional body.
fn release(body: impl AsRef<str>) -> String {
    format!("{HEAD}{}\n}}\n", body.as_ref())
}

/// A release with a check that it uses.
fn check(check: impl AsRef<str>) -> String {
    release(format!("{}\nstage weight=\"5%\" pause=\"10m\"\nwatch \"c\"", check.as_ref()))
}

fn build(path: &Path) -> Output {
    Command::new("sh")
        .args(["-c", "ulimit -v \"$0\"; exec \"$@\"", MEMORY, env!("CARGO_BIN_EXE_canaryc"), "build"])
        .arg(path)
        .output()
        .unwrap()
}

/// What is wrong with the result of a build, if anything.
fn judge(path: &Path) -> Option<String> {
    let output = build(path);
    let messages = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(1 | 2) if messages.contains("error[") => None,
        code => Some(format!("{code:?}: {}", messages.chars().take(400).collect::<String>())),
    }
}

/// Runs each case in its own file with this extension.
fn run(ending: &str, cases: Vec<Case>) {
    let folder = tempfile::tempdir().unwrap();
    let mut failed = String::new();
    for case in cases {
        let path = folder.path().join(format!("p.canary.{ending}"));
        std::fs::write(&path, &case.text).unwrap();
        if let Some(problem) = judge(&path) {
            writeln!(failed, "{}: {problem}", case.name).unwrap();
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn text_that_is_barely_kdl() {
    run(
        "kdl",
        vec![
            case("opening braces", fill("{")),
            case("nested nodes", fill("a{")),
            case("nested nodes on lines", fill("a {\n")),
            case("closing braces", fill("}")),
            case("slashdash blocks", fill("/-{")),
            case("slashdash blocks of a node", fill("a /-{")),
            case("slashdashes", fill("/-")),
            case("comments in comments", fill("/*")),
            case("parentheses", fill("(")),
            case("type annotations", fill("(a)")),
            case("one line", fill("a ")),
            case("one word", fill("a")),
            case("no line break at the end", release("") + &fill(" ")),
            case("NULs", fill("\0")),
            case("NULs between", fill("a\0")),
            case("invalid UTF-8", [0xFF, 0xFE].repeat(SIZE / 2)),
            case("cut UTF-8", ["é".repeat(SIZE / 2).as_bytes(), &[0xC3]].concat()),
            case("an unclosed string", format!("\"{}", fill("a"))),
            case("an unclosed string in each line", fill("a \"b\n")),
            case("quotes", fill("\"")),
            case("an unclosed raw string", format!("#\"{}", fill("#"))),
            case("hashes", fill("#")),
            case("unclosed multi-line strings", fill("\"\"\"\n")),
            case("equals signs", fill("=")),
            case("properties without values", fill("a=")),
            case("backslashes", fill("\\")),
            case("continued lines", fill("\\\n") + "a"),
            case("byte order marks", fill("\u{FEFF}")),
            case("unknown words", each(8_000, |number| format!("word{number}\n"))),
        ],
    );
}

#[test]
fn text_that_is_barely_yaml() {
    let bomb = |depth: usize| {
        let line =
            |number: usize| format!("a{number}: &a{number} [{}]\n", vec![format!("*a{}", number - 1); 10].join(","));
        format!("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n{}", (1..depth).map(line).collect::<String>())
    };
    run(
        "yaml",
        vec![
            case("flow lists", fill("[")),
            case("flow mappings", fill("{")),
            case("flow mappings with keys", fill("{a: ")),
            case("closed flow lists", "[".repeat(SIZE / 2) + &"]".repeat(SIZE / 2)),
            case("lists in lists", fill("- ")),
            case("deep blocks", each(440, |depth| format!("{}a:\n", " ".repeat(depth)))),
            case("keys that are asked for", fill("? ")),
            case("colons", fill(": ")),
            case("an alias bomb", bomb(30)),
            case("an alias bomb of releases", format!("x: &a [x]\nrelease: [{}]\n", vec!["*a"; 10_000].join(", "))),
            case("anchors", each(10_000, |number| format!("- &a{number} x\n"))),
            case("aliases", format!("- &a x\n{}", fill("- *a\n"))),
            case("unknown aliases", each(10_000, |number| format!("- *a{number}\n"))),
            case("unknown keys", each(10_000, |number| format!("k{number}: 1\n"))),
            case("one key", fill("k: 1\n")),
            case("merge keys", format!("a: &a {{x: 1}}\nb:\n{}", fill("  <<: *a\n"))),
            case("documents", fill("--- {a: 1}\n")),
            case("tabs", fill("\t") + "a"),
            case("NULs", fill("\0")),
            case("invalid UTF-8", vec![0xFF; SIZE]),
            case("an unclosed string", format!("\"{}", fill("a"))),
            case("tags", fill("!a ")),
            case("directives", fill("%YAML 1.2\n")),
            case("a huge number", format!("release: [{{name: r, workload: {{replicas: {}}}}}]", fill("9"))),
            case(
                "stages",
                format!(
                    "release:\n- name: r\n  stage:\n{}",
                    each(5_000, |number| format!("  - {{name: s{number}, weight: 5%}}\n"))
                ),
            ),
        ],
    );
    run("json", vec![case("nested objects", fill("{\"a\":")), case("nested lists", fill("["))]);
}

#[test]
fn very_long_and_very_many_texts() {
    run(
        "kdl",
        vec![
            case("a huge number", release(format!("workload replicas={}", fill("9")))),
            case("a huge fraction", release(format!("stage weight={}.{}", fill("9"), fill("9")))),
            case("a huge exponent", release(format!("stage weight=1e{}", fill("9")))),
            case("a huge percentage", release(format!("stage weight=\"{}%\" pause=\"1m\"", fill("9")))),
            case("a huge duration", release(format!("stage weight=\"5%\" pause=\"{}h\"", fill("9")))),
            case("a duration of many parts", release(format!("stage weight=\"5%\" pause=\"{}\"", fill("1h")))),
            case("very long names", format!("release \"{}\" {{ stage \"{}\" weight=\"5%\" }}", fill("a"), fill("b"))),
            case("a very long word", release(format!("{} x=1", fill("a")))),
            case("stages", release(each(10_000, |n| format!("stage \"s{n}\" weight=\"{}%\"\n", 1 + n / 102)))),
            case("stages of one name", release("stage \"s\" weight=\"5%\"\n".repeat(4_000))),
            case(
                "stages on one line",
                release(each(10_000, |n| format!("stage \"s{n}\" weight=\"5%\";"))).replace('\n', ";"),
            ),
            case(
                "audiences",
                release(each(10_000, |n| {
                    format!("audience \"a{n}\" share=\"1%\" {{ header \"X{n}\" exact=\"y\" }}\n")
                })),
            ),
            case(
                "audiences with a stage each",
                release(each(300, |n| {
                    format!(
                        "audience \"a{n}\" share=\"0.01%\" {{ header \"X{n}\" exact=\"y\" }}\n\
                         stage \"s{n}\" audience=\"a{n}\" pause=\"1m\"\n"
                    )
                })),
            ),
            case(
                "pinned audiences",
                release(each(10_000, |n| format!("audience \"a{n}\" pinned=\"stable\" host=\"a{n}.example.com\"\n"))),
            ),
            case("members of an audience", release(format!("audience \"j\" {{ any {} }}", fill("\"a\" ")))),
            case("unknown properties", release(format!("workload {}", each(50_000, |n| format!("p{n}=1 "))))),
            case("one property", release(format!("workload {}", fill("replicas=1 ")))),
            case("labels", release(format!("labels {}", each(50_000, |n| format!("p{n}=\"1\" "))))),
            case("one label", release(format!("labels {}", fill("p=\"1\" ")))),
            case("unknown checks", release(format!("watch {}", each(10_000, |n| format!("\"p{n}\" "))))),
            case("ports", release(format!("service {{ {} }}", each(6_000, |n| format!("port {};", n + 1))))),
            case("releases", "release \"r\" {}\n".repeat(6_000)),
            case(
                "builds",
                format!(
                    "environments {}\n{}",
                    each(500, |n| format!("\"e{n}\" ")),
                    each(500, |n| format!("release \"r{n}\" {{ stage weight=\"50%\" }}\n"))
                ),
            ),
            case("gates", check("check \"c\" max=1 { query \"up\" scope=\"any\" }") + &fill("gate \"c\"\n")),
            case("includes of nothing", each(5_000, |n| format!("include \"x{n}.kdl\"\n"))),
        ],
    );
}

#[test]
fn languages_within_the_language() {
    let query = |text: &str| check(format!("check \"c\" max=1 {{ query #\"{text}\"# scope=\"any\" }}"));
    let condition =
        |text: &str| check(format!("check \"c\" success-condition=#\"{text}\"# {{ query \"up\" scope=\"any\" }}"));
    let web =
        |url: &str, json: &str| check(format!("check \"c\" equals=\"ok\" {{ web url=#\"{url}\"# json=#\"{json}\"# }}"));
    let regex = |text: &str| {
        release(format!("audience \"a\" share=\"1%\" {{ header \"X\" regex=#\"{text}\"# }}\nstage audience=\"a\""))
    };
    run(
        "kdl",
        vec![
            case("PromQL: brackets", query(&fill("("))),
            case("PromQL: nested calls", query(&("abs(".repeat(SIZE / 5) + "up" + &")".repeat(SIZE / 5)))),
            case("PromQL: minuses", query(&(fill("-") + "1"))),
            case("PromQL: powers", query(&(fill("1^") + "1"))),
            case("PromQL: subqueries", query(&format!("up{}", fill("[5m:]")))),
            case("PromQL: a regular expression", query(&format!("up{{a=~\"{}\"}}", fill("(")))),
            case("a condition of brackets", condition(&fill("("))),
            case("a condition of negations", condition(&(fill("!") + "true"))),
            case("a condition of lists", condition(&fill("["))),
            case("a condition of choices", condition(&(fill("true ? true : ") + "true"))),
            case("JSONPath: filters", web("http://x/", &format!("{{${}}}", fill("[?(@.a")))),
            case("JSONPath: brackets", web("http://x/", &format!("{{${}}}", fill("[")))),
            case("open braces", web(&"{{".repeat(50_000), "{$.a}")),
            case("unknown names", web(&fill("{{x}}"), "{$.a}")),
            case("a regular expression of brackets", regex(&fill("("))),
            case("a regular expression of repetitions", regex("((((((((a{1000}){1000}){1000}){1000}")),
            case(
                "YAML in a patch",
                release(format!("patch \"Rollout\" yaml=#\"{}\"#\nstage weight=\"5%\"", fill("["))),
            ),
        ],
    );
}

#[test]
fn profiles_that_use_each_other() {
    let chain = |count: usize, last: &str| {
        let link = |n: usize| format!("profile \"p{n}\" {{ use \"p{}\" }}\n", n + 1);
        format!("{}{last}{}", each(count, link), release("use \"p0\""))
    };
    let doubling = |n: usize| {
        format!("profile \"p{n}\" {{ param \"x\" type=\"string\"; use \"p{}\" x=\"{{{{x}}}}{{{{x}}}}\" }}\n", n + 1)
    };
    run(
        "kdl",
        vec![
            case("a chain to nowhere", chain(200, "")),
            case("a circle", chain(900, "profile \"p900\" { use \"p0\" }\n")),
            case(
                "a text that doubles",
                format!(
                    "{}profile \"p60\" {{ param \"x\" type=\"string\"; labels a=\"{{{{x}}}}\" }}\n{}",
                    each(60, doubling),
                    release("use \"p0\" x=\"ab\"")
                ),
            ),
            case(
                "a long value, many times in one text",
                release(format!(
                    "param \"x\" type=\"string\" default=\"{}\"\nannotations a=\"{}\"",
                    "x".repeat(SIZE / 2),
                    "{{x}}".repeat(SIZE / 10)
                )),
            ),
            case(
                "a long value in many texts of many releases",
                format!(
                    "profile \"p\" {{ param \"x\" type=\"string\" default=\"{}\"; annotations {} }}\n{}",
                    "x".repeat(16_000),
                    each(250, |n| format!("a{n}=\"{{{{x}}}}.\" ")),
                    each(300, |n| format!("release \"r{n}\" {{ use \"p\" }}\n"))
                ),
            ),
        ],
    );
}

#[test]
fn files_that_include_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    for number in 0..1_000 {
        write(&format!("chain/c{number}.kdl"), format!("include \"c{}.kdl\"\n", number + 1));
        write(&format!("circle/c{number}.kdl"), format!("include \"c{}.kdl\"\n", (number + 1) % 1_000));
        let others = each(10, |other| format!("include \"c{}.kdl\"\n", (number * 7 + other * 131) % 1_000));
        write(&format!("net/c{number}.kdl"), others);
    }
    for kind in ["chain", "circle", "net"] {
        write(&format!("{kind}/p.canary.kdl"), format!("include \"c0.kdl\"\n{}", release("stage weight=\"5%\"")));
        assert_eq!(judge(&folder.path().join(kind).join("p.canary.kdl")), None, "{kind}");
    }
    write("itself/p.canary.kdl", "include \"p.canary.kdl\"\n".repeat(5_000));
    assert_eq!(judge(&folder.path().join("itself/p.canary.kdl")), None, "itself");
}

#[test]
fn manifests_of_a_workload() {
    const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: r}\nspec:\n  replicas: 6\n  \
        selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec:\n      containers:\n";
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("p.canary.kdl");
    let text = "release \"r\" { workload file=\"m.yaml\" mode=\"embed\"; service { port 80 }; stage weight=\"50%\" pause=\"1m\" }";
    std::fs::write(&policy, text).unwrap();
    let cases = [
        case("brackets", fill("[")),
        case("every byte", (0..=255).cycle().take(SIZE).collect::<Vec<u8>>()),
        case("documents", fill("kind: X\nmetadata: {name: a}\n---\n")),
        case("containers of one name", DEPLOYMENT.to_owned() + &fill("      - {name: c, image: a}\n")),
        case(
            "unknown fields",
            DEPLOYMENT.to_owned() + &each(3_000, |n| format!("      - {{name: c{n}, imag: a, prots: 1}}\n")),
        ),
    ];
    for case in cases {
        std::fs::write(folder.path().join("m.yaml"), &case.text).unwrap();
        assert_eq!(judge(&policy), None, "{}", case.name);
    }
}

/// A patch may change as many fields as its file holds.
#[test]
fn a_patch_of_many_fields_is_applied() {
    const FIELDS: usize = 1_000;
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("p.canary.kdl");
    let operation = |n: usize| format!("- {{op: add, path: /metadata/annotations/k{n}, value: v}}\n");
    let merge = |n: usize| format!("    k{n}: v\n");
    for patch in [each(FIELDS, operation), format!("metadata:\n  annotations:\n{}", each(FIELDS, merge))] {
        let head = "workload replicas=4 { selector app=\"a\" }; stage weight=\"50%\" pause=\"1m\"";
        let text = format!("release \"r\" {{ {head}; patch \"Rollout\" yaml=\"\"\"\n{patch}\"\"\"\n}}\n");
        std::fs::write(&policy, text).unwrap();
        let output = build(&policy);
        let manifests = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(manifests.lines().filter(|line| line.starts_with("    k") && line.ends_with(": v")).count(), FIELDS);
    }
}

#[test]
fn a_file_of_quotes_is_read_in_bounded_memory() {
    run(
        "kdl",
        vec![
            case("quotes", fill("\"")),
            case("single quotes", fill("'")),
            case("empty strings", format!("release \"r\" {{ a {}", "\"\" ".repeat(400_000))),
            case("strings that are never closed", "a \"b\n".repeat(200_000)),
            case("more than is read", "\"".repeat(15_000_000)),
        ],
    );
}

#[cfg(unix)]
#[test]
fn links_of_includes() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    let policy = folder.path().join("p.canary.kdl");
    let include = |path: &str| format!("include \"{path}\"\n");
    let release = release("stage weight=\"5%\" pause=\"1m\"");
    // Each file of a chain is included through two links, so there are 2^40 paths.
    symlink(".", folder.path().join("d")).unwrap();
    symlink(".", folder.path().join("e")).unwrap();
    for number in 0..40 {
        let next = number + 1;
        write(&format!("f{number}.kdl"), include(&format!("d/f{next}.kdl")) + &include(&format!("e/f{next}.kdl")));
    }
    write("f40.kdl", "slo \"s\" min=\"99%\" { success-ratio window=\"5m\" }\n".to_owned());
    write("p.canary.kdl", include("f0.kdl") + &release);
    assert_eq!(build(&policy).status.code(), Some(0));
    // A file that includes itself through links is a cycle.
    write("f40.kdl", include("d/f40.kdl") + &include("e/f40.kdl"));
    assert_eq!(judge(&policy), None);
    // One large file with many names is one file.
    write("big.kdl", format!("slo \"s\" min=\"99%\" {{ success-ratio window=\"5m\" }}\n{}", "// x\n".repeat(800_000)));
    let names: Vec<String> = (0..300).map(|number| format!("w{number}.kdl")).collect();
    names.iter().for_each(|name| symlink("big.kdl", folder.path().join(name)).unwrap());
    write("p.canary.kdl", names.iter().map(|name| include(name)).collect::<String>() + &release);
    let output = build(&policy);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}
