//! In: the objects of a release. Out: the text that led to a field, or the fields that a line led to.

use crate::manifest::{Derivation, Field, Object, Origin, Value, push_index, push_key};
use crate::source::{Sources, Span};

/// One field of an object.
#[derive(Clone, Debug)]
pub struct Found {
    /// `Rollout/checkout`
    pub object: String,
    /// `spec.strategy.canary.steps[3].setWeight`
    pub field: String,
    /// The value on one line; for a mapping or list, its number of entries.
    pub value: String,
    /// Its origin.
    pub origin: Origin,
}

/// Every field of the objects that comes from the text on a line of a source, in order. If a whole mapping comes from
/// the line, only the mapping is listed.
pub fn of_line(objects: &[Object], sources: &Sources, path: &std::path::Path, line: usize) -> Vec<Found> {
    let mut found = Vec::new();
    let lines: Vec<Span> =
        sources.iter().filter(|source| source.path == path).filter_map(|source| source.span_of_line(line)).collect();
    for object in objects {
        let name = name(object);
        visit(&object.root, &mut String::new(), &mut |field, at| {
            if is_leaf(field) && lines.iter().any(|line| touch(field.origin.span, *line)) {
                found.push(Found {
                    object: name.clone(),
                    field: at.to_owned(),
                    value: shown(field),
                    origin: field.origin,
                });
            }
        });
    }
    found
}

/// A description of a field of the object.
pub fn of_field(object: &Object, field: &Field, at: &str) -> Found {
    Found { object: name(object), field: at.to_owned(), value: shown(field), origin: field.origin }
}

/// How a field follows from its origin, as a phrase.
pub fn derivation(origin: Origin) -> &'static str {
    match origin.derivation {
        Derivation::Written => "written here",
        Derivation::Default => "default of this block",
        Derivation::Derived => "derived from this",
    }
}

/// `Rollout/checkout`
pub fn name(object: &Object) -> String {
    format!("{}/{}", object.kind(), object.name())
}

/// Whether some text is on a line, at least in part.
fn touch(span: Span, line: Span) -> bool {
    span.source == line.source && span.start <= line.end && line.start <= span.end
}

fn is_leaf(field: &Field) -> bool {
    match &field.value {
        Value::Mapping(entries) => entries.is_empty(),
        Value::Sequence(items) => items.is_empty(),
        _ => true,
    }
}

fn visit(field: &Field, at: &mut String, see: &mut impl FnMut(&Field, &str)) {
    see(field, at);
    let length = at.len();
    for (key, child) in field.entries() {
        push_key(at, key);
        visit(child, at, see);
        at.truncate(length);
    }
    for (index, child) in field.items().iter().enumerate() {
        push_index(at, index);
        visit(child, at, see);
        at.truncate(length);
    }
}

fn shown(field: &Field) -> String {
    match &field.value {
        Value::Null => "null".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.lines().map(str::trim).collect::<Vec<_>>().join(" "),
        Value::Sequence(items) => format!("({} items)", items.len()),
        Value::Mapping(entries) => {
            let keys: Vec<&str> = entries.iter().map(|(key, _)| &**key).collect();
            format!("({})", keys.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::compile::{Library, Request, compile};
    use crate::disk::Disk;
    use crate::manifest::ParameterId;
    use crate::model::Block;
    use crate::source::Source;
    use crate::vocabulary::corpus;

    /// The parameters that are the whole value of a property.
    fn used(block: &Block, found: &mut BTreeSet<usize>) {
        let values = block.properties.iter().map(|property| &property.value);
        found.extend(values.filter_map(|value| value.via?.parameter).map(ParameterId::index));
        block.children.iter().for_each(|child| used(child, found));
    }

    #[test]
    fn a_field_knows_the_parameter_that_sets_it() {
        let (mut known, mut missing) = (0, Vec::new());
        for path in corpus::files() {
            let source = Source::new(&*path, std::fs::read_to_string(&path).unwrap());
            let compilation = compile(source, &Library::new(&Disk::default()), &Request::default());
            for policy in &compilation.policies {
                let Some(compiled) = &policy.compiled else { continue };
                let mut fields = BTreeSet::new();
                for object in &compiled.bundle.objects {
                    visit(&object.root, &mut String::new(), &mut |field, _| {
                        fields.extend(field.origin.parameter.map(ParameterId::index));
                    });
                }
                let mut parameters = BTreeSet::new();
                used(&policy.resolved.release, &mut parameters);
                known += parameters.intersection(&fields).count();
                let names = parameters.difference(&fields).filter_map(|index| policy.resolved.parameters.get(*index));
                missing.extend(names.map(|parameter| format!("{}: {}", path.display(), parameter.name)));
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
        assert!(known > 10, "{known} parameters");
    }

    /// Each field of a thousand releases was compared with the line by counting the lines before it.
    #[test]
    fn a_line_of_a_file_of_a_thousand_releases_is_found() {
        let release = |n: usize| {
            format!(
                "release \"r{n}\" {{\n    workload replicas=4 {{ selector app=\"a\" }}\n    stage weight=\"10%\" pause=\"5m\"\n}}\n"
            )
        };
        let text: String = (0..1_000).map(release).collect();
        let source = Source::new("a.canary.kdl", text);
        let compilation = compile(source, &Library::new(&Disk::default()), &Request::default());
        let objects: Vec<Object> = compilation.objects().cloned().collect();
        let found = of_line(&objects, &compilation.sources, std::path::Path::new("a.canary.kdl"), 3_998);
        let replicas: Vec<_> = found.iter().filter(|found| found.field == "spec.replicas").collect();
        assert_eq!(replicas.len(), 1, "{found:#?}");
        assert_eq!((&*replicas[0].object, &*replicas[0].value), ("Rollout/r999", "4"));
    }
}
