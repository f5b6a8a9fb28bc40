//! In: a Rollout, its revisions, and the requested one. Out: the write that restores the pod template of that revision.

use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde_json::Value;

use super::change::TemplateWrite;
use super::{Change, Effect, Once, Refusal, Revision, Write};
use crate::kubernetes::kinds::Kind;
use crate::runtime::rollout::Rollout;

/// The object that contains the pod template of a release.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    kind: Kind,
    name: String,
    version: Value,
}

impl Workload {
    /// Where the template of a Rollout is: in an object of this kind and name or, without a `workloadRef`, in the
    /// Rollout.
    ///
    /// # Errors
    /// When the object is of a kind without a replaceable template.
    pub fn place_of(rollout: &Rollout) -> Result<Option<(Kind, &str)>, Refusal> {
        let Some(reference) = rollout.spec.get("workloadRef").filter(|reference| !reference.is_null()) else {
            return Ok(None);
        };
        let text = |field: &str| reference[field].as_str().unwrap_or_default();
        match Kind::of(text("apiVersion"), text("kind")) {
            Some(kind) if kind.is_workload() => Ok(Some((kind, text("name")))),
            _ => Err(Refusal::UnknownWorkload(text("kind").to_owned())),
        }
    }

    /// The Rollout itself.
    pub fn of_rollout(rollout: &Rollout) -> Self {
        Self { kind: Kind::Rollout, name: rollout.name.clone(), version: rollout.generation.into() }
    }

    /// The object that a `workloadRef` names.
    pub fn of_object(kind: Kind, object: &DynamicObject) -> Self {
        let resource_version = || object.resource_version().unwrap_or_default().into();
        let version = object.metadata.generation.map_or_else(resource_version, Value::from);
        Self { kind, name: object.name_any(), version }
    }
}

/// Restores the template of a revision: the requested one; otherwise the stable one while a release is in flight or
/// aborted; otherwise the one before the current.
///
/// # Errors
/// When there is no such revision, or it is the current one.
pub fn undo(
    rollout: &Rollout,
    revisions: &[Revision],
    wanted: Option<u64>,
    workload: Workload,
) -> Result<Once, Refusal> {
    let status = &rollout.status;
    let current = revisions.iter().rfind(|revision| Some(&revision.hash) == status.current_pod_hash.as_ref());
    let target = match wanted {
        Some(wanted) => revisions.iter().find(|revision| revision.number == wanted).ok_or_else(|| {
            Refusal::UnknownRevision { wanted, known: revisions.iter().map(|revision| revision.number).collect() }
        })?,
        None => default_target(rollout, revisions, current).ok_or(Refusal::NoOtherRevision)?,
    };
    if Some(&target.hash) == status.current_pod_hash.as_ref() {
        return Err(Refusal::CurrentRevision(target.number));
    }
    let number = target.number;
    let place = match workload.kind {
        Kind::Rollout => String::new(),
        kind => format!(" in {} `{}`", kind.name(), workload.name),
    };
    let write = TemplateWrite {
        kind: workload.kind,
        name: workload.name,
        version: workload.version,
        template: target.template.clone(),
    };
    let effect = Effect::Undone(target.hash.clone());
    let change = Change { write: Write::Template(write), guarded: false, effect };
    let is_stable = Some(&target.hash) == status.stable_hash.as_ref();
    let (what, note) = if is_stable {
        ("the stable version, without steps", None)
    } else if is_within_window(rollout, revisions, target) {
        let note =
            "the controller skips its steps, gates and analyses, because the revision is within `rollbackWindow`";
        ("an older version, without steps", Some(note))
    } else {
        ("a new release, from the first stage", None)
    };
    let has_done = format!("restored revision {number}: {what}");
    let mut once = Once::new(change, format!("restore the template of revision {number}{place}: {what}"), has_done);
    if let Some(note) = note {
        once = once.note(note);
    }
    Ok(once.note("the source of the workload still names the newer version, so the next apply releases it again"))
}

fn default_target<'a>(
    rollout: &Rollout,
    revisions: &'a [Revision],
    current: Option<&Revision>,
) -> Option<&'a Revision> {
    let status = &rollout.status;
    if status.stable_hash.is_some() && status.stable_hash != status.current_pod_hash {
        let stable = revisions.iter().rfind(|revision| Some(&revision.hash) == status.stable_hash.as_ref());
        if stable.is_some() {
            return stable;
        }
    }
    let current = current.map_or(u64::MAX, |revision| revision.number);
    revisions.iter().rfind(|revision| revision.number < current)
}

/// Whether the controller goes back to a revision at once. It does if fewer revisions than `rollbackWindow` were
/// created between that revision and the stable one.
fn is_within_window(rollout: &Rollout, revisions: &[Revision], target: &Revision) -> bool {
    let Some(window) = rollout.spec["rollbackWindow"]["revisions"].as_u64().filter(|window| *window > 0) else {
        return false;
    };
    let stable = rollout.status.stable_hash.as_ref();
    let Some(stable) = revisions.iter().find(|revision| Some(&revision.hash) == stable) else { return false };
    let between = revisions.iter().filter(|other| target.created < other.created && other.created < stable.created);
    target.created < stable.created && u64::try_from(between.count()).is_ok_and(|count| count < window)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::runtime::act::{Progress, testing};

    fn revision(number: u64, hash: &str) -> Revision {
        let created = format!("2026-01-0{number}T00:00:00Z");
        Revision { number, hash: hash.to_owned(), created, template: json!({"of": number}) }
    }

    fn begin(rollout: &Rollout, revisions: &[Revision], wanted: Option<u64>) -> Result<Once, Refusal> {
        undo(rollout, revisions, wanted, Workload::of_rollout(rollout))
    }

    fn template(once: &Once, rollout: &Rollout) -> TemplateWrite {
        match testing::write_of(once, rollout).write {
            Write::Template(write) => write,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_release_in_flight_goes_back_to_the_stable_version() {
        let revisions = [revision(1, "old"), revision(2, "bad"), revision(3, "new")];
        for rollout in [testing::paused(), testing::aborted()] {
            let once = begin(&rollout, &revisions, None).unwrap();
            assert_eq!(template(&once, &rollout).template, json!({"of": 1}), "not to the one before");
            assert_eq!(once.change.effect, Effect::Undone("old".to_owned()));
            assert!(once.has_done.contains("the stable version, without steps"), "{}", once.has_done);
        }
    }

    #[test]
    fn without_a_release_undo_restores_the_previous_revision() {
        let rollout = testing::healthy();
        let revisions = [revision(1, "older"), revision(3, "before"), revision(4, "old")];
        let once = begin(&rollout, &revisions, None).unwrap();
        assert_eq!(template(&once, &rollout).template, json!({"of": 3}));
        assert!(once.has_done.contains("from the first stage"), "{}", once.has_done);
        let once = begin(&rollout, &revisions, Some(1)).unwrap();
        assert_eq!(template(&once, &rollout).template, json!({"of": 1}));
    }

    #[test]
    fn a_note_says_that_a_revision_within_the_window_skips_steps() {
        let rollout = testing::rollout(json!({"spec": {"rollbackWindow": {"revisions": 1}},
            "status": {"currentPodHash": "old"}}));
        let revisions = [revision(1, "older"), revision(3, "before"), revision(4, "old")];
        let notes = |wanted| begin(&rollout, &revisions, Some(wanted)).unwrap().notes.len();
        assert_eq!((notes(3), notes(1)), (2, 1));
    }

    #[test]
    fn an_undo_needs_another_revision() {
        let rollout = testing::healthy();
        let revisions = [revision(2, "before"), revision(4, "old")];
        let unknown = Refusal::UnknownRevision { wanted: 7, known: vec![2, 4] };
        assert_eq!(begin(&rollout, &revisions, Some(7)), Err(unknown));
        assert_eq!(begin(&rollout, &revisions, Some(4)), Err(Refusal::CurrentRevision(4)));
        assert_eq!(begin(&rollout, &revisions[1..], None), Err(Refusal::NoOtherRevision));
        assert_eq!(begin(&rollout, &[], None), Err(Refusal::NoOtherRevision));
    }

    #[test]
    fn the_template_is_in_the_object_of_workload_ref() {
        let referring = |version: &str, kind: &str| {
            testing::rollout(json!({"spec": {"workloadRef": {"apiVersion": version, "kind": kind, "name": "app"}}}))
        };
        let place = |version: &str, kind: &str| {
            let rollout = referring(version, kind);
            Workload::place_of(&rollout).map(|place| place.map(|(kind, name)| (kind, name.to_owned())))
        };
        assert_eq!(place("apps/v1", "Deployment"), Ok(Some((Kind::Deployment, "app".to_owned()))));
        assert_eq!(place("v1", "PodTemplate"), Ok(Some((Kind::PodTemplate, "app".to_owned()))));
        assert_eq!(place("apps/v1", "StatefulSet"), Err(Refusal::UnknownWorkload("StatefulSet".to_owned())));
        assert_eq!(Workload::place_of(&testing::paused()), Ok(None));
        let object = |metadata: Value| serde_json::from_value(json!({"metadata": metadata})).unwrap();
        let deployment = Workload::of_object(Kind::Deployment, &object(json!({"name": "app", "generation": 3})));
        let once = undo(&testing::paused(), &[revision(1, "old")], None, deployment).unwrap();
        let write = template(&once, &testing::paused());
        assert_eq!((write.kind, write.name.as_str(), write.version), (Kind::Deployment, "app", json!(3)));
        assert!(once.would.contains("in Deployment `app`"), "{}", once.would);
        let template = object(json!({"name": "app", "resourceVersion": "9"}));
        assert_eq!(Workload::of_object(Kind::PodTemplate, &template).version, json!("9"));
    }

    #[test]
    fn an_undo_is_done_when_the_old_pods_are_desired() {
        let effect = Effect::Undone("old".to_owned());
        assert_eq!(effect.progress(&testing::paused()), Progress::Pending);
        assert_eq!(effect.progress(&testing::healthy()), Progress::Taken);
    }
}
