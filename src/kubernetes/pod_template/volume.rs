//! Volumes of a pod.

use super::{Judge, given, list, refuse, text};
use crate::diagnostic::Code;
use crate::manifest::{Field, Value};
use crate::units::name::NameKind;

impl Judge<'_> {
    pub(super) fn volumes(&mut self, pod: &Field) {
        let volumes = list(pod, "volumes");
        let message = |name: &str| format!("two volumes have the name `{name}`");
        self.distinct(volumes, "name", message, "give each volume its own name");
        for volume in volumes {
            self.volume(volume);
        }
    }

    fn volume(&mut self, volume: &Field) {
        let called = match text(volume, "name") {
            Some((field, name)) => {
                self.name(field, name, NameKind::Dns1123Label, "name");
                format!("volume `{name}`")
            }
            None => "this volume".to_owned(),
        };
        let sources: Vec<_> =
            volume.entries().iter().filter(|(key, field)| &**key != "name" && field.value != Value::Null).collect();
        match sources.as_slice() {
            // A volume without a source: the API server makes it an empty folder.
            [] => {}
            [(key, source)] => self.source(key, source, &called),
            [(first, one), (second, other), ..] => {
                let diagnostic =
                    refuse(Code::PodVolume, other, format!("{called} has two sources, `{first}` and `{second}`"));
                self.say(
                    diagnostic
                        .label(format!("`{second}`"))
                        .also(one.origin.span, format!("`{first}`"))
                        .help("keep one of them"),
                );
            }
        }
    }

    fn source(&mut self, key: &str, source: &Field, called: &str) {
        match key {
            "configMap" => self.needs(source, "name", called, Some(NameKind::Dns1123Subdomain)),
            "secret" => self.needs(source, "secretName", called, Some(NameKind::Dns1123Subdomain)),
            "persistentVolumeClaim" => self.needs(source, "claimName", called, Some(NameKind::Dns1123Subdomain)),
            "hostPath" => self.needs(source, "path", called, None),
            "csi" => self.needs(source, "driver", called, None),
            "nfs" => {
                self.needs(source, "server", called, None);
                self.needs(source, "path", called, None);
            }
            "projected" => {
                for part in list(source, "sources") {
                    self.projection(part, called);
                }
            }
            "ephemeral" if given(source, "volumeClaimTemplate").is_none() => {
                let diagnostic = refuse(Code::PodVolume, source, format!("{called} has no `volumeClaimTemplate`"));
                self.say(diagnostic.help("add it"));
            }
            _ => {}
        }
        if matches!(key, "hostPath")
            && let Some((field, path)) = text(source, "path")
            && path.split('/').any(|part| part == "..")
        {
            let diagnostic = refuse(Code::PodVolume, field, format!("{called} has a path with `..`"));
            self.say(diagnostic.label("`..` is not allowed").help("write the path without `..`"));
        }
        self.items(source);
        self.mode(source, "defaultMode");
    }

    fn projection(&mut self, part: &Field, called: &str) {
        let sources: Vec<_> = part.entries().iter().filter(|(_, field)| field.value != Value::Null).collect();
        if let [(first, one), (second, other), ..] = sources.as_slice() {
            let diagnostic = refuse(
                Code::PodVolume,
                other,
                format!("an entry of {called} has two sources, `{first}` and `{second}`"),
            );
            self.say(diagnostic.also(one.origin.span, format!("`{first}`")).help("split it into two entries"));
        }
        for (key, source) in sources {
            if matches!(&**key, "configMap" | "secret") {
                self.needs(source, "name", called, Some(NameKind::Dns1123Subdomain));
            }
            self.items(source);
        }
    }

    /// A field that must be present and not empty.
    fn needs(&mut self, source: &Field, key: &str, called: &str, kind: Option<NameKind>) {
        match (text(source, key), kind) {
            (Some((field, value)), Some(kind)) if !value.is_empty() => drop(self.name(field, value, kind, key)),
            (Some((_, value)), None) if !value.is_empty() => {}
            _ => {
                let place = source.get(key).unwrap_or(source);
                let diagnostic = refuse(Code::PodVolume, place, format!("{called} has no `{key}`"));
                self.say(diagnostic.label(format!("`{key}` is missing here")).help(format!("add `{key}`")));
            }
        }
    }

    /// Keys that become files.
    fn items(&mut self, source: &Field) {
        for item in list(source, "items") {
            if let Some((field, key)) = text(item, "key") {
                self.data_key(field, key);
            }
            match text(item, "path") {
                Some((field, "")) => {
                    let diagnostic = refuse(Code::PodVolume, field, "a file of a volume has no path");
                    self.say(diagnostic.label("empty").help("write a path relative to the volume"));
                }
                Some((field, path)) => self.descending_path(field, path, "path"),
                None => {}
            }
            self.mode(item, "mode");
        }
    }

    /// The mode of a file, 0 to 0777; YAML may write it in octal.
    fn mode(&mut self, field: &Field, key: &str) {
        if let Some(mode) = field.get(key)
            && let Some(number) = mode.as_integer().filter(|number| !(0..=0o777).contains(number))
        {
            let diagnostic = refuse(Code::PodVolume, mode, format!("`{key}` must be from 0 to 0777, found {number}"));
            let help = "write an octal number with a leading zero, such as `0644`; in JSON, write it as the decimal number 420";
            self.say(diagnostic.label("not a file mode").help(help));
        }
    }
}
