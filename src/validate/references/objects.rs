//! Rules for each object by itself: it occurs once, and it is not too large.

use super::{BundleCheck, refuse};
use crate::diagnostic::Code;
use crate::kubernetes::pod_template::ANNOTATIONS_LIMIT;
use crate::manifest::{Field, Object, Value};

/// etcd accepts requests of up to 1.5 MiB. The stored object also contains managed fields and status, so this leaves
/// some room.
const OBJECT_LIMIT: usize = 1_400_000;

impl BundleCheck<'_, '_> {
    pub(super) fn objects_alone(&mut self) {
        for (index, object) in self.objects.iter().enumerate() {
            let same = |other: &&Object| {
                other.namespace() == object.namespace() && group(other.api_version()) == group(object.api_version())
            };
            let namesakes = self.named.get(&(object.kind(), object.name())).map_or(&[][..], Vec::as_slice);
            let earlier = namesakes.iter().take_while(|earlier| **earlier < index);
            if let Some(first) = earlier.map(|earlier| &self.objects[*earlier]).find(same) {
                let place = object.root.at(&["metadata", "name"]).unwrap_or(&object.root);
                let other = first.root.at(&["metadata", "name"]).unwrap_or(&first.root);
                let diagnostic = refuse(Code::BundleDuplicateObject, place, format!("{} exists twice", object.shown()))
                    .label("again")
                    .also(other.origin.span, "first here")
                    .why("The object that is applied last replaces the other.");
                self.say(diagnostic.help("rename one of them"));
            }
            self.sizes(object);
        }
    }

    fn sizes(&mut self, object: &Object) {
        let size = size(&object.root);
        if size > OBJECT_LIMIT {
            let diagnostic = refuse(Code::BundleSize, &object.root, format!("{} has {size} bytes", object.shown()))
                .label("too large")
                .why("etcd stores objects up to about 1.5 MB, and the API server rejects larger ones.");
            self.say(diagnostic.help(format!("keep it below {OBJECT_LIMIT} bytes")));
        }
        let Some(annotations) = object.root.at(&["metadata", "annotations"]) else { return };
        let total: usize =
            annotations.entries().iter().map(|(key, value)| key.len() + value.as_str().map_or(0, str::len)).sum();
        if total > ANNOTATIONS_LIMIT {
            let message = format!("the annotations of {} have {total} bytes", object.shown());
            let diagnostic = refuse(Code::BundleSize, annotations, message)
                .label("too large")
                .why(format!("The API server accepts up to {ANNOTATIONS_LIMIT} bytes of annotations."));
            self.say(diagnostic.help("make them smaller"));
        }
    }
}

fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// The approximate size of the object as JSON.
fn size(field: &Field) -> usize {
    // Most values are neither lists nor mappings. Those are measured without a call.
    let inner = |field: &Field| match &field.value {
        Value::Null | Value::Boolean(_) => 5,
        Value::Integer(_) | Value::Number(_) => 8,
        Value::String(text) => text.len() + 2,
        Value::Sequence(_) | Value::Mapping(_) => size(field),
    };
    match &field.value {
        Value::Sequence(items) => items.iter().fold(2, |sum, item| sum + 1 + inner(item)),
        Value::Mapping(entries) => entries.iter().fold(2, |sum, (key, value)| sum + key.len() + 4 + inner(value)),
        _ => inner(field),
    }
}
