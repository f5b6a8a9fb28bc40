//! In: nothing. Out: the tables of all back ends, as the compilation hands them to its phases.

use crate::policy::backends::Backends;
use crate::provider::Providers;
use crate::providers::PROVIDERS;
use crate::router::Routers;
use crate::routers::{ROUTERS, UNWRITTEN};

/// Every back end of this build.
pub const BACKENDS: Backends =
    Backends { providers: Providers(PROVIDERS), routers: Routers { written: ROUTERS, unwritten: UNWRITTEN } };
