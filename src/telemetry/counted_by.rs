//! In: what counts the requests of a telemetry, and what splits those of a release. Out: whether they can be the same.

/// What counts the requests of a telemetry.
#[derive(Clone, Copy, Debug)]
pub(super) enum CountedBy {
    /// The service itself, or something beside it that any router leads to.
    Service,
    /// The proxies of this mesh beside the pods, which a gateway of any kind leads to.
    Mesh(&'static str),
    /// A gateway.
    Gateway {
        /// The routers that configure it, by their keywords.
        routers: &'static [&'static str],
        /// What it is called in `implementation=`, if it can be said.
        implementation: Option<&'static str>,
        /// Whether the proxies of its mesh count in the same way.
        in_mesh: bool,
    },
}

/// A router of a release, as far as it matters to telemetry.
#[derive(Clone, Copy, Debug)]
pub struct Splitter<'a> {
    /// Its keyword.
    pub router: &'static str,
    /// Its implementation, if the policy says it.
    pub implementation: Option<&'a str>,
    /// Whether the proxies of callers split the requests, not a gateway.
    pub in_mesh: bool,
}

impl CountedBy {
    /// Why this counts no request that `splitter` splits; `None` if it can.
    pub(super) fn excluded_by(self, splitter: &Splitter<'_>) -> Option<String> {
        let Splitter { router, implementation, in_mesh } = *splitter;
        match self {
            Self::Service => None,
            Self::Mesh(mesh) => {
                let other = implementation.filter(|other| in_mesh && *other != mesh)?;
                Some(format!("the requests pass the mesh of `{other}`"))
            }
            Self::Gateway { routers, .. } if !routers.contains(&router) => {
                Some(format!("its series only exist with the router `{}`", routers.join("` or `")))
            }
            Self::Gateway { in_mesh: false, .. } if in_mesh => {
                Some("in a mesh, the callers' proxies split the requests, and no gateway".to_owned())
            }
            Self::Gateway { implementation: own, .. } => {
                let other = implementation.filter(|other| own.is_some_and(|own| own != *other))?;
                Some(format!("the requests pass the gateway of `{other}`"))
            }
        }
    }
}
