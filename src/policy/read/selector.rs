//! In: `selector`, or the selector of a workload's manifest. Out: the labels that select the pods. The pods have them.

use super::pods::Pods;
use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::Object;
use crate::model::Block;
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::policy::settings::StringMap;
use crate::syntax::tree::Text;
use crate::units::name::Name;
use crate::vocabulary::Word;

/// The labels that select the pods. `None` when they are missing or invalid, or when the manifest is unreadable.
pub fn selector(
    cx: &mut Context<'_>,
    block: Reader<'_>,
    manifest: Option<&Object>,
    pods: &Pods,
    name: &Sourced<Name>,
    file_is_wrong: bool,
) -> Option<StringMap> {
    if let Some(selector) = block.child(Word::Selector) {
        let written = selector.block.free.len();
        let map = selector.map(cx);
        if written == 0 {
            missing_selector(cx, selector.block, name);
            return None;
        }
        if map.len() < written {
            return None;
        }
        selects(cx, &map, pods);
        return Some(map);
    }
    if file_is_wrong {
        return None;
    }
    let of_file = manifest.and_then(|object| object.root.at(&["spec", "selector"]));
    if let Some(expressions) =
        of_file.and_then(|selector| selector.get("matchExpressions")).filter(|field| !field.items().is_empty())
    {
        cx.report(
            Diagnostic::new(
                Code::WorkloadSelector,
                expressions.origin.span,
                "a release can only select pods by labels",
            )
            .label("expressions are not supported")
            .also(block.head(), "the workload")
            .why("The Services of the release use the same selector, and a Service does not support expressions.")
            .help(format!("write the labels that select the pods: `workload … {{ selector app=\"{}\" }}`", name.value)),
        );
        return None;
    }
    let labels = of_file.and_then(|selector| selector.get("matchLabels"));
    let map: StringMap = labels
        .map(|labels| {
            labels
                .entries()
                .iter()
                .filter_map(|(key, field)| {
                    Some((
                        Sourced::new(Text::from(&**key), field.origin),
                        Sourced::new(Text::from(field.as_str()?), field.origin),
                    ))
                })
                .collect()
        })
        .unwrap_or_default();
    if map.is_empty() {
        missing_selector(cx, block.block, name);
        return None;
    }
    selects(cx, &map, pods);
    Some(map)
}

fn missing_selector(cx: &mut Context<'_>, block: &Block, name: &Sourced<Name>) {
    cx.report_missing(
        block,
        Diagnostic::new(Code::WorkloadSelector, block.keyword, "`workload` needs a `selector`")
            .label("`selector` is missing")
            .why("The Rollout and its Services find their pods by these labels, and the API server rejects an empty selector.")
            .help(format!(
                "write `workload … {{ selector app=\"{}\" }}`, or name the manifest with `file=`",
                name.value
            )),
    );
}

fn selects(cx: &mut Context<'_>, selector: &StringMap, pods: &Pods) {
    let Some(labels) = &pods.labels else { return };
    for (key, value) in selector {
        if labels.iter().any(|(known, label)| *known == key.value && *label == value.value) {
            continue;
        }
        let known = labels.iter().find(|(known, _)| *known == key.value);
        cx.report(
            Diagnostic::new(
                Code::WorkloadSelector,
                key.span().to(value.span()),
                "the selector does not match the labels of the pod template",
            )
            .label(match known {
                Some((_, label)) => format!("the pods have `{}={label}`", key.value),
                None => format!("the pods have no label `{}`", key.value),
            })
            .also(pods.labels_at, "the labels of the pods")
            .why("The controller rejects a Rollout that does not select its own pods.")
            .help("use labels of the pod template"),
        );
    }
}
