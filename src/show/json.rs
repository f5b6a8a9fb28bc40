//! In: an effective policy and its timeline. Out: the same as JSON; field names are public.

use serde_json::{Value, json as object};

use super::{Effective, Entry, Moment, Provenance};

/// The JSON of an effective policy: `{release, environment, policy: […], timeline: […]}`.
pub fn json(effective: &Effective, timeline: &[Moment]) -> Value {
    object!({
        "release": effective.release,
        "environment": effective.environment,
        "policy": effective.rows.iter().map(|row| {
            let mut entry = match &row.entry {
                Entry::Node { word, arguments } => object!({ "node": word, "arguments": arguments }),
                Entry::Value { name, value } => object!({ "name": name, "value": value }),
            };
            entry["depth"] = row.depth.into();
            entry["origin"] = origin(&row.provenance);
            entry
        }).collect::<Vec<_>>(),
        "timeline": timeline.iter().map(|moment| object!({
            "stage": moment.stage,
            "weight": moment.weight,
            "exposure": moment.exposure,
            "pods": moment.pods,
            "seconds": moment.duration.map(|duration| duration.milliseconds() / 1000),
            "stopsAfterSeconds": moment.stops.map(|stops| stops.milliseconds() / 1000),
            "decides": moment.decides,
            "steps": [moment.steps.0, moment.steps.1],
        })).collect::<Vec<_>>(),
    })
}

fn origin(provenance: &Provenance) -> Value {
    let place = |place: &Option<(String, usize)>| {
        place.as_ref().map_or(Value::Null, |(path, line)| object!({ "path": path, "line": line }))
    };
    object!({
        "default": provenance.is_default(),
        "place": place(&provenance.place),
        "layer": provenance.layer,
        "given": place(&provenance.parameter.as_ref().map(|parameter| parameter.place.clone())),
        "parameter": provenance.parameter.as_ref().and_then(|parameter| parameter.name.as_deref()),
    })
}
