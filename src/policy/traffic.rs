//! What splits the traffic between the versions.

use crate::router::DeclaredRouter;

/// What splits the traffic between the versions.
#[derive(Clone, Debug)]
pub enum Traffic {
    /// Nothing: the share of pods is the share of traffic.
    Pods,
    /// Routers, by request; at least one.
    Split(Vec<DeclaredRouter>),
}

impl Traffic {
    /// The routers; none if pods split the traffic.
    pub fn routers(&self) -> &[DeclaredRouter] {
        match self {
            Self::Pods => &[],
            Self::Split(routers) => routers,
        }
    }

    /// Whether requests are split.
    pub fn is_split(&self) -> bool {
        matches!(self, Self::Split(_))
    }
}
