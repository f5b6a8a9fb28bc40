//! A release in its own namespace: a rule's damaged manifest, or the good one for comparison. In: a rule. Out: the
//! objects of both versions, adapted to the lab.

use serde_json::{Value, json};

use super::history::History;
use super::rules::{Base, Damage, Expected, Measured, Rule, Version};
use crate::answers::Answers;
use crate::failure::{Failure, failed};
use crate::fixtures::{self, adapt, missing};

/// A label of all objects of all scenes, which the watches select.
pub const LABEL: &str = "lab.canaryc.dev/both-ways";

/// A release that the lab runs.
#[derive(Debug)]
pub struct Scene {
    /// Its namespace.
    pub namespace: String,
    /// Its expected outcome; for a good release, that it completes.
    pub expected: Option<Expected>,
    /// What is applied first.
    pub first: Vec<Value>,
    /// The Rollout that is applied then.
    pub second: Option<Value>,
    /// Its history.
    pub history: History,
}

/// The name of the good release of a rule. Several rules may share one.
pub fn good_name(rule: &Rule) -> String {
    // A setting has no name of its own.
    let setting = rule.setting.iter().fold(0_u32, |sum, damage| {
        format!("{damage:?}").bytes().fold(sum, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
    });
    format!("both-ways-good-{:?}-{:?}-{setting:x}", rule.base, rule.measured).to_lowercase()
}

impl Scene {
    /// The damaged release of a rule.
    pub fn damaged(rule: &Rule, answers: &Answers) -> Result<Self, Failure> {
        let namespace = format!("both-ways-{}", rule.name.replace('/', "-"));
        let good = prepared(rule, &namespace, answers)?;
        let mut damaged = good.clone();
        harm(&rule.damage, &mut damaged, rule.name)?;
        let first = if rule.from == Version::First { damaged.clone() } else { good };
        let second = rule.expected.needs_second_version().then(|| second(&damaged)).flatten();
        Ok(Self::new(namespace, Some(rule.expected), first, second))
    }

    /// The good release for comparison.
    pub fn good(rule: &Rule, answers: &Answers) -> Result<Self, Failure> {
        let namespace = good_name(rule);
        let first = prepared(rule, &namespace, answers)?;
        let second = if rule.base == Base::Reference { None } else { second(&first) };
        Ok(Self::new(namespace, None, first, second))
    }

    /// A release that is unrelated to any rule.
    pub fn clock(answers: &Answers) -> Result<Self, Failure> {
        let namespace = "both-ways-clock";
        let objects = at_home(Base::Pods, Measured::Good, namespace, answers)?;
        let second = second(&objects);
        Ok(Self::new(namespace.to_owned(), None, objects, second))
    }

    fn new(namespace: String, expected: Option<Expected>, mut first: Vec<Value>, mut second: Option<Value>) -> Self {
        for object in first.iter_mut().chain(&mut second) {
            object["metadata"]["labels"][LABEL] = "yes".into();
            let kind = match expected {
                Some(Expected::Hangs { .. } | Expected::Ignored | Expected::NeverBegins) => HANGS,
                Some(Expected::InvalidSpec(..)) => INVALID,
                _ => continue,
            };
            object["metadata"]["labels"][kind] = "yes".into();
        }
        Self { namespace, expected, first, second, history: History::default() }
    }
}

/// A label of releases that block.
pub const HANGS: &str = "lab.canaryc.dev/hangs";

/// A label of releases that the controller refuses and checks again every few seconds.
pub const INVALID: &str = "lab.canaryc.dev/invalid";

fn prepared(rule: &Rule, namespace: &str, answers: &Answers) -> Result<Vec<Value>, Failure> {
    let mut objects = at_home(rule.base, rule.measured, namespace, answers)?;
    harm(&rule.setting, &mut objects, rule.name)?;
    Ok(objects)
}

/// Applies damage to the objects of a rule.
pub fn harm(damage: &[Damage], objects: &mut Vec<Value>, rule: &str) -> Result<(), Failure> {
    damage.iter().try_for_each(|damage| damage.apply(objects)).map_err(|error| failed(format!("{rule}: {error}")))
}

/// A base in a namespace, quick and with measurements, with the objects that it requires.
fn at_home(base: Base, measured: Measured, namespace: &str, answers: &Answers) -> Result<Vec<Value>, Failure> {
    let objects = base.objects().map_err(failed)?;
    let gives = match measured {
        Measured::Good => fixtures::Measured::Good,
        Measured::Bad => fixtures::Measured::Bad,
        Measured::Nothing | Measured::NotANumber => fixtures::Measured::Nothing,
    };
    let mut objects = adapt(&objects, namespace, answers, gives)?;
    if measured == Measured::NotANumber {
        let text = Value::from(objects).to_string().replace(&answers.prometheus("nothing"), &answers.prometheus("NaN"));
        objects = serde_json::from_str(&text)?;
    }
    if base == Base::Reference {
        let mut all = missing(&objects);
        all.extend(objects);
        objects = all;
    }
    Ok(objects)
}

/// The Rollout with another image.
fn second(objects: &[Value]) -> Option<Value> {
    let mut rollout = objects.iter().find(|object| object["kind"] == "Rollout")?.clone();
    let container = rollout.pointer_mut("/spec/template/spec/containers/0")?;
    container["image"] = json!("example.com/app:2");
    Some(rollout)
}
