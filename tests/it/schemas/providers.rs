//! Who measures: the metric providers of an AnalysisTemplate.

use std::collections::BTreeMap;

use super::common::{AnyMapping, PodMetadata, choices, objects};
use super::kubernetes::JobSpec;
use super::scalars::{CountText, Either, HeaderName, MetricDuration, Positive, Text};

choices! { "camelCase":
    /// The provider of measurements.
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
        /// An analysis by Kayenta.
        Kayenta(Kayenta),
        /// A plugin, by its name, with its configuration.
        Plugin(ProviderPlugin),
    }
}

choices! { "UPPERCASE":
    /// The method of a web request.
    enum WebMethod { Get, Post, Put }
}

choices! { "lowercase":
    /// The version of Datadog's API.
    enum DatadogVersion { V1, V2 }
    /// The function that aggregates values.
    enum Aggregator { Avg, Min, Max, Sum, Last, Percentile, Mean, L2norm, Area }
}

objects! {
    /// A query to Prometheus.
    struct Prometheus {
        /// The address.
        pub address: Option<Text>,
        /// The query.
        pub query: Text,
        /// The range, for a range query.
        pub range_query: Option<RangeQuery>,
        /// The authentication.
        pub authentication: Option<Authentication>,
        /// The time limit, in seconds.
        pub timeout: Option<u32>,
        /// Whether to skip the verification of certificates.
        pub insecure: Option<bool>,
        /// Headers of the request.
        pub headers: Option<Vec<Header>>,
    }

    /// A range of time.
    struct RangeQuery {
        /// The start, as an expression.
        pub start: Option<Text>,
        /// The end, as an expression.
        pub end: Option<Text>,
        /// The time between two samples.
        pub step: Option<MetricDuration>,
    }

    /// The authentication.
    struct Authentication {
        /// Authentication with AWS Signature Version 4.
        pub sigv4: Option<Sigv4>,
        /// Authentication with OAuth 2.
        pub oauth2: Option<OAuth2>,
    }

    /// Authentication with AWS Signature Version 4.
    struct Sigv4 {
        /// The region.
        pub region: Option<Text>,
        /// The profile.
        pub profile: Option<Text>,
        /// The role.
        pub role_arn: Option<Text>,
    }

    /// Authentication with OAuth 2.
    struct OAuth2 {
        /// The URL that issues tokens.
        pub token_url: Option<Text>,
        /// The client ID.
        pub client_id: Option<Text>,
        /// The client secret.
        pub client_secret: Option<Text>,
        /// The scopes of the token.
        pub scopes: Option<Vec<Text>>,
    }

    /// A header of a request.
    struct Header {
        /// The name.
        pub key: HeaderName,
        /// The value.
        pub value: String,
    }

    /// A web request.
    #[schemars(extend("not" = {"required": ["body", "jsonBody"]}))]
    struct Web {
        /// The method; the default is GET.
        pub method: Option<WebMethod>,
        /// The URL.
        pub url: Text,
        /// Headers of the request.
        pub headers: Option<Vec<Header>>,
        /// The body of the request.
        pub body: Option<String>,
        /// The body of the request, as JSON.
        pub json_body: Option<AnyMapping>,
        /// The time limit, in seconds.
        pub timeout_seconds: Option<u32>,
        /// The JSONPath of the value in the response.
        pub json_path: Option<Text>,
        /// Whether to skip the verification of certificates.
        pub insecure: Option<bool>,
        /// The authentication.
        pub authentication: Option<Authentication>,
    }

    /// A Job; its exit code is the result.
    struct Job {
        /// Labels and annotations of the Job.
        pub metadata: Option<PodMetadata>,
        /// The Job.
        pub spec: JobSpec,
    }

    /// A query to Datadog.
    #[schemars(extend("oneOf" = [{"required": ["query"]}, {"required": ["queries"]}]))]
    struct Datadog {
        /// The version of the API.
        pub api_version: Option<DatadogVersion>,
        /// The time range of the query.
        pub interval: Option<MetricDuration>,
        /// The query.
        pub query: Option<Text>,
        /// Several queries, by name.
        pub queries: Option<BTreeMap<String, Text>>,
        /// The formula that combines the queries.
        pub formula: Option<Text>,
        /// The function that aggregates values.
        pub aggregator: Option<Aggregator>,
        /// The Secret with the keys.
        pub secret_ref: Option<DatadogSecret>,
    }

    /// The Secret with the keys.
    struct DatadogSecret {
        /// The Secret.
        pub name: Option<Text>,
        /// In the release's namespace, not the controller's.
        pub namespaced: Option<bool>,
    }

    /// A query to New Relic.
    struct NewRelic {
        /// The Secret with the credentials.
        pub profile: Option<Text>,
        /// The query.
        pub query: Text,
        /// The time limit, in seconds.
        pub timeout: Option<u32>,
    }

    /// An address and a query.
    struct AddressQuery {
        /// The address.
        pub address: Option<Text>,
        /// The query.
        pub query: Text,
    }

    /// A query to InfluxDB.
    struct Influxdb {
        /// The Secret with the credentials.
        pub profile: Option<Text>,
        /// The query.
        pub query: Text,
    }

    /// A query to SkyWalking.
    struct SkyWalking {
        /// The address.
        pub address: Option<Text>,
        /// The query.
        pub query: Text,
        /// The time range of the query.
        pub interval: Option<MetricDuration>,
    }

    /// A query to CloudWatch.
    struct CloudWatch {
        /// The time range of the query.
        pub interval: Option<MetricDuration>,
        /// The queries.
        #[schemars(length(min = 1))]
        pub metric_data_queries: Vec<MetricDataQuery>,
    }

    /// A part of a query to CloudWatch.
    #[schemars(extend("oneOf" = [{"required": ["expression"]}, {"required": ["metricStat"]}]))]
    struct MetricDataQuery {
        /// The name.
        pub id: Text,
        /// An expression over other queries.
        pub expression: Option<Text>,
        /// The label of the result.
        pub label: Option<String>,
        /// A metric of CloudWatch.
        pub metric_stat: Option<MetricStat>,
        /// The period, in seconds.
        pub period: Option<Either<Positive, CountText>>,
        /// Whether the query returns data.
        pub return_data: Option<bool>,
    }

    /// A metric of CloudWatch.
    struct MetricStat {
        /// The metric.
        pub metric: CloudWatchMetric,
        /// The period, in seconds.
        pub period: Either<Positive, CountText>,
        /// The statistic.
        pub stat: Text,
        /// The unit of the values.
        pub unit: Option<Text>,
    }

    /// A metric of CloudWatch.
    struct CloudWatchMetric {
        /// The namespace.
        pub namespace: Option<Text>,
        /// The name.
        pub metric_name: Text,
        /// The dimensions.
        pub dimensions: Option<Vec<Dimension>>,
    }

    /// A dimension.
    struct Dimension {
        /// The name.
        pub name: Text,
        /// The value.
        pub value: Text,
    }

    /// An analysis by Kayenta.
    struct Kayenta {
        /// The address.
        pub address: Text,
        /// The application.
        pub application: Text,
        /// The canary configuration.
        pub canary_config_name: Text,
        /// The name of the metrics account.
        pub metrics_account_name: Text,
        /// The name of the configuration account.
        pub configuration_account_name: Text,
        /// The name of the storage account.
        pub storage_account_name: Text,
        /// The required scores.
        pub threshold: KayentaThreshold,
        /// The scopes to compare.
        pub scopes: Vec<KayentaScope>,
        /// Whether to include all earlier values.
        pub lookback: Option<bool>,
    }

    /// The required scores.
    struct KayentaThreshold {
        /// The lowest score that passes.
        pub pass: u32,
        /// The lowest score that does not fail.
        pub marginal: u32,
    }

    /// The scopes to compare.
    struct KayentaScope {
        /// The name.
        pub name: Text,
        /// The scope of the stable version.
        pub control_scope: ScopeDetail,
        /// The scope of the new version.
        pub experiment_scope: ScopeDetail,
    }

    /// The scope of one version.
    struct ScopeDetail {
        /// The scope.
        pub scope: Text,
        /// The region.
        pub region: String,
        /// The seconds between two samples.
        pub step: u32,
        /// The start.
        pub start: Option<Text>,
        /// The end.
        pub end: Option<Text>,
    }
}

/// A plugin, by its name, with its configuration.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct ProviderPlugin(pub BTreeMap<String, AnyMapping>);
