//! In: a route of the user. Out: the same route with every default of the API written out, so that no apply finds a
//! difference between the file and the cluster.

use super::route::GROUP;
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Origin, Value};
use crate::policy::routing::RouteKind;

/// What the API server writes where a field is absent.
#[derive(Clone, Copy)]
enum Default {
    Text(&'static str),
    Number(u32),
    /// A mapping, whose own defaults follow in the table.
    Mapping,
    /// A list of one mapping, whose own defaults follow in the table.
    OneItem,
}

/// A path, where `[]` stands for every item of a list, and the default of its last key.
type Row = (&'static [&'static str], Default);

/// The defaults that all versions and channels of the API have in common. A parent stands before its children.
const COMMON: &[Row] = &[
    (&["parentRefs", "[]", "group"], Default::Text(GROUP)),
    (&["parentRefs", "[]", "kind"], Default::Text("Gateway")),
    (&["rules", "[]", "backendRefs", "[]", "group"], Default::Text("")),
    (&["rules", "[]", "backendRefs", "[]", "kind"], Default::Text(Kind::Service.name())),
    (&["rules", "[]", "backendRefs", "[]", "weight"], Default::Number(1)),
];

const HTTP: &[Row] = &[
    (&["rules", "[]", "matches"], Default::OneItem),
    (&["rules", "[]", "matches", "[]", "path"], Default::Mapping),
    (&["rules", "[]", "matches", "[]", "path", "type"], Default::Text("PathPrefix")),
    (&["rules", "[]", "matches", "[]", "path", "value"], Default::Text("/")),
    (&["rules", "[]", "matches", "[]", "headers", "[]", "type"], Default::Text("Exact")),
    (&["rules", "[]", "matches", "[]", "queryParams", "[]", "type"], Default::Text("Exact")),
];

const GRPC: &[Row] = &[
    (&["rules", "[]", "matches", "[]", "method", "type"], Default::Text("Exact")),
    (&["rules", "[]", "matches", "[]", "headers", "[]", "type"], Default::Text("Exact")),
];

/// The defaults of a filter, whether of a rule or of a backend.
const FILTER: &[Row] = &[
    (&["requestMirror", "backendRef", "group"], Default::Text("")),
    (&["requestMirror", "backendRef", "kind"], Default::Text(Kind::Service.name())),
    (&["requestMirror", "fraction", "denominator"], Default::Number(100)),
    (&["externalAuth", "backendRef", "group"], Default::Text("")),
    (&["externalAuth", "backendRef", "kind"], Default::Text(Kind::Service.name())),
    (&["cors", "maxAge"], Default::Number(5)),
];

const FILTERS: [&[&str]; 2] =
    [&["rules", "[]", "filters", "[]"], &["rules", "[]", "backendRefs", "[]", "filters", "[]"]];

/// Writes the defaults into `spec` of a route.
pub(super) fn fill(kind: RouteKind, spec: &mut Field, origin: Origin) {
    let of_kind = match kind {
        RouteKind::Http => HTTP,
        RouteKind::Grpc => GRPC,
        RouteKind::Tcp | RouteKind::Tls => &[],
    };
    for (path, default) in COMMON.iter().chain(of_kind) {
        set(spec, path, *default, origin);
    }
    for filters in FILTERS {
        each(spec, filters, &mut |filter| {
            for (path, default) in FILTER {
                set(filter, path, *default, origin);
            }
        });
    }
}

fn set(root: &mut Field, path: &[&'static str], default: Default, origin: Origin) {
    let [parents @ .., key] = path else { return };
    each(root, parents, &mut |parent| {
        if matches!(parent.value, Value::Mapping(_)) && parent.get(key).is_none() {
            parent.set(*key, default.field(origin));
        }
    });
}

/// Visits the fields under a path.
fn each(field: &mut Field, path: &[&str], visit: &mut impl FnMut(&mut Field)) {
    let Some((first, rest)) = path.split_first() else { return visit(field) };
    match &mut field.value {
        Value::Sequence(items) if *first == "[]" => items.iter_mut().for_each(|item| each(item, rest, visit)),
        Value::Mapping(entries) => {
            if let Some((_, inner)) = entries.iter_mut().find(|(key, _)| key == first) {
                each(inner, rest, visit);
            }
        }
        _ => {}
    }
}

impl Default {
    fn field(self, origin: Origin) -> Field {
        match self {
            Self::Text(text) => Field::new(text, origin),
            Self::Number(number) => Field::new(number, origin),
            Self::Mapping => Field::mapping(origin),
            Self::OneItem => Field::sequence(vec![Field::mapping(origin)], origin),
        }
    }
}
