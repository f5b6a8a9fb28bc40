//! The body that `release`, `profile` and `environment` share, and these three nodes. In: nothing. Out: their lines of
//! the table.

use super::make::{default, join, many, named, one, otherwise};
use super::{
    audience, guardrail, level, parameters, provider, remove, route, router, service, settings, stage, workload,
};
use crate::vocabulary::choices::Strategy;
use crate::vocabulary::{ChildSpec, Choice, NodeSpec, PropertySpec, Reference, Type, Word};

const NAMESPACE: PropertySpec = otherwise(
    Word::Namespace,
    Type::Name,
    "none: Kustomize or Helm may set it",
    "The namespace of all generated objects.",
);

const STRATEGY: PropertySpec = default(
    Word::Strategy,
    Type::OneOf(Strategy::WORDS),
    "canary",
    "How the new version takes over: with growing traffic, or with one switch from a preview (not supported yet).",
);

const BODY: [ChildSpec; 21] = [
    many(&parameters::USE),
    many(&provider::PROVIDER),
    one(&workload::WORKLOAD),
    one(&workload::AUTOSCALER),
    one(&service::SERVICE),
    many(&route::ROUTE),
    one(&router::ROUTER),
    many(&audience::AUDIENCE),
    many(&level::SLO),
    many(&level::CHECK),
    one(&settings::LOAD),
    one(&settings::STICKY),
    many(&stage::STAGE),
    one(&stage::WATCH),
    one(&remove::REMOVE),
    many(&settings::NOTIFY),
    one(&settings::ROLLOUT),
    many(&settings::PATCH),
    one(&settings::LABELS),
    one(&settings::ANNOTATIONS),
    many(&settings::ALLOW),
];

const PARAM: ChildSpec = many(&parameters::PARAM);
const WAIVER: ChildSpec = many(&guardrail::WAIVER);

static RELEASE_CHILDREN: [ChildSpec; 24] = join(&[&[PARAM, WAIVER], &BODY, &[many(&ENVIRONMENT)]]);
static PROFILE_CHILDREN: [ChildSpec; 23] = join(&[&[PARAM], &BODY, &[many(&PROFILE_ENVIRONMENT)]]);
static ENVIRONMENT_CHILDREN: [ChildSpec; 22] = join(&[&[WAIVER], &BODY]);
static PROFILE_ENVIRONMENT_CHILDREN: [ChildSpec; 21] = BODY;

/// `release`
pub static RELEASE: NodeSpec = NodeSpec {
    properties: &[NAMESPACE, STRATEGY],
    children: &RELEASE_CHILDREN,
    example: r#"release "checkout" namespace="shop" {
    workload replicas=6 { selector app="checkout" }
    stage weight="25%" pause="30m"
    stage weight="50%" promote="manual"
}"#,
    ..named(
        Word::Release,
        Word::Name,
        Type::Name,
        "The name of the release and of its Rollout.",
        "Describes how versions of one workload reach their users; compiles to one Rollout and the objects that it needs.",
    )
};

/// `profile`
pub static PROFILE: NodeSpec = NodeSpec {
    properties: &[STRATEGY],
    children: &PROFILE_CHILDREN,
    example: r#"profile "standard" {
    param "bake" type="duration" default="10m" min="5m"
    router { gateway-api "infra/public" }
    stage "first" weight="5%" pause="{{bake}}"
    stage "half" weight="50%" pause="{{bake}}"
}"#,
    ..named(
        Word::Profile,
        Word::Name,
        Type::Name,
        "The name that `use` refers to.",
        "Contains what several releases share; a release includes it with `use` and may amend every part of it.",
    )
};

const ENVIRONMENT_DOC: &str =
    "Overrides settings in one environment; it applies on top of the other layers when you build that environment.";

/// `environment` of a release.
pub static ENVIRONMENT: NodeSpec = NodeSpec {
    properties: &[NAMESPACE],
    children: &ENVIRONMENT_CHILDREN,
    example: r#"environment "dev" {
    workload replicas=1
    remove { router; watch; stage "5%" "25%" }
    stage "half" pause="30s" promote="auto"
}"#,
    ..named(
        Word::Environment,
        Word::Name,
        Type::Reference(Reference::Environment),
        "One of `environments`.",
        ENVIRONMENT_DOC,
    )
};

/// `environment` of a profile: no waivers.
pub static PROFILE_ENVIRONMENT: NodeSpec = NodeSpec {
    properties: &[NAMESPACE],
    children: &PROFILE_ENVIRONMENT_CHILDREN,
    example: "",
    ..named(
        Word::Environment,
        Word::Name,
        Type::Reference(Reference::Environment),
        "One of `environments`.",
        ENVIRONMENT_DOC,
    )
};
