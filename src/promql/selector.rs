//! In: the tokens of a query. Out: its selectors with their matchers, lists of labels, and durations.

use std::ops::Range;

use crate::embedded::TextProblem;
use crate::units::Duration;

use super::lexer::{self, Kind};
use super::matchers::pattern_problem;
use super::parser::{Parsed, Parser};
use super::{MatchOperator, Matcher, Selector};

impl Parser<'_> {
    /// `name{…}`; either part may be missing.
    pub(super) fn read_selector(&mut self, name: Option<Range<usize>>, inside: Option<String>) -> Parsed<Selector> {
        let metric = name.clone().and_then(|range| self.query.get(range)).map(str::to_owned);
        let mut selector = Selector {
            metric,
            matchers: Vec::new(),
            range: name.unwrap_or_else(|| self.peek().range.clone()),
            braces: None,
            window: None,
            function: inside,
            offset: None,
        };
        if self.is("{") {
            let opened = self.next().range.clone();
            while !self.is("}") {
                self.matcher(&mut selector)?;
                if !self.accept(",") {
                    break;
                }
            }
            if self.is_word("or") {
                let problem =
                    self.unexpected("Prometheus does not support `or` between matchers; use a regular expression");
                return Err(Box::new(problem.help("write one matcher with =~, or join two selectors with `or`")));
            }
            let end = self.close("}", &opened)?.end;
            selector.range.end = end;
            selector.braces = Some(opened.start..end);
        }
        if selector.metric.is_none() && selector.matchers.iter().all(Matcher::matches_empty) {
            let problem = TextProblem::new(selector.range.clone(), "this selects all series of the server");
            self.problems.push(
                problem
                    .why("Prometheus rejects a selector whose matchers all accept an empty value.")
                    .help("write a metric name before the braces"),
            );
        }
        Ok(selector)
    }

    fn matcher(&mut self, selector: &mut Selector) -> Parsed<()> {
        let token = self.peek();
        let place = token.range.clone();
        let label = match token.kind {
            Kind::Name => self.text().to_owned(),
            Kind::String => lexer::unquote(self.text()),
            Kind::Symbol if self.is(",") => return self.fail("remove the comma, or write a matcher before it"),
            _ => return self.fail("write a matcher, such as job=\"web\""),
        };
        self.next();
        if token.kind == Kind::String && (self.is(",") || self.is("}")) {
            // `{"name"}` is a metric whose name has other characters.
            self.metric_again(selector, &place);
            selector.metric = Some(label);
            return Ok(());
        }
        if label.contains(':') && token.kind == Kind::Name {
            let problem = TextProblem::new(place.clone(), "a label name cannot contain a colon");
            self.problems.push(problem);
        }
        if self.is("==") {
            let range = self.peek().range.clone();
            let problem = TextProblem::new(range.clone(), "a matcher uses a single `=`");
            return Err(Box::new(problem.help("write =").fix(range, "=")));
        }
        let Some(operator) = MatchOperator::of(self.text()).filter(|_| self.peek().kind == Kind::Symbol) else {
            let help = format!("a matcher is a label, an operator (= != =~ !~) and a string: {label}=\"…\"");
            return self.fail(&help);
        };
        self.next();
        let value = self.peek();
        let range = place.start..value.range.end;
        match value.kind {
            Kind::String => {}
            Kind::Name | Kind::Number | Kind::Duration => {
                let text = self.text();
                let problem = TextProblem::new(value.range.clone(), "the value of a label must be a string");
                let quoted = format!("\"{text}\"");
                return Err(Box::new(
                    problem.label("missing quotes").help(format!("write `{quoted}`")).fix(value.range.clone(), quoted),
                ));
            }
            _ => return self.fail(&format!("write the value in quotes: {label}=\"…\"")),
        }
        let text = lexer::unquote(self.text());
        self.next();
        if label == "__name__" && operator == MatchOperator::Equal {
            self.metric_again(selector, &range);
        }
        if matches!(operator, MatchOperator::Matches | MatchOperator::NotMatches) {
            self.problems.extend(pattern_problem(&text, value.range.clone()));
        }
        selector.matchers.push(Matcher { label, operator, value: text, range });
        Ok(())
    }

    fn metric_again(&mut self, selector: &Selector, place: &Range<usize>) {
        if let Some(metric) = &selector.metric {
            let problem = TextProblem::new(place.clone(), format!("the metric name is already `{metric}`"));
            self.problems.push(problem.help("remove one of the two names"));
        }
    }

    /// `(a, b)` after `by`, `on` and similar keywords.
    pub(super) fn labels(&mut self) -> Parsed<Vec<String>> {
        if !self.is("(") {
            return self.fail("write the labels in parentheses, such as (le)");
        }
        let opened = self.next().range.clone();
        let mut labels = Vec::new();
        while !self.is(")") {
            if !matches!(self.peek().kind, Kind::Name | Kind::String) {
                return self.fail("write the name of a label");
            }
            let label = self.text();
            let place = self.next().range.clone();
            if label.contains(':') && !label.starts_with(['"', '\'', '`']) {
                self.problems.push(TextProblem::new(place, "a label name cannot contain a colon"));
            }
            labels.push(label.trim_matches(['"', '\'', '`']).to_owned());
            if !self.accept(",") {
                break;
            }
        }
        self.close(")", &opened).map(|_| labels)
    }

    /// A duration and its position; `None` if it is invalid.
    pub(super) fn duration(&mut self, behind: &str) -> Parsed<(Option<Duration>, Range<usize>)> {
        let token = self.peek();
        let range = token.range.clone();
        let text = self.text();
        match token.kind {
            Kind::Duration => {
                self.next();
                let found = match duration(text) {
                    Ok(duration) if duration.is_zero() && matches!(behind, "[" | ":") => {
                        self.problems.push(TextProblem::new(range.clone(), "a range must be longer than zero"));
                        None
                    }
                    Ok(duration) => Some(duration),
                    Err(problem) => {
                        self.problems.push(*problem.shifted(range.start));
                        None
                    }
                };
                Ok((found, range))
            }
            Kind::Number => {
                self.next();
                let problem = TextProblem::new(range.clone(), "a duration needs a unit").label("missing unit");
                self.problems.push(problem.help(format!("write `{text}s` or `{text}m`")));
                Ok((None, range))
            }
            _ if self.is("]") => self.fail("write the time range, such as [5m]"),
            _ => self.fail("write a duration, such as 5m"),
        }
    }
}

/// The units of PromQL, the largest first, with their milliseconds.
const UNITS: [(&str, u64); 7] = [
    ("y", 31_536_000_000),
    ("w", 604_800_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Parses a duration of Prometheus, which also allows weeks and years.
fn duration(text: &str) -> Parsed<Duration> {
    let mut total: u64 = 0;
    let mut rest = text;
    let mut from = 0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let letters = rest[digits..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = &rest[digits..digits + letters];
        let known = UNITS.iter().position(|(name, _)| *name == unit).filter(|index| *index >= from);
        let part = known.and_then(|index| rest[..digits].parse::<u64>().ok()?.checked_mul(UNITS[index].1));
        let (Some(index), Some(sum)) = (known, part.and_then(|part| total.checked_add(part))) else {
            return Err(wrong(text));
        };
        total = sum;
        from = index + 1;
        rest = &rest[digits + letters..];
    }
    Duration::from_milliseconds(total).ok_or_else(|| wrong(text))
}

/// The problem of an invalid duration, with the same text as for durations of a policy.
fn wrong(text: &str) -> Box<TextProblem> {
    let Err(error) = Duration::parse(text) else {
        return Box::new(
            TextProblem::new(0..text.len(), "this is not a valid PromQL duration")
                .help("write a duration such as 5m or 1h30m"),
        );
    };
    let problem = TextProblem::new(error.range.clone(), error.message()).label(error.label());
    Box::new(match &error.instead {
        Some(instead) => problem.help(format!("write `{instead}`")).fix(0..text.len(), instead.clone()),
        None => problem.help("write a duration such as 5m or 1h30m (ms, s, m, h, d, w, y)"),
    })
}

impl TextProblem {
    /// The same problem in a text that starts a number of bytes later.
    fn shifted(mut self: Box<Self>, by: usize) -> Box<Self> {
        let shift = |range: Range<usize>| range.start + by..range.end + by;
        self.range = shift(self.range);
        self.fix = self.fix.map(|(range, text)| (shift(range), text));
        self
    }
}
