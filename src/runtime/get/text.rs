//! In: a tree. Out: its lines for a terminal: the status of the release, then its revisions with all their objects.

use jiff::Timestamp;
use owo_colors::Style;

use super::tree::{Mark, Replicas, Revision, Run, Tree};
use crate::diagnostic::text::Appearance;
use crate::runtime::get::Pod;
use crate::runtime::track::render::{draw, duration, picture};
use crate::runtime::track::{CheckView, RunPhase};

type Piece = (Style, String);

/// The start of a line: whether more items follow at each depth.
const BRANCH: [&str; 2] = ["├─ ", "└─ "];
const TRUNK: [&str; 2] = ["│  ", "   "];

/// The lines of a tree.
pub fn text(tree: &Tree, now: Timestamp, appearance: Appearance) -> Vec<String> {
    let mut lines = picture(&tree.view, now, appearance);
    for revision in &tree.revisions {
        lines.push(String::new());
        lines.extend(of_revision(revision, now).iter().map(|line| draw(line, appearance)));
    }
    lines
}

fn of_revision(revision: &Revision, now: Timestamp) -> Vec<Vec<Piece>> {
    let number = revision.number.map_or_else(|| "no revision".to_owned(), |number| format!("revision {number}"));
    let images = revision.replicas.first().map(|replicas| replicas.set.images.join(", ")).unwrap_or_default();
    let (style, mark) = match revision.mark {
        Mark::New => (Style::new().cyan(), "new"),
        Mark::Stable => (Style::new().green(), "stable"),
        Mark::Former => (Style::new().dimmed(), "former"),
    };
    let mut lines =
        vec![vec![(Style::new().bold(), number), (style, format!("  {mark}")), (Style::new(), format!("  {images}"))]];
    let count = revision.replicas.len() + revision.runs.len();
    let sets = revision.replicas.iter().map(|replicas| of_replicas(replicas, now));
    let runs = revision.runs.iter().map(|run| of_run(run, now));
    for (index, child) in sets.chain(runs).enumerate() {
        let is_last = usize::from(index + 1 == count);
        for (row, mut line) in child.into_iter().enumerate() {
            let before = if row == 0 { BRANCH[is_last] } else { TRUNK[is_last] };
            line.insert(0, (Style::new().dimmed(), before.to_owned()));
            lines.push(line);
        }
    }
    lines
}

fn of_replicas(replicas: &Replicas, now: Timestamp) -> Vec<Vec<Piece>> {
    let set = &replicas.set;
    let (style, state) = match (set.wanted, set.ready) {
        (0, _) if set.present == 0 => (Style::new().dimmed(), "scaled down".to_owned()),
        (wanted, ready) if ready >= wanted => (Style::new().green(), format!("{ready} of {wanted} ready")),
        (wanted, ready) => (Style::new().yellow(), format!("{ready} of {wanted} ready")),
    };
    let mut lines =
        vec![vec![(Style::new(), format!("ReplicaSet {}  ", set.name)), (style, state), age(set.created, now)]];
    if let Some(scale_down_at) = set.scale_down_at.filter(|scale_down_at| set.wanted > 0 && *scale_down_at > now) {
        let left = duration(scale_down_at.duration_since(now));
        lines[0].push((Style::new().dimmed(), format!("  kept for {left} more")));
    }
    let count = replicas.pods.len();
    for (index, pod) in replicas.pods.iter().enumerate() {
        let mut line = of_pod(pod, now);
        line.insert(0, (Style::new().dimmed(), BRANCH[usize::from(index + 1 == count)].to_owned()));
        lines.push(line);
    }
    lines
}

fn of_pod(pod: &Pod, now: Timestamp) -> Vec<Piece> {
    let state = pod.problem.as_ref().map_or(pod.phase.as_str(), |problem| problem.reason.as_str());
    let is_ready = pod.problem.is_none() && pod.phase == "Running" && pod.ready == pod.containers;
    let style = if is_ready { Style::new().green() } else { Style::new().yellow() };
    let restarts = match pod.restarts {
        0 => String::new(),
        1 => ", 1 restart".to_owned(),
        count => format!(", {count} restarts"),
    };
    let mut line = vec![
        (Style::new(), format!("Pod {}  ", pod.name)),
        (style, format!("{state}, {} of {} containers ready{restarts}", pod.ready, pod.containers)),
        age(pod.created, now),
    ];
    let message = pod.problem.as_ref().map(|problem| problem.message.as_str()).filter(|message| !message.is_empty());
    line.extend(message.map(|message| (Style::new().dimmed(), format!("  {message}"))));
    line
}

fn of_run(run: &Run, now: Timestamp) -> Vec<Vec<Piece>> {
    let style = match run.phase {
        RunPhase::Successful => Style::new().green(),
        RunPhase::Failed | RunPhase::Error => Style::new().red(),
        RunPhase::Inconclusive => Style::new().yellow(),
        RunPhase::Pending | RunPhase::Running => Style::new().cyan(),
    };
    let mut lines = vec![vec![
        (Style::new(), format!("AnalysisRun {}  {}  ", run.name, run.place)),
        (style, run.phase.name().to_owned()),
        age(run.created, now),
    ]];
    let count = run.checks.len() + run.jobs.len();
    let checks = run.checks.iter().map(of_check);
    let jobs = run.jobs.iter().map(|job| vec![(Style::new(), format!("Job {job}"))]);
    for (index, mut line) in checks.chain(jobs).enumerate() {
        line.insert(0, (Style::new().dimmed(), BRANCH[usize::from(index + 1 == count)].to_owned()));
        lines.push(line);
    }
    if run.checks.is_empty() && !run.message.is_empty() {
        lines.push(vec![(Style::new().dimmed(), run.message.clone())]);
    }
    lines
}

fn of_check(check: &CheckView) -> Vec<Piece> {
    let values = if check.values.is_empty() { "–".to_owned() } else { check.values.join(" → ") };
    let threshold = check.threshold.as_ref().map(|threshold| format!("  ({threshold})")).unwrap_or_default();
    let mut line = vec![(Style::new(), format!("{}  {values}{threshold}", check.name))];
    line.extend(check.message.as_ref().map(|message| (Style::new().dimmed(), format!("  {}", message.trim()))));
    line
}

fn age(created: Option<Timestamp>, now: Timestamp) -> Piece {
    let text = created.map(|created| format!("  {}", duration(now.duration_since(created)))).unwrap_or_default();
    (Style::new().dimmed(), text)
}
