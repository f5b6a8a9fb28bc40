//! Hand-written sound releases for tests. Each value has its own place in one made-up source, so tests can check the
//! origin of a field.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::expression::Answer;
use crate::manifest::Origin;
use crate::plan::{Plan, plan};
use crate::policy::audience::{Admission, Audience, HeaderMatcher, Matchers, Members, ValueMatch};
use crate::policy::check::{Check, NoData, OnFail, Threshold, Verdict};
use crate::policy::measure::{Measure, MeasureKind, Query, Unit};
use crate::policy::routing::{GatewayReference, PathMatch, Route, RouteKind, RouteSource};
use crate::policy::service::{Port, Protocol, Service, ServiceSource, TargetPort};
use crate::policy::settings::{CanarySettings, RolloutSettings};
use crate::policy::stage::{Gate, GateTime, Stage, Watch};
use crate::policy::strategy::Canary;
use crate::policy::template::Template;
use crate::policy::traffic::Traffic;
use crate::policy::unread::Unread;
use crate::policy::workload::{PodTemplate, ScaleDown, Startup, Workload, WorkloadKind};
use crate::policy::{AudienceId, CheckId, Release, Sourced, StageId, Strategy};
use crate::provider::endpoint::DeclaredEndpoint;
use crate::providers::prometheus::{PROMQL, Prometheus};
use crate::providers::web::{Method, Web};
use crate::router::DeclaredRouter;
use crate::routers::gateway_api::{self, GatewayApi};
use crate::source::{Source, Span};
use crate::syntax::tree::{Scalar, Text};
use crate::units::name::Name;
use crate::units::{Duration, IntOrPercent, Number, Percent};

/// Hands out places.
pub(crate) struct Places {
    source: Arc<Source>,
    next: usize,
}

impl Places {
    pub(crate) fn new() -> Self {
        Self { source: Source::new("test.canary.kdl", " ".repeat(10_000)), next: 0 }
    }

    pub(crate) fn span(&mut self) -> Span {
        self.next += 2;
        self.source.range(self.next, self.next + 1)
    }

    pub(crate) fn origin(&mut self) -> Origin {
        Origin::written(self.span())
    }

    pub(crate) fn at<T>(&mut self, value: T) -> Sourced<T> {
        Sourced::new(value, self.origin())
    }

    pub(crate) fn default<T>(&mut self, value: T) -> Sourced<T> {
        Sourced::new(value, Origin::default_of(self.span()))
    }
}

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub(crate) fn text(text: &str) -> Text {
    text.into()
}

pub(crate) fn percent(text: &str) -> Percent {
    Percent::parse(text).unwrap()
}

pub(crate) fn duration(text: &str) -> Duration {
    Duration::parse(text).unwrap()
}

/// A release under construction.
pub(crate) struct Builder {
    pub(crate) places: Places,
    pub(crate) release: Release,
}

impl Builder {
    /// A release with a fleet and without stages.
    pub(crate) fn new(release: &str, replicas: u32) -> Self {
        let mut p = Places::new();
        let origin = p.origin();
        let workload = Workload {
            origin: p.origin(),
            template: PodTemplate::Reference {
                kind: p.default(WorkloadKind::Deployment),
                name: p.default(name(release)),
                scale_down: p.default(ScaleDown::OnSuccess),
                own_replicas: None,
            },
            replicas: Some(p.at(replicas)),
            selector: vec![(p.at(text("app")), p.at(text(release)))],
            startup: Startup::default(),
            recreates: None,
        };
        let canary = Canary { stages: Vec::new(), watch: None, settings: canary_settings(&mut p) };
        let release = Release {
            origin,
            name: p.at(name(release)),
            namespace: Some(p.at(name("shop"))),
            environment: None,
            strategy: p.default(Strategy::Canary(canary)),
            workload,
            autoscaler: None,
            service: None,
            routes: Vec::new(),
            traffic: Traffic::Pods,
            audiences: BTreeMap::new(),
            checks: BTreeMap::new(),
            unused_checks: Vec::new(),
            notifications: Vec::new(),
            rollout: settings(&mut p),
            patches: Vec::new(),
            labels: Vec::new(),
            annotations: Vec::new(),
            too_long: Vec::new(),
            unread: Unread::default(),
        };
        Self { places: p, release }
    }

    /// Service, route and Gateway API.
    pub(crate) fn gateway(mut self, host: &str) -> Self {
        let p = &mut self.places;
        let release = self.release.name.value.clone();
        self.release.service = Some(Service {
            origin: p.origin(),
            name: p.default(release.clone()),
            stable: p.default(release.clone()),
            canary: p.default(release.with_suffix("-canary").unwrap()),
            ports: vec![Port {
                origin: p.origin(),
                number: p.at(80),
                target: p.at(TargetPort::Number(8080)),
                name: p.default(text("http")),
                protocol: p.default(Protocol::Tcp),
                app_protocol: None,
            }],
            source: ServiceSource::Emitted,
        });
        self.release.routes.push(Route {
            origin: p.origin(),
            name: p.default(release.into()),
            kind: p.default(RouteKind::Http),
            host: Some(p.at(text(host))),
            path: p.default(text("/")),
            path_match: p.default(PathMatch::Prefix),
            port: p.default(80),
            gateway: None,
            listener: None,
            source: RouteSource::Emitted,
        });
        let gateway = GatewayReference { namespace: Some(name("infra")), name: name("public") };
        let settings = GatewayApi { gateways: vec![p.at(gateway)], listener: None, mesh: None, implementation: None };
        let router = &gateway_api::ROUTER;
        let declared = DeclaredRouter { origin: p.origin(), router, split: Arc::new(settings) };
        self.release.traffic = Traffic::Split(vec![declared]);
        self
    }

    /// An audience with one header.
    pub(crate) fn audience(mut self, called: &str, admission: Admission, share: &str, header: &str) -> Self {
        let p = &mut self.places;
        let value = p.at(ValueMatch::Exact(text("yes")));
        let matcher = HeaderMatcher { origin: p.origin(), name: p.at(text(header)), value, cookie: None };
        let share = (admission != Admission::PinnedToStable).then(|| p.at(percent(share)));
        self.release.audiences.insert(
            AudienceId(self.release.audiences.len()),
            Audience {
                origin: p.origin(),
                name: p.at(name(called)),
                admission,
                share,
                members: Members::Matching(Matchers { headers: vec![matcher], ..Matchers::default() }),
            },
        );
        self
    }

    /// An audience of others.
    pub(crate) fn any(mut self, called: &str, members: &[usize]) -> Self {
        let p = &mut self.places;
        let shares = members.iter().filter_map(|member| self.release.audiences[&AudienceId(*member)].share.as_ref());
        let share = shares.fold(Percent::ZERO, |sum, share| sum.saturating_add(share.value));
        let members = members.iter().map(|member| p.at(AudienceId(*member))).collect();
        self.release.audiences.insert(
            AudienceId(self.release.audiences.len()),
            Audience {
                origin: p.origin(),
                name: p.at(name(called)),
                admission: Admission::Staged,
                share: Some(p.default(share)),
                members: Members::Any(members),
            },
        );
        self
    }

    /// A check on Prometheus with the defaults of the language.
    pub(crate) fn query(mut self, called: &str, window: &str) -> Self {
        let p = &mut self.places;
        let prometheus = Prometheus {
            origin: p.origin(),
            address: p.at(text("http://prometheus:9090")),
            telemetry: None,
            scrape: p.default(duration("30s")),
            timeout: None,
            insecure: None,
            headers: Vec::new(),
            secrets: Vec::new(),
            authentication: None,
        };
        let provider =
            DeclaredEndpoint { origin: prometheus.origin, language: &PROMQL, endpoint: Arc::new(prometheus) };
        let query = Query {
            text: p.at(Template::literal(format!("max({called})"))),
            window: Some(p.at(duration(window))),
            unit: p.default(Unit::None),
            range: None,
            most: None,
        };
        let measure = Measure {
            origin: p.origin(),
            kind: MeasureKind::Query(Box::new(query)),
            provider: Some(Arc::new(provider)),
            secrets: Vec::new(),
            answer: Some(Answer::Every),
        };
        let verdict = Verdict::Range { min: None, max: Some(p.at(Threshold::Number(Number::parse("5").unwrap()))) };
        let mut check = check(p, called, measure, verdict, Some(NoData::Pause));
        check.interval = Some(p.default(duration(window)));
        self.release.checks.insert(CheckId(self.release.checks.len()), check);
        self
    }

    /// A check of a web answer.
    pub(crate) fn web(mut self, called: &str) -> Self {
        let p = &mut self.places;
        let web = web(p);
        let measure = Measure {
            origin: p.origin(),
            kind: MeasureKind::Direct(Arc::new(web)),
            provider: None,
            secrets: Vec::new(),
            answer: Some(Answer::Value),
        };
        let verdict = Verdict::Equals(p.at(Scalar::String(text("ok"))));
        let check = check(p, called, measure, verdict, None);
        self.release.checks.insert(CheckId(self.release.checks.len()), check);
        self
    }

    /// A stage. Without `weight`, the weight does not change.
    pub(crate) fn stage(
        mut self,
        called: &str,
        weight: Option<&str>,
        change: impl FnOnce(&mut Places, &mut Stage),
    ) -> Self {
        let p = &mut self.places;
        let before = self.release.canary().stages.last().map(|stage| stage.weight);
        let weight_now = match (weight, before) {
            (Some(weight), _) => p.at(percent(weight)),
            (None, Some(before)) => before,
            (None, None) => p.default(Percent::ZERO),
        };
        let mut stage = Stage {
            origin: p.origin(),
            name: p.at(text(called)),
            label: Name::nearest(called).unwrap(),
            weight: weight_now,
            sets_weight: weight.is_some(),
            ramp: None,
            audience: None,
            pause: None,
            may_wait: true,
            manual: None,
            replicas: None,
            gates: Vec::new(),
            plugins: Vec::new(),
        };
        change(p, &mut stage);
        canary_of(&mut self.release).stages.push(stage);
        self
    }

    /// Watches checks from a stage on.
    pub(crate) fn watch(mut self, checks: &[usize], from: usize) -> Self {
        let p = &mut self.places;
        canary_of(&mut self.release).watch = Some(Watch {
            origin: p.origin(),
            checks: checks.iter().map(|check| p.at(CheckId(*check))).collect(),
            from: Some(p.at(StageId(from))),
        });
        self
    }
}

/// The canary of a release.
pub(crate) fn canary_of(release: &mut Release) -> &mut Canary {
    let Strategy::Canary(canary) = &mut release.strategy.value;
    canary
}

/// A check of a release.
pub(crate) fn check_of(release: &mut Release, index: usize) -> &mut Check {
    release.checks.get_mut(&CheckId(index)).unwrap()
}

/// An audience of a release.
pub(crate) fn audience_of(release: &mut Release, index: usize) -> &mut Audience {
    release.audiences.get_mut(&AudienceId(index)).unwrap()
}

/// The newest audience of a release.
pub(crate) fn last_audience(release: &mut Release) -> &mut Audience {
    audience_of(release, release.audiences.len() - 1)
}

/// The plan of a release whose names all fit.
pub(crate) fn planned(release: &Release) -> Plan {
    let mut diagnostics = Diagnostics::new();
    let plan = plan(release, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    plan
}

/// A gate of checks.
pub(crate) fn gate(p: &mut Places, checks: &[usize], at: GateTime) -> Gate {
    Gate { origin: p.origin(), checks: checks.iter().map(|check| p.at(CheckId(*check))).collect(), at: p.default(at) }
}

/// A web measure with the defaults of the language.
pub(crate) fn web(p: &mut Places) -> Web {
    Web {
        url: p.at(Template::literal("https://shop.example.com/healthz")),
        method: p.default(Method::Get),
        json: Some(p.at(text("{$.status}"))),
        body: None,
        timeout: p.default(duration("10s")),
        insecure: None,
        headers: Vec::new(),
        authentication: None,
    }
}

fn check(p: &mut Places, called: &str, measure: Measure, verdict: Verdict, no_data: Option<NoData>) -> Check {
    Check {
        origin: p.origin(),
        name: p.at(name(called)),
        measure,
        verdict,
        interval: Some(p.default(duration("1m"))),
        failure_limit: p.default(1),
        count: None,
        success_limit: None,
        initial_delay: None,
        error_limit: p.default(30),
        on_fail: p.default(OnFail::Abort),
        no_data: no_data.map(|no_data| p.default(no_data)),
        timeout: None,
        retain: p.default(10),
    }
}

fn settings(p: &mut Places) -> RolloutSettings {
    RolloutSettings {
        min_ready: p.default(duration("0s")),
        progress_deadline: p.default(duration("10m")),
        progress_deadline_abort: p.default(true),
        rollback_window: None,
        revision_history_limit: p.default(10),
        successful_run_history_limit: p.default(5),
        unsuccessful_run_history_limit: p.default(5),
    }
}

fn canary_settings(p: &mut Places) -> CanarySettings {
    CanarySettings {
        max_surge: p.default(IntOrPercent::Percent(25)),
        max_unavailable: p.default(IntOrPercent::Int(0)),
        scale_down_delay: Some(p.default(duration("30s"))),
        scale_down_delay_revision_limit: None,
        abort_scale_down_delay: p.default(Some(duration("30s"))),
        dynamic_stable_scale: p.default(false),
        min_pods_per_replica_set: p.default(1),
        replica_progress_threshold: p.default(IntOrPercent::Percent(100)),
        anti_affinity: None,
        canary_metadata: None,
        stable_metadata: None,
    }
}
