//! Typical queries, compared with the crate `promql-parser`.

use super::*;

fn said(query: &str) -> Vec<(String, String)> {
    check(query).into_iter().map(|problem| (query[problem.range].to_owned(), problem.message)).collect()
}

fn selectors(query: &str) -> Vec<Selector> {
    analyse(query).selectors
}

fn only(query: &str) -> (String, String) {
    let mut said = said(query);
    assert_eq!(said.len(), 1, "{query}: {said:?}");
    said.remove(0)
}

fn fixed(query: &str) -> String {
    let (range, text) = check(query).remove(0).fix.unwrap();
    let mut mended = query.to_owned();
    mended.replace_range(range, &text);
    assert_eq!(check(&mended), [], "{mended}");
    mended
}

const GOOD: &[&str] = &[
    "up",
    "up == 1",
    "1 + 2 * 3 ^ 2 ^ 2",
    "-up ^ 2",
    "sum(rate(http_requests_total{code=~\"5..\", job!=\"x\",}[5m])) by (job)",
    "sum by (le, job) (rate(x_bucket[5m]))",
    "SUM WITHOUT (pod) (x)",
    "histogram_quantile(0.99, sum by (le) (rate(x_bucket{a=\"b\"}[5m])))",
    "sum(rate(a[5m])) / on(job) group_left(team) sum(b) by (job)",
    "a / ignoring(code) b",
    "a and on() b or c unless d",
    "a > bool 1",
    "1 > bool 2",
    "a offset 5m",
    "a offset -1w",
    "rate(a[5m] offset 1h)",
    "a @ 1609746000",
    "rate(a[5m] @ end())",
    "max_over_time(rate(a[5m])[1h:1m])",
    "max_over_time((a + b)[1h:])",
    "topk(5, a)",
    "count_values(\"version\", build_version)",
    "quantile(0.9, a)",
    "label_replace(a, \"x\", \"$1\", \"y\", \"(.*)\")",
    "label_join(a, \"x\", \",\", \"y\", \"z\")",
    "vector(0) or absent(a)",
    "scalar(a) + time()",
    "round(a, 0.1)",
    "hour()",
    "{__name__=~\"a.+\", b=\"c\"}",
    "job:errors:rate5m{a='b', c=`d`}",
    "a atan2 b",
    "a % 2",
    "a # comment\n + b",
    "clamp(a, 0, 1)",
    "predict_linear(a[1h], 3600)",
    "rate(a[1h30m])",
    "increase(a[1y2w3d4h5m6s7ms])",
    "0x1f + 1e3 + .5 + Inf - NaN",
    "a{by=\"x\", sum=\"y\", offset=\"z\"}",
    "sum(a) by (by, on, offset)",
    "rate(a{b=\"}\", c=\"[\"}[5m])",
    "a{b=\"\\\"quoted\\\" \\\\d\"}",
    "a{b=~\"web-[a-f0-9]{8,10}-.+\"}",
    "(a)",
    "((a)) > 1",
    "- - a",
    "count(a) > 0 and count(a) < 5",
];

const BAD: &[&str] = &[
    "",
    "sum(",
    "sum(a))",
    "a{",
    "a{b}",
    "a{b=c}",
    "a{b==\"c\"}",
    "a{b=\"c}",
    "a{b=\"c\" d=\"e\"}",
    "a{=\"c\"}",
    "{}",
    "{a=\"\"}",
    "{a=~\".*\"}",
    "a{__name__=\"b\"}",
    "a[5]",
    "a[5m",
    "rate(a)",
    "rate(a[])",
    "rate(sum(a)[5m])",
    "sum(a[5m])",
    "a[5m]",
    "\"text\"",
    "ratee(a[5m])",
    "rate(a[5m], 1)",
    "topk(a)",
    "a +",
    "+",
    "a b",
    "a = 1",
    "a ! b",
    "1 > 2",
    "1 and 2",
    "a + \"b\"",
    "a + b[5m]",
    "a{b=~\"(\"}",
    "a{b=~\"*x\"}",
    "a{b=~\"(?=x)\"}",
    "rate(a[5mm])",
    "rate(a[5min])",
    "rate(a[1m1h])",
    "a offset",
    "sum by (a b) (c)",
    "sum by a (c)",
    "a on(b)",
    "a + group_left() b",
    "a and on(x) group_left() b",
    "1 + on(a) 2",
    "a{b=\"\\d\"}",
    "histogram_quantile(a, b)",
    "vector(a)",
    "time(1)",
    "a;",
    "a & b",
    "$x",
    "sum(a,)",
    "a{b=\"c\" or d=\"e\"}",
    "a[0s]",
    "rate(a[5m])[5m]",
    "1 offset 5m",
    "a offset 5m offset 5m",
    "rate(a @ 5 [5m])",
    "inf{a=\"b\"}",
    "bool",
];

/// Both accept or reject a query.
#[test]
fn the_oracle_agrees() {
    for query in GOOD {
        assert_eq!(check(query), [], "{query}");
        assert!(promql_parser::parser::parse(query).is_ok(), "oracle refuses {query}");
    }
    // The crate accepts more than Prometheus, or the syntax of other servers.
    let ours = ["a[5]", "a[5m]", "\"text\"", "a{b=\"c\" or d=\"e\"}", "a{b=\"\\d\"}", "{a=~\".*\"}", "{a=\"\"}"];
    for query in BAD {
        assert!(!check(query).is_empty(), "{query}");
        let oracle = promql_parser::parser::parse(query);
        assert!(oracle.is_err() || ours.contains(query), "oracle takes {query}");
    }
}

#[test]
fn brackets_are_found_where_they_open() {
    let at = |query: &str| {
        let problem = check(query).remove(0);
        (problem.range, problem.message)
    };
    assert_eq!(at("sum(rate(a[5m])"), (3..4, "`(` is not closed".into()));
    assert_eq!(at("sum(rate(a[5m))"), (13..14, "unmatched `)`".into()));
    assert_eq!(at("sum(a))"), (6..7, "unmatched `)`".into()));
    assert_eq!(at("a{b=\"c\""), (1..2, "`{` is not closed".into()));
    assert_eq!(at("a{b=\"c}"), (4..7, "this string is not closed".into()));
    assert_eq!(at("a + "), (2..3, "the query ends unexpectedly after `+`".into()));
}

#[test]
fn types_have_plain_names() {
    assert_eq!(only("rate(a)"), ("a".into(), "`rate` expects a range of samples, found an instant vector".into()));
    assert_eq!(check("rate(a)")[0].help.as_deref(), Some("add a range, such as a[5m] or a[{{window}}]"));
    assert_eq!(
        only("sum(a[5m])"),
        ("a[5m]".into(), "`sum` expects an instant vector, found a range of samples".into())
    );
    assert_eq!(check("sum(a[5m])")[0].help.as_deref(), Some("write `sum(rate(a[5m]))`, or remove the range"));
    assert_eq!(only("rate(sum(a)[5m])").0, "[5m]");
    assert_eq!(only("a[5m]").1, "a query must return one value for each series, found a range of samples");
    assert_eq!(fixed("sum(a) or 0"), "sum(a) or vector(0)");
    assert_eq!(fixed("1 > 2"), "1 > bool 2");
}

#[test]
fn names_and_signs_have_fixes() {
    assert_eq!(fixed("sum(ratee(a[5m]))"), "sum(rate(a[5m]))");
    assert_eq!(fixed("smu(a)"), "sum(a)");
    assert_eq!(fixed("a{b=c}"), "a{b=\"c\"}");
    assert_eq!(fixed("a{b==\"c\"}"), "a{b=\"c\"}");
    assert_eq!(fixed("a = 1"), "a == 1");
    assert_eq!(fixed("rate(a[5min])"), "rate(a[5m])");
    assert_eq!(fixed("rate(a[1m1h])"), "rate(a[1h1m])");
    assert_eq!(fixed("a{b=\"\\d\"}"), "a{b=\"\\\\d\"}");
    assert_eq!(only("rate(a[5])"), ("5".into(), "a duration needs a unit".into()));
    assert_eq!(only("a{b=~\"(\"}").0, "\"(\"");
    assert_eq!(only("a{b=\"c\" or d=\"e\"}").0, "or");
    assert_eq!(only("rate(a[{{window}}])").0, "{{window}}");
}

#[test]
fn independent_mistakes_are_all_found() {
    assert_eq!(said("ratee(a[5m]) + sum(b[5m]) + irate(c[5min])").len(), 3);
}

#[test]
fn a_comparison_that_filters_is_a_warning() {
    let warned = |query: &str| analyse(query).warnings.len();
    assert_eq!(warned("sum(a) > 5"), 1);
    assert_eq!(warned("(sum(a) > 5)"), 1);
    assert_eq!(warned("sum(a) > bool 5"), 0);
    assert_eq!(warned("sum(a > 5)"), 0);
    assert_eq!(analyse("time() + 1").gives, Some(Type::Scalar));
    assert_eq!(analyse("up").gives, Some(Type::Vector));
}

#[test]
fn selectors_are_listed_and_scoped() {
    let query = "sum(rate(errors_total{service=\"web-canary\"}[5m])) / sum(rate(requests_total[2m])) + {hash=~\"x-{{args.canary-hash}}-.+\"}";
    let found = selectors(query);
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].metric.as_deref(), Some("errors_total"));
    assert_eq!(found[0].function.as_deref(), Some("rate"));
    assert_eq!(&query[found[0].window.clone().unwrap().1], "5m");
    assert_eq!(found[0].matchers[0].value, "web-canary");
    let loose: Vec<&Selector> =
        found.iter().filter(|selector| !names(selector, &["web-canary", "{{args.canary-hash}}"])).collect();
    assert_eq!(loose.len(), 1);
    assert_eq!(&query[loose[0].range.clone()], "requests_total");
    // The stable Service is not the canary, and a negative matcher does not select.
    let of = |query: &str, word: &str| names(&selectors(query)[0], &[word]);
    let loose = |query: &str| usize::from(!of(query, "web-canary"));
    assert_eq!(loose("a{s=\"web\"}"), 1);
    assert_eq!(loose("a{s!=\"web-canary\"}"), 1);
    assert_eq!(loose("a{s=~\"web-canary|x\"}"), 1);
    assert_eq!(loose("a{s=~\"(web-canary|web-canary-2)\"}"), 0);
    assert_eq!(loose("a{s=~\"x_(a|b)_web-canary\"}"), 0);
    assert_eq!(loose("a{s=\"outbound|80||web-canary.shop.svc.cluster.local\"}"), 0);
    assert!(!of("a{s=\"web-canary\"}", "web"));
}

#[test]
fn short_windows_are_found() {
    let scrape = Duration::parse("30s").unwrap();
    let found = windows(&selectors("rate(a[30s]) + rate(b[1m]) + rate(c[2m]) + max_over_time(d[30s])"), scrape);
    assert_eq!(found.len(), 2);
    assert!(found[0].short.is_empty && !found[1].short.is_empty);
    assert_eq!((found[1].range.clone(), found[1].short.least.to_string()), (22..24, "2m".to_owned()));
}

#[test]
fn nesting_is_bounded() {
    for text in ["(", "-", "sum(", "a{b=\"", "a[", "1 ^ "] {
        assert!(!check(&text.repeat(50_000)).is_empty(), "{text}");
    }
    assert_eq!(check(&format!("{}a", "a + ".repeat(10_000))), []);
}

/// The queries of the presets are also valid.
#[test]
fn escapes_are_resolved() {
    let value = |text: &str| selectors(text)[0].matchers[0].value.clone();
    assert_eq!(value(r#"a{b="x\"\\\n\x41\u00e9\101"}"#), "x\"\\\nAéA");
    assert_eq!(value("a{b=`\\d`}"), "\\d");
}

proptest::proptest! {
    #[test]
    fn any_text_is_answered(text in r#"([a-z(){}\[\]#.,:;?!<>=+*/%'"`0-9 \\^~@-]|sum|rate|by |offset |5m|\{\{|or |é|\n){0,24}"#) {
        let analysis = analyse(&text);
        for problem in analysis.problems.iter().chain(&analysis.warnings) {
            assert!(text.get(problem.range.clone()).is_some(), "{problem:?}");
            if let Some((range, _)) = &problem.fix {
                assert!(text.get(range.clone()).is_some());
            }
        }
        if analysis.problems.is_empty() {
            // With this alphabet the crate accepts nothing that we reject, except that it does not know names such as
            // `inf` as numbers.
            let oracle = promql_parser::parser::parse(&text);
            assert!(oracle.is_ok(), "{text:?}: {oracle:?}");
        }
    }
}
