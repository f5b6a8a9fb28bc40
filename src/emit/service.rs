//! In: the `service` of a policy. Out: its Services. The stable and the canary Service have no selector in the file:
//! the controller adds the pod hash to it, and an apply cannot reset what the file does not contain.

use crate::emit::context::{Context, mapping, strings};
use crate::emit::metadata::object;
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object, Origin};
use crate::policy::Sourced;
use crate::policy::service::{Port, Service, ServiceSource, TargetPort};
use crate::units::name::Name;

pub(super) fn services(context: &Context<'_>) -> Vec<Object> {
    let Some(service) = &context.release.service else { return Vec::new() };
    if !matches!(service.source, ServiceSource::Emitted) {
        return Vec::new();
    }
    if !context.release.traffic.is_split() {
        return vec![with_selector(context, service, &service.name)];
    }
    let mut objects = Vec::with_capacity(3);
    if service.name != service.stable {
        objects.push(with_selector(context, service, &service.name));
    }
    objects.push(one(context, service, &service.stable));
    objects.push(one(context, service, &service.canary));
    objects
}

fn one(context: &Context<'_>, service: &Service, name: &Sourced<Name>) -> Object {
    let mut object = object(context, Kind::Service, name, service.origin);
    object.root.set("spec", mapping(service.origin, [("ports", ports(service))]));
    object
}

/// A Service for all pods: the one that callers use if no router splits requests, or the root Service of a mesh.
fn with_selector(context: &Context<'_>, service: &Service, name: &Sourced<Name>) -> Object {
    let workload = &context.release.workload;
    let selector = strings(&workload.selector, Origin::derived(workload.origin.span));
    let mut object = object(context, Kind::Service, name, service.origin);
    object.root.set("spec", mapping(service.origin, [("selector", selector), ("ports", ports(service))]));
    object
}

/// The ports with every default written out, so an apply by another field manager finds no difference.
fn ports(service: &Service) -> Field {
    Field::sequence(service.ports.iter().map(port).collect(), service.origin)
}

fn port(port: &Port) -> Field {
    let target = match &port.target.value {
        TargetPort::Number(number) => Field::new(*number, port.target.origin),
        TargetPort::Name(name) => Field::new(name.clone(), port.target.origin),
    };
    let mut field = mapping(
        port.origin,
        [
            ("name", port.name.field()),
            ("port", port.number.field()),
            ("protocol", Field::new(port.protocol.value.as_str(), port.protocol.origin)),
            ("targetPort", target),
        ],
    );
    if let Some(app_protocol) = &port.app_protocol {
        field.set("appProtocol", app_protocol.field());
    }
    field
}
