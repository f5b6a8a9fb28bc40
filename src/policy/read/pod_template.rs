//! In: the pod template of a manifest. Out: its container ports. With `mode="embed"` also the template of the Rollout,
//! with a hash of the files in `reload-on`.

use super::copies;
use super::pods::ContainerPort;
use crate::kubernetes::pod_template::check_template;
use crate::manifest::{Field, Origin};
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::workload::PodTemplate;
use crate::syntax::tree::Text;
use crate::vocabulary::Word;

/// This annotation turns a change of configuration into a release.
pub const CONFIGURATION_HASH: &str = "canaryc.dev/configuration-hash";

/// The ports that the containers declare.
pub fn ports(template: &Field) -> Vec<ContainerPort> {
    ["containers", "initContainers"]
        .iter()
        .filter_map(|list| template.at(&["spec", list]))
        .flat_map(Field::items)
        .filter_map(|container| container.get("ports"))
        .flat_map(Field::items)
        .filter_map(|port| {
            let number = u16::try_from(port.get("containerPort")?.as_integer()?).ok()?;
            Some(ContainerPort { number, name: port.get("name").and_then(Field::as_str).map(Text::from) })
        })
        .collect()
}

/// The template of the Rollout, judged as the API server would judge it at its place `at` in the manifest, and the copies
/// to which it refers. `None` when a file in `reload-on` is unreadable.
pub fn embedded(cx: &mut Context<'_>, workload: Reader<'_>, template: &Field, at: &str) -> Option<PodTemplate> {
    cx.with_diagnostics(|_, diagnostics| check_template(template, at, diagnostics));
    let mut template = template.clone();
    let Some(reload) = workload.child(Word::ReloadOn) else {
        return Some(PodTemplate::Embedded { template, copies: Vec::new() });
    };
    if reload.flag(cx, Word::Copy).is_some() {
        return copies::copied(cx, reload, template);
    }
    let mut hash = Fnv::default();
    let mut sound = true;
    for value in &reload.block.arguments {
        let Some(path) = value.as_str().filter(|_| value.is_sound()) else {
            cx.already_said();
            sound = false;
            continue;
        };
        match cx.read_file(value, path) {
            // The length separates one file from the next.
            Some(source) => {
                hash.write(&(source.text.len() as u64).to_le_bytes());
                hash.write(source.text.as_bytes());
            }
            None => sound = false,
        }
    }
    if !sound {
        return None;
    }
    let origin = Origin::derived(reload.head());
    let mut metadata = template.get("metadata").cloned().unwrap_or_else(|| Field::mapping(origin));
    let mut annotations = metadata.get("annotations").cloned().unwrap_or_else(|| Field::mapping(origin));
    annotations.set(CONFIGURATION_HASH, Field::new(hash.hexadecimal(), origin));
    metadata.set("annotations", annotations);
    template.set("metadata", metadata);
    Some(PodTemplate::Embedded { template, copies: Vec::new() })
}

/// FNV-1a with 64 bits. It is stable for ever; the standard library's hasher makes no such promise. It distinguishes
/// versions of a file that people write. It need not withstand an attacker: whoever writes the file already decides
/// what is released.
pub(super) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    pub(super) fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    pub(super) fn hexadecimal(&self) -> String {
        format!("{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Fnv;

    #[test]
    fn the_hash_is_fnv_1a() {
        for (text, expected) in [("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8")] {
            let mut hash = Fnv::default();
            hash.write(text.as_bytes());
            assert_eq!(hash.hexadecimal(), expected);
        }
    }
}
