//! Containers and init containers: names, images, ports, mounts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judge, given, list, refuse, text};
use crate::diagnostic::{Code, suggest};
use crate::manifest::Field;
use crate::units::name::NameKind;

/// The kind of container, which limits its fields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Runs as long as the pod.
    Main,
    /// Runs before the others, and ends.
    Init,
    /// An init container that keeps running.
    Sidecar,
}

impl Judge<'_> {
    pub(super) fn containers(&mut self, pod: &Field) {
        match pod.get("containers") {
            Some(field) if field.items().is_empty() => {
                let diagnostic = refuse(Code::PodContainer, field, "the pod template has no containers");
                self.say(diagnostic.label("empty").help("add at least one container with `name` and `image`"));
            }
            _ => {}
        }
        let mut names: BTreeMap<&str, &Field> = BTreeMap::new();
        for key in ["containers", "initContainers"] {
            for container in list(pod, key) {
                let Some((field, name)) = text(container, "name") else { continue };
                match names.get(name) {
                    Some(first) => {
                        let message = format!("two containers have the name `{name}`");
                        self.duplicate(first, field, message, "give each container of the pod its own name");
                    }
                    None => drop(names.insert(name, field)),
                }
            }
        }
        for container in list(pod, "containers") {
            self.container(container, pod, Role::Main);
        }
        for container in list(pod, "initContainers") {
            let sidecar = matches!(text(container, "restartPolicy"), Some((_, "Always")));
            self.container(container, pod, if sidecar { Role::Sidecar } else { Role::Init });
        }
        self.host_ports(pod);
    }

    fn container(&mut self, container: &Field, pod: &Field, role: Role) {
        let called = match text(container, "name") {
            Some((field, name)) => {
                self.name(field, name, NameKind::Dns1123Label, "name");
                format!("container `{name}`")
            }
            None => "this container".to_owned(),
        };
        match text(container, "image") {
            None if given(container, "image").is_none() => {
                let place = container.get("image").unwrap_or(container);
                let diagnostic = refuse(Code::PodContainer, place, format!("{called} has no image"));
                self.say(diagnostic.label("`image` is missing here").help("add `image`"));
            }
            Some((field, image)) if image.trim().is_empty() || image.trim() != image => {
                let diagnostic = refuse(Code::PodContainer, field, format!("{called} has an invalid image"));
                let diagnostic = diagnostic.label("empty, or with spaces at the start or end");
                self.say(diagnostic.help("write a reference such as `registry.example.com/web:1.2`"));
            }
            _ => {}
        }
        self.ports(container, &called, pod);
        self.mounts(container, &called, pod);
        self.environment(container, &called);
        if let Some(resources) = container.get("resources") {
            self.resources(resources, &called);
        }
        if let Some(security) = container.get("securityContext") {
            self.container_security(security, pod, &called);
        }
        if role == Role::Init {
            for key in ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"] {
                if let Some(field) = given(container, key) {
                    let diagnostic = refuse(Code::PodProbe, field, format!("{called} is an init container and cannot have `{key}`"))
                        .why("An init container ends before the others start. Only one with `restartPolicy: Always` keeps running.");
                    self.say(
                        diagnostic.help(format!("remove `{key}`, or make it a sidecar with `restartPolicy: Always`")),
                    );
                }
            }
        } else {
            self.probes(container, &called);
        }
    }

    fn ports(&mut self, container: &Field, called: &str, pod: &Field) {
        let ports = list(container, "ports");
        let message = |name: &str| format!("{called} has two ports with the name `{name}`");
        self.distinct(ports, "name", message, "give each port its own name");
        let host_network = super::boolean(pod, "hostNetwork") == Some(true);
        for port in ports {
            if let Some((field, name)) = text(port, "name") {
                self.name(field, name, NameKind::PortName, "name");
            }
            for key in ["containerPort", "hostPort"] {
                if let Some(field) = port.get(key) {
                    self.port_number(field, key);
                }
            }
            if let (Some(inner), Some(outer)) = (port.get("containerPort"), given(port, "hostPort"))
                && host_network
                && inner.as_integer() != outer.as_integer()
            {
                let diagnostic = refuse(Code::PodPort, outer, "with `hostNetwork` both ports must be the same")
                    .label("another port")
                    .also(inner.origin.span, "the port of the container");
                self.say(diagnostic.help("remove `hostPort`, or write the same number"));
            }
        }
    }

    /// A port must be from 1 to 65535.
    pub(super) fn port_number(&mut self, field: &Field, key: &str) {
        if let Some(number) = field.as_integer().filter(|number| !(1..=65535).contains(number)) {
            let diagnostic = refuse(Code::PodPort, field, format!("`{key}` must be from 1 to 65535, found {number}"));
            self.say(diagnostic.label("not a port").help("write a number from 1 to 65535"));
        }
    }

    /// A pod can use a host port only once.
    fn host_ports(&mut self, pod: &Field) {
        let mut taken: BTreeMap<(i64, &str, &str), &Field> = BTreeMap::new();
        for port in list(pod, "containers").iter().flat_map(|container| list(container, "ports")) {
            let Some((field, number)) = port.get("hostPort").and_then(|field| Some((field, field.as_integer()?)))
            else {
                continue;
            };
            let protocol = text(port, "protocol").map_or("TCP", |(_, protocol)| protocol);
            let address = text(port, "hostIP").map_or("", |(_, address)| address);
            match taken.get(&(number, protocol, address)) {
                Some(first) => {
                    let message = format!("port {number} of the node is used twice");
                    self.duplicate(first, field, message, "use another port of the node, or none");
                }
                None => drop(taken.insert((number, protocol, address), field)),
            }
        }
    }

    fn mounts(&mut self, container: &Field, called: &str, pod: &Field) {
        let mounts = list(container, "volumeMounts");
        let message = |path: &str| format!("{called} mounts two volumes at `{path}`");
        self.distinct(mounts, "mountPath", message, "mount each at a different path");
        let volumes: BTreeSet<&str> =
            list(pod, "volumes").iter().filter_map(|volume| Some(text(volume, "name")?.1)).collect();
        for (key, owner) in [("volumeMounts", "mounts"), ("volumeDevices", "uses")] {
            for mount in list(container, key) {
                if let Some((field, name)) = text(mount, "name").filter(|(_, name)| !volumes.contains(name)) {
                    let label = suggest::did_you_mean(name, volumes.iter().copied());
                    let diagnostic = refuse(
                        Code::PodVolume,
                        field,
                        format!("{called} {owner} volume `{name}`, which does not exist in the pod"),
                    )
                    .label(label.unwrap_or_else(|| "no such volume".into()));
                    let help = match suggest::one_of(volumes.iter().copied()) {
                        words if words.is_empty() => "add it under `volumes` of the pod".to_owned(),
                        words => format!("add it under `volumes` of the pod, or write {words}"),
                    };
                    self.say(diagnostic.help(help));
                }
            }
        }
        for mount in mounts {
            if let Some((field, path)) = text(mount, "mountPath") {
                if path.is_empty() {
                    self.say(
                        refuse(Code::PodVolume, field, format!("{called} has a mount without a path"))
                            .label("empty")
                            .help("write a path such as `/data`"),
                    );
                } else if path.contains(':') {
                    let diagnostic = refuse(Code::PodVolume, field, format!("{called} has a mount path with a colon"))
                        .label("`:` is not allowed")
                        .why("The API server accepts it, but the container never starts.");
                    self.say(diagnostic.help("use a path without `:`"));
                }
            }
            for key in ["subPath", "subPathExpr"] {
                if let Some((field, path)) = text(mount, key) {
                    self.descending_path(field, path, key);
                }
            }
            if let (Some(first), Some(second)) = (given(mount, "subPath"), given(mount, "subPathExpr")) {
                let diagnostic = refuse(Code::PodVolume, second, "a mount has both `subPath` and `subPathExpr`");
                self.say(diagnostic.also(first.origin.span, "`subPath`").help("keep one of them"));
            }
        }
    }

    /// A path inside a volume: relative, and without `..`.
    pub(super) fn descending_path(&mut self, field: &Field, path: &str, key: &str) {
        let why = if path.starts_with('/') {
            "starts with `/`"
        } else if path.split('/').any(|part| part == "..") {
            "contains `..`"
        } else {
            return;
        };
        let diagnostic =
            refuse(Code::PodVolume, field, format!("`{key}` must be a path inside the volume, but it {why}"));
        self.say(diagnostic.label(why).help("write a path relative to the volume, such as `config/app.yaml`"));
    }
}
