//! In: the stages with `replicas=`. Out: a warning for each whose pods get at least twice their share of the requests.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::policy::unread::Section;

pub fn judge(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let Subject { release, plan } = subject;
    if !release.traffic.is_split() || release.unread.has(Section::Router) {
        return;
    }
    let Some(fleet) = release.workload.replicas.as_ref().filter(|fleet| fleet.value > 0) else { return };
    for (stage, planned) in release.canary().stages.iter().zip(&plan.staged().stages) {
        let Some(replicas) = stage.replicas.filter(|_| stage.ramp.unwrap_or(0) == 0) else { continue };
        let Some(pods) = planned.canary_pods.filter(|pods| *pods > 0) else { continue };
        // What the pods would get if the requests were spread over the fleet evenly.
        let even = f64::from(pods) / f64::from(fleet.value);
        if planned.exposure.ratio() < 2.0 * even {
            continue;
        }
        let enough = planned.exposure.of_rounded_up(fleet.value);
        let of = if pods == 1 { "1 pod gets".to_owned() } else { format!("{pods} pods get") };
        let message = format!("{of} {} of the requests of {} pods", planned.exposure, fleet.value);
        diagnostics.push(
            Diagnostic::new(Code::StageOverload, replicas.span(), message)
                .label("too few pods")
                .also(fleet.span(), "the fleet")
                .why("The pods of the new version get several times the requests that a pod gets now, and fail or become slow for that reason.")
                .help(format!("write `replicas={enough}`, or remove `replicas=`; the exposure then determines the number")),
        );
    }
}
