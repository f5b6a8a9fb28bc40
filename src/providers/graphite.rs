//! In: `graphite` of a provider. Out: its settings, the checks of its targets, and the `provider.graphite` of a metric.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::embedded::TextProblem;
use crate::expression::Answer;
use crate::manifest::{Field, Value};
use crate::policy::Sourced;
use crate::policy::context::Context;
use crate::policy::embedded;
use crate::provider::endpoint::{Endpoint, Judged, Query, QueryText};
use crate::provider::holes::Holes;
use crate::provider::language::QueryLanguage;
use crate::provider::versions::why_one_version;
use crate::provider::{Declaration, DeclaredProvider, Provider, Usage, address};
use crate::syntax::tree::Text;
use crate::units::Duration;
use crate::vocabulary::Word;

/// The record of Graphite.
pub const PROVIDER: Provider = Provider {
    word: Word::Graphite,
    name: "Graphite",
    answers: "a list of the points of the first series within `window`, without nulls; a threshold binds every point",
    no_data: "an empty list, when all points are null; a series that does not exist is an error",
    cannot: &[
        "set a timeout: Argo Rollouts waits ten seconds",
        "authenticate",
        "distinguish a missing series from a failing server: `error-limit` applies to both",
    ],
    usage: Usage::Declared(DeclaredProvider {
        example: r#"graphite address="http://graphite:8080""#,
        language: &LANGUAGE,
        query_settings: &[],
        has_telemetry: false,
        read,
    }),
};

/// The query language of Graphite: its targets.
const LANGUAGE: QueryLanguage = QueryLanguage { name: "Graphite targets", window: spelled, events: None };

/// The time range of a query without `window=`. Graphite's own default is a day.
const LOOK_BACK: &str = "5min";

/// The parameters of Graphite's URL that canaryc writes.
const PARAMETERS: [&str; 3] = ["target=", "from=", "until="];

/// The settings of `graphite`.
#[derive(Clone, Debug)]
struct Graphite {
    address: Sourced<Text>,
}

fn read(cx: &mut Context<'_>, declaration: Declaration<'_>) -> Option<Arc<dyn Endpoint>> {
    Some(Arc::new(Graphite { address: address::read(cx, declaration.settings)? }))
}

/// Graphite counts whole seconds, and does not recognise `5m` as a time.
fn spelled(duration: Duration) -> String {
    let seconds = duration.milliseconds().div_ceil(1_000);
    if seconds.is_multiple_of(60) { format!("{}min", seconds / 60) } else { format!("{seconds}s") }
}

impl Endpoint for Graphite {
    fn judge(&self, cx: &mut Context<'_>, query: &QueryText<'_>) -> Option<Judged> {
        if let Some(problem) = problem(query.text) {
            embedded::report_in(cx, Code::QueryLanguage, query.value, query.text, problem);
            return None;
        }
        let service = cx.names.canary_service.known().map(|name| name.to_string());
        let names_the_canary =
            query.template.names_the_canary() || service.is_some_and(|service| query.text.contains(&service));
        let distinguishes_versions = !query.must_name_canary || names_the_canary;
        if !distinguishes_versions {
            let why = why_one_version(cx);
            cx.report(same_for_both_versions(query, &why));
        }
        if query.window.is_none() && query.window_is_optional {
            cx.report(looks_back(query));
        }
        Some(Judged { answer: Answer::Every, distinguishes_versions, most: None })
    }

    fn metric(&self, query: Query<'_>, _: &mut Holes<'_>) -> Field {
        let target = match &query.text.value {
            Value::String(target) => in_a_url(target),
            _ => String::new(),
        };
        let from = query.window.map_or_else(|| LOOK_BACK.to_owned(), |window| spelled(window.value));
        let query_field = Field::new(format!("target={target}&from=-{from}"), query.text.origin);
        let field = Field::of(query.origin, [("address", self.address.field()), ("query", query_field)]);
        Field::of(query.origin, [("graphite", field)])
    }
}

/// The target, encoded for a URL. The controller inserts the query into the URL without encoding it, and without its
/// white space, even inside quotes.
fn in_a_url(target: &str) -> String {
    let mut text = String::with_capacity(target.len());
    let mut quote: Option<char> = None;
    for character in target.chars() {
        match (quote, character) {
            (Some(opened), _) if opened == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            _ => {}
        }
        match character {
            ' ' | '\t' | '\n' | '\r' | '\u{c}' if quote.is_some() => {
                text.push_str(&format!("%{:02X}", u32::from(character)));
            }
            '%' => text.push_str("%25"),
            '&' => text.push_str("%26"),
            '#' => text.push_str("%23"),
            ';' => text.push_str("%3B"),
            '+' => text.push_str("%2B"),
            _ => text.push(character),
        }
    }
    text
}

/// What is wrong with a target.
fn problem(text: &str) -> Option<TextProblem> {
    let start = text.len() - text.trim_start().len();
    if start == text.len() {
        let problem = TextProblem::new(0..text.len(), "the target is empty");
        return Some(problem.help("write a target, such as \"sumSeries(app.*.requests)\""));
    }
    let parameter = PARAMETERS.iter().find_map(|parameter| {
        let at = if text[start..].starts_with(parameter) { start } else { text.find(&format!("&{parameter}"))? + 1 };
        Some((at..at + parameter.len(), *parameter))
    });
    if let Some((range, parameter)) = parameter {
        let help = if parameter == "target=" {
            "write only the target, such as \"sumSeries(app.*.requests)\""
        } else {
            "remove it, and write `window=\"5m\"` on the query"
        };
        let message = format!("canaryc writes `{parameter}` itself");
        return Some(TextProblem::new(range, message).label("part of the URL, not of the target").help(help));
    }
    promql(text).or_else(|| unbalanced(text))
}

/// PromQL where a target is expected: `{label="value"}` or `[5m]`, outside of quotes. Braces of a target list names, and
/// its brackets list characters.
fn promql(text: &str) -> Option<TextProblem> {
    let mut quote: Option<char> = None;
    let mut brace: Option<usize> = None;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(opened), _) if opened == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '{') => brace = Some(at),
            (None, '}') => brace = None,
            (None, '=') if let Some(brace) = brace => return Some(is_promql(brace..at + 1, "a label matcher")),
            (None, '[') => {
                let inside = text[at + 1..].split(']').next().unwrap_or_default();
                if is_duration(inside) {
                    return Some(is_promql(at..at + inside.len() + 2, "a time range"));
                }
            }
            _ => {}
        }
    }
    None
}

/// `5m`, or `5min` as canaryc writes a window for Graphite.
fn is_duration(text: &str) -> bool {
    let unit = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    unit.len() < text.len() && matches!(unit, "ms" | "s" | "m" | "min" | "h" | "d" | "w" | "y")
}

fn is_promql(range: Range<usize>, label: &'static str) -> TextProblem {
    TextProblem::new(range, "this is PromQL, not a Graphite target")
        .label(label)
        .why("Graphite rejects the target or finds no series, so the check never measures the canary.")
        .help("write a target, such as \"sumSeries(app.{{canary-hash}}.errors)\", or use a `prometheus` provider")
}

/// A bracket without a partner, outside of quotes.
fn unbalanced(text: &str) -> Option<TextProblem> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut quote: Option<(usize, char)> = None;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some((_, opened)), _) if opened == character => quote = None,
            (None, '"' | '\'') => quote = Some((at, character)),
            (None, '(' | '[' | '{') => open.push((at, character)),
            (None, ')' | ']' | '}') => match open.pop() {
                Some((_, opened)) if matches!((opened, character), ('(', ')') | ('[', ']') | ('{', '}')) => {}
                _ => return Some(unmatched(at, character)),
            },
            _ => {}
        }
    }
    quote.or_else(|| open.pop()).map(|(at, character)| unmatched(at, character))
}

fn unmatched(at: usize, character: char) -> TextProblem {
    let message = match character {
        ')' | ']' | '}' => format!("unmatched `{character}`"),
        _ => format!("this `{character}` is never closed"),
    };
    TextProblem::new(at..at + 1, message)
        .label("unbalanced")
        .why("Graphite rejects the target, and several errors in a row abort the release.")
}

fn same_for_both_versions(query: &QueryText<'_>, why: &str) -> Diagnostic {
    Diagnostic::new(
        Code::QueryScope,
        query.value.blame(),
        "this query does not distinguish the canary from the stable version",
    )
    .label("matches both versions")
    .why(why)
    .help("use `{{canary-hash}}` or `{{canary-service}}` in the path of the series; to measure both versions, write `scope=\"any\"`")
}

fn looks_back(query: &QueryText<'_>) -> Diagnostic {
    Diagnostic::new(
        Code::QueryLiteralRange,
        query.value.blame(),
        "this query covers five minutes, but the first measurement does not wait that long",
    )
    .label("no `window=`")
    .why("The first measurement includes points from before the change of weight and judges the previous version.")
    .help("write `window=\"5m\"` on the query; the first measurement is then one window later")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_spelled_as_graphite_reads_it() {
        let text = |text: &str| spelled(Duration::parse(text).unwrap());
        assert_eq!([text("5m"), text("90s"), text("1h"), text("1500ms")], ["5min", "90s", "60min", "2s"]);
    }

    #[test]
    fn a_target_is_encoded_for_the_url() {
        assert_eq!(in_a_url("seriesByTag('a=b;c')#1&2+3%"), "seriesByTag('a=b%3Bc')%231%262%2B3%25");
        assert_eq!(in_a_url("alias(a, 'b  c\td')"), "alias(a, 'b%20%20c%09d')");
        assert_eq!(in_a_url("f(a, \"it's x\", ' ')"), "f(a, \"it's%20x\", '%20')");
        assert_eq!(in_a_url("app.{{args.canary-hash}}.ok"), "app.{{args.canary-hash}}.ok");
    }

    #[test]
    fn brackets_are_balanced_outside_of_quotes() {
        for good in ["a.b", "f(a.{b,c}[12],'(')", "alias(a,\"it's\")"] {
            assert_eq!(problem(good), None, "{good}");
        }
        for (bad, at) in [("f(a", 1), ("f(a))", 4), ("f(a]", 3), ("alias(a,'x)", 8)] {
            assert_eq!(problem(bad).map(|problem| problem.range.start), Some(at), "{bad}");
        }
    }

    #[test]
    fn promql_is_no_target() {
        for good in ["a.{b,c}.d[0-9]", "seriesByTag('a=b')", "f(a,'[5m]')", "app.{{args.canary-hash}}.x[5]"] {
            assert_eq!(promql(good), None, "{good}");
        }
        for (bad, at) in [("rate(x{a='b'})", 6), ("rate(x[5m])", 6), ("x[5min]", 1), ("x{a!=\"b\"}", 1)] {
            assert_eq!(promql(bad).map(|problem| problem.range.start), Some(at), "{bad}");
        }
    }

    #[test]
    fn parameters_of_the_url_are_refused() {
        for (bad, at) in [("target=a", 0), (" target=a", 1), ("a&from=-5min", 2)] {
            assert_eq!(problem(bad).map(|problem| problem.range.start), Some(at), "{bad}");
        }
    }
}
