//! The words that lines, paragraphs and pictures share: shares, durations, times, versions.

use jiff::{SignedDuration, Timestamp};

use crate::runtime::track::ending::Version;
use crate::runtime::track::observed::PodProblem;
use crate::runtime::track::stage::{StageAt, step_name};

/// `25%`, `0.5%`, `33.3%`
pub fn percent(share: f64) -> String {
    let text = format!("{share:.1}");
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

/// `45 s`, `12 min 3 s`, `1 h 20 min`, `3 d 4 h`: the two largest units.
pub fn duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let units = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds % 60, "s")];
    let first = units.iter().position(|(count, _)| *count > 0).unwrap_or(3);
    let shown = units.iter().skip(first).take(2).filter(|(count, _)| *count > 0);
    let text = shown.map(|(count, unit)| format!("{count} {unit}")).collect::<Vec<_>>().join(" ");
    if text.is_empty() { "0 s".to_owned() } else { text }
}

/// `14:03:12 UTC`; with the date unless it is the day of `now`.
pub fn clock(at: Timestamp, now: Timestamp) -> String {
    let day = |time: Timestamp| time.strftime("%Y-%m-%d").to_string();
    let form = if day(at) == day(now) { "%H:%M:%S UTC" } else { "%Y-%m-%d %H:%M:%S UTC" };
    at.strftime(form).to_string()
}

/// `2026-01-01T14:03:12Z`
pub fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `revision 1, app:1`; `None` if nothing is known of it.
pub fn version(version: &Version) -> Option<String> {
    let revision = version.revision.map(|revision| format!("revision {revision}"));
    let images = (!version.images.is_empty()).then(|| version.images.join(", "));
    let parts: Vec<String> = revision.into_iter().chain(images).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// `stage half (3 of 4)`, or `step 3 of 8` where stages have no names.
pub fn stage(stage: &StageAt) -> String {
    if stage.name == step_name(stage.number - 1) {
        return format!("{} of {}", stage.name, stage.of);
    }
    format!("stage {} ({} of {})", stage.name, stage.number, stage.of)
}

/// How many more failed measurements are tolerated.
pub fn left(left: Option<(i64, i64)>) -> Option<String> {
    let (left, of) = left?;
    Some(match (left, of) {
        (left, _) if left < 0 => "more than the limit".to_owned(),
        (_, 0) => "no failure is tolerated".to_owned(),
        (0, _) => "no further failure is tolerated".to_owned(),
        (left, of) => format!("{left} of {of} failures left"),
    })
}

/// `2 pods, such as web-1: ImagePullBackOff, no such image`; a problem of several pods appears once.
pub fn pods(pods: &[PodProblem]) -> String {
    let mut groups: Vec<(&PodProblem, usize)> = Vec::new();
    for pod in pods {
        let same =
            |(first, _): &&mut (&PodProblem, usize)| (&first.reason, &first.message) == (&pod.reason, &pod.message);
        match groups.iter_mut().find(same) {
            Some((_, count)) => *count += 1,
            None => groups.push((pod, 1)),
        }
    }
    let one = |(pod, count): &(&PodProblem, usize)| {
        let pods = if *count > 1 { format!("{count} pods, such as {}", pod.name) } else { format!("pod {}", pod.name) };
        match pod.message.split_whitespace().collect::<Vec<_>>().join(" ") {
            message if message.is_empty() => format!("{pods}: {}", pod.reason),
            message => format!("{pods}: {}, {}", pod.reason, message.trim_end_matches('.')),
        }
    };
    groups.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The text with a capital letter at the start.
pub fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The text with a full stop at the end, whatever program wrote it.
pub fn sentence(text: &str) -> String {
    format!("{}.", text.trim().trim_end_matches('.'))
}

/// The text for a terminal without Unicode.
pub fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '≥' => plain.push_str(">="),
            '≤' => plain.push_str("<="),
            '≠' => plain.push_str("!="),
            '→' => plain.push_str("->"),
            '…' => plain.push_str("..."),
            '∞' => plain.push_str("infinite"),
            '✔' => plain.push('+'),
            '▶' => plain.push('>'),
            '✘' => plain.push('x'),
            '·' | '–' | '−' => plain.push('-'),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units() {
        let of = |seconds| duration(SignedDuration::from_secs(seconds));
        assert_eq!([of(0), of(45), of(600), of(723)], ["0 s", "45 s", "10 min", "12 min 3 s"]);
        assert_eq!([of(3600), of(4805), of(273_600)], ["1 h", "1 h 20 min", "3 d 4 h"]);
    }

    #[test]
    fn shares_have_a_decimal_where_they_need_one() {
        assert_eq!([percent(25.0), percent(0.5), percent(100.0 / 3.0)], ["25%", "0.5%", "33.3%"]);
    }

    #[test]
    fn a_time_of_another_day_has_its_date() {
        let at: Timestamp = "2026-01-01T14:03:12Z".parse().unwrap();
        assert_eq!(clock(at, "2026-01-01T23:00:00Z".parse().unwrap()), "14:03:12 UTC");
        assert_eq!(clock(at, "2026-01-02T01:00:00Z".parse().unwrap()), "2026-01-01 14:03:12 UTC");
    }
}
