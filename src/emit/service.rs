//! In: the `service` of a policy. Out: its Services. The stable and the canary Service have no selector in the file:
//! the controller adds the pod hash to it, and an apply cannot reset what the file does not contain.

use crate::emit::context::{Context, mapping, strings};
use crate::emit::metadata::object;
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object, Origin};
use crate::policy::Sourced;
use crate::policy::service::{Port, Service, TargetPort};
use crate::units::name::Name;

pub(super) fn services(context: &Context<'_>) -> Vec<Object> {
    let Some(service) = &context.release.service else { return Vec::new() };
    let is_split = context.release.traffic.is_split();
    let mut objects = Vec::with_capacity(3);
    if (!is_split || service.name != service.stable) && service.emits(&service.name.value) {
        objects.push(with_selector(context, service, &service.name));
    }
    for name in [&service.stable, &service.canary] {
        if is_split && service.emits(&name.value) {
            objects.push(one(context, service, name));
        }
    }
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
    let mut field = Field::with_room(5, port.origin);
    // The only port of a Service in a file may have no name.
    if !port.name.value.is_empty() {
        field.set("name", port.name.field());
    }
    field.set("port", port.number.field());
    field.set("protocol", Field::new(port.protocol.value.as_str(), port.protocol.origin));
    field.set("targetPort", target);
    if let Some(app_protocol) = &port.app_protocol {
        field.set("appProtocol", app_protocol.field());
    }
    field
}
