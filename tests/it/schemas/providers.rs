//! Who measures: the metric providers of an AnalysisTemplate.

use std::collections::BTreeMap;

use super::common::{AnyMapping, PodMetadata, choices, objects};
use super::kubernetes::JobSpec;
use super::scalars::{CountText, Either, HeaderName, MetricDuration, Positive, Text};

choices! { "camelCase":
    /// Who measures.
    enum Provider {
        /// A query to Prometheus.
        Prometheus(Prometheus),
        /// A web request.
        Web(Web),
        /// A Job.
        Job(Job),
        /// A query to Datadog.
        Datadog(Datadog),
        /// A query to New Relic.
        NewRelic(NewRelic),
        /// A query to CloudWatch.
        CloudWatch(CloudWatch),
        /// A query to Graphite.
        Graphite(AddressQuery),
        /// A query to InfluxDB.
        Influxdb(Influxdb),
        /// A query to Wavefront.
        Wavefront(AddressQuery),
        /// A query to SkyWalking.
        Skywalking(SkyWalking),
        /// A judgement by Kayenta.
        Kayenta(Kayenta),
        /// A plugin, by its name, and whatever it understands.
        Plugin(ProviderPlugin),
    }
}

choices! { "UPPERCASE":
    /// The method of a web request.
    enum WebMethod { Get, Post, Put }
}

choices! { "lowercase":
    /// The version of Datadog's interface.
    enum DatadogVersion { V1, V2 }
    /// How many values become one.
    enum Aggregator { Avg, Min, Max, Sum, Last, Percentile, Mean, L2norm, Area }
}

objects! {
    /// A query to Prometheus.
    struct Prometheus {
        /// Where it answers.
        pub address: Option<Text>,
        /// The query.
        pub query: Text,
        /// The query is asked over a range of time.
        pub range_query: Option<RangeQuery>,
        /// How one says who one is.
        pub authentication: Option<Authentication>,
        /// In seconds.
        pub timeout: Option<u32>,
        /// Certificates are not checked.
        pub insecure: Option<bool>,
        /// Headers of the request.
        pub headers: Option<Vec<Header>>,
    }

    /// A range of time.
    struct RangeQuery {
        /// Its start, an expression.
        pub start: Option<Text>,
        /// Its end, an expression.
        pub end: Option<Text>,
        /// The time between two values.
        pub step: Option<MetricDuration>,
    }

    /// How one says who one is.
    struct Authentication {
        /// With AWS.
        pub sigv4: Option<Sigv4>,
        /// With OAuth 2.
        pub oauth2: Option<OAuth2>,
    }

    /// With AWS.
    struct Sigv4 {
        /// The region.
        pub region: Option<Text>,
        /// The profile.
        pub profile: Option<Text>,
        /// The role.
        pub role_arn: Option<Text>,
    }

    /// With OAuth 2.
    struct OAuth2 {
        /// Who hands out tokens.
        pub token_url: Option<Text>,
        /// The client.
        pub client_id: Option<Text>,
        /// Its secret.
        pub client_secret: Option<Text>,
        /// What the token is for.
        pub scopes: Option<Vec<Text>>,
    }

    /// A header of a request.
    struct Header {
        /// Its name.
        pub key: HeaderName,
        /// Its value.
        pub value: String,
    }

    /// A web request.
    #[schemars(extend("not" = {"required": ["body", "jsonBody"]}))]
    struct Web {
        /// GET unless it says otherwise.
        pub method: Option<WebMethod>,
        /// Where.
        pub url: Text,
        /// Headers of the request.
        pub headers: Option<Vec<Header>>,
        /// What is sent.
        pub body: Option<String>,
        /// What is sent, as JSON.
        pub json_body: Option<AnyMapping>,
        /// How long the answer may take.
        pub timeout_seconds: Option<u32>,
        /// The part of the answer that counts.
        pub json_path: Option<Text>,
        /// Certificates are not checked.
        pub insecure: Option<bool>,
        /// How one says who one is.
        pub authentication: Option<Authentication>,
    }

    /// A Job; it passes when it ends well.
    struct Job {
        /// Labels and annotations of the Job.
        pub metadata: Option<PodMetadata>,
        /// The Job.
        pub spec: JobSpec,
    }

    /// A query to Datadog.
    #[schemars(extend("oneOf" = [{"required": ["query"]}, {"required": ["queries"]}]))]
    struct Datadog {
        /// The version of its interface.
        pub api_version: Option<DatadogVersion>,
        /// The time that is looked at.
        pub interval: Option<MetricDuration>,
        /// The query.
        pub query: Option<Text>,
        /// Several, by name.
        pub queries: Option<BTreeMap<String, Text>>,
        /// What is made of them.
        pub formula: Option<Text>,
        /// How many values become one.
        pub aggregator: Option<Aggregator>,
        /// Where the keys are.
        pub secret_ref: Option<DatadogSecret>,
    }

    /// Where the keys are.
    struct DatadogSecret {
        /// The Secret.
        pub name: Option<Text>,
        /// In the release's namespace, not the controller's.
        pub namespaced: Option<bool>,
    }

    /// A query to New Relic.
    struct NewRelic {
        /// The Secret with the account.
        pub profile: Option<Text>,
        /// The query.
        pub query: Text,
        /// In seconds.
        pub timeout: Option<u32>,
    }

    /// An address and a query.
    struct AddressQuery {
        /// Where it answers.
        pub address: Option<Text>,
        /// The query.
        pub query: Text,
    }

    /// A query to InfluxDB.
    struct Influxdb {
        /// The Secret with the account.
        pub profile: Option<Text>,
        /// The query.
        pub query: Text,
    }

    /// A query to SkyWalking.
    struct SkyWalking {
        /// Where it answers.
        pub address: Option<Text>,
        /// The query.
        pub query: Text,
        /// The time that is looked at.
        pub interval: Option<MetricDuration>,
    }

    /// A query to CloudWatch.
    struct CloudWatch {
        /// The time that is looked at.
        pub interval: Option<MetricDuration>,
        /// The queries.
        #[schemars(length(min = 1))]
        pub metric_data_queries: Vec<MetricDataQuery>,
    }

    /// A part of a query to CloudWatch.
    #[schemars(extend("oneOf" = [{"required": ["expression"]}, {"required": ["metricStat"]}]))]
    struct MetricDataQuery {
        /// Its name.
        pub id: Text,
        /// Computed from others.
        pub expression: Option<Text>,
        /// How it is shown.
        pub label: Option<String>,
        /// A metric of CloudWatch.
        pub metric_stat: Option<MetricStat>,
        /// In seconds.
        pub period: Option<Either<Positive, CountText>>,
        /// Whether its values count.
        pub return_data: Option<bool>,
    }

    /// A metric of CloudWatch.
    struct MetricStat {
        /// Which.
        pub metric: CloudWatchMetric,
        /// In seconds.
        pub period: Either<Positive, CountText>,
        /// How values become one.
        pub stat: Text,
        /// Their unit.
        pub unit: Option<Text>,
    }

    /// Which metric.
    struct CloudWatchMetric {
        /// Its namespace.
        pub namespace: Option<Text>,
        /// Its name.
        pub metric_name: Text,
        /// Its dimensions.
        pub dimensions: Option<Vec<Dimension>>,
    }

    /// A dimension.
    struct Dimension {
        /// Its name.
        pub name: Text,
        /// Its value.
        pub value: Text,
    }

    /// A judgement by Kayenta.
    struct Kayenta {
        /// Where it answers.
        pub address: Text,
        /// The application.
        pub application: Text,
        /// The canary configuration.
        pub canary_config_name: Text,
        /// The account of the metrics.
        pub metrics_account_name: Text,
        /// The account of the configuration.
        pub configuration_account_name: Text,
        /// The account of the storage.
        pub storage_account_name: Text,
        /// Which scores are enough.
        pub threshold: KayentaThreshold,
        /// What is compared.
        pub scopes: Vec<KayentaScope>,
        /// All values so far, not only the newest.
        pub lookback: Option<bool>,
    }

    /// Which scores are enough.
    struct KayentaThreshold {
        /// To pass.
        pub pass: u32,
        /// Not to fail.
        pub marginal: u32,
    }

    /// What is compared.
    struct KayentaScope {
        /// Its name.
        pub name: Text,
        /// The old version.
        pub control_scope: ScopeDetail,
        /// The new version.
        pub experiment_scope: ScopeDetail,
    }

    /// One side of a comparison.
    struct ScopeDetail {
        /// What is measured.
        pub scope: Text,
        /// Where.
        pub region: String,
        /// Seconds between two values.
        pub step: u32,
        /// From when.
        pub start: Option<Text>,
        /// Until when.
        pub end: Option<Text>,
    }
}

/// A plugin, by its name, and whatever it understands.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct ProviderPlugin(pub BTreeMap<String, AnyMapping>);
