//! In: the `patch`es of a policy and the emitted objects. Out: the objects, changed.

use crate::diagnostic::Diagnostics;
use crate::emit::context::Context;
use crate::manifest::Object;

pub(super) fn apply(_: &Context<'_>, _: &mut [Object], _: &mut Diagnostics) {}
