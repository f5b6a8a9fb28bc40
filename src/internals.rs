//! What the tests, the lab and the fuzz targets of this repository use of the phases. Nothing here is stable: the feature
//! `internals` exists so that the library itself can keep its phases private.

#![allow(missing_docs, reason = "the items are documented where they are")]

pub use crate::backends::BACKENDS;
use crate::compile::Compiled;
use crate::plan::Plan;
use crate::policy::Release;

pub mod expression {
    pub use crate::expression::{ResultType, check};
}

pub mod kubernetes {
    pub mod pod_template {
        pub use crate::kubernetes::pod_template::{check_job, check_selector, check_template};
    }

    pub mod schema {
        pub use crate::kubernetes::schema::{check, shape_of};
    }
}

pub mod layers {
    pub use crate::layers::{Library, Module, Setting};
}

pub mod lower {
    pub use crate::lower::{lower, read_yaml};
}

pub mod model {
    pub use crate::model::Block;
}

pub mod plan {
    pub use crate::plan::{Plan, PlannedStage};
}

pub mod policy {
    pub use crate::policy::{AudienceId, Release};

    pub mod audience {
        pub use crate::policy::audience::Members;
    }
}

#[cfg(feature = "runtime")]
pub mod runtime {
    pub use crate::runtime::{Connection, ConnectionOptions, Timestamp};

    pub mod track {
        pub use crate::runtime::track::{Ending, Event, EventKind, FollowOptions, Sink, Tracker, follow};
    }
}

pub mod embedded {
    pub use crate::jsonpath::check as json_path;
    pub use crate::promql::check as promql;

    /// The position of the mistake of a regular expression, if RE2 refuses it.
    pub fn regular_expression(pattern: &str) -> Option<std::ops::Range<usize>> {
        crate::re2::check(pattern).err().map(|refused| refused.range)
    }
}

pub mod syntax {
    pub use crate::syntax::{limits, tree_json};

    pub mod kdl {
        pub use crate::syntax::kdl::{format, print, read};
    }

    pub mod tree {
        pub use crate::syntax::tree::{Children, Document, Entry, Node, Scalar, Text};
    }

    pub mod yaml {
        pub use crate::syntax::yaml::{Reading, Style, Value, Yaml, read, readings};
    }
}

pub mod validate {
    pub mod references {
        pub use crate::validate::references::{External, check};
    }
}

pub mod vocabulary {
    pub use crate::vocabulary::{DOCUMENT, Format, NodeSpec, Type, Word, convert, every_node};
}

/// The release that was compiled.
pub fn release(compiled: &Compiled) -> &Release {
    &compiled.release
}

/// Its plan.
pub fn plan(compiled: &Compiled) -> &Plan {
    &compiled.plan
}
