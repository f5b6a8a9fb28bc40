//! The examples compile to the content of `examples/*/expected`. `UPDATE=1 cargo test --test it examples` rewrites that
//! content: read the difference before you commit it.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn examples_have_the_expected_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<String> = fs::read_dir(root.join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    // `examples/rust` contains programs that use the library.
    names.retain(|name| name != "rust" && root.join("examples").join(name).is_dir());
    names.sort();
    assert!(names.len() >= 7, "{names:?}");
    let update = std::env::var_os("UPDATE").is_some();
    for name in names {
        let example = format!("examples/{name}");
        let expected = format!("{example}/expected");
        let mut command = Command::new(env!("CARGO_BIN_EXE_canaryc"));
        command.args(["build", &example, "-o", &expected]).current_dir(root);
        if !update {
            command.arg("--check");
        }
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert!(output.status.success(), "{example}\n{said}");
        assert!(root.join(&expected).is_dir(), "{example} has no expected output");
        if update {
            // A reader of the example compares the manifests, and nobody builds into this folder twice.
            let _ = fs::remove_file(root.join(expected).join(".canaryc-inventory"));
        }
    }
}

/// The picture is drawn by hand: it must name the emitted objects.
#[test]
fn the_picture_names_the_objects_of_checkout() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let picture = fs::read_to_string(root.join("docs/pictures/checkout.svg")).unwrap();
    let manifests = fs::read_to_string(root.join("examples/checkout/expected/checkout.shop.yaml")).unwrap();
    let mut kinds = std::collections::BTreeMap::<&str, usize>::new();
    for object in manifests.split("\n---\n") {
        let field = |name: &str| object.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        *kinds.entry(field("kind: ")).or_default() += 1;
        let name = field("  name: ");
        assert!(picture.contains(name), "the picture does not name {name}");
    }
    for (kind, count) in kinds {
        assert!(picture.contains(&format!("{count} {kind}")), "there are {count} of {kind}");
    }
}
