//! In: the `port`s of a service, or of a Service in a manifest. Out: [`Port`]s with names and targets filled in.

use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::{Field, Object, Origin};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::{self, Reader};
use crate::policy::service::{Port, Protocol, TargetPort};
use crate::syntax::tree::{Scalar, Text};
use crate::units::name::NameKind;
use crate::vocabulary::{Type, Word};

/// Reads the `port`s of a service. `route_kind` gives a single port its name if it has none.
pub fn ports(cx: &mut Context<'_>, block: Reader<'_>, route_kind: Option<&str>) -> Vec<Port> {
    let blocks: Vec<Reader<'_>> = block.all(Word::Port).collect();
    let alone = blocks.len() == 1;
    let mut ports: Vec<Port> = Vec::with_capacity(blocks.len());
    for port in blocks {
        let number = port.argument::<u16>(cx);
        let target = target(cx, port);
        let protocol = port.get::<Protocol>(cx, Word::Protocol);
        let app_protocol = port.get::<Text>(cx, Word::AppProtocol);
        let name = port_name(cx, port, alone, route_kind.unwrap_or("http"));
        let (Some(number), Some(name), Some(protocol)) = (number, name, protocol) else { continue };
        let Some(target) = target
            .unwrap_or_else(|| Some(Sourced::new(TargetPort::Number(number.value), Origin::default_of(number.span()))))
        else {
            continue;
        };
        if let Some(other) = ports.iter().find(|other| other.name == name) {
            cx.report(
                Diagnostic::new(
                    Code::ServicePortName,
                    name.span(),
                    format!("two ports have the name `{}`", name.value),
                )
                .label("second")
                .also(other.name.span(), "first")
                .why("The API server rejects a Service with duplicate port names.")
                .help("give each port its own name"),
            );
        }
        ports.push(Port { origin: port.origin(), number, target, name, protocol, app_protocol });
    }
    ports
}

/// `target=`. The outer `None` means that it is not written, the inner `None` that it is invalid.
fn target(cx: &mut Context<'_>, port: Reader<'_>) -> Option<Option<Sourced<TargetPort>>> {
    let value = port.block.property(Word::Target)?;
    Some(match &value.scalar {
        Scalar::Integer(_) => reader::read::<u16>(cx, value, Type::Port).map(|number| number.map(TargetPort::Number)),
        _ => reader::read::<Text>(cx, value, Type::Port).map(|name| name.map(TargetPort::Name)),
    })
}

fn port_name(cx: &mut Context<'_>, port: Reader<'_>, alone: bool, kind: &str) -> Option<Sourced<Text>> {
    if let Some(value) = port.block.property(Word::Name) {
        let name = port.get::<Text>(cx, Word::Name)?;
        if let Err(error) = NameKind::PortName.check(&name.value) {
            let span = cx.locate(value, error.range.clone());
            cx.report(
                Diagnostic::new(Code::ServicePortName, span, error.message())
                    .label(error.label())
                    .why("The API server rejects the Service.")
                    .help(error.help()),
            );
            return None;
        }
        return Some(name);
    }
    if !alone {
        cx.report(
            Diagnostic::new(Code::ServicePortName, port.head(), "a Service with several ports needs a name for each")
                .label("no `name=`")
                .why("The API server rejects a Service with several ports if one of them has no name.")
                .help("write a name such as `name=\"http\"` or `name=\"metrics\"`"),
        );
        return None;
    }
    Some(Sourced::new(kind.into(), Origin::default_of(port.head())))
}

/// The ports of a Service in a manifest.
pub fn ports_of(object: &Object) -> Vec<Port> {
    let Some(list) = object.root.at(&["spec", "ports"]) else { return Vec::new() };
    list.items()
        .iter()
        .filter_map(|port| {
            let number = u16::try_from(port.get("port")?.as_integer()?).ok()?;
            let at = |key: &str| port.get(key).map_or(port.origin, |field| field.origin);
            let target = match port.get("targetPort") {
                Some(field) => match (field.as_integer(), field.as_str()) {
                    (Some(target), _) => TargetPort::Number(u16::try_from(target).ok()?),
                    (None, text) => TargetPort::Name(text?.into()),
                },
                None => TargetPort::Number(number),
            };
            let udp = port.get("protocol").and_then(Field::as_str) == Some("UDP");
            Some(Port {
                origin: port.origin,
                number: Sourced::new(number, at("port")),
                target: Sourced::new(target, at("targetPort")),
                name: Sourced::new(port.get("name").and_then(Field::as_str).unwrap_or_default().into(), at("name")),
                protocol: Sourced::new(if udp { Protocol::Udp } else { Protocol::Tcp }, at("protocol")),
                app_protocol: port
                    .get("appProtocol")
                    .and_then(|field| Some(Sourced::new(field.as_str()?.into(), field.origin))),
            })
        })
        .collect()
}
