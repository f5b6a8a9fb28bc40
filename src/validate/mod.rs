//! In: objects that were read or emitted. Out: what the API server, the controllers, or nobody at all would refuse about
//! them, each at the text that is responsible.

mod external;
pub mod references;

use crate::diagnostic::Diagnostics;
use crate::emit::Bundle;
use crate::kubernetes::schema;
use crate::policy::Release;

/// Judges the objects of one release: each by its schema, and all of them against each other.
pub fn bundle(release: &Release, bundle: &Bundle, diagnostics: &mut Diagnostics) {
    let before = diagnostics.error_count();
    for object in &bundle.objects {
        schema::check(object, diagnostics);
    }
    if diagnostics.error_count() == before {
        // What does not have its form would only be reported again as a reference that leads nowhere.
        references::check(&bundle.objects, &external::of(release), diagnostics);
    }
}
