//! In: the live and the future state of an object, both from the API server. Out: the fields that differ, each with its
//! path. Fields that the API server maintains (versions, owners of fields, status) are ignored.

use std::fmt;

use serde_json::{Map, Value};

use super::absence::is_as_absent;

/// The annotation in which `kubectl apply` records its input.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A field that is not in its desired state.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Its path.
    pub path: Path,
    /// Its live value; `None` if it is absent.
    pub live: Option<Value>,
    /// Its future value; `None` if it will be removed.
    pub wanted: Option<Value>,
}

/// Who wrote the live state last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// Only appliers: an absent field was not desired.
    Appliers,
    /// Also the controller, which drops zeros and adds empty mappings.
    Controller,
}

/// The path of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Key(String),
    Index(usize),
}

impl Difference {
    /// Whether the controller itself wrote the field, and would write it again.
    fn is_without_meaning(&self) -> bool {
        let Some(Segment::Key(key)) = self.path.0.last() else { return false };
        match (&self.live, &self.wanted) {
            (Some(value), None) => is_as_absent(key, value, true),
            (None, Some(value)) => is_as_absent(key, value, false),
            _ => false,
        }
    }
}

impl Path {
    fn key(&self, key: &str) -> Self {
        Self(self.0.iter().cloned().chain([Segment::Key(key.to_owned())]).collect())
    }

    fn index(&self, index: usize) -> Self {
        Self(self.0.iter().cloned().chain([Segment::Index(index)]).collect())
    }

    /// Whether it is the field under these keys, or inside it.
    pub fn is_within(&self, keys: &[&str]) -> bool {
        self.0.len() >= keys.len()
            && self.0.iter().zip(keys).all(|(own, key)| matches!(own, Segment::Key(own) if own == key))
    }
}

impl fmt::Display for Path {
    /// `metadata.annotations["canaryc.dev/plan"]`, `spec.strategy.canary.steps[2].pause`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if key.contains(['.', '/', '"', ' ']) => write!(f, "[{key:?}]")?,
                Segment::Key(key) if position == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

/// The fields in which two states of an object differ, in the order of the desired one.
pub fn differences(live: &Value, wanted: &Value, writer: Writer) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(&Path::default(), Some(&ours(live)), Some(&ours(wanted)), &mut found);
    if writer == Writer::Controller {
        found.retain(|difference| !difference.is_without_meaning());
    }
    found
}

/// The part of an object that canaryc can own.
fn ours(object: &Value) -> Value {
    let Value::Object(fields) = object else { return Value::Null };
    let mut kept: Map<String, Value> = Map::new();
    for (key, value) in fields {
        match key.as_str() {
            "status" | "apiVersion" | "kind" => {}
            "metadata" => {
                let mut metadata = Map::new();
                for key in ["labels", "annotations"] {
                    let mut entries = value[key].as_object().cloned().unwrap_or_default();
                    entries.shift_remove(LAST_APPLIED);
                    if !entries.is_empty() {
                        metadata.insert(key.to_owned(), Value::Object(entries));
                    }
                }
                kept.insert(key.clone(), Value::Object(metadata));
            }
            _ => drop(kept.insert(key.clone(), value.clone())),
        }
    }
    Value::Object(kept)
}

fn compare(path: &Path, live: Option<&Value>, wanted: Option<&Value>, found: &mut Vec<Difference>) {
    match (live, wanted) {
        (live, wanted) if live == wanted => {}
        (Some(Value::Object(live)), Some(Value::Object(wanted))) => {
            let gone = live.keys().filter(|key| !wanted.contains_key(*key));
            for key in wanted.keys().chain(gone) {
                compare(&path.key(key), live.get(key), wanted.get(key), found);
            }
        }
        (Some(Value::Array(live)), Some(Value::Array(wanted))) => lists(path, live, wanted, found),
        _ => found.push(Difference { path: path.clone(), live: live.cloned(), wanted: wanted.cloned() }),
    }
}

/// Skips the common start and end of both lists, so a new item in the middle is one difference.
fn lists(path: &Path, live: &[Value], wanted: &[Value], found: &mut Vec<Difference>) {
    let start = live.iter().zip(wanted).take_while(|(live, wanted)| live == wanted).count();
    let rest = |list: &[Value]| list.len() - start;
    let end = live.iter().rev().zip(wanted.iter().rev()).take_while(|(live, wanted)| live == wanted).count();
    let end = end.min(rest(live)).min(rest(wanted));
    let (live, wanted) = (&live[start..live.len() - end], &wanted[start..wanted.len() - end]);
    for position in 0..live.len().max(wanted.len()) {
        compare(&path.index(start + position), live.get(position), wanted.get(position), found);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(live: Value, wanted: Value) -> Vec<String> {
        let text = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), Value::to_string);
        let line = |found: &Difference| format!("{}: {} > {}", found.path, text(&found.live), text(&found.wanted));
        differences(&live, &wanted, Writer::Appliers).iter().map(line).collect()
    }

    #[test]
    fn a_field_that_differs_is_named_by_its_path() {
        let live = json!({"spec": {"replicas": 1, "old": true}, "metadata": {"annotations": {"a.b/c": "1"}}});
        let wanted = json!({"spec": {"replicas": 2, "new": []}, "metadata": {"annotations": {"a.b/c": "2"}}});
        let lines = ["spec.replicas: 1 > 2", "spec.new: - > []", "spec.old: true > -"];
        assert_eq!(shown(live, wanted)[..3], lines);
    }

    #[test]
    fn keys_with_dots_are_quoted() {
        let live = json!({"metadata": {"annotations": {"a.b/c": "1"}}});
        let wanted = json!({"metadata": {"annotations": {"a.b/c": "2"}}});
        assert_eq!(shown(live, wanted), [r#"metadata.annotations["a.b/c"]: "1" > "2""#]);
    }

    #[test]
    fn fields_of_the_server_are_not_differences() {
        let live = json!({"apiVersion": "v1", "metadata": {"resourceVersion": "1", "generation": 1, "managedFields": [],
            "annotations": {LAST_APPLIED: "{}"}}, "status": {"phase": "Healthy"}, "spec": {}});
        let wanted = json!({"apiVersion": "v1", "metadata": {"resourceVersion": "2", "generation": 2}, "spec": {}});
        assert_eq!(shown(live, wanted), [""; 0]);
    }

    #[test]
    fn an_item_in_the_middle_is_one_difference() {
        let live = json!({"spec": {"steps": [1, 2, 3]}});
        assert_eq!(shown(live.clone(), json!({"spec": {"steps": [1, 9, 2, 3]}})), ["spec.steps[1]: - > 9"]);
        assert_eq!(shown(live.clone(), json!({"spec": {"steps": [1, 3]}})), ["spec.steps[1]: 2 > -"]);
        assert_eq!(shown(live.clone(), json!({"spec": {"steps": [1, 1, 2, 3]}})), ["spec.steps[1]: - > 1"]);
        assert_eq!(
            shown(live, json!({"spec": {"steps": [1, {"pause": {}}, 3]}})),
            [r#"spec.steps[1]: 2 > {"pause":{}}"#]
        );
    }

    #[test]
    fn fields_that_the_controller_drops_are_not_differences() {
        let live = json!({"spec": {"template": {"spec": {"containers": [{"name": "web", "resources": {}}]}}}});
        let wanted = json!({"spec": {"minReadySeconds": 0, "template": {"spec": {"containers": [{"name": "web"}]}}}});
        assert_eq!(differences(&live, &wanted, Writer::Controller), []);
        assert_eq!(differences(&live, &wanted, Writer::Appliers).len(), 2);
    }

    #[test]
    fn a_path_knows_its_prefixes() {
        let found = differences(&json!({"spec": {"steps": [1]}}), &json!({"spec": {"steps": [2]}}), Writer::Appliers);
        assert!(found[0].path.is_within(&["spec", "steps"]));
        assert!(!found[0].path.is_within(&["spec", "step"]));
        assert!(!found[0].path.is_within(&["spec", "steps", "0"]));
    }
}
