//! A stranger's policy, as in a pull request, names files that hold secrets. Nothing of them may be shown or copied.
//! The secrets are made up, and in a folder of the test.

use std::fs;
use std::path::Path;
use std::process::Command;

const SECRET: &str = "hunter2";

/// Ways to name a file in a policy.
const NAMING: [&str; 8] = [
    "include \"FILE\"\nrelease \"web\" { workload replicas=4 { selector app=\"web\" }; stage weight=\"25%\" pause=\"10m\" }",
    "release \"web\" { workload file=\"FILE\"; stage weight=\"25%\" pause=\"10m\" }",
    "release \"web\" { workload file=\"FILE\" mode=\"embed\"; stage weight=\"25%\" pause=\"10m\" }",
    "release \"web\" { workload replicas=4 { selector app=\"web\" }; service file=\"FILE\"; stage weight=\"25%\" pause=\"10m\" }",
    "release \"web\" { workload replicas=4 { selector app=\"web\" }; autoscaler file=\"FILE\"; stage weight=\"25%\" pause=\"10m\" }",
    "release \"web\" { workload replicas=4 { selector app=\"web\" }; route file=\"FILE\"; router { gateway-api \"infra/public\" }; \
     service { port 80 }; stage weight=\"25%\" pause=\"10m\" }",
    "release \"web\" { workload replicas=4 { selector app=\"web\" }; check \"smoke\" { job file=\"FILE\" }; \
     stage weight=\"25%\" pause=\"10m\"; watch \"smoke\" }",
    "release \"web\" { workload replicas=4 { selector app=\"web\" }; patch \"Rollout\" file=\"FILE\"; stage weight=\"25%\" pause=\"10m\" }",
];

/// Runs a command on a policy, and returns its exit status and everything that it says.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_canaryc"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("TOKEN", SECRET)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A repository and, beside it, the home of its user.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let deployment = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{replicas: 0, selector: {{matchLabels: \
         {{app: web}}}}, template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: web, image: {SECRET}}}]}}}}}}\n"
    );
    for (path, text) in [
        ("repository/.git/config", format!("[remote \"origin\"]\n\turl = https://x:{SECRET}@git.example.com/x.git\n")),
        ("repository/.env", format!("TOKEN={SECRET}\n")),
        ("repository/credentials.yaml", format!("token: {SECRET}\nspce: [\n")),
        ("repository/config.json", format!("{{\"auths\": {{\"r.example.com\": {{\"auth\": \"{SECRET}\"}}}}}}")),
        ("home/deployment.yaml", deployment.clone()),
        ("home/broken.yaml", format!("apiVersion: v1\nkind: {SECRET}\n")),
        ("home/org.kdl", format!("metrik \"{SECRET}\"\n")),
    ] {
        write(place.path(), path, &text);
    }
    place
}

#[test]
fn no_policy_shows_a_file_that_is_not_its_own() {
    let place = place();
    let repository = place.path().join("repository");
    let home = place.path().join("home");
    let mut files =
        [".git/config", ".env", "credentials.yaml", "config.json", "/proc/self/environ"].map(str::to_owned).to_vec();
    for name in ["deployment.yaml", "broken.yaml", "org.kdl", "gone.yaml"] {
        files.extend([format!("../home/{name}"), home.join(name).display().to_string()]);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(home.join(name), repository.join(format!("link-{name}"))).unwrap();
            files.extend([format!("link-{name}"), format!("through/{name}")]);
        }
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(&home, repository.join("through")).unwrap();
    for file in files {
        for (index, policy) in NAMING.iter().enumerate() {
            write(&repository, "p.canary.kdl", &policy.replace("FILE", &file));
            for arguments in [["check", "p.canary.kdl"], ["build", "p.canary.kdl"]] {
                let (status, said) = run(&repository, &arguments);
                let shown = format!("{file}, way {index}: {said}");
                assert_eq!(status, Some(1), "{shown}");
                assert!(!said.contains(SECRET), "{shown}");
                assert!(["file/outside", "file/unrecognized"].iter().any(|code| said.contains(code)), "{shown}");
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_policy_that_is_a_link_is_read_only_within_its_repository() {
    let place = place();
    let repository = place.path().join("repository");
    for target in ["../home/org.kdl", ".env", ".git/config", "/proc/self/environ"] {
        let link = repository.join("link.canary.kdl");
        std::os::unix::fs::symlink(target, &link).unwrap();
        for arguments in
            [&["check", "."][..], &["fmt", "--check"], &["show", "link.canary.kdl"], &["parse", "link.canary.kdl"]]
        {
            let (status, said) = run(&repository, arguments);
            assert!(
                matches!(status, Some(1 | 2)) && said.contains("error[file/outside]"),
                "{target} {arguments:?}: {said}"
            );
            assert!(!said.contains(SECRET), "{target} {arguments:?}: {said}");
        }
        fs::remove_file(link).unwrap();
    }
}

#[test]
fn a_folder_is_allowed_by_name() {
    let place = place();
    let folder = place.path().join("policies");
    write(&folder, "p.canary.kdl", &NAMING[1].replace("\"FILE\"", "\"../home/deployment.yaml\" replicas=4"));
    let (status, said) = run(place.path(), &["check", "policies"]);
    assert!(status == Some(1) && said.contains("--allow-folder"), "{said}");
    for command in ["check", "build"] {
        let (status, said) = run(place.path(), &[command, "policies", "--allow-folder", "home"]);
        assert_eq!(status, Some(0), "{said}");
    }
    let (status, said) = run(place.path(), &["check", "policies", "--allow-folder", "gone"]);
    assert_eq!(status, Some(2), "{said}");
}

#[cfg(unix)]
#[test]
fn a_named_pipe_does_not_hang() {
    let place = tempfile::tempdir().unwrap();
    // What waits for a writer waits for ever; the test then fails because the harness does.
    assert!(Command::new("mkfifo").arg(place.path().join("pipe.yaml")).status().unwrap().success());
    assert!(Command::new("mkfifo").arg(place.path().join("pipe.kdl")).status().unwrap().success());
    for (index, policy) in NAMING.iter().enumerate() {
        let pipe = if index == 0 { "pipe.kdl" } else { "pipe.yaml" };
        write(place.path(), "p.canary.kdl", &policy.replace("FILE", pipe));
        let (status, said) = run(place.path(), &["check", "p.canary.kdl"]);
        assert!(status == Some(1) && said.contains("named pipe"), "way {index}: {said}");
    }
    let (status, said) = run(place.path(), &["check", "pipe.kdl"]);
    assert!(matches!(status, Some(1 | 2)) && said.contains("named pipe"), "{said}");
    write(place.path(), "p.canary.kdl", &NAMING[0].replace("FILE", "/dev/stdin"));
    assert!(run(place.path(), &["check", "p.canary.kdl"]).1.contains("file/outside"));
}

/// A message without the line breaks that fit it to the page.
fn one_line(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A policy that `check --fix` and `fmt` change.
const UNFORMATTED: &str =
    "release \"web\" {\n  workload replicas=4 { selector app=\"web\" }\n  stage weight=25% pause=10m\n}\n";

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_does_not_lead_a_correction_out_of_the_repository() {
    let place = place();
    let repository = place.path().join("repository");
    let policy = place.path().join("home/e.canary.kdl");
    std::os::unix::fs::symlink(place.path().join("home"), repository.join("through")).unwrap();
    write(&repository, "inner/e.canary.kdl", UNFORMATTED);
    std::os::unix::fs::symlink("inner", repository.join("within")).unwrap();
    for is_repository in [false, true] {
        if is_repository {
            write(place.path(), "home/.git/config", "");
        }
        for arguments in [&["check", "--fix", "through/e.canary.kdl"][..], &["check", "--fix", "through"]] {
            fs::write(&policy, UNFORMATTED).unwrap();
            let (status, said) = run(&repository, arguments);
            assert!(status == Some(2) && one_line(&said).contains("out of its repository"), "{arguments:?}: {said}");
            assert_eq!(fs::read_to_string(&policy).unwrap(), UNFORMATTED, "{arguments:?}");
        }
        let text = UNFORMATTED.replace("25%", "\"25%\"").replace("10m", "\"10m\"");
        for arguments in [&["fmt", "through/e.canary.kdl"][..], &["fmt", "through"]] {
            fs::write(&policy, &text).unwrap();
            let (status, said) = run(&repository, arguments);
            assert!(status == Some(2) && one_line(&said).contains("out of its repository"), "{arguments:?}: {said}");
            assert_eq!(fs::read_to_string(&policy).unwrap(), text, "{arguments:?}");
        }
    }
    // By its own name, and through a link that stays inside, a policy is changed.
    fs::write(&policy, UNFORMATTED).unwrap();
    for (folder, path) in [(place.path(), "home/e.canary.kdl"), (&repository, "within/e.canary.kdl")] {
        let (_, said) = run(folder, &["check", "--fix", path]);
        assert!(said.contains("2 mistakes fixed in 1 file"), "{said}");
    }
}

const EMBEDDED: &str = "release \"web\" namespace=\"n\" {\n    workload file=\"d.yaml\" mode=\"embed\" replicas=4 {\n        \
    reload-on \"s.yaml\" copy=#true\n    }\n    stage weight=\"25%\" pause=\"10m\"\n}\n";

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: n}\nspec:\n  selector: {matchLabels: {app: web}}\n  \
    template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: web\n        image: web:1\n        \
    envFrom: [{secretRef: {name: settings}}]\n";

/// A repository with a workload whose Secret has these fields.
fn with_secret(fields: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    write(place.path(), "web.canary.kdl", EMBEDDED);
    write(place.path(), "d.yaml", DEPLOYMENT);
    write(
        place.path(),
        "s.yaml",
        &format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: settings, namespace: n}}\n{fields}"),
    );
    place
}

#[test]
fn a_comparison_shows_no_value_of_a_secret() {
    for fields in ["stringData:\n  k: hunter2\n  l: same\n", "stringData:\n  k: |\n    a\n    hunter2\n  l: same\n"] {
        let place = with_secret(fields);
        let build = |more: &[&str]| run(place.path(), &[&["build", "web.canary.kdl", "-o", "m"], more].concat());
        let (status, said) = build(&[]);
        assert_eq!(status, Some(0), "{said}");
        let mut built = fs::read_dir(place.path().join("m")).unwrap().map(|entry| entry.unwrap().path());
        assert!(built.any(|path| fs::read_to_string(path).unwrap().contains(SECRET)));
        let path = place.path().join("s.yaml");
        let secret = fs::read_to_string(&path).unwrap();
        fs::write(&path, secret.replace(SECRET, "hunter3")).unwrap();
        let (status, said) = build(&["--check"]);
        assert_eq!(status, Some(1), "{said}");
        assert!(!said.contains("hunter"), "{said}");
        assert!(said.contains("*** (before)") && said.contains("*** (after)"), "{said}");
        assert!(said.contains("  l: ***\n"), "{said}");
    }
}

#[test]
fn no_message_shows_a_value_of_a_secret() {
    for fields in [
        "stringData:\n  k: [hunter2]\n",
        "stringData:\n  k: hunter2\n  k: hunter2\n",
        "stringData:\n  k: !!int hunter2\n",
        "stringData:\n  k: !hunter2\n",
        "stringData:\n  k: *hunter2\n",
        "stringData:\n  k: @hunter2\n",
        "stringData:\n  k: \"hunter2\n",
        "stringData:\n  k: \"\\hunter2\"\n",
        "stringData:\n  k: 'hunter2' hunter2\n",
        "stringData:\n\tk: hunter2\n",
        "stringData: {k: hunter2, l: hunter2: x}\n",
        "stringData:\n  k: hunter2: hunter2\n",
        "stringData:\n  k: a\n  hunter2\n",
        "stringData:\n  k: |\n    a\n   hunter2\n",
        "data:\n  k: 99999999999999999999 # hunter2\n",
        "data: [hunter2]\n",
        "data: hunter2\n",
        "stringData:\n  - hunter2\n",
    ] {
        let place = with_secret(fields);
        for arguments in [
            &["check", "web.canary.kdl"][..],
            &["check", "--format", "json", "web.canary.kdl"],
            &["check", "--message-format", "short", "web.canary.kdl"],
            &["build", "web.canary.kdl"],
            &["show", "web.canary.kdl"],
            &["why", "web.canary.kdl:1"],
            &["check", "s.yaml"],
            &["check", "--format", "json", "s.yaml"],
            &["fmt", "--check", "s.yaml"],
        ] {
            let (status, said) = run(place.path(), arguments);
            assert!(!said.contains(SECRET) && !said.contains("9999999"), "{fields}{arguments:?}: {said}");
            assert!(arguments[0] == "fmt" || matches!(status, Some(1 | 2)), "{fields}{arguments:?}: {said}");
        }
    }
    // What is beside the values is shown.
    let place = with_secret("stringData:\n  k: hunter2\ntype: [hunter3]\n");
    let (_, said) = run(place.path(), &["check", "web.canary.kdl"]);
    assert!(!said.contains(SECRET), "{said}");
}
