//! In: objects that were read or emitted. Out: what the API server, the controllers, or nobody at all would refuse about
//! them, each at the text that is responsible.

pub mod pod_template;
pub mod references;
pub mod schema;

use crate::diagnostic::Diagnostics;
use crate::emit::Bundle;

/// Judges the objects of one release.
pub fn bundle(bundle: &Bundle, diagnostics: &mut Diagnostics) {
    for object in &bundle.objects {
        schema::check(object, diagnostics);
    }
}
