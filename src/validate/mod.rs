//! In: objects that were read or emitted. Out: what the API server or the controllers would refuse about them, and what
//! would fail silently. Each diagnostic points at the responsible text.

mod external;
pub mod references;

use crate::diagnostic::Diagnostics;
use crate::emit::Bundle;
use crate::kubernetes::schema;
use crate::policy::Release;
use crate::policy::backends::Backends;

/// Judges the objects of one release: each by its schema, and all of them together.
pub fn bundle(release: &Release, bundle: &Bundle, backends: Backends, diagnostics: &mut Diagnostics) {
    let before = diagnostics.error_count();
    for object in &bundle.objects {
        schema::check(object, diagnostics);
    }
    if diagnostics.error_count() == before {
        // A malformed reference would only be reported again as a dangling one.
        references::check(&bundle.objects, &external::of(release), backends, diagnostics);
    }
}
