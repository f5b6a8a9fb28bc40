//! The phases, for the tests, the fuzzer and the lab of this repository. Nothing here is stable: the feature `internals`
//! exists so that the library itself can keep its phases private.

#![allow(missing_docs, reason = "the modules are documented where they are")]

pub use crate::backends::BACKENDS;
use crate::compile::Compiled;
use crate::plan::Plan;
use crate::policy::Release;

pub mod expression {
    pub use crate::expression::*;
}

pub mod kubernetes {
    pub use crate::kubernetes::*;
}

pub mod layers {
    pub use crate::layers::*;
}

pub mod lower {
    pub use crate::lower::*;
}

pub mod model {
    pub use crate::model::*;
}

pub mod plan {
    pub use crate::plan::*;
}

pub mod policy {
    pub use crate::policy::*;
}

#[cfg(feature = "runtime")]
pub mod runtime {
    pub use crate::runtime::*;
}

pub mod syntax {
    pub use crate::syntax::*;
}

pub mod validate {
    pub use crate::validate::*;
}

pub mod vocabulary {
    pub use crate::vocabulary::*;
}

/// The release that was compiled.
pub fn release(compiled: &Compiled) -> &Release {
    &compiled.release
}

/// Its plan.
pub fn plan(compiled: &Compiled) -> &Plan {
    &compiled.plan
}
