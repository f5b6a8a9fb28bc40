//! In: an effective policy and its timeline. Out: both as text in columns, for the terminal.

use std::fmt::Write as _;

use super::{Effective, Entry, Moment, Provenance};
use crate::hidden;

/// The widest column of values; longer values push their origin to the right.
const WIDEST: usize = 60;

/// The stages as a table, then the effective policy; `all` adds the defaults.
pub fn text(effective: &Effective, timeline: &[Moment], all: bool) -> String {
    let shown = effective.rows.iter().filter(|row| all || !row.provenance.is_default());
    let rows: Vec<(String, String)> = shown
        .map(|row| (format!("{}{}", "    ".repeat(row.depth), entry(&row.entry)), origin(&row.provenance)))
        .map(|(left, right)| (hidden::sentence(&left).into_owned(), hidden::sentence(&right).into_owned()))
        .collect();
    let width = rows.iter().map(|(left, _)| left.chars().count()).filter(|width| *width <= WIDEST).max().unwrap_or(0);
    let mut text = String::new();
    if let Some(environment) = &effective.environment {
        let _ = writeln!(text, "environment {environment}");
    }
    if !timeline.is_empty() {
        text.push_str(&table(timeline));
        text.push('\n');
    }
    for (left, right) in &rows {
        let padding = width.saturating_sub(left.chars().count());
        let _ = writeln!(text, "{left}{}  {right}", " ".repeat(padding));
    }
    text
}

fn entry(entry: &Entry) -> String {
    match entry {
        Entry::Node { word, arguments } => {
            arguments.iter().fold(word.clone(), |line, argument| format!("{line} {argument:?}"))
        }
        Entry::Value { name, value } => {
            format!("{name} = {}", value.lines().map(str::trim).collect::<Vec<_>>().join(" "))
        }
    }
}

fn origin(provenance: &Provenance) -> String {
    let Some((path, line)) = &provenance.place else { return "default".to_owned() };
    let mut origin = format!("{}:{line}", hidden::one_line(path));
    if let Some(layer) = &provenance.layer {
        let _ = write!(origin, " ({layer})");
    }
    if let Some(parameter) = &provenance.parameter {
        let (path, line) = &parameter.place;
        let path = hidden::one_line(path);
        let _ = match &parameter.name {
            Some(name) => write!(origin, ", set by parameter `{name}` at {path}:{line}"),
            None => write!(origin, ", given at {path}:{line}"),
        };
    }
    origin
}

fn table(timeline: &[Moment]) -> String {
    let header =
        ["stage", "weight", "exposed", "pods", "min. duration", "bad version stopped after", "waits for", "steps"]
            .map(str::to_owned);
    let mut rows = vec![header];
    for moment in timeline {
        rows.push([
            moment.stage.clone(),
            moment.weight.clone(),
            moment.exposure.clone(),
            moment.pods.map_or_else(|| "?".to_owned(), |pods| pods.to_string()),
            moment.least.map_or_else(|| "–".to_owned(), |least| least.to_string()),
            moment.stops.map_or_else(|| "–".to_owned(), |stops| stops.to_string()),
            if moment.decides.is_empty() { "–".to_owned() } else { moment.decides.join(", ") },
            format!("{}–{}", moment.steps.0, moment.steps.1.saturating_sub(1)),
        ]);
    }
    for cell in rows.iter_mut().flatten() {
        *cell = hidden::sentence(cell).into_owned();
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
            let _ = write!(line, "{cell}{}  ", " ".repeat(width - cell.chars().count()));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
