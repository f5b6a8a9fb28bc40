//! `job`: a Kubernetes Job whose exit code judges.

use crate::diagnostic::Diagnostic;
use crate::emit::arguments::Arguments;
use crate::emit::context::{Context, mapping};
use crate::emit::provider::text::Holes;
use crate::emit::provider::{Provided, Provider};
use crate::manifest::Field;
use crate::policy::check::Check;
use crate::policy::measure::MeasureKind;

pub(super) const PROVIDER: Provider =
    Provider { handles: |measure| matches!(measure.kind, MeasureKind::Job(_)), provide };

fn provide(_: &Context<'_>, check: &Check, arguments: &mut Arguments) -> Result<Provided, Box<Diagnostic>> {
    let MeasureKind::Job(job) = &check.measure.kind else { return Err(Box::new(super::not_supported(check))) };
    let origin = check.measure.origin;
    let mut holes = Holes { secrets: check.measure.secrets.iter().collect(), arguments };
    for argument in &job.arguments {
        holes.need(argument, origin);
    }
    let mut field = Field::mapping(origin);
    if let Some(metadata) = &job.metadata {
        field.set("metadata", metadata.clone());
    }
    field.set("spec", job.spec.clone());
    Ok(Provided { provider: mapping(origin, [("job", field)]), latency_unit: None, backend_filters: false })
}
