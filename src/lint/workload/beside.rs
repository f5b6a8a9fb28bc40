//! In: a release that refers to a workload. Out: the pods that this workload starts by itself, beside those of the
//! Rollout, at every apply of its manifest.

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::Subject;
use crate::policy::Sourced;
use crate::policy::workload::{PodTemplate, ScaleDown, WorkloadKind};
use crate::units::name::Name;

/// The pods of the workload that the Rollout refers to.
pub struct Beside<'a> {
    /// How many its manifest asks for; at least one.
    replicas: &'a Sourced<u32>,
    kind: WorkloadKind,
    name: &'a Name,
    scale_down: ScaleDown,
    subject: Subject<'a>,
}

impl<'a> Beside<'a> {
    /// `None` if the manifest has none, or is not known.
    pub fn of(subject: &Subject<'a>) -> Option<Self> {
        match &subject.release.workload.template {
            PodTemplate::Reference { kind, name, scale_down, own_replicas: Some(replicas) } if replicas.value > 0 => {
                let (kind, name, scale_down) = (kind.value, &name.value, scale_down.value);
                Some(Self { replicas, kind, name, scale_down, subject: *subject })
            }
            _ => None,
        }
    }

    /// `code` at the number in the manifest. `harm` says what its pods do.
    pub fn diagnostic(&self, code: Code, label: &str, harm: &str) -> Diagnostic {
        let (kind, release) = (self.kind.kind().name(), self.subject.release);
        let when = match (self.kind, self.scale_down) {
            (WorkloadKind::Deployment, ScaleDown::OnSuccess | ScaleDown::Progressively) => {
                "The controller scales the Deployment to zero once, at the first version. Every apply of this file scales it up again".to_owned()
            }
            _ => format!("The controller does not scale the {kind} down"),
        };
        let zero = format!("write `replicas: 0` in the manifest of the {kind}");
        // The number in the manifest is also the number of the Rollout, if the policy has none.
        let is_inherited = release.workload.replicas.as_ref().is_some_and(|own| own.span() == self.replicas.span());
        let numbers = if is_inherited {
            format!(
                "{zero}, and the number of pods of the Rollout in the policy: `workload … replicas={}`",
                self.replicas.value
            )
        } else {
            zero
        };
        let diagnostic = Diagnostic::new(
            code,
            self.replicas.span(),
            format!("{kind} `{}` has {} of its own", self.name, counted(self.replicas.value)),
        )
        .label(label)
        .why(format!("{when}, {harm}"))
        .help(format!("{numbers}; if the {kind} serves users now, apply the Rollout first"));
        diagnostic.also(release.workload.origin.span, "the Rollout has pods as well")
    }
}

fn counted(pods: u32) -> String {
    if pods == 1 { "1 pod".to_owned() } else { format!("{pods} pods") }
}
