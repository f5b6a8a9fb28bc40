//! Texts that somebody else chose, such as the names of files: they stay on their line in everything that canaryc
//! prints or writes, and nothing in them is invisible.

use std::path::Path;
use std::process::{Command, Output};

/// Characters that end a line for some reader, act on a terminal, change the direction of the text, or are invisible. A
/// file name may hold them all.
const HIDDEN: &str = "\u{1}\t\n\r\u{b}\u{c}\u{1b}\u{7f}\u{85}\u{9b}\u{ad}\u{61c}\u{200b}\u{200d}\u{200e}\u{2028}\u{2029}\u{202e}\u{2066}\u{2060}\u{feff}\u{e0041}";

const POLICY: &str = "release \"web\" namespace=\"shop\" {
    workload replicas=4 { selector app=\"web\" }
    stage \"größer-阶段\" weight=\"25%\" pause=\"10m\"
}
";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_canaryc"));
    command.args(arguments).current_dir(folder).env_clear().env("LC_ALL", "C.UTF-8").output().unwrap()
}

/// The hidden characters of a text, besides its line breaks and tabs.
fn hidden(text: &str) -> Vec<char> {
    text.chars().filter(|character| !matches!(character, '\n' | '\t') && HIDDEN.contains(*character)).collect()
}

fn both(output: &Output) -> String {
    format!("{}\u{20}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Lines that an attacker begins.
fn forged(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("::error::"))
}

#[cfg(unix)]
#[test]
fn a_file_name_stays_on_its_line_wherever_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    for character in HIDDEN.chars() {
        let name = format!("s/a{character}::error::b.canary.kdl");
        let shown = format!("s/a{character}::error::b.canary.kdl:3");
        let wrong = format!("w/a{character}::error::b.canary.kdl");
        for sub in ["s", "w", "m"] {
            let _ = std::fs::remove_dir_all(folder.path().join(sub));
            std::fs::create_dir(folder.path().join(sub)).unwrap();
        }
        std::fs::write(folder.path().join(&name), POLICY).unwrap();
        std::fs::write(folder.path().join(&wrong), POLICY.replace("25%", "250%").replace("    stage", "  stage"))
            .unwrap();
        let lines: [&[&str]; 17] = [
            &["build", &name],
            &["build", "s", "-o", "m"],
            // The first line names the policy well enough to replace the file.
            &["build", "s", "-o", "m"],
            &["build", "--check", "s", "-o", "m"],
            &["build", "--format", "json", &name],
            &["show", &name],
            &["show", "--all", "--format", "json", &name],
            &["why", &name, "Rollout/web", "spec.replicas"],
            &["why", &shown],
            &["check", "s"],
            &["check", "w"],
            &["check", "--format", "json", "w"],
            &["check", "--message-format", "json", &wrong],
            &["check", "--message-format", "short", &wrong],
            &["fmt", "--check", "w"],
            &["parse", "--format", "json", &name],
            &["check", &format!("{wrong}x")],
        ];
        for arguments in lines {
            let output = run(folder.path(), arguments);
            let text = both(&output);
            let expected = if arguments.iter().any(|argument| argument.starts_with('w') && *argument != "why") {
                1..=2
            } else {
                0..=0
            };
            assert!(expected.contains(&output.status.code().unwrap()), "{character:?} {arguments:?}: {text}");
            assert!(hidden(&text).is_empty(), "{character:?} {arguments:?}: {:?}", hidden(&text));
            assert!(!forged(&text), "{character:?} {arguments:?}: {text}");
        }
        for file in ["m/web.shop.yaml", "m/.canaryc"] {
            let Ok(text) = std::fs::read_to_string(folder.path().join(file)) else { continue };
            assert!(hidden(&text).is_empty(), "{character:?} {file}: {text:?}");
            assert!(text.starts_with('#') && !text.lines().any(|line| line.starts_with("::error")), "{text}");
        }
        assert!(folder.path().join("m/web.shop.yaml").exists());
    }
}

#[test]
fn a_difference_shows_what_somebody_planted() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.canary.kdl"), POLICY).unwrap();
    assert!(run(folder.path(), &["build", "-o", "m"]).status.success());
    let file = folder.path().join("m/web.shop.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("replicas: 4", "replicas: 4 # \u{1b}[2K\r\u{202e}\u{9b}")).unwrap();
    let output = both(&run(folder.path(), &["build", "--check", "-o", "m"]));
    assert!(output.contains("-  replicas: 4 # ?[2K?"), "{output}");
    assert!(hidden(&output).is_empty(), "{output:?}");
}

#[test]
fn no_value_of_a_policy_is_invisible() {
    let folder = tempfile::tempdir().unwrap();
    let places = [
        "stage \"HERE\" weight=\"25%\" pause=\"10m\"",
        "stage weight=\"25%\" pause=\"10m\"; annotations owner=\"HERE\"",
        "stage weight=\"25%\" pause=\"10m\"; notify on=\"aborted\" via=\"slack\" to=\"HERE\"",
        "stage weight=\"25%\" pause=\"10m\" { gate \"HERE\"; }",
        "stage weight=\"25%\" pause=\"10m\"; use \"HERE\"",
    ];
    for character in HIDDEN.chars().filter(|character| !matches!(character, '\t' | '\n' | '\u{200d}')) {
        for (number, place) in places.iter().enumerate() {
            let text = place.replace("HERE", &format!("a\\u{{{:x}}}b", u32::from(character)));
            let policy = format!("release \"web\" {{\n workload replicas=4 {{ selector app=\"web\"; }}\n {text}\n}}\n");
            std::fs::write(folder.path().join("a.canary.kdl"), policy).unwrap();
            let output = run(folder.path(), &["check", "--message-format", "short", "a.canary.kdl"]);
            let said = both(&output);
            assert!(said.contains("value/control-character"), "{character:?} {number}: {said}");
            assert!(said.contains(&format!("U+{:04X}", u32::from(character))), "{said}");
        }
    }
    // A name that refers to something is on one line. Joiners belong to words and emoji.
    for (name, code) in [("a\\n::error::b", "value/control-character"), ("a\\u{200d}b", "reference/unknown")] {
        let policy = POLICY.replace("pause=\"10m\"", &format!("pause=\"10m\" {{ gate \"{name}\"; }}"));
        std::fs::write(folder.path().join("a.canary.kdl"), policy).unwrap();
        let said = both(&run(folder.path(), &["check", "a.canary.kdl"]));
        assert!(said.contains(code) && !forged(&said), "{said}");
    }
}

#[test]
fn a_comment_has_the_letters_of_every_language_and_nothing_hidden() {
    let folder = tempfile::tempdir().unwrap();
    let policy = POLICY.replace("größer-阶段", "größer-阶段 \\u{1f469}\\u{200d}\\u{1f680}");
    std::fs::write(folder.path().join("a.canary.kdl"), policy).unwrap();
    let output = run(folder.path(), &["build", "a.canary.kdl"]);
    let text = both(&output);
    assert!(text.contains("# Stage größer-阶段 \u{1f469}?\u{1f680}\n"), "{text}");
}

/// The diagnostics of a JSON report.
fn codes(json: &[u8]) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_slice(json).unwrap_or_default();
    let diagnostics = report["diagnostics"].as_array().cloned().unwrap_or_default();
    diagnostics.iter().filter_map(|diagnostic| diagnostic["code"].as_str().map(str::to_owned)).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_check_as_json_is_json_even_if_nothing_can_be_checked() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;

    let folder = tempfile::tempdir().unwrap();
    let name = OsString::from_vec(b"a\xff.canary.kdl".to_vec());
    std::fs::write(folder.path().join(&name), POLICY).unwrap();
    for (argument, status) in [(".".into(), 0), (name, 0), ("missing".into(), 2), ("a\u{2028}b".into(), 2)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_canaryc"));
        command.args(["check", "--format", "json"]).arg(&argument).current_dir(folder.path());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{argument:?}");
        assert_eq!(codes(&output.stdout).len(), 1, "{argument:?}: {}", both(&output));
        assert!(hidden(&both(&output)).is_empty(), "{argument:?}");
    }
}

#[test]
fn a_refused_command_line_is_a_diagnostic_for_programs() {
    let folder = Path::new(".");
    for arguments in [&["check", ""][..], &["check", "--set", ""], &["chekc"], &["show"], &["build", "--colour"]] {
        let output = run(folder, &[&["--message-format", "json"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(codes(&output.stderr), ["command/usage"], "{arguments:?}: {}", both(&output));
        let output = run(folder, &[&["--message-format=short"], arguments].concat());
        assert!(both(&output).contains("error[command/usage]: "), "{}", both(&output));
    }
    let help = run(folder, &["--message-format", "json", "--help"]);
    assert!(help.status.success() && both(&help).contains("Usage:"), "{}", both(&help));
}
