//! Who answers a query: addresses, accounts and secrets.

use crate::manifest::Origin;
use crate::policy::Sourced;
use crate::policy::measure::Secret;
use crate::policy::template::Template;
use crate::syntax::tree::Text;
use crate::units::Duration;

/// `provider`
#[derive(Clone, Debug)]
pub struct Provider {
    /// The node.
    pub origin: Origin,
    /// Its name.
    pub name: Sourced<Text>,
    /// Which, with its settings.
    pub kind: ProviderKind,
}

/// The providers.
#[derive(Clone, Debug)]
pub enum ProviderKind {
    /// `prometheus`
    Prometheus(Box<Prometheus>),
    /// `datadog`
    Datadog,
    /// `new-relic`
    NewRelic,
    /// `cloudwatch`
    CloudWatch,
    /// `graphite`
    Graphite,
    /// `influxdb`
    InfluxDb,
    /// `wavefront`
    Wavefront,
    /// `skywalking`
    SkyWalking,
    /// `kayenta`
    Kayenta,
    /// `plugin`
    Plugin,
}

/// `prometheus`
#[derive(Clone, Debug)]
pub struct Prometheus {
    /// `address=`
    pub address: Sourced<Text>,
    /// `telemetry=`, which names the series of the built-in measures.
    pub telemetry: Option<Sourced<Text>>,
    /// `scrape=`
    pub scrape: Sourced<Duration>,
    /// `timeout=`, whole seconds.
    pub timeout: Option<Sourced<Duration>>,
    /// `insecure=`
    pub insecure: Option<Sourced<bool>>,
    /// `header`
    pub headers: Vec<(Sourced<Text>, Sourced<Template>)>,
    /// `secret`
    pub secrets: Vec<Secret>,
    /// `sigv4`, `oauth2`
    pub authentication: Option<Authentication>,
}

/// How a server is told who asks.
#[derive(Clone, Debug)]
pub enum Authentication {
    /// AWS Signature Version 4.
    SigV4 {
        /// The node.
        origin: Origin,
        /// `region=`
        region: Option<Sourced<Text>>,
        /// `role=`
        role: Option<Sourced<Text>>,
        /// `profile=`
        profile: Option<Sourced<Text>>,
    },
    /// Client credentials.
    OAuth2 {
        /// The node.
        origin: Origin,
        /// `token-url=`
        token_url: Option<Sourced<Template>>,
        /// `client-id=`
        client_id: Option<Sourced<Template>>,
        /// `client-secret=`
        client_secret: Option<Sourced<Template>>,
        /// `scopes`
        scopes: Vec<Sourced<Text>>,
    },
}
