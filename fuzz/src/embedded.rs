//! The languages that a policy embeds, each on any text: conditions, PromQL, JSONPath and regular expressions. Where a
//! mistake is found, its position is in the text; the same text has the same mistakes.

use std::ops::Range;

use canaryc::internals::embedded::{json_path, promql, regular_expression};
use canaryc::internals::expression::{self, ResultType};

pub fn condition_seeds() -> Vec<String> {
    let seeds = [
        "result[0] >= 0.95",
        "len(result) == 0 || all(result, {isNaN(#) || # <= 5})",
        "default(result, 0) in [1, 2, 3] and not isNil(result)",
        "asFloat(result) > 1.5 && asInt(result[0]) % 2 == 0",
        "result.status == \"ok\" ? true : false",
        "any(result, {# matches \"^a.*b$\"}) || result[0:2] == [1, 2]",
    ];
    seeds.map(str::to_owned).to_vec()
}

pub const CONDITION_TOKENS: &[&str] = &[
    "result",
    "[0]",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "#",
    ".",
    "..",
    "...",
    "1",
    "0.5",
    "1e9",
    ".5",
    "1.",
    "\"a\"",
    "'",
    "`",
    "\\",
    " ",
    "==",
    "!=",
    "<=",
    ">=",
    "<",
    ">",
    "&&",
    "||",
    "!",
    "and",
    "or",
    "not",
    "in",
    "matches",
    "contains",
    "startsWith",
    "?",
    ":",
    "??",
    "?.",
    "+",
    "-",
    "*",
    "/",
    "%",
    "**",
    "^",
    ",",
    "len",
    "all(",
    "any(",
    "none(",
    "filter(",
    "map(",
    "count(",
    "default(",
    "isNaN(",
    "isInf(",
    "isNil(",
    "asInt(",
    "asFloat(",
    "true",
    "false",
    "nil",
    "let x = ",
    ";",
    "|",
    "\n",
    "é",
    "\u{1F600}",
];

pub fn promql_seeds() -> Vec<String> {
    let seeds = [
        "sum(rate(http_requests_total{service=\"web-canary\",code=~\"5..\"}[5m])) / sum(rate(http_requests_total[5m]))",
        "histogram_quantile(0.99, sum by (le) (rate(d_bucket{pod=~\"web-{{args.canary-hash}}-.+\"}[5m])))",
        "(sum(x offset 5m) or vector(0)) * on (pod) group_left (app) max_over_time(y[1h:30s] @ end())",
        "topk(3, -x ^ 2) > bool 1 unless absent({__name__=\"up\"})",
        "label_replace(x, \"a\", \"$1\", \"b\", \"(.*)\")",
    ];
    seeds.map(str::to_owned).to_vec()
}

pub const PROMQL_TOKENS: &[&str] = &[
    "sum(",
    "rate(",
    "increase(",
    "max by (pod) (",
    " by (le)",
    " without (a)",
    "histogram_quantile(0.9, ",
    "absent(",
    "vector(",
    "topk(",
    "quantile(",
    "x",
    "x_total",
    "x_bucket",
    "{a=\"b\"}",
    "{a=~\"5..\"}",
    "{",
    "}",
    "(",
    ")",
    "[5m]",
    "[1h:30s]",
    "[",
    "]",
    "5m",
    "1y2w",
    "0s",
    "offset 5m",
    "offset -1h",
    "@ 1",
    "@ end()",
    "=",
    "!=",
    "=~",
    "!~",
    "==",
    ">",
    "<",
    ">= bool ",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    " or ",
    " and ",
    " unless ",
    " atan2 ",
    " on (a) ",
    " ignoring () ",
    " group_left (b) ",
    "1",
    "0x1f",
    "1e9",
    "Inf",
    "NaN",
    "\"",
    "'",
    "`",
    "\\",
    "#",
    ",",
    ":",
    "{{args.canary-hash}}",
    "{{",
    "}}",
    "\n",
    " ",
    "é",
];

pub fn json_path_seeds() -> Vec<String> {
    ["{$.status}", "{$.a[0].b}", "{$.items[*]['name']}", "{$..a[?(@.b == 'c')]}", "{range .a[0:5:2]}{.b}{end}"]
        .map(str::to_owned)
        .to_vec()
}

pub const JSON_PATH_TOKENS: &[&str] = &[
    "{", "}", "$", ".", "..", "[", "]", "[*]", "[0]", "[-1]", "[0:2]", "[?(", ")]", "@", "==", "'a'", "\"a\"", "a",
    "*", ",", ":", "range ", "end", "&&", "\\", "(", ")", "1", " ", "é",
];

pub fn regular_expression_seeds() -> Vec<String> {
    ["5..", "web-[0-9a-f]{5,10}-.+", "(?i)a|b|(c)", "\\d+\\.\\pL{2}", "^(?:a*?b+?)$", "[[:alpha:]_\\-]+\\Q.*\\E"]
        .map(str::to_owned)
        .to_vec()
}

pub const REGULAR_EXPRESSION_TOKENS: &[&str] = &[
    "(",
    ")",
    "(?:",
    "(?i)",
    "(?P<a>",
    "(?=",
    "[",
    "]",
    "[^",
    "[[:alpha:]]",
    "-",
    "a",
    "b",
    "1",
    ".",
    "*",
    "+",
    "?",
    "*?",
    "|",
    "^",
    "$",
    "\\",
    "\\d",
    "\\b",
    "\\pL",
    "\\p{Greek}",
    "\\Q",
    "\\E",
    "\\x{41}",
    "\\u",
    "{",
    "}",
    "{2}",
    "{1,1001}",
    "{,3}",
    "{3,1}",
    "é",
];

/// Whether a range can cut the text.
fn within(text: &str, range: &Range<usize>) -> Result<(), String> {
    match text.get(range.clone()) {
        Some(_) => Ok(()),
        None => Err(format!("{range:?} does not cut its text of {} bytes", text.len())),
    }
}

/// A condition, for each type of the result.
pub fn condition(text: &str) -> Result<(), String> {
    for result in [ResultType::Numbers, ResultType::Number, ResultType::Any] {
        let problems = expression::check(text, result);
        if problems != expression::check(text, result) {
            return Err("checking again finds something else".to_owned());
        }
        problems.iter().try_for_each(|problem| within(text, &problem.range))?;
    }
    Ok(())
}

/// A query, whose fixes can be applied.
pub fn query(text: &str) -> Result<(), String> {
    let problems = promql(text);
    if problems != promql(text) {
        return Err("checking again finds something else".to_owned());
    }
    for problem in &problems {
        within(text, &problem.range)?;
        if let Some((range, _)) = &problem.fix {
            within(text, range)?;
        }
    }
    Ok(())
}

pub fn path(text: &str) -> Result<(), String> {
    let Some(problem) = json_path(text) else { return Ok(()) };
    within(text, &problem.range)
}

pub fn pattern(text: &str) -> Result<(), String> {
    let Some(place) = regular_expression(text) else { return Ok(()) };
    within(text, &place)
}
