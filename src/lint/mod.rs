//! In: a release as far as canaryc could read it, and its plan. Out: diagnostics about what they mean. A rule is one file,
//! which exports `judge`, with its page beside it; `table.rs` names its code. A rule does not judge what depends on an
//! unread section.

mod audience {
    pub mod never_admitted;
}
mod autoscaler {
    pub mod canary_pods;
    pub mod zero_pods;
}
mod check {
    pub mod limits;
    pub mod nothing_to_compare;
    pub mod unused;
}
mod job {
    pub mod name;
}
mod name {
    pub mod no_room;
}
mod provider {
    pub mod grpc_status;
    mod measured;
    pub mod other_gateway;
}
mod release {
    pub mod unwatched;
}
mod rollout {
    pub mod abort_delay;
    pub mod metadata;
    pub mod min_pods;
    pub mod no_stable_pods;
    pub mod rollback_window;
    pub mod scale_down_delay;
    pub mod slow_pods;
    pub mod slow_start;
    pub mod threshold;
    pub mod with_router;
}
mod stage {
    pub mod admitted_twice;
    pub mod nothing_happens;
    pub mod overload;
    pub mod replicas;
    pub mod same_name;
    pub mod same_pods;
    pub mod same_pods_at_minimum;
    mod share;
    pub mod share_differs;
}
pub(crate) mod table;
mod watch {
    pub mod cannot_abort;
    pub mod nothing_exposed;
    mod pace;
    pub mod too_slow;
}
mod workload {
    mod beside;
    pub mod idle_pods;
    pub mod never_scaled_down;
    pub mod own_pods;
    pub mod recreate;
}

use crate::diagnostic::Diagnostics;
use crate::plan::Plan;
use crate::policy::Release;

/// What a rule judges.
#[derive(Clone, Copy)]
struct Subject<'a> {
    release: &'a Release,
    plan: &'a Plan,
}

type Rule = fn(&Subject<'_>, &mut Diagnostics);

macro_rules! judges {
    (rules { $($variant:ident $name:literal $severity:ident $(($($where:tt)*))? $group:ident::$rule:ident,)* }) => {
        const RULES: &[Rule] = &[$($group::$rule::judge,)*];
    };
}

table::rules! { judges! {} }

/// Judges a release and its plan by every rule.
pub fn run(release: &Release, plan: &Plan, diagnostics: &mut Diagnostics) {
    let subject = Subject { release, plan };
    for judge in RULES {
        judge(&subject, diagnostics);
    }
}
