//! A change to emitted objects: exactly what a rule prevents.

use serde_json::{Value, json};

/// One change.
#[derive(Clone, Debug)]
pub enum Damage {
    /// A merge patch (RFC 7386) at a place in an object.
    Change {
        /// `Rollout`, or `Service/shop-canary`.
        object: &'static str,
        /// A JSON pointer.
        at: &'static str,
        /// The patch.
        change: Value,
    },
    /// A new item at the end of the list at a place in an object.
    Append {
        /// As above.
        object: &'static str,
        /// The list.
        at: &'static str,
        /// The item.
        item: Value,
    },
    /// Removes an object.
    Without(&'static str),
    /// Adds an object.
    Beside(Value),
}

/// A change at a place.
pub fn change(object: &'static str, at: &'static str, change: Value) -> Damage {
    Damage::Change { object, at, change }
}

/// A change of a Rollout's `spec`.
pub fn specification(value: Value) -> Damage {
    change("Rollout", "/spec", value)
}

/// A change of a Rollout's canary strategy.
pub fn canary(value: Value) -> Damage {
    change("Rollout", "/spec/strategy/canary", value)
}

/// Replaces the emitted steps.
pub fn steps(value: Value) -> Damage {
    canary(json!({ "steps": value }))
}

/// Replaces the emitted steps by those of a stage without a hold, which would keep a bad version there whatever the
/// analysis in the background does.
pub fn without_hold() -> Damage {
    steps(json!([{"setWeight": 50}, {"pause": {}}]))
}

/// A change of the pods' `spec`.
pub fn pod(value: Value) -> Damage {
    change("Rollout", "/spec/template/spec", value)
}

/// A change of the only container.
pub fn container(value: Value) -> Damage {
    change("Rollout", "/spec/template/spec/containers/0", value)
}

/// A change of the first metric of the only template.
pub fn metric(value: Value) -> Damage {
    change("AnalysisTemplate", "/spec/metrics/0", value)
}

/// Why a damage does not apply to its base.
pub type Damaged = Result<(), String>;

impl Damage {
    /// Applies it to the objects of a release.
    pub fn apply(&self, objects: &mut Vec<Value>) -> Damaged {
        match self {
            Self::Change { object, at, change } => {
                let place = place(objects, object, at)?;
                let before = place.clone();
                json_patch::merge(place, change);
                if *place == before { Err(format!("nothing changes at {at} of {object}")) } else { Ok(()) }
            }
            Self::Append { object, at, item } => {
                let place = place(objects, object, at)?;
                place.as_array_mut().ok_or_else(|| format!("{at} of {object} is no list"))?.push(item.clone());
                Ok(())
            }
            Self::Without(object) => {
                let index = objects.iter().position(|one| is(one, object));
                objects.remove(index.ok_or_else(|| format!("there is no {object}"))?);
                Ok(())
            }
            Self::Beside(object) => {
                let mut object = object.clone();
                object["metadata"]["namespace"] = objects[0]["metadata"]["namespace"].clone();
                // The Rollout comes last, because the release begins with it.
                objects.insert(0, object);
                Ok(())
            }
        }
    }
}

fn place<'o>(objects: &'o mut [Value], object: &str, at: &str) -> Result<&'o mut Value, String> {
    let found = objects.iter_mut().find(|one| is(one, object)).ok_or_else(|| format!("there is no {object}"))?;
    found.pointer_mut(at).ok_or_else(|| format!("{object} has no {at}"))
}

fn is(object: &Value, wanted: &str) -> bool {
    match wanted.split_once('/') {
        Some((kind, name)) => object["kind"] == kind && object["metadata"]["name"] == name,
        None => object["kind"] == wanted,
    }
}
