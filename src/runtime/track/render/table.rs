//! In: views of many releases. Out: a table of them, one line each.

use jiff::Timestamp;
use owo_colors::Style;
use unicode_width::UnicodeWidthStr as _;

use super::screen::draw;
use super::words::{duration, percent};
use crate::diagnostic::text::Appearance;
use crate::runtime::rollout::Phase;
use crate::runtime::track::check_view::Outcome;
use crate::runtime::track::ending::{Ending, Failure, WaitReason};
use crate::runtime::track::view::{Pods, View};

const TITLES: [&str; 7] = ["RELEASE", "PHASE", "STAGE", "WEIGHT", "PODS", "CHECKS", "AGE"];

/// All releases, as a table with titles.
pub fn table(views: &[View], now: Timestamp, appearance: Appearance) -> Vec<String> {
    let views: Vec<&View> = views.iter().collect();
    drawn(&views, now, appearance)
}

/// Releases in progress or waiting for a person, and the number of healthy ones; not taller than the terminal.
pub fn in_progress(views: &[View], now: Timestamp, appearance: Appearance, height: usize) -> Vec<String> {
    let is_in_progress = |view: &&View| view.phase != Phase::Healthy || view.step.is_some();
    let mut moving: Vec<&View> = views.iter().filter(is_in_progress).collect();
    // Releases that need a person come first, and are never cut off.
    let urgency = |view: &View| match (view.phase, &view.waits) {
        (Phase::Degraded, _) => 0,
        (_, Some(_)) => 1,
        _ => 2,
    };
    moving.sort_by_key(|view| urgency(view));
    let count = moving.len();
    let room = height.saturating_sub(4).max(1);
    let cut = count.saturating_sub(room);
    moving.truncate(room);
    let mut lines = if moving.is_empty() { Vec::new() } else { drawn(&moving, now, appearance) };
    let at_rest = views.len() - count;
    let mut summary = format!("{count} in progress, {at_rest} healthy");
    if cut > 0 {
        summary.push_str(&format!("; {cut} are not shown"));
    }
    if views.iter().any(|view| view.lost.is_some()) {
        summary.push_str("; the API server does not answer");
    }
    lines.push(draw(&[(Style::new().dimmed(), summary)], appearance));
    lines
}

fn drawn(views: &[&View], now: Timestamp, appearance: Appearance) -> Vec<String> {
    let rows: Vec<[String; 7]> = views.iter().map(|view| row(view, now)).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].width());
        cells.max().unwrap_or(0).max(TITLES[column].width())
    };
    let widths: Vec<usize> = (0..TITLES.len()).map(width).collect();
    let cell =
        |text: &str, column: usize| format!("{text}{}  ", " ".repeat(widths[column].saturating_sub(text.width())));
    let titles: String = TITLES.iter().enumerate().map(|(column, title)| cell(title, column)).collect();
    let mut lines = vec![draw(&[(Style::new().dimmed(), titles.trim_end().to_owned())], appearance)];
    for (view, row) in views.iter().zip(&rows) {
        let pieces: Vec<_> = row
            .iter()
            .enumerate()
            .map(|(column, text)| {
                let style = if column == 1 { phase_style(view.phase) } else { Style::new() };
                (style, cell(text, column))
            })
            .collect();
        lines.push(draw(&pieces, appearance));
    }
    lines
}

fn phase_style(phase: Phase) -> Style {
    match phase {
        Phase::Healthy => Style::new().green(),
        Phase::Progressing => Style::new().cyan(),
        Phase::Paused => Style::new().yellow(),
        Phase::Degraded => Style::new().red(),
    }
}

fn row(view: &View, now: Timestamp) -> [String; 7] {
    let stage = match (view.now.and_then(|index| view.stages.get(index)), view.step) {
        (Some(stage), _) => stage.name.clone(),
        (None, Some(_)) => "all".to_owned(),
        (None, None) => "–".to_owned(),
    };
    let weight = if view.step.is_some() { view.weight.actual.map(percent) } else { None };
    let pods = |pods: &Option<Pods>| pods.as_ref().map(|pods| format!("{}/{}", pods.ready, pods.wanted));
    let canary = pods(&view.canary).filter(|_| view.step.is_some());
    let stable = pods(&view.stable).or_else(|| pods(&view.canary));
    let both: Vec<String> = canary.into_iter().chain(stable).collect();
    [
        format!("{}/{}", view.namespace, view.name),
        view.phase.name().to_owned(),
        stage,
        weight.unwrap_or_else(|| "–".to_owned()),
        both.join(" + "),
        standing(view, now),
        view.created.map_or_else(|| "–".to_owned(), |created| duration(now.duration_since(created))),
    ]
}

/// In a few words: why it waits or failed, otherwise the checks that are not good.
fn standing(view: &View, now: Timestamp) -> String {
    match (&view.waits, &view.ending) {
        (Some(WaitReason::Promotion { .. }), _) => return "waits for a person".to_owned(),
        (Some(WaitReason::Inconclusive { .. }), _) => return "inconclusive, waits for a person".to_owned(),
        (Some(WaitReason::Held { since, checks, .. }), _) => {
            let names: Vec<&str> = checks.iter().map(|(name, ..)| name.as_str()).collect();
            let lasts = since.map(|since| format!(" for {}", duration(now.duration_since(since)))).unwrap_or_default();
            return format!("held{lasts} by {}", names.join(", "));
        }
        (Some(WaitReason::PausedManually), _) => return "paused manually".to_owned(),
        (Some(WaitReason::Other(reason)), _) => return reason.clone(),
        (None, Some(Ending::Failed(failure))) => {
            return match failure.as_ref() {
                Failure::Aborted { .. } => "aborted".to_owned(),
                Failure::Deadline { .. } => "pods not ready".to_owned(),
                Failure::Invalid(_) => "rejected".to_owned(),
                Failure::RolledBack(_) => "rolled back".to_owned(),
                Failure::Deleted => "deleted".to_owned(),
                Failure::Degraded(_) => "degraded".to_owned(),
            };
        }
        _ => {}
    }
    if view.checks.is_empty() {
        return "–".to_owned();
    }
    let not_good = view.checks.iter().filter(|one| !matches!(one.outcome, None | Some(Outcome::Good)));
    let names: Vec<String> =
        not_good.map(|one| format!("{} {}", one.name, one.values.last().map_or("–", String::as_str))).collect();
    if names.is_empty() { "good".to_owned() } else { names.join(", ") }
}
