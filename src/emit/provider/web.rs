//! `web`: an HTTP request whose JSON answer is judged.

use crate::diagnostic::Diagnostic;
use crate::emit::arguments::Arguments;
use crate::emit::context::{Context, mapping, seconds};
use crate::emit::provider::text::Holes;
use crate::emit::provider::{Provided, Provider};
use crate::manifest::Field;
use crate::policy::check::Check;
use crate::policy::measure::MeasureKind;

pub(super) const PROVIDER: Provider =
    Provider { handles: |measure| matches!(measure.kind, MeasureKind::Web(_)), provide };

fn provide(_: &Context<'_>, check: &Check, arguments: &mut Arguments) -> Result<Provided, Box<Diagnostic>> {
    let MeasureKind::Web(web) = &check.measure.kind else { return Err(Box::new(super::not_supported(check))) };
    let origin = check.measure.origin;
    let mut holes = Holes { secrets: check.measure.secrets.iter().collect(), arguments };
    let mut field = mapping(
        origin,
        [("method", Field::new(web.method.value.as_str(), web.method.origin)), ("url", holes.field(&web.url))],
    );
    if !web.headers.is_empty() {
        field.set("headers", holes.headers(&web.headers, origin));
    }
    if let Some(body) = &web.body {
        field.set("body", holes.field(body));
    }
    field.set("timeoutSeconds", seconds(&web.timeout));
    if let Some(json) = &web.json {
        field.set("jsonPath", json.field());
    }
    if let Some(insecure) = &web.insecure {
        field.set("insecure", insecure.field());
    }
    if let Some(authentication) = &web.authentication {
        field.set("authentication", holes.authentication(authentication));
    }
    Ok(Provided { provider: mapping(origin, [("web", field)]), latency_unit: None, backend_filters: false })
}
