//! The closed sets of words of routes, Services and audiences.
//! In: nothing. Out: an enum for each, with its spellings.

choices! {
    /// `kind=` of a route
    RouteKind {
        /// HTTP
        Http "http",
        /// gRPC
        Grpc "grpc",
        /// TCP
        Tcp "tcp",
        /// TLS, passed through
        Tls "tls",
    }

    /// `match=`: how a path is compared
    PathMatch {
        /// The path begins with it.
        Prefix "prefix",
        /// The path is equal to it.
        Exact "exact",
        /// A regular expression matches the path.
        Regex "regex",
    }

    /// `protocol=`, as Kubernetes spells it
    Protocol {
        /// TCP
        Tcp "TCP",
        /// UDP
        Udp "UDP",
    }

    /// `pinned=` of an audience
    Pinned {
        /// The audience always gets the canary.
        Canary "canary",
        /// The audience never gets the canary.
        Stable "stable",
    }
}
