//! Labels and annotations. The schema does not know the forms of their keys and values.

use super::{Judge, refuse};
use crate::diagnostic::Code;
use crate::kubernetes::labels;
use crate::manifest::Field;
use crate::units::name::NameKind;

/// The maximum total size of the annotations of an object.
pub(crate) const ANNOTATIONS_LIMIT: usize = 256 * 1024;

/// Labels that the controllers write on pods.
const RESERVED: &[&str] = &[labels::POD_TEMPLATE_HASH, labels::DEPLOYMENT_HASH];

impl Judge<'_> {
    pub(super) fn metadata(&mut self, metadata: &Field) {
        for (key, value) in metadata.get("labels").map_or(&[][..], Field::entries) {
            self.label(key, value);
            if RESERVED.contains(&&**key) {
                let diagnostic = refuse(Code::PodLabel, value, format!("label `{key}` belongs to the controller"))
                    .label("set by the controller")
                    .why("The controller identifies the versions by this label. A label in the template breaks that.");
                self.say(diagnostic.help("remove it"));
            }
        }
        let mut size = 0;
        for (key, value) in metadata.get("annotations").map_or(&[][..], Field::entries) {
            size += key.len() + value.as_str().map_or(0, str::len);
            if let Err(error) = NameKind::AnnotationKey.check(key) {
                let diagnostic = refuse(
                    Code::PodLabel,
                    value,
                    format!("`{key}` is not a valid annotation key: {}", error.message()),
                );
                self.say(diagnostic.label(error.label()).help(error.help()));
            }
        }
        if let Some(annotations) = metadata.get("annotations").filter(|_| size > ANNOTATIONS_LIMIT) {
            let diagnostic = refuse(
                Code::PodLabel,
                annotations,
                format!("the annotations have {size} bytes; the limit is {ANNOTATIONS_LIMIT}"),
            );
            self.say(diagnostic.label("too large").help("put large data into a ConfigMap"));
        }
    }

    /// A label and its value.
    pub(super) fn label(&mut self, key: &str, value: &Field) {
        if let Err(error) = NameKind::LabelKey.check(key) {
            let diagnostic =
                refuse(Code::PodLabel, value, format!("`{key}` is not a valid label key: {}", error.message()));
            self.say(diagnostic.label(error.label()).help(error.help()));
        }
        if let Some(text) = value.as_str()
            && let Err(error) = NameKind::LabelValue.check(text)
        {
            let diagnostic = refuse(
                Code::PodLabel,
                value,
                format!("`{text}` is not a valid value of label `{key}`: {}", error.message()),
            );
            self.say(diagnostic.label(error.label()).help(error.help()));
        }
    }
}
