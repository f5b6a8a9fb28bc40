//! In: a view and the time. Out: the lines of a picture, none wider than the terminal, and the bytes that replace the
//! last picture on a terminal.
//!
//! Plain cursor movements are enough: a picture is redrawn only when it has changed, and the height of the last picture
//! is computed with the current width of the terminal.

use jiff::Timestamp;
use owo_colors::Style;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::paragraph::{next_command, paragraph, wait_reason};
use super::words::{ascii, clock, duration, left, percent, version};
use crate::diagnostic::text::{Appearance, wrap};
use crate::hidden;
use crate::runtime::rollout::Phase;
use crate::runtime::track::check_view::{CheckView, Outcome};
use crate::runtime::track::ending::{Ending, WaitReason};
use crate::runtime::track::event::{Event, EventKind};
use crate::runtime::track::observed::RunPhase;
use crate::runtime::track::stage::{Activity, Place};
use crate::runtime::track::view::{Pods, View};

/// A piece of a line in one style.
type Piece = (Style, String);

/// The maximum number of stages; with more, those around the current one are shown.
const STAGES: usize = 9;

/// The picture of a release.
pub fn picture(view: &View, now: Timestamp, appearance: Appearance) -> Vec<String> {
    let mut lines = vec![head(view)];
    lines.extend(stages(view, now));
    lines.extend(labelled("time", times(view, now)));
    lines.extend(labelled("weight", vec![plain(weight(view))]).filter(|_| view.canary.is_some()));
    lines.extend(labelled("pods", all_pods(view)));
    for (index, measurement) in view.checks.iter().enumerate() {
        let label = if index == 0 { "checks" } else { "" };
        lines.extend(labelled(label, check(view, measurement)));
    }
    let mut drawn: Vec<String> = lines.iter().map(|line| draw(line, appearance)).collect();
    for (style, text) in notes(view, now) {
        drawn.push(String::new());
        let text = hidden::sentence(&text);
        let text = if appearance.unicode { text } else { ascii(&text).into() };
        let wrapped = wrap(&text, appearance.width.clamp(Appearance::NARROWEST, Appearance::WIDEST));
        drawn.extend(wrapped.into_iter().map(|line| draw(&[(style, line)], appearance)));
    }
    drawn
}

/// The name, the version, and the status.
fn head(view: &View) -> Vec<Piece> {
    let mut line = vec![(Style::new().bold(), format!("{}/{}", view.namespace, view.name))];
    let shown = view.canary.as_ref().or(view.stable.as_ref()).and_then(|pods| version(&pods.version));
    line.extend(view.environment.iter().map(|environment| plain(format!("  {environment}"))));
    line.extend(shown.map(|version| plain(format!("  {version}"))));
    let style = match view.phase {
        Phase::Healthy => Style::new().green(),
        Phase::Progressing => Style::new().cyan(),
        Phase::Paused => Style::new().yellow(),
        Phase::Degraded => Style::new().red(),
    };
    line.push((style.bold(), format!("  {}", view.phase.name())));
    line
}

fn stages(view: &View, now: Timestamp) -> Vec<Vec<Piece>> {
    if view.step.is_none() && view.aborted_at.is_none() {
        return Vec::new();
    }
    let at = view.now.or(view.aborted_at).unwrap_or(view.stages.len());
    let first = at.saturating_sub(STAGES / 2).min(view.stages.len().saturating_sub(STAGES));
    let last = (first + STAGES).min(view.stages.len());
    let width = view.stages[first..last].iter().map(|stage| stage.name.width()).max().unwrap_or(0).max(3);
    let mut lines = Vec::new();
    if first > 0 {
        lines.push(vec![dim(format!("  ✔ {first} stages done"))]);
    }
    for (index, stage) in view.stages.iter().enumerate().take(last).skip(first) {
        let share = match (stage.weight, stage.exposure) {
            (Some(weight), Some(exposure)) if exposure > weight => {
                format!("{:>6}  {} exposed", percent(weight), percent(exposure))
            }
            (Some(weight), _) => format!("{:>6}", percent(weight)),
            (None, _) => String::new(),
        };
        let name = format!("{:width$}", stage.name, width = width + stage.name.len() - stage.name.width());
        let mut line = match index.cmp(&at) {
            std::cmp::Ordering::Less => {
                vec![(Style::new().green(), "  ✔ ".to_owned()), plain(format!("{name}  {share}"))]
            }
            std::cmp::Ordering::Equal if view.aborted_at.is_some() => vec![
                (Style::new().red().bold(), "  ✘ ".to_owned()),
                (Style::new().bold(), name),
                plain(format!("  {share}")),
            ],
            std::cmp::Ordering::Equal => vec![
                (Style::new().cyan().bold(), "  ▶ ".to_owned()),
                (Style::new().bold(), name),
                plain(format!("  {share}")),
            ],
            std::cmp::Ordering::Greater => vec![dim(format!("  · {name}  {share}"))],
        };
        if index == at && view.aborted_at.is_none() {
            line.push(plain(format!("  {}", doing(view, now))));
        }
        lines.push(line);
    }
    if last < view.stages.len() {
        lines.push(vec![dim(format!("  · {} more stages", view.stages.len() - last))]);
    }
    let end = format!("{:width$}  {:>6}", "all", "100%");
    lines.push(match view.now.or(view.aborted_at) {
        Some(_) => vec![dim(format!("  · {end}"))],
        None => vec![
            (Style::new().cyan().bold(), "  ▶ ".to_owned()),
            (Style::new().bold(), end),
            plain("  takes over".to_owned()),
        ],
    });
    lines
}

/// What is being done, and how long it will take.
fn doing(view: &View, now: Timestamp) -> String {
    match &view.waits {
        Some(WaitReason::Held { since, checks, .. }) => {
            let names: Vec<&str> = checks.iter().map(|(name, ..)| name.as_str()).collect();
            let since = since.map(|since| format!(" since {}", clock(since, now))).unwrap_or_default();
            return format!("held{since}, for {}", names.join(", "));
        }
        Some(_) => return "waits for a person".to_owned(),
        None => {}
    }
    match (&view.activity, view.until) {
        (Some(Activity::Pause(_)), Some(until)) if until > now => {
            format!("paused, {} left", duration(until.duration_since(now)))
        }
        (Some(Activity::Pause(_)), _) => "paused".to_owned(),
        (Some(Activity::Scale), _) => "starts pods".to_owned(),
        (Some(Activity::Weight(weight)), _) => format!("sets the weight to {}", percent(*weight)),
        (Some(Activity::Headers), _) => "sets up the audience".to_owned(),
        (Some(Activity::Mirror), _) => "sets up the mirror".to_owned(),
        (Some(Activity::Person), _) => "waits for a person".to_owned(),
        (Some(Activity::Gate), _) => "runs the checks".to_owned(),
        (Some(Activity::Data), _) => "asks for good values before the stage ends".to_owned(),
        (Some(Activity::Experiment), _) => "runs an experiment".to_owned(),
        (Some(Activity::Plugin(name)), _) => format!("runs {name}"),
        (Some(Activity::Unknown) | None, _) => "in progress".to_owned(),
    }
}

/// How long it has been in the stage, and the shortest time for the rest.
fn times(view: &View, now: Timestamp) -> Vec<Piece> {
    let Some((step, steps)) = view.step.filter(|_| view.now.is_some()) else { return Vec::new() };
    let since = view.since.map(|since| format!("{} in this stage", duration(now.duration_since(since))));
    let later = view.pauses_left.filter(|left| !left.is_zero());
    let later = later.map(|left| format!("{} of pauses left", duration(left)));
    let parts: Vec<String> = since.into_iter().chain(later).chain([format!("step {} of {steps}", step + 1)]).collect();
    vec![plain(parts.join(", "))]
}

fn weight(view: &View) -> String {
    let weight = &view.weight;
    let share = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), percent);
    let of = if weight.is_routed { "of the requests" } else { "of the pods" };
    match (weight.wanted, weight.actual) {
        (Some(wanted), Some(actual)) if wanted == actual => format!("{} {of}", percent(actual)),
        (wanted, actual) => format!("{} {of}, {} desired", share(actual), share(wanted)),
    }
}

fn all_pods(view: &View) -> Vec<Piece> {
    let one = |name: &str, pods: &Pods| {
        let style = if pods.ready < pods.wanted { Style::new().yellow() } else { Style::new() };
        (style, format!("{name} {} of {} ready", pods.ready, pods.wanted))
    };
    let mut line = Vec::new();
    line.extend(view.canary.as_ref().map(|pods| one("new", pods)));
    if let Some(pods) = view.stable.as_ref().filter(|stable| view.canary.as_ref() != Some(*stable)) {
        if !line.is_empty() {
            line.push(plain("   ".to_owned()));
        }
        line.push(one("stable", pods));
        let version = view.canary.as_ref().and_then(|_| version(&pods.version));
        line.extend(version.map(|version| dim(format!("  {version}"))));
    }
    line
}

fn check(view: &View, measurement: &CheckView) -> Vec<Piece> {
    let name_width = view.checks.iter().map(|one| one.name.width()).max().unwrap_or(0);
    let threshold = |one: &CheckView| one.threshold.clone().map(|text| format!("({text})")).unwrap_or_default();
    let threshold_width = view.checks.iter().map(|one| threshold(one).width()).max().unwrap_or(0);
    let values = |one: &CheckView| if one.values.is_empty() { "–".to_owned() } else { one.values.join(" → ") };
    let value_width = view.checks.iter().map(|one| values(one).width()).max().unwrap_or(0);
    let (style, word) = match (measurement.phase, measurement.outcome) {
        (RunPhase::Failed, _) => (Style::new().red(), "failed"),
        (RunPhase::Error, _) => (Style::new().red(), "error"),
        (RunPhase::Inconclusive, _) => (Style::new().yellow(), "inconclusive"),
        (RunPhase::Successful, _) if measurement.place != Place::Watch => (Style::new().green(), "passed"),
        (_, None) => (Style::new().dimmed(), "not measured yet"),
        (_, Some(Outcome::Good)) => (Style::new().green(), "good"),
        (_, Some(Outcome::Bad)) => (Style::new().red(), "bad"),
        (_, Some(Outcome::NoData)) => (Style::new().yellow(), "no data"),
        (_, Some(Outcome::Inconclusive)) => (Style::new().yellow(), "inconclusive"),
        (_, Some(Outcome::Error)) => (Style::new().yellow(), "error"),
    };
    let mut line = vec![
        plain(format!("{}  ", padded(&measurement.name, name_width))),
        plain(format!("{}  ", padded(&values(measurement), value_width))),
        plain(format!("{}  ", padded(&threshold(measurement), threshold_width))),
        (style, word.to_owned()),
    ];
    let shown =
        left(measurement.left).filter(|_| measurement.place == Place::Watch || measurement.left != Some((0, 0)));
    line.extend(shown.filter(|_| !measurement.phase.is_final()).map(|left| dim(format!("  {left}"))));
    line.extend(measurement.message.as_ref().map(|message| dim(format!("  {}", message.trim()))));
    line
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// Notes in whole sentences: why it waits, how it ended, and that the API server does not answer.
fn notes(view: &View, now: Timestamp) -> Vec<Piece> {
    let mut notes = Vec::new();
    let release = format!("{}/{}", view.namespace, view.name);
    if let Some((since, reason)) = &view.lost {
        let text = format!(
            "The API server has not answered since {} ({reason}). This is the state at that time; canaryc is reconnecting.",
            clock(*since, now)
        );
        notes.push((Style::new().yellow(), text));
    }
    if let Some(ending) = &view.ending {
        let style = match ending {
            Ending::Healthy | Ending::Reached(_) => Style::new().green(),
            Ending::Failed(_) => Style::new().red(),
            Ending::Waiting(_) | Ending::TimedOut(_) => Style::new().yellow(),
        };
        let revision = view.canary.as_ref().or(view.stable.as_ref()).and_then(|pods| pods.version.revision);
        let (namespace, name) = (view.namespace.clone(), view.name.clone());
        let ended = Event { at: now, namespace, name, revision, kind: EventKind::Ended(ending.clone()) };
        notes.push((style, paragraph(&ended, ending)));
    } else if let Some(waits) = &view.waits {
        notes.push((
            Style::new().yellow(),
            format!("{} {}", wait_reason(waits, "The release"), next_command(waits, &release)),
        ));
    } else if view.phase == Phase::Degraded {
        notes.push((Style::new().red(), view.message.clone()));
    }
    notes
}

fn labelled(label: &str, pieces: Vec<Piece>) -> Option<Vec<Piece>> {
    if pieces.is_empty() {
        return None;
    }
    let mut line = vec![dim(format!("  {label:8}"))];
    line.extend(pieces);
    Some(line)
}

fn plain(text: String) -> Piece {
    (Style::new(), text)
}

fn dim(text: String) -> Piece {
    (Style::new().dimmed(), text)
}

/// A line in its styles, cut to the width of the terminal.
pub(in crate::runtime) fn draw(pieces: &[Piece], appearance: Appearance) -> String {
    let mut room = appearance.width;
    let mut line = String::new();
    for (style, text) in pieces {
        let text = hidden::sentence(text);
        let text = if appearance.unicode { text } else { ascii(&text).into() };
        let cut: String = text
            .chars()
            .take_while(|character| {
                let width = character.width().unwrap_or(0);
                let fits = width <= room;
                room = if fits { room - width } else { 0 };
                fits
            })
            .collect();
        if appearance.color && !cut.is_empty() {
            line.push_str(&style.style(&cut).to_string());
        } else {
            line.push_str(&cut);
        }
    }
    if appearance.color { line } else { line.trim_end().to_owned() }
}

/// The current content of a terminal.
#[derive(Debug, Default)]
pub struct Painter {
    drawn: Vec<String>,
    widths: Vec<usize>,
}

impl Painter {
    /// The bytes that show another picture on a terminal of this size. `above` contains lines that stay above the
    /// picture. Empty when nothing has changed.
    pub fn repaint(&mut self, above: &[String], picture: Vec<String>, size: (usize, usize)) -> String {
        let (width, height) = size;
        // A picture that is taller than the terminal could not be erased.
        let picture: Vec<String> = picture.into_iter().take(height.saturating_sub(1).max(1)).collect();
        if above.is_empty() && picture == self.drawn {
            return String::new();
        }
        let mut text = String::new();
        let rows: usize = self.widths.iter().map(|drawn| drawn.div_ceil(width.max(1)).max(1)).sum();
        if rows > 0 {
            text.push_str(&format!("\x1b[{rows}F"));
        }
        text.push_str("\x1b[J");
        for line in above.iter().chain(&picture) {
            text.push_str(line);
            text.push('\n');
        }
        self.widths = picture.iter().map(|line| visible_width(line)).collect();
        self.drawn = picture;
        text
    }
}

/// The width of a line, without its colours.
fn visible_width(line: &str) -> usize {
    let mut width = 0;
    let mut is_escape = false;
    for character in line.chars() {
        match character {
            '\x1b' => is_escape = true,
            'm' if is_escape => is_escape = false,
            _ if is_escape => {}
            character => width += character.width().unwrap_or(0),
        }
    }
    width
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn a_picture_replaces_the_last_one() {
        let mut painter = Painter::default();
        assert_eq!(painter.repaint(&[], lines(&["a", "b"]), (80, 24)), "\x1b[Ja\nb\n");
        assert_eq!(painter.repaint(&[], lines(&["a", "b"]), (80, 24)), "");
        assert_eq!(painter.repaint(&lines(&["said"]), lines(&["c"]), (80, 24)), "\x1b[2F\x1b[Jsaid\nc\n");
        assert_eq!(painter.repaint(&[], lines(&["d"]), (80, 24)), "\x1b[1F\x1b[Jd\n");
    }

    #[test]
    fn a_narrower_terminal_shows_the_last_picture_in_more_rows() {
        let mut painter = Painter::default();
        painter.repaint(&[], lines(&["\x1b[31m0123456789\x1b[0m", "b"]), (80, 24));
        assert_eq!(painter.repaint(&[], lines(&["c"]), (4, 24)), "\x1b[4F\x1b[Jc\n");
    }

    #[test]
    fn a_picture_is_never_taller_than_the_terminal() {
        let mut painter = Painter::default();
        assert_eq!(painter.repaint(&[], lines(&["a", "b", "c"]), (80, 3)), "\x1b[Ja\nb\n");
    }
}
