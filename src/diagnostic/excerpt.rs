//! In: the labels of a diagnostic. Out: the few lines of each source that show them, as an [`Excerpt`]. The lines are
//! cut to the width of the page and contain no control characters for the terminal; the labels have their places in the
//! remaining text. A sentence takes the place of a line with a value of a Secret. This bounds the work of a renderer, however long a file or a line is.

use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};

use unicode_width::UnicodeWidthChar;

use super::lines::{Lines, Position};
use super::visible;
use crate::source::SourceId;

/// A label over more lines than this is shown by its first lines.
const MOST_LINES: usize = 6;
/// Labels with at most this many lines between them share one excerpt.
const GAP: usize = 2;
/// Columns that are kept before a label when its line is cut.
const LEAD: usize = 24;
/// What is shown in place of a line with a value of a Secret.
const HIDDEN: &str = "(a value of a Secret is not shown)";
/// Columns between the stops of a tab.
pub(super) const TAB: usize = 4;

/// A label and its source.
pub(super) struct Place<'a> {
    pub source: SourceId,
    pub range: Range<usize>,
    pub message: &'a str,
    pub primary: bool,
}

/// Consecutive lines of one source.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub source: SourceId,
    /// Where its most important label begins, in the source.
    pub position: Position,
    /// The number of its first line, from 1.
    pub first_line: usize,
    /// Its lines; each ends with a newline.
    pub text: String,
    /// Sorted by place; no two overlap.
    pub labels: Vec<Shown>,
}

/// A label within the text of an excerpt.
#[derive(Debug)]
pub(super) struct Shown {
    pub range: Range<usize>,
    pub message: String,
    pub primary: bool,
}

/// The limits that the lines must fit.
#[derive(Clone, Copy)]
pub(super) struct Page {
    /// Columns for the text of a line.
    pub columns: usize,
    /// Whether characters other than ASCII can be shown.
    pub unicode: bool,
}

/// Labels that are shown together. A label over several lines is shown alone.
struct Group<'a> {
    source: SourceId,
    lines: RangeInclusive<usize>,
    places: Vec<Place<'a>>,
}

/// The excerpts that show all the labels; the one with the first label comes first.
pub(super) fn excerpts<'a>(
    places: impl IntoIterator<Item = Place<'a>>,
    sources: &HashMap<SourceId, Lines<'_>>,
    page: Page,
) -> Vec<Excerpt> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for mut place in places {
        let Some(lines) = sources.get(&place.source) else { continue };
        place.range = clip(lines, place.range);
        let touched = lines.line_of(place.range.start)..=lines.line_of(place.range.end);
        match groups.iter_mut().find(|group| group.takes(&place, &touched, lines, page)) {
            Some(group) => {
                group.lines = *group.lines.start().min(touched.start())..=*group.lines.end().max(touched.end());
                group.places.push(place);
            }
            None => groups.push(Group { source: place.source, lines: touched, places: vec![place] }),
        }
    }
    groups.into_iter().filter_map(|group| Some(group.show(sources.get(&group.source)?, page))).collect()
}

/// The part of a range that is underlined: whole characters, without the line end, of a few lines.
fn clip(lines: &Lines<'_>, range: Range<usize>) -> Range<usize> {
    let text = lines.text();
    let start = text.floor_char_boundary(range.start.min(text.len()));
    let mut end = text.ceil_char_boundary(range.end.clamp(start, text.len()));
    end = start + text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r']).len();
    if lines.line_of(end) - lines.line_of(start) >= MOST_LINES {
        let first = lines.range(lines.line_of(start));
        let shown = text.get(start..first.end.max(start)).unwrap_or("");
        end = start + shown.trim_end().len();
    }
    start..end
}

impl Group<'_> {
    fn takes(&self, place: &Place<'_>, touched: &RangeInclusive<usize>, lines: &Lines<'_>, page: Page) -> bool {
        let one_line = |range: &RangeInclusive<usize>| range.start() == range.end();
        let stands_alone = match self.places.as_slice() {
            [only] => lines.line_of(only.range.start) != lines.line_of(only.range.end),
            _ => false,
        };
        let far = *touched.start() > self.lines.end() + GAP + 1 || touched.end() + GAP + 1 < *self.lines.start();
        if self.source != place.source || stands_alone || !one_line(touched) || far {
            return false;
        }
        // A line that is cut shows only one window, so labels on it are grouped only if they are close.
        let long = lines.range(*touched.start()).len() > page.columns;
        let mut same_line = self.places.iter().filter(|other| lines.line_of(other.range.start) == *touched.start());
        same_line.all(|other| {
            let apart = place.range.end < other.range.start || other.range.end < place.range.start;
            let span = place.range.end.max(other.range.end) - place.range.start.min(other.range.start);
            apart && (!long || span <= page.columns / 2)
        })
    }

    fn show(&self, lines: &Lines<'_>, page: Page) -> Excerpt {
        // The line before is shown if the line of the first label belongs to it by its indentation. Any other neighbour
        // is noise.
        let indentation = |line: usize| {
            let text = lines.text().get(lines.range(line)).unwrap_or("");
            text.find(|character: char| !character.is_whitespace())
        };
        let first = match self.lines.start().checked_sub(1) {
            Some(before) if indentation(before).is_some_and(|at| Some(at) < indentation(*self.lines.start())) => before,
            _ => *self.lines.start(),
        };
        let mut places: Vec<_> = self.places.iter().collect();
        places.sort_by_key(|place| (place.range.start, place.range.end));
        let mut text = String::new();
        let mut labels: Vec<_> = places
            .iter()
            .map(|place| Shown {
                range: 0..0,
                message: visible::line(place.message, page.unicode),
                primary: place.primary,
            })
            .collect();
        for line in first..=*self.lines.end() {
            let range = lines.range(line);
            let marks = places.iter().map(|place| &place.range).filter(|place| {
                range.contains(&place.start)
                    || range.end == place.start
                    || range.contains(&place.end)
                    || range.end == place.end
            });
            let focus = marks
                .clone()
                .flat_map(|mark| [mark.start, mark.end])
                .filter(|at| range.start <= *at && *at <= range.end);
            let focus = focus.clone().min().map(|from| from..focus.max().unwrap_or(from));
            let shown = match lines.is_hidden(line) {
                true => Cut { text: HIDDEN.to_owned(), bytes: vec![(range.start, 0), (range.end, HIDDEN.len())] },
                false => cut(lines.text(), range.clone(), focus, page),
            };
            for (place, label) in places.iter().zip(&mut labels) {
                if range.start <= place.range.start && place.range.start <= range.end {
                    label.range.start = text.len() + shown.place(place.range.start);
                }
                if range.start <= place.range.end && place.range.end <= range.end {
                    label.range.end = text.len() + shown.place(place.range.end);
                }
            }
            text.push_str(&shown.text);
            text.push('\n');
        }
        let most_important = self.places.iter().find(|place| place.primary).or(self.places.first());
        let position = lines.position(most_important.map_or(0, |place| place.range.start));
        Excerpt { source: self.source, position, first_line: first + 1, text, labels }
    }
}

/// A line as it is shown, and the new places of its bytes.
struct Cut {
    text: String,
    /// `(byte in the source, byte in the text)` for each character shown, and for the end.
    bytes: Vec<(usize, usize)>,
}

impl Cut {
    /// The new place of a byte of the source. For a byte that was cut away, it is the nearer end.
    fn place(&self, offset: usize) -> usize {
        let next = self.bytes.partition_point(|(source, _)| *source < offset);
        self.bytes.get(next).or(self.bytes.last()).map_or(0, |(_, shown)| *shown)
    }
}

/// Shows the part of a line around `focus` that fits the page. Reads no more of the line than that part.
fn cut(text: &str, line: Range<usize>, focus: Option<Range<usize>>, page: Page) -> Cut {
    let ellipsis = if page.unicode { "…" } else { "..." };
    let columns = page.columns.saturating_sub(2 * ellipsis.len());
    let all = text.get(line.clone()).unwrap_or("");
    let focus = focus.map_or(0..0, |focus| focus.start - line.start..focus.end - line.start);
    let before = all.get(..focus.start).unwrap_or("");
    // Starts at the start of the line if the label then still fits, else a little before the label.
    let lead = |room: usize| {
        let mut left = room;
        let taken = before.chars().rev().take_while(|character| {
            let width = width(*character);
            let fits = width <= left;
            left = left.saturating_sub(width);
            fits
        });
        taken.map(char::len_utf8).sum::<usize>()
    };
    let label_columns = all.get(focus.clone()).unwrap_or("").chars().take(columns).map(width).sum::<usize>();
    let room = columns.saturating_sub(label_columns).max(LEAD.min(columns / 2)).min(columns * 3 / 4);
    let start = if lead(room) == before.len() { 0 } else { before.len() - lead(LEAD.min(columns / 2)) };

    let mut shown = Cut { text: String::new(), bytes: Vec::new() };
    if start > 0 {
        shown.text.push_str(ellipsis);
    }
    let mut used = 0;
    for (offset, character) in all.get(start..).unwrap_or("").char_indices() {
        let offset = start + offset;
        if used + width(character) > columns {
            shown.bytes.push((line.start + offset, shown.text.len()));
            shown.text.push_str(ellipsis);
            return shown;
        }
        shown.bytes.push((line.start + offset, shown.text.len()));
        if character == '\u{feff}' && line.start + offset == 0 {
            continue;
        }
        used += width(character);
        shown.text.push(visible::substitute(character, page.unicode).unwrap_or(character));
    }
    shown.bytes.push((line.end, shown.text.len()));
    shown
}

/// The most columns that a character may take.
fn width(character: char) -> usize {
    if character == '\t' { TAB } else { character.width().unwrap_or(1) }
}
