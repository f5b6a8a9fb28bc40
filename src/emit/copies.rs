//! In: the copies of configuration for this version of the pods. Out: their objects, which nobody deletes with the files of
//! the policy: the pods of earlier versions still refer to theirs.

use crate::emit::context::Context;
use crate::emit::metadata;
use crate::manifest::{Field, Object, Origin};
use crate::policy::workload::PodTemplate;

/// Argo CD and Flux delete what is no longer in Git, unless an object says otherwise.
const KEEP: [(&str, &str); 3] = [
    ("argocd.argoproj.io/compare-options", "IgnoreExtraneous"),
    ("argocd.argoproj.io/sync-options", "Prune=false"),
    ("kustomize.toolkit.fluxcd.io/prune", "disabled"),
];

pub(super) fn copies(context: &Context<'_>) -> Vec<Object> {
    let PodTemplate::Embedded { copies, .. } = &context.release.workload.template else { return Vec::new() };
    let origin = Origin::derived(context.release.workload.origin.span);
    let keep = KEEP.into_iter().fold(Field::mapping(origin), |field, (key, value)| field.put(key, value));
    copies
        .iter()
        .map(|copy| {
            let mut object = copy.clone();
            metadata::adopt(context, &mut object);
            metadata::merge(&mut object, "annotations", keep.clone());
            object
        })
        .collect()
}
