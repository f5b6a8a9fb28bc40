//! In: decisions. Out: a report for a person or a program.

use owo_colors::Style;
use serde::Serialize;
use serde_json::Value;

use super::decide::{Action, Decision};
use super::desired::Wanted;
use super::difference::Difference;
use crate::diagnostic::text::Appearance;
use crate::hidden;
use crate::write::unified::unified;

/// Whether the actions are planned or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    /// `create`
    Planned,
    /// `created`
    Done,
}

impl Action {
    /// The word for an action.
    pub const fn word(&self, tense: Tense) -> &'static str {
        match (self, tense) {
            (Self::Create, Tense::Planned) => "create",
            (Self::Create, Tense::Done) => "created",
            (Self::Change, Tense::Planned) => "change",
            (Self::Change, Tense::Done) => "changed",
            (Self::Adopt, Tense::Planned) => "adopt",
            (Self::Adopt, Tense::Done) => "adopted",
            (Self::Delete, Tense::Planned) => "delete",
            (Self::Delete, Tense::Done) => "deleted",
            (Self::Refuse(_), Tense::Planned) => "refuse",
            (Self::Refuse(_), Tense::Done) => "refused",
            (Self::Keep, Tense::Planned) => "keep",
            (Self::Keep, Tense::Done) => "kept",
            (Self::Unchanged, _) => "unchanged",
        }
    }

    fn style(&self) -> Style {
        match self {
            Self::Create => Style::new().green(),
            Self::Change | Self::Adopt => Style::new().yellow(),
            Self::Delete | Self::Refuse(_) => Style::new().red(),
            Self::Keep | Self::Unchanged => Style::new().dimmed(),
        }
    }
}

/// The widest word.
const WIDTH: usize = "unchanged".len();
/// A longer value is not easier to recognise.
const LONGEST: usize = 100;

/// A decision and the fields that differ, on one line each; a text of several lines takes several.
pub fn text(decision: &Decision, tense: Tense, appearance: Appearance) -> String {
    let painted = |style: Style, text: &str| match appearance.color {
        true => style.style(hidden::lines(text)).to_string(),
        false => hidden::lines(text).into_owned(),
    };
    let word = format!("{:WIDTH$}", decision.action.word(tense));
    let object = format!("{} in {}", decision.identity, decision.identity.namespace);
    let mut text = format!("{}  {}", painted(decision.action.style(), &word), hidden::sentence(&object));
    if let Some(note) = &decision.note {
        text.push_str(&painted(Style::new().dimmed(), &hidden::sentence(&format!(" ({note})"))));
    }
    text.push('\n');
    for difference in &decision.differences {
        for (mark, line) in lines(difference, appearance) {
            let style = match mark {
                '+' => Style::new().green(),
                '-' => Style::new().red(),
                _ => Style::new(),
            };
            text.push_str(&format!("{:WIDTH$}    {}\n", "", painted(style, &line)));
        }
    }
    text
}

/// The lines of a field that differs, each with whether it shows the old value, the new value, or both.
fn lines(difference: &Difference, appearance: Appearance) -> Vec<(char, String)> {
    let Difference { path, live, wanted } = difference;
    let arrow = if appearance.unicode { "→" } else { "->" };
    match (live, wanted) {
        (Some(Value::String(live)), Some(Value::String(wanted))) if live.contains('\n') || wanted.contains('\n') => {
            let mut all = vec![(' ', format!("{path}:"))];
            let gap = if appearance.unicode { "…" } else { "..." };
            // As in `build --check`: the lines that differ and those around them, in time that is bounded.
            let diff = unified(live, wanted, ("", ""));
            for line in diff.lines().skip(2) {
                match line.chars().next() {
                    Some('@') if ["@@ -0,", "@@ -1,", "@@ -1 "].iter().any(|first| line.starts_with(first)) => {}
                    Some('@') => all.push((' ', format!("    {gap}"))),
                    Some(mark @ ('+' | '-')) => all.push((mark, format!("  {mark} {}", &line[1..]))),
                    _ => all.push((' ', format!("    {}", line.get(1..).unwrap_or_default()))),
                }
            }
            all
        }
        (Some(live), Some(wanted)) => vec![(' ', format!("{path}: {} {arrow} {}", short(live), short(wanted)))],
        (None, Some(wanted)) => vec![('+', format!("{path}: {} (new)", short(wanted)))],
        (Some(live), None) => vec![('-', format!("{path}: {} (goes)", short(live)))],
        (None, None) => Vec::new(),
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= LONGEST {
        return text;
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}…")
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    releases: Vec<Release<'a>>,
}

#[derive(Serialize)]
struct Release<'a> {
    name: &'a str,
    namespace: &'a str,
    objects: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    api_version: &'static str,
    kind: &'static str,
    namespace: &'a str,
    name: &'a str,
    action: &'static str,
    differences: Vec<Field<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Field<'a> {
    path: String,
    live: &'a Option<Value>,
    wanted: &'a Option<Value>,
}

/// All decisions as one JSON object. The format is stable: fields may be added, but no field is renamed or removed
/// without a new `version`.
pub fn json<'a>(releases: impl IntoIterator<Item = (&'a Wanted, Vec<&'a Decision>)>, tense: Tense) -> String {
    let releases = releases.into_iter().map(|(wanted, decisions)| Release {
        name: &wanted.name,
        namespace: &wanted.namespace,
        objects: decisions.into_iter().map(|decision| entry(decision, tense)).collect(),
    });
    let document = Document { version: 1, releases: releases.collect() };
    // Strings, numbers and lists always serialize to JSON.
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    hidden::json(&text).into_owned() + "\n"
}

fn entry(decision: &Decision, tense: Tense) -> Entry<'_> {
    let identity = &decision.identity;
    let refusal = match &decision.action {
        Action::Refuse(diagnostic) => Some(diagnostic),
        _ => None,
    };
    let field = |difference: &'_ Difference| difference.path.to_string();
    Entry {
        api_version: identity.kind.api_version(),
        kind: identity.kind.name(),
        namespace: &identity.namespace,
        name: &identity.name,
        action: decision.action.word(tense),
        differences: decision
            .differences
            .iter()
            .map(|difference| Field { path: field(difference), live: &difference.live, wanted: &difference.wanted })
            .collect(),
        code: refusal.map(|diagnostic| diagnostic.code.name()),
        reason: refusal.map(|diagnostic| diagnostic.message.as_str()).or(decision.note.as_deref()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::desired::Identity;
    use super::super::difference::{Writer, differences};
    use super::*;
    use crate::kubernetes::kinds::Kind;

    fn decision(live: Value, wanted: Value) -> Decision {
        Decision {
            identity: Identity { kind: Kind::Rollout, namespace: "shop".to_owned(), name: "web".to_owned() },
            action: Action::Change,
            differences: differences(&live, &wanted, Writer::Appliers),
            note: None,
            write: None,
        }
    }

    #[test]
    fn each_field_that_differs_has_a_line() {
        let live = json!({"spec": {"replicas": 1, "old": true, "query": "a\nb\n"}});
        let wanted = json!({"spec": {"replicas": 2, "new": [], "query": "a\nc\n"}});
        let shown = text(&decision(live, wanted), Tense::Planned, Appearance::PLAIN);
        let lines = [
            "change     Rollout/web in shop",
            "             spec.replicas: 1 → 2",
            "             spec.new: [] (new)",
            "             spec.query:",
            "                 a",
            "               - b",
            "               + c",
            "             spec.old: true (goes)",
        ];
        assert_eq!(shown.lines().map(str::trim_end).collect::<Vec<_>>(), lines);
    }

    /// A text of the cluster is as large as its writers want.
    #[test]
    fn a_long_text_shows_what_differs_and_the_lines_around_it() {
        let query = |word: &str| (0..60_000).map(|line| format!("{word}{line}\n")).collect::<String>();
        let text_of = |live: &str, wanted: &str| {
            text(&decision(json!({"a": live}), json!({"a": wanted})), Tense::Planned, Appearance::PLAIN)
        };
        let shown = text_of(&query("a"), &query("a").replace("a30000\n", "b\n"));
        let lines: Vec<&str> = shown.lines().skip(2).map(str::trim).collect();
        assert_eq!(lines, ["…", "a29997", "a29998", "a29999", "- a30000", "+ b", "a30001", "a30002", "a30003"]);
        let all = text_of(&query("a"), &query("b"));
        assert_eq!(all.lines().count(), 2 + 120_000);
        assert!(all.trim_end().ends_with("+ b59999"));
    }

    #[test]
    fn a_long_value_is_cut() {
        let shown = text(&decision(json!({"a": "x".repeat(500)}), json!({"a": 1})), Tense::Done, Appearance::PLAIN);
        assert!(shown.starts_with("changed  ") && shown.len() < 200, "{shown}");
    }

    #[test]
    fn programs_read_the_whole_report() {
        let decision = decision(json!({"spec": {"replicas": 1}}), json!({"spec": {"replicas": 2}}));
        let wanted = Wanted {
            name: "web".to_owned(),
            namespace: "shop".to_owned(),
            objects: Vec::new(),
            sources: crate::source::Sources::default(),
        };
        let read: Value = serde_json::from_str(&json([(&wanted, vec![&decision])], Tense::Planned)).unwrap();
        let object = json!({"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "namespace": "shop", "name": "web",
            "action": "change", "differences": [{"path": "spec.replicas", "live": 1, "wanted": 2}]});
        let release = json!({"name": "web", "namespace": "shop", "objects": [object]});
        assert_eq!(read, json!({"version": 1, "releases": [release]}));
    }
}
