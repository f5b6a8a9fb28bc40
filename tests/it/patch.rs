//! Patches of objects: the rules of RFC 7386 and RFC 6902 (the crate `json-patch` is the oracle), the origin of a
//! changed field, and the diagnostics for a patch that cannot be applied.

use canaryc::diagnostic::Diagnostics;
use canaryc::manifest::{Field, Object, Origin, Value as Node, patch};
use canaryc::source::Source;
use proptest::prelude::*;
use serde_json::{Value, json};

fn field(value: &Value, origin: Origin) -> Field {
    let node = match value {
        Value::Null => Node::Null,
        Value::Bool(value) => Node::Boolean(*value),
        Value::Number(number) => number.as_i64().map_or_else(|| Node::Number(number.as_f64().unwrap()), Node::Integer),
        Value::String(text) => Node::from(text.as_str()),
        Value::Array(items) => Node::Sequence(items.iter().map(|item| field(item, origin)).collect()),
        Value::Object(map) => {
            Node::Mapping(map.iter().map(|(key, value)| (key.clone().into(), field(value, origin))).collect())
        }
    };
    Field::new(node, origin)
}

fn plain(field: &Field) -> Value {
    match &field.value {
        Node::Null => Value::Null,
        Node::Boolean(value) => json!(value),
        Node::Integer(number) => json!(number),
        Node::Number(number) => json!(number),
        Node::String(text) => json!(&**text),
        Node::Sequence(items) => items.iter().map(plain).collect(),
        Node::Mapping(entries) => {
            Value::Object(entries.iter().map(|(key, field)| (key.to_string(), plain(field))).collect())
        }
    }
}

/// The patched object, or what was reported.
fn patched(object: &Value, change: &Value) -> Result<Object, Diagnostics> {
    let (target, source) = (Source::new("object", "object"), Source::new("patch", "patch"));
    let mut object = Object { root: field(object, Origin::written(target.span())) };
    let before = object.clone();
    let mut diagnostics = Diagnostics::new();
    patch::apply(&mut object, &field(change, Origin::written(source.span())), &mut diagnostics);
    if diagnostics.is_empty() {
        return Ok(object);
    }
    assert_eq!(object, before, "a patch that fails changes nothing");
    Err(diagnostics)
}

fn mistake(object: Value, change: Value) -> String {
    let diagnostics = patched(&object, &change).unwrap_err();
    let found: Vec<String> = diagnostics
        .iter()
        .map(|found| {
            let help = found.help.as_deref().unwrap_or_default();
            format!("{} | {} | {} | {help}", found.code, found.message, found.labels[0].message)
        })
        .collect();
    found.join("\n")
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2_i64..3).prop_map(Value::from),
        "[ab]{0,1}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map("[a-c/~]", inner, 0..3).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn mappings() -> impl Strategy<Value = Value> {
    prop::collection::hash_map("[a-c/~]", values(), 0..4).prop_map(|map| Value::Object(map.into_iter().collect()))
}

/// Paths that often exist: keys and indices from the values above.
fn paths() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-c]".prop_map(String::from),
        Just("~0".into()),
        Just("~1".into()),
        Just("0".into()),
        Just("1".into()),
        Just("01".into()),
        Just("-".into()),
    ];
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.iter().map(|part| format!("/{part}")).collect())
}

fn operations() -> impl Strategy<Value = Value> {
    let operation = prop_oneof![
        (paths(), values()).prop_map(|(path, value)| json!({"op": "add", "path": path, "value": value})),
        paths().prop_map(|path| json!({"op": "remove", "path": path})),
        (paths(), values()).prop_map(|(path, value)| json!({"op": "replace", "path": path, "value": value})),
        (paths(), paths()).prop_map(|(path, from)| json!({"op": "move", "path": path, "from": from})),
        (paths(), paths()).prop_map(|(path, from)| json!({"op": "copy", "path": path, "from": from})),
        (paths(), values()).prop_map(|(path, value)| json!({"op": "test", "path": path, "value": value})),
    ];
    prop::collection::vec(operation, 1..4).prop_map(Value::from)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn merge_patches_are_those_of_the_oracle(object in mappings(), change in mappings()) {
        let mut expected = object.clone();
        json_patch::merge(&mut expected, &change);
        prop_assert_eq!(plain(&patched(&object, &change).unwrap().root), expected);
    }

    #[test]
    fn json_patches_are_those_of_the_oracle(object in mappings(), change in operations()) {
        let mut expected = object.clone();
        // The oracle's rollback after a failure panics on some patches. What it leaves behind is ignored.
        let operations: json_patch::Patch = serde_json::from_value(change.clone()).unwrap();
        let outcome = json_patch::patch_unsafe(&mut expected, &operations);
        match patched(&object, &change) {
            Ok(ours) => {
                prop_assert!(outcome.is_ok(), "{outcome:?}");
                prop_assert_eq!(plain(&ours.root), expected);
            }
            Err(found) => prop_assert!(outcome.is_err(), "{found:?}\n{expected}"),
        }
    }
}

fn route() -> Value {
    json!({"kind": "HTTPRoute", "metadata": {"name": "shop"}, "spec": {"rules": [{"matches": []}], "hostnames": ["a"]}})
}

#[test]
fn changed_fields_have_the_origin_of_the_patch() {
    let origins = |change: Value| {
        let object = patched(&route(), &change).unwrap();
        let whole = object.root.at(&["spec"]).unwrap().origin.span;
        let rule = &object.root.at(&["spec", "rules"]).unwrap().items()[0];
        let timeout = rule.at(&["timeouts", "request"]).unwrap();
        assert_eq!(rule.get("matches").unwrap().origin.span, whole);
        assert_ne!(timeout.origin.span, whole);
    };
    origins(json!([{"op": "add", "path": "/spec/rules/0/timeouts", "value": {"request": "10s"}}]));
    let object = patched(&route(), &json!({"metadata": {"annotations": {"a": "b"}, "name": null}})).unwrap();
    assert_ne!(object.root.at(&["metadata", "annotations"]).unwrap().origin, object.root.origin);
    assert!(object.root.at(&["metadata", "name"]).is_none());
}

#[test]
fn touched_fields_are_named() {
    let touched = |change: Value| -> Vec<String> {
        let source = Source::new("patch", "patch");
        let found = patch::touched(&field(&change, Origin::written(source.span())));
        found.iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        touched(
            json!({"metadata": {"annotations": {"example.com/a": "b"}}, "spec": {"rules": [], "x": {}, "y": null}})
        ),
        [r#"metadata.annotations["example.com/a"]"#, "spec.rules", "spec.x", "spec.y"]
    );
    assert_eq!(
        touched(json!([
            {"op": "test", "path": "/a", "value": 1}, {"op": "add", "path": "/spec/rules/0", "value": 1},
            {"op": "move", "from": "/b", "path": "/c"}, {"op": "copy", "from": "/d", "path": "/e"}
        ])),
        ["spec.rules[0]", "b", "c", "e"]
    );
}

#[test]
fn a_missing_path_names_the_longest_existing_prefix() {
    let replace = |path: &str| mistake(route(), json!([{"op": "replace", "path": path, "value": 1}]));
    assert_eq!(
        replace("/spec/rulez/0"),
        "patch/path | the path `/spec/rulez/0` leads nowhere in HTTPRoute `shop` | `spec` has no `rulez`; did you mean \
         `rules`? | the fields are `rules` and `hostnames`"
    );
    assert_eq!(
        replace("/spec/rules/1"),
        "patch/path | the path `/spec/rules/1` leads nowhere in HTTPRoute `shop` | `spec.rules` has 1 item | write a \
         number from 0 to 0, or add at the end with `-`"
    );
    assert_eq!(
        replace("/spec/rules/first"),
        "patch/path | the path `/spec/rules/first` leads nowhere in HTTPRoute `shop` | `spec.rules` is a list, and \
         `first` is not an index | write a number from 0 to 0"
    );
    assert_eq!(
        replace("/kind/x"),
        "patch/path | the path `/kind/x` leads nowhere in HTTPRoute `shop` | `kind` is neither a mapping nor a list | \
         end the path there"
    );
}

#[test]
fn malformed_operations_are_all_reported() {
    assert_eq!(
        mistake(
            route(),
            json!([
                {"op": "repalce", "path": "/a", "value": 1}, {"op": "add", "path": "/a"}, {"op": "move", "path": "/a"},
                {"path": "/a"}, {"op": "remove"}, "x", {"op": "remove", "path": "spec.rules[0]"},
                {"op": "remove", "path": "/a~2"}, {"op": "remove", "path": ""}, {"op": "remove", "path": "/a", "value": 1}
            ])
        )
        .lines()
        .map(|line| line.split(" | ").nth(1).unwrap())
        .collect::<Vec<_>>(),
        [
            "`repalce` is not an operation of a JSON patch",
            "the operation `add` has no `value`",
            "the operation `move` has no `from`",
            "an operation has no `op`",
            "the operation `remove` has no `path`",
            "this is not an operation of a JSON patch",
            "`spec.rules[0]` is not a path of a JSON patch",
            "`/a~2` has a `~` that stands for nothing",
            "`path` is the whole object",
            "the operation `remove` does not take `value`",
        ]
    );
    assert!(mistake(route(), json!([{"op": "remove", "path": "spec.rules[0]"}])).ends_with("write `/spec/rules/0`"));
    assert!(mistake(route(), json!("x")).starts_with("patch/form | this is not a patch"));
}

#[test]
fn tests_and_moves_that_fail() {
    let test = json!([{"op": "test", "path": "/kind", "value": "GRPCRoute"}]);
    assert!(mistake(route(), test).starts_with("patch/test | HTTPRoute `shop` has another value at `kind`"));
    let into_itself = json!([{"op": "move", "from": "/spec", "path": "/spec/x"}]);
    assert!(mistake(route(), into_itself).starts_with("patch/path | a field cannot be moved into itself"));
}

#[test]
fn copies_of_copies_are_bounded() {
    let object = json!({"kind": "Rollout", "metadata": {"name": "web"}, "spec": {"x": {"text": "x".repeat(1 << 16)}}});
    let copies = |number: usize| -> Value {
        (0..number).map(|at| json!({"op": "copy", "from": "/spec/x", "path": format!("/spec/x/{at}")})).collect()
    };
    assert!(patched(&object, &copies(4)).is_ok());
    let found = mistake(object, copies(6));
    assert!(found.starts_with("patch/form | the copies of this patch make Rollout `web` too large | "), "{found}");
}
