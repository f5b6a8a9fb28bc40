//! The command as its users run it: whole command lines, whole outputs.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a command line in a folder and shows its complete result.
fn run(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut child = command(folder, arguments).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().replace('\u{1b}', "␛");
    format!(
        "$ canaryc {}\nexit {}\n-- standard output\n{}-- standard error\n{}",
        arguments.join(" "),
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr)
    )
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_canaryc"));
    command.args(arguments).current_dir(folder).env_clear().env("LC_ALL", "C.UTF-8");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn here(arguments: &[&str]) -> String {
    run(Path::new("."), arguments, "")
}

#[test]
fn explain_prints_the_page_of_a_code() {
    insta::assert_snapshot!(here(&["explain", "command/nothing-found"]));
    assert_eq!(
        here(&["explain", "nothing-found"]).split_once("exit").unwrap().1,
        here(&["explain", "command/nothing-found"]).split_once("exit").unwrap().1,
    );
}

#[test]
fn explain_as_data() {
    insta::assert_snapshot!(here(&["explain", "file/too-large", "--format", "json"]));
    let list = command(Path::new("."), &["explain", "--list", "--format=json"]).output().unwrap();
    let list: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    let codes: Vec<_> = list.as_array().unwrap().iter().map(|code| code["code"].as_str().unwrap().to_owned()).collect();
    assert!(codes.is_sorted() && codes.iter().any(|code| code == "file/not-utf8"), "{codes:?}");
    assert_eq!(codes.len(), canaryc::diagnostic::Code::ALL.len());
}

#[test]
fn explain_in_colour() {
    insta::assert_snapshot!(here(&["explain", "file/unreadable", "--color", "always"]));
}

#[test]
fn an_unknown_code_names_the_nearest() {
    insta::assert_snapshot!(here(&["explain", "command/nothing-fuond"]));
    assert!(here(&["explain", "nothing-fuond"]).contains("did you mean `command/nothing-found`?"));
    insta::assert_snapshot!(
        "an_unknown_code_without_a_nearest",
        here(&["explain", "xyz", "--message-format", "short"])
    );
    insta::assert_snapshot!("an_unknown_code_as_data", here(&["explain", "xyz", "--message-format=json"]));
}

#[test]
fn wrong_command_lines_exit_with_2() {
    insta::assert_snapshot!(
        [
            here(&["expain", "x"]),
            here(&["explain"]),
            here(&["explain", "--lst"]),
            here(&["completions", "tcsh"]),
            here(&["--color", "sometimes", "explain", "--list"]),
            here(&["man", "no/such/folder"]),
        ]
        .join("\n")
    );
    assert!(here(&[]).contains("exit 2\n-- standard output\n-- standard error\nCompiles a release policy"));
}

#[test]
fn help_is_output() {
    let name = if cfg!(feature = "runtime") { "help_with_the_runtime_mode" } else { "help_is_output" };
    insta::assert_snapshot!(name, here(&["--help"]));
    assert!(here(&["--version"]).contains(concat!(
        "exit 0\n-- standard output\ncanaryc ",
        env!("CARGO_PKG_VERSION"),
        "\n"
    )));
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = here(&["completions", shell]);
        assert!(
            script.contains("exit 0") && script.contains("explain") && script.contains("message-format"),
            "{shell}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    assert!(run(folder.path(), &["man", "."], "").contains("exit 0"));
    let mut pages: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    assert!(pages.contains(&"canaryc.1".to_owned()) && pages.contains(&"canaryc-explain.1".to_owned()), "{pages:?}");
    assert!(here(&["man"]).contains(".TH canaryc 1"));
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let mut child = command(Path::new("."), &["completions", "bash"]).spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_exits_with_2() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = command(Path::new("."), &["explain", "--list"]).stdout(full).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.starts_with("error[command/unwritable]: standard output cannot be written: "), "{said}");
}

/// A container may limit its processes: threads beside the first then cannot be created.
#[cfg(target_os = "linux")]
#[test]
fn several_policies_are_built_without_further_threads() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c"] {
        let policy = format!(
            "release \"{name}\" {{ workload replicas=4 {{ selector app=\"{name}\" }}; stage weight=\"25%\" pause=\"10m\" }}\n"
        );
        std::fs::write(folder.path().join(format!("{name}.canary.kdl")), policy).unwrap();
    }
    // No system has the memory for the stack of such a thread.
    let mut command = command(folder.path(), &["build", "-o", "out"]);
    let built = command.env("RUST_MIN_STACK", "100000000000000").output().unwrap();
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success() && said.contains("3 written"), "{:?} {said}", built.status);
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_written_exits_with_2() {
    for arguments in ["--help", "build --help", "--version"] {
        let script = format!("exec \"$0\" {arguments} >/dev/full");
        let output = Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_canaryc")]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("standard output cannot be written"), "{arguments}");
    }
}

#[cfg(unix)]
#[test]
fn a_line_break_in_a_file_name_forges_no_line_of_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let name = "a\n::error::forged.canary.kdl";
    std::fs::write(folder.path().join(name), "releas \"web\"\n").unwrap();
    for arguments in [
        &["check"][..],
        &["check", "--message-format", "short"],
        &["check", "--message-format", "json"],
        &["fmt", "--check"],
        &["build", "-o", "out\n::error::x"],
        &["check", "b\n::error::x.canary.kdl"],
    ] {
        let said = run(folder.path(), arguments, "");
        let said = said.split_once("exit").unwrap().1;
        assert!(!said.lines().any(|line| line.starts_with("::error::")), "{arguments:?}: {said}");
    }
}

#[test]
fn colour_is_piped_only_on_request() {
    assert!(!here(&["explain", "xyz"]).contains('␛'));
    assert!(here(&["explain", "xyz", "--color", "always"]).contains('␛'));
    assert!(here(&["--color=always", "explain", "--help"]).contains('␛'), "clap's own texts too");
}

const UNEVEN: &str = "release  \"a\"   { // kept\n  stage weight=\"5%\" pause=\"10m\"\n}\n";

/// A folder with policies: one badly formatted, one well formatted, one with a mistake in its KDL, one in YAML, one
/// that is ignored.
fn policies() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).unwrap();
    std::fs::create_dir(folder.path().join("shop")).unwrap();
    write("shop/uneven.canary.kdl", UNEVEN);
    write("shop/even.canary.kdl", "release \"b\" {\n    stage weight=\"5%\" pause=\"10m\"\n}\n");
    write("shop/other.canary.yaml", "release:\n- name:   c\n");
    write("shop/ignored.canary.kdl", UNEVEN);
    write(".gitignore", "ignored.*\n");
    folder
}

#[test]
fn fmt_lays_out_and_keeps_comments() {
    let folder = policies();
    let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    insta::assert_snapshot!("fmt_check", run(folder.path(), &["fmt", "--check"], ""));
    assert_eq!(text("shop/uneven.canary.kdl"), UNEVEN, "--check writes nothing");
    insta::assert_snapshot!("fmt", run(folder.path(), &["fmt"], "") + &text("shop/uneven.canary.kdl"));
    assert_eq!(text("shop/ignored.canary.kdl"), UNEVEN);
    assert_eq!(text("shop/other.canary.yaml"), "release:\n- name:   c\n");
    assert!(run(folder.path(), &["fmt", "--check"], "").ends_with("exit 0\n-- standard output\n-- standard error\n"));
}

#[test]
fn fmt_answers_standard_input() {
    let formatted = run(Path::new("."), &["fmt", "-"], UNEVEN);
    insta::assert_snapshot!(formatted);
    let yaml = run(Path::new("."), &["fmt", "-", "--stdin-name", "a.canary.yaml"], "release:   []\n");
    assert!(yaml.contains("exit 0\n-- standard output\nrelease:   []\n"), "{yaml}");
    assert!(run(Path::new("."), &["fmt", "--check", "-"], UNEVEN).contains("exit 1\n"));
}

#[test]
fn fmt_reports_unreadable_files_and_continues() {
    let folder = policies();
    std::fs::write(folder.path().join("broken.canary.kdl"), "release \"a\" {\n    stage weight=\n").unwrap();
    insta::assert_snapshot!(run(folder.path(), &["fmt", "--color=never"], ""));
    assert_ne!(std::fs::read_to_string(folder.path().join("shop/uneven.canary.kdl")).unwrap(), UNEVEN);
}

/// That a policy of the command line cannot be read is no mistake in it. What a policy names is: the policy is then wrong.
#[test]
fn a_policy_that_cannot_be_read_exits_with_2() {
    const RELEASE: &str = "{ workload replicas=4 { selector app=\"a\" }; stage weight=\"50%\" pause=\"1m\" }\n";
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
    write("a.canary.kdl", format!("release \"a\" {RELEASE}").as_bytes());
    // A test may run as root, who reads every file; nobody reads this one as text.
    write("b.canary.kdl", b"\xff\xfe");
    write("c.canary.kdl", format!("include \"b.canary.kdl\"\nrelease \"c\" {RELEASE}").as_bytes());
    write("d.canary.kdl", b"release \"d\" { workload file=\"b.canary.kdl\"; stage weight=\"50%\" pause=\"1m\" }\n");
    write("e.canary.kdl", format!("include \".\"\nrelease \"e\" {RELEASE}").as_bytes());
    let status = |arguments: &[&str]| {
        let output = command(folder.path(), arguments).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for arguments in [
        &["check", "b.canary.kdl"][..],
        &["check", "--format=json", "b.canary.kdl"],
        &["check", "a.canary.kdl", "b.canary.kdl"],
        &["build", "b.canary.kdl"],
        &["build", "-o", "out", "a.canary.kdl", "b.canary.kdl"],
        &["build", "-o", "out", "--check", "b.canary.kdl"],
        &["fmt", "b.canary.kdl"],
        &["fmt", "--check", "b.canary.kdl"],
        &["convert", "b.canary.kdl"],
        &["show", "b.canary.kdl"],
        &["why", "b.canary.kdl:1"],
        &["parse", "b.canary.kdl"],
    ] {
        let (code, messages) = status(arguments);
        assert_eq!(code, 2, "{arguments:?}: {messages}");
    }
    assert!(!folder.path().join("out").join("a.yaml").exists());
    for file in ["c.canary.kdl", "d.canary.kdl", "e.canary.kdl"] {
        for command in ["check", "build", "show"] {
            let (code, messages) = status(&[command, file]);
            assert_eq!(code, 1, "{command} {file}: {messages}");
        }
    }
    let (_, messages) = status(&["check", "e.canary.kdl"]);
    assert!(messages.contains("`.` is a folder"), "{messages}");
}

#[test]
fn a_missing_file_exits_with_2() {
    let folder = policies();
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    insta::assert_snapshot!(
        [
            run(folder.path(), &["fmt", "shop/unevn.canary.kdl", "empty"], ""),
            run(folder.path(), &["fmt", "--message-format=short"], "").replace("1 file changed", ""),
            run(folder.path(), &["parse", "shop/unevn.canary.kdl", "--message-format=short"], ""),
            run(folder.path(), &["parse", "shop"], ""),
        ]
        .join("\n")
    );
}

#[test]
fn parse_prints_the_tree() {
    let folder = policies();
    let text = "release \"a b\" namespace=\"shop\" {\n    /- stage\n    stage weight=\"5%\" pause=#null x=1.50 \"q\\\"\" (t)1e400 { gate }\n    \"a node\"\n}\n";
    insta::assert_snapshot!("parse_text", run(folder.path(), &["parse", "-"], text));
    insta::assert_snapshot!(
        "parse_json",
        run(folder.path(), &["parse", "-", "--format", "json"], "a 1 b=\"x\" {\n  c\n}\n")
    );
    insta::assert_snapshot!("parse_yaml", run(folder.path(), &["parse", "shop/other.canary.yaml"], ""));
    insta::assert_snapshot!(
        "parse_mistake",
        run(folder.path(), &["parse", "-", "--stdin-name", "x.kdl"], "a {\n  b \"c\n}\n")
    );
    insta::assert_snapshot!(
        "parse_mistake_as_data",
        run(folder.path(), &["parse", "-", "--message-format=json"], "a }\n")
    );
}

/// A policy with one warning, and what `check` and `build` say about it.
const UNWATCHED: &str =
    "release \"web\" { workload replicas=4 { selector app=\"web\" }; stage weight=\"25%\" pause=\"10m\"; }\n";

#[test]
fn a_level_makes_a_warning_an_error_or_hides_it() {
    let here = |arguments: &[&str]| run(Path::new("."), arguments, UNWATCHED);
    let warned = here(&["check", "-"]);
    assert!(warned.contains("exit 0") && warned.contains("warning[release/unwatched]"), "{warned}");
    let refused = here(&["check", "-", "--level", "release/unwatched=error"]);
    assert!(refused.contains("exit 1") && refused.contains("error[release/unwatched]"), "{refused}");
    let hidden = here(&["check", "-", "--level=release/unwatched=error", "--level=release/unwatched=off"]);
    assert!(hidden.contains("exit 0") && !hidden.contains("unwatched]"), "the last level applies: {hidden}");
    let data = here(&["check", "-", "--format=json", "--level=release/unwatched=error"]);
    assert!(data.contains("exit 1") && data.contains("\"severity\": \"error\""), "{data}");
    assert!(data.contains("\"errors\": 1,\n    \"warnings\": 0,"), "{data}");
    let unbuilt = here(&["build", "-", "--level=release/unwatched=error"]);
    assert!(unbuilt.contains("exit 1\n-- standard output\n-- standard error\nerror[release/unwatched]"), "{unbuilt}");
    let built = here(&["build", "-", "--level=release/unwatched=off"]);
    assert!(built.contains("kind: Rollout") && built.ends_with("-- standard error\n"), "{built}");
}

/// The policy lacks a watch in one environment only. That is not warned about by default.
#[test]
fn an_error_counts_in_each_environment() {
    let policy = format!("environments \"dev\" \"prod\"\n{}", UNWATCHED.replacen(
        "stage ",
        "environment \"dev\" { watch \"errors\" }\n    provider \"p\" { prometheus address=\"http://p:9090\" }\n    check \"errors\" max=1 { query \"sum(errors)\" scope=\"any\" }\n    stage ",
        1,
    ));
    let here = |arguments: &[&str]| run(Path::new("."), arguments, &policy);
    let check = here(&["check", "-"]);
    assert!(check.contains("exit 0") && !check.contains("unwatched]"), "{check}");
    let check = here(&["check", "-", "--level=release/unwatched=error"]);
    assert!(check.contains("exit 1") && check.contains("in environment `prod`"), "{check}");
    let build = here(&["build", "-", "--env=prod", "--level=release/unwatched=error"]);
    assert!(build.contains("exit 1"), "{build}");
}

#[test]
fn a_level_that_cannot_be_set_exits_with_2() {
    insta::assert_snapshot!(
        [
            here(&["check", "--level", "stage/weight-falls=off"]),
            here(&["build", "--level", "release/unwached=error"]),
            here(&["check", "--level", "release/unwatched=deny"]),
        ]
        .join("\n")
    );
}

#[test]
fn why_and_show_name_the_parameter_that_sets_a_value() {
    let policy = r#"profile "careful" {
    param "bake" type="duration" default="10m"
    stage weight="50%" pause="{{bake}}"
}
release "web" {
    param "replicas" type="integer" default=4
    use "careful" bake="1h"
    workload replicas="{{replicas}}" { selector app="web" }
}
"#;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("web.canary.kdl"), policy).unwrap();
    let answer = |arguments: &[&str]| run(folder.path(), arguments, "");
    let replicas = answer(&["why", "web.canary.kdl", "Rollout/web", "spec.replicas"]);
    assert!(replicas.contains("set by parameter `replicas`; change it with `--set replicas=…`"), "{replicas}");
    let pause = answer(&["why", "web.canary.kdl", "Rollout/web", "spec.strategy.canary.steps[1].pause.duration"]);
    assert!(pause.contains("set by parameter `bake`; change it with `use \"careful\" bake=…`"), "{pause}");
    let shown = answer(&["show", "web.canary.kdl"]);
    assert!(shown.contains("set by parameter `replicas` at web.canary.kdl:6"), "{shown}");
    assert!(shown.contains("set by parameter `bake` at web.canary.kdl:7"), "{shown}");
}

#[test]
fn why_accepts_every_spelling_that_it_prints() {
    let policy = r#"release "web" {
    workload replicas=4 { selector "app.kubernetes.io/name"="web" }
    stage weight="50%" pause="1h"
}
"#;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("web.canary.kdl"), policy).unwrap();
    let (mut object, mut asked) = (String::new(), 0);
    for place in ["web.canary.kdl:1", "web.canary.kdl:2:5", "web.canary.kdl:3:11"] {
        let printed = run(folder.path(), &["why", place], "");
        for line in printed.lines() {
            match line.strip_prefix("    ").and_then(|line| line.split_once(" = ")) {
                Some((field, _)) => {
                    let answer = run(folder.path(), &["why", "web.canary.kdl", &object, field], "");
                    assert!(answer.contains("web.canary.kdl:"), "{field}: {answer}");
                    asked += 1;
                }
                None => object = line.to_owned(),
            }
        }
    }
    assert!(asked > 10, "{asked} fields");
    let answer = run(folder.path(), &["why", "web.canary.kdl", "Rollout/web", ".spec.replicas"], "");
    assert!(answer.contains("web.canary.kdl:2"), "{answer}");
}

#[test]
fn check_fixes_what_has_one_certain_correction() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web.canary.kdl");
    let policy = r#"release "web" {
    workload replicas=4 { selector app="web" }
    stage weight="50%" pause="1h"
    stage weight=100% promote=true
}
"#;
    std::fs::write(&path, policy).unwrap();
    let before = run(folder.path(), &["check", "web.canary.kdl"], "");
    assert!(before.contains("exit 1"), "{before}");
    let fixed = run(folder.path(), &["check", "--fix", "web.canary.kdl"], "");
    assert!(fixed.contains("fixed in 1 file"), "{fixed}");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("weight=\"100%\""), "{text}");
    // Nothing certain is left.
    let again = run(folder.path(), &["check", "--fix", "web.canary.kdl"], "");
    assert!(again.contains("0 mistakes fixed in 0 files"), "{again}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    let piped = run(folder.path(), &["check", "--fix", "-"], policy);
    assert!(piped.contains("standard input cannot be fixed in place"), "{piped}");
}

#[test]
fn check_fixes_an_included_file_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shared.kdl"), "profile \"careful\" {\n    stage weight=50% pause=\"1h\"\n}\n")
        .unwrap();
    for name in ["one", "two"] {
        let policy = format!(
            "include \"shared.kdl\"\nrelease \"{name}\" {{\n    use \"careful\"\n    workload replicas=4 {{ selector app=\"{name}\" }}\n}}\n"
        );
        std::fs::write(folder.path().join(format!("{name}.canary.kdl")), policy).unwrap();
    }
    let fixed = run(folder.path(), &["check", "--fix"], "");
    assert!(fixed.contains("1 mistake fixed in 1 file"), "{fixed}");
    assert!(std::fs::read_to_string(folder.path().join("shared.kdl")).unwrap().contains("weight=\"50%\""));
}

#[test]
fn denied_warnings_fail() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "release \"web\" {\n    workload replicas=4 { selector app=\"web\" }\n    stage weight=\"50%\" pause=\"1h\"\n}\n";
    std::fs::write(folder.path().join("web.canary.kdl"), policy).unwrap();
    for (arguments, status) in [
        (&["check"][..], "exit 0"),
        (&["check", "--deny-warnings"], "exit 1"),
        (&["build", "--deny-warnings"], "exit 1"),
        (&["check", "--deny-warnings", "--level", "release/unwatched=warn"], "exit 0"),
    ] {
        let said = run(folder.path(), arguments, "");
        assert!(said.contains(status), "{arguments:?}: {said}");
    }
}

#[test]
fn check_names_what_must_hold_outside() {
    let folder = tempfile::tempdir().unwrap();
    let policy = r##"provider "main" { prometheus address="http://prometheus:9090" telemetry="istio" scrape="15s" }
release "web" namespace="shop" {
    workload replicas=6 { selector app="web" }
    service { port 80 target=8080 }
    route host="web.example.com"
    router { gateway-api "infra/public" }
    slo "availability" min="99%" { success-ratio window="5m" }
    check "restarts" max=0 { restarts window="5m" }
    check "errors" max=1 {
        query #"sum(rate(errors_total{rollouts_pod_template_hash="{{canary-hash}}"}[{{window}}]))"# window="5m"
    }
    stage weight="10%" pause="30m"
    watch "availability" "restarts" "errors"
}
"##;
    std::fs::write(folder.path().join("web.canary.kdl"), policy).unwrap();
    let all = [
        "the metrics of kube-state-metrics",
        "the pods' hash as a label of your own metrics",
        "the request metrics of `istio`",
    ];
    let text = run(folder.path(), &["check", "web.canary.kdl"], "");
    let line = format!("not checked: Prometheus must have {} (docs/telemetry.md)\n", all.join(", "));
    assert!(text.contains(&line), "{text}");
    let json = run(folder.path(), &["check", "--format", "json", "web.canary.kdl"], "");
    let json = json.split_once("-- standard output\n").unwrap().1.split_once("-- standard error").unwrap().0;
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(json["outside"], serde_json::json!(all));
    // Nothing to say is not said.
    let unwatched: Vec<&str> = policy.lines().filter(|line| !line.contains("watch ")).collect();
    std::fs::write(folder.path().join("web.canary.kdl"), unwatched.join("\n")).unwrap();
    let text = run(folder.path(), &["check", "web.canary.kdl"], "");
    assert!(text.contains("no errors") && !text.contains("not checked"), "{text}");
}

#[test]
fn manifests_explain_themselves_unless_told_not_to() {
    let folder = tempfile::tempdir().unwrap();
    let policy = r#"provider "main" { prometheus address="http://prometheus:9090" telemetry="envoy-gateway" scrape="15s" }
release "web" namespace="shop" {
    workload { selector app="web" }
    autoscaler min=6 max=20 cpu="70%"
    service { port 80 target=8080 }
    route host="web.example.com"
    router { gateway-api "infra/public" }
    audience "staff" share="1%" { header "X-Staff" exact="yes" }
    slo "availability" min="99%" { success-ratio window="5m" }
    stage audience="staff" pause="30m"
    stage weight="10%" pause="30m"
    watch "availability"
}
"#;
    std::fs::write(folder.path().join("web.canary.kdl"), policy).unwrap();
    let explained = run(folder.path(), &["build", "web.canary.kdl"], "");
    for comment in [
        "# No selector: the controller sets it, so that each Service has the pods of one version.\nspec:\n  ports:",
        "# No replicas: the autoscaler owns the number of pods, and an apply must not reset it.\nspec:\n",
        "      # The gateway counts the requests of this backend separately only if it has a filter.\n      filters:",
        "      # Stage staff\n      - setCanaryScale:",
        "      # Stage 10%\n      - setCanaryScale:",
        "      # Again, because the controller may have lost the header rule; otherwise it changes nothing.\n      - setHeaderRoute:",
        "      # Hold: the stage does not end before these pass: availability.\n      - analysis:",
    ] {
        assert!(explained.contains(comment), "{comment}\n{explained}");
    }
    let plain = run(folder.path(), &["build", "--no-comments", "web.canary.kdl"], "");
    let lines = |text: &str| -> Vec<String> {
        let body = text.split_once("-- standard output\n").unwrap().1;
        body.lines().filter(|line| !line.trim_start().starts_with("# ")).map(str::to_owned).collect()
    };
    assert!(!plain.lines().any(|line| line.trim_start().starts_with("# ")), "{plain}");
    assert_eq!(lines(&explained), lines(&plain));
}

#[test]
fn a_release_in_two_policies_is_one_mistake_of_check_and_of_build() {
    let folder = std::env::temp_dir().join(format!("canaryc-twice-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let release = |name: &str, workload: &str| {
        format!(
            "release \"{name}\" namespace=\"shop\" {{\n    workload name=\"{workload}\" replicas=4 {{ selector app=\"web\" }}\n    \
             service {{ port 80 target=8080 }}\n    stage weight=\"50%\" pause=\"10m\"\n}}\n"
        )
    };
    let quiet = "--level=release/unwatched=off";
    let run = |arguments: &[&str]| run(&folder, arguments, "");
    std::fs::write(folder.join("a.canary.kdl"), release("web", "web")).unwrap();
    std::fs::write(folder.join("b.canary.kdl"), format!("// The same.\n{}", release("web", "web"))).unwrap();
    insta::assert_snapshot!(run(&["check", quiet, "."]));
    let check = run(&["check", quiet, "."]);
    let build = run(&["build", quiet, "."]);
    assert_eq!(check.split_once("-- standard error").unwrap().1, build.split_once("-- standard error").unwrap().1);
    assert!(run(&["check", quiet, "--format=json", "."]).contains("build/same-object"));
    std::fs::write(folder.join("b.canary.kdl"), release("api", "web")).unwrap();
    insta::assert_snapshot!(run(&["check", quiet, "."]));
    std::fs::write(folder.join("b.canary.kdl"), release("api", "api")).unwrap();
    assert!(run(&["check", quiet, "."]).contains("exit 0"));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn yaml_on_standard_input_needs_a_name() {
    let policy = "release:\n- name: web\n  workload: {replicas: 4, selector: {app: web}}\n  stage: [{weight: 25%, pause: 10m}]\n";
    let said = run(Path::new("."), &["check", "-"], policy);
    assert!(said.contains("exit 1") && said.contains("`--stdin-name policy.canary.yaml`"), "{said}");
    let said = run(Path::new("."), &["check", "-", "--stdin-name", "policy.canary.yaml"], policy);
    assert!(said.contains("exit 0"), "{said}");
}

#[test]
fn two_releases_cannot_take_the_same_requests() {
    let folder = tempfile::tempdir().unwrap();
    let release = |name: &str, host: &str, router: &str| {
        format!(
            "release \"{name}\" namespace=\"shop\" {{\n    workload replicas=4 {{ selector app=\"{name}\" }}\n    \
             service {{ port 80 target=8080 }}\n    route host=\"{host}\" path=\"/cart\"\n    router {{ {router} }}\n    \
             stage weight=\"50%\" pause=\"10m\"\n}}\n"
        )
    };
    let check = |one: &str, other: &str| {
        std::fs::write(folder.path().join("a.canary.kdl"), one).unwrap();
        std::fs::write(folder.path().join("b.canary.kdl"), other).unwrap();
        run(folder.path(), &["check", "--level=release/unwatched=off", "--message-format=short", "."], "")
    };
    let gateway = "gateway-api \"infra/public\"";
    let same = check(&release("web", "a.example.com", gateway), &release("api", "a.example.com", gateway));
    let both = "releases `web` and `api` both take the requests to `a.example.com/cart` at the gateway `infra/public`";
    assert!(same.contains("exit 1") && same.contains(both), "{same}");
    let nginx = "nginx class=\"nginx\"";
    let same = check(&release("web", "a.example.com", nginx), &release("api", "a.example.com", nginx));
    assert!(same.contains("exit 1") && same.contains("at the ingress class `nginx`"), "{same}");
    let other = check(&release("web", "a.example.com", gateway), &release("api", "b.example.com", gateway));
    assert!(other.contains("exit 0"), "{other}");
    let other = check(
        &release("web", "a.example.com", gateway),
        &release("api", "a.example.com", "gateway-api \"infra/other\""),
    );
    assert!(other.contains("exit 0"), "{other}");
}

#[test]
fn convert_says_how_many_comments_are_lost() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "// who\nrelease \"web\" {\n    workload replicas=4 { selector app=\"web\" } // what\n    notify on=\"aborted\" via=\"slack\" to=\"a\\u{200d}b\"\n    stage weight=\"50%\" pause=\"1h\"\n}\n";
    std::fs::write(folder.path().join("a.canary.kdl"), policy).unwrap();
    let said = run(folder.path(), &["convert", "a.canary.kdl"], "");
    assert!(said.contains("2 comments are not in the result"), "{said}");
    // What nobody sees is an escape in the result.
    assert!(said.contains("a\\u200db"), "{said}");
    let quiet = run(folder.path(), &["convert", "--quiet", "a.canary.kdl"], "");
    assert!(!quiet.contains("comments"), "{quiet}");
}

#[test]
fn fmt_says_that_a_yaml_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.canary.yaml"), "release: []\n").unwrap();
    let said = run(folder.path(), &["fmt", "a.canary.yaml"], "");
    assert!(said.contains("exit 0") && said.contains("a.canary.yaml is unchanged: `fmt` formats KDL only"), "{said}");
    // A folder may hold both.
    assert!(!run(folder.path(), &["fmt"], "").contains("unchanged"));
}

#[test]
fn build_check_says_what_differs_in_few_lines() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "release \"web\" {\n    workload replicas=4 { selector app=\"web\" }\n    stage weight=\"50%\" pause=\"1h\"\n}\n";
    std::fs::write(folder.path().join("a.canary.kdl"), policy).unwrap();
    let check = || run(folder.path(), &["build", "-o", "out", "--check"], "");
    let new = check();
    assert!(new.contains("a new file of") && new.contains("1 file differs") && !new.contains("kind:"), "{new}");
    run(folder.path(), &["build", "-o", "out"], "");
    let mut files = std::fs::read_dir(folder.path().join("out")).unwrap().map(|entry| entry.unwrap().path());
    let file = files.find(|path| path.extension().is_some_and(|extension| extension == "yaml")).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace('\n', "\r\n")).unwrap();
    let ends = check();
    assert!(ends.contains("Line endings differ: CRLF instead of LF") && !ends.contains("kind:"), "{ends}");
}

#[test]
fn diagnostics_have_the_width_that_columns_asks_for() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "release \"web\" {\n    workload replicas=4 { selector app=\"web\" }\n    stage weight=\"25%\" pause=\"10m\"\n}\n";
    std::fs::write(folder.path().join("web.canary.kdl"), policy).unwrap();
    let longest = |columns: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_canaryc"))
            .args(["check", "web.canary.kdl"])
            .current_dir(folder.path())
            .env("COLUMNS", columns)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("release/unwatched"), "{text}");
        let page = text.lines().filter(|line| !line.contains("canaryc explain"));
        page.map(|line| line.chars().count()).max().unwrap()
    };
    assert!(longest("60") <= 60, "{}", longest("60"));
    assert!(longest("100") > 60);
}

#[test]
fn a_format_or_a_file_is_not_a_folder_of_manifests() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "release \"a\" { workload replicas=4 { selector app=\"a\" }; stage weight=\"25%\" pause=\"10m\" }\n";
    std::fs::write(folder.path().join("a.canary.kdl"), policy).unwrap();
    let wanted = [
        ("json", "write `--format json`"),
        ("yaml", "leave `-o` out"),
        ("web.yaml", "write `> web.yaml`"),
        ("m/web.json", "write `> m/web.json`"),
    ];
    for (output, help) in wanted {
        let shown = run(folder.path(), &["build", "-o", output, "a.canary.kdl"], "");
        assert!(shown.contains("exit 2") && shown.contains(help), "{shown}");
        assert!(!folder.path().join(output).exists(), "{output}");
    }
    // A folder that exists may have any name.
    std::fs::create_dir(folder.path().join("yaml")).unwrap();
    assert!(run(folder.path(), &["build", "-o", "yaml", "a.canary.kdl"], "").contains("1 written"));
}
