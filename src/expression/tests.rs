//! Typical conditions and their problems.

use super::*;

fn said(condition: &str, result: ResultType) -> Vec<(String, String)> {
    let problems = check(condition, result);
    problems.into_iter().map(|problem| (condition[problem.range].to_owned(), problem.message)).collect()
}

fn fixed(condition: &str, result: ResultType) -> String {
    let problem = check(condition, result).remove(0);
    let (range, text) = problem.fix.unwrap();
    let mut mended = condition.to_owned();
    mended.replace_range(range, &text);
    assert_eq!(check(&mended, result), [], "{mended}");
    mended
}

#[test]
fn good_conditions_pass() {
    let good = [
        ("result[0] >= 0.95", ResultType::Numbers),
        ("len(result) == 0 || isNaN(result[0]) || result[0] <= 0.01", ResultType::Numbers),
        ("all(result, {# < 5})", ResultType::Numbers),
        ("all(result, # < 5)", ResultType::Numbers),
        ("result | all(# < 5)", ResultType::Numbers),
        ("0 < result[0] < 5", ResultType::Numbers),
        ("not (result[0] > 5)", ResultType::Numbers),
        ("result[0] in [1, 2.5]", ResultType::Numbers),
        ("len(filter(result, {# > 1})) / len(result) < 0.1", ResultType::Numbers),
        ("sum(result) > 3 and max(result[0], 1) < 2e3", ResultType::Numbers),
        ("max(result.high, 1) < 2 && asFloat(result.low) > default(result.least, 0)", ResultType::Any),
        ("asFloat(result) < 5 && asInt(result) > 1 && min(result, 2) > 1", ResultType::Number),
        ("let limit = 0.5; result[0] < limit", ResultType::Numbers),
        ("result[0] < {{args.limit}}", ResultType::Numbers),
        ("if len(result) > 0 { result[0] < 1 } else { true }", ResultType::Numbers),
        ("len(result) > 0 ? result[0] < 1 : true", ResultType::Numbers),
        ("result <= 0.5", ResultType::Number),
        ("isNil(result.low) || default(result.low, 0) <= 0.05", ResultType::Any),
        ("all(result[0].Values, {# <= 0.01})", ResultType::Any),
        ("all(result.service_apdex.values.values, {asFloat(.value) >= 9900})", ResultType::Any),
        ("result.ok && result.successPercent >= 0.90", ResultType::Any),
        ("result == \"ok\"", ResultType::Any),
        ("result?.status ?? \"down\" == \"ok\"", ResultType::Any),
        ("result.name not in [\"a\", 'b']", ResultType::Any),
        ("result.name matches \"^v[0-9]+$\" and result.name startsWith `v`", ResultType::Any),
        ("any(result.items, .state == \"ready\" && .count > 2)", ResultType::Any),
        ("any(result.items, {.name matches \"a\"}) // why", ResultType::Any),
        ("asInt(result) ** 2 < 10", ResultType::Any),
        ("true", ResultType::Any),
    ];
    for (condition, result) in good {
        let problems = check(condition, result);
        let mixed = condition.contains("??");
        // `??` beside `==` is the only invalid combination in the list.
        assert_eq!(problems.is_empty(), !mixed, "{condition}: {problems:?}");
    }
}

#[test]
fn a_list_is_not_a_number() {
    assert_eq!(
        said("result >= 0.95", ResultType::Numbers),
        [("result".into(), "cannot compare a list of numbers with a number".into())]
    );
    assert_eq!(fixed("result >= 0.95", ResultType::Numbers), "result[0] >= 0.95");
    assert_eq!(fixed("0.95 <= result", ResultType::Numbers), "0.95 <= result[0]");
    assert_eq!(
        said("isNaN(result) || result[0] > 1", ResultType::Numbers),
        [("result".into(), "`isNaN` expects a number, found a list of numbers".into())]
    );
    assert_eq!(said("result[0] > 1", ResultType::Number), [("result".into(), "a number cannot be indexed".into())]);
    assert_eq!(said("result.value > 1", ResultType::Numbers)[0].1, "a list of numbers has no field `value`");
    assert_eq!(
        said("len(result) > 0", ResultType::Number)[0].1,
        "`len` expects a list, a map or a string, found a number"
    );
}

/// The controller rejects these conditions, or every measurement of them is an error.
#[test]
fn functions_of_one_number_reject_a_list() {
    for (condition, message) in [
        ("max(result) < 3", "`max` expects a number, found a list of numbers"),
        ("min(1, result) > 3", "`min` expects a number, found a list of numbers"),
        ("asFloat(result) < 5", "`asFloat` expects a number or a string, found a list of numbers"),
        ("asInt(result) < 5", "`asInt` expects a number or a string, found a list of numbers"),
        ("default(result, 0) < 5", "cannot compare a list of numbers with a number"),
    ] {
        assert_eq!(said(condition, ResultType::Numbers)[0].1, message, "{condition}");
    }
}

#[test]
fn signs_and_names_have_fixes() {
    assert_eq!(fixed("result[0] = 1", ResultType::Numbers), "result[0] == 1");
    assert_eq!(fixed("result[0] > 1 & result[0] < 3", ResultType::Numbers), "result[0] > 1 && result[0] < 3");
    assert_eq!(fixed("reslt[0] > 1", ResultType::Numbers), "result[0] > 1");
    assert_eq!(fixed("isNan(result[0])", ResultType::Numbers), "isNaN(result[0])");
    assert_eq!(fixed("result[0] ≤ 1", ResultType::Numbers), "result[0] <= 1");
    assert_eq!(
        said("result[0] >= 95%", ResultType::Numbers),
        [("95%".into(), "percent signs are not allowed in a condition".into())]
    );
    assert_eq!(
        said("result[0] <= 300ms", ResultType::Numbers),
        [("300ms".into(), "units are not allowed in a condition".into())]
    );
    assert_eq!(said("result == ok", ResultType::Any), [("ok".into(), "unknown name `ok` in a condition".into())]);
}

#[test]
fn grammar_has_its_place() {
    assert_eq!(
        said("result[0] >", ResultType::Numbers),
        [(">".into(), "the condition ends unexpectedly after `>`".into())]
    );
    assert_eq!(said("(result[0] > 1", ResultType::Numbers), [("(".into(), "`(` is not closed".into())]);
    assert_eq!(said("result[0 > 1", ResultType::Numbers), [("[".into(), "`[` is not closed".into())]);
    assert_eq!(said("result[0] > 1)", ResultType::Numbers), [(")".into(), "unexpected `)`".into())]);
    assert_eq!(said("result == \"ok", ResultType::Any), [("\"ok".into(), "this string is not closed".into())]);
    assert_eq!(
        said("result[0] > 1 AND true", ResultType::Numbers),
        [("AND".into(), "`AND` is not an operator".into())]
    );
    assert_eq!(said("# > 1", ResultType::Numbers), [("#".into(), "`#` is only allowed inside a predicate".into())]);
    assert_eq!(said("", ResultType::Any)[0].1, "the condition is empty");
    assert_eq!(
        said("{{canary-hash}} == 1", ResultType::Any)[0].1,
        "`{{canary-hash}}` is not an argument of the analysis"
    );
    assert_eq!(said("result == \"{{x}}\"", ResultType::Any)[0].0, "{{x}}");
}

#[test]
fn a_condition_is_true_or_false() {
    assert_eq!(said("result[0]", ResultType::Numbers)[0].1, "a condition must be true or false, found a number");
    assert_eq!(said("result", ResultType::Numbers)[0].1, "a condition must be true or false, found a list of numbers");
    assert_eq!(
        said("result[0] && true", ResultType::Numbers)[0].1,
        "the left side of `&&` must be true or false, found a number"
    );
    assert_eq!(
        said("!result[0]", ResultType::Numbers)[0].1,
        "the operand of `!` must be true or false, found a number"
    );
    assert_eq!(
        said("all(result, {#})", ResultType::Numbers)[0].1,
        "the predicate of `all` must be true or false, found a number"
    );
    assert_eq!(said("result[0] == \"ok\"", ResultType::Numbers)[0].1, "`==` does not support a number and a string");
    assert!(!looks_at_result("true") && looks_at_result("result > 1"));
}

#[test]
fn every_mistake_of_types_is_found() {
    let condition = "result > 1 && isNaN(result) || rezult[0] < 2";
    assert_eq!(check(condition, ResultType::Numbers).len(), 3);
}

#[test]
fn nesting_is_bounded() {
    for text in ["(", "[", "!", "-", "{a:", "all(result, {", "a ? "] {
        let deep = text.repeat(50_000);
        assert!(!check(&deep, ResultType::Any).is_empty(), "{text}");
    }
    let flat = "true && ".repeat(10_000) + "true";
    assert_eq!(check(&flat, ResultType::Any), []);
}

proptest::proptest! {
    #[test]
    fn any_text_is_answered(text in r#"([a-z(){}\[\]#.,;:?!&|<>=+*/%'"`0-9 \\^-]|result|\{\{|\}\}|args|not |in |let |if |é){0,24}"#) {
        for problem in check(&text, ResultType::Numbers) {
            assert!(text.get(problem.range.clone()).is_some(), "{problem:?}");
            if let Some((range, _)) = problem.fix {
                assert!(text.get(range).is_some());
            }
        }
    }
}

#[test]
fn a_long_condition_is_answered_in_proportion_to_its_length() {
    for (piece, rest) in
        [("1", "..1"), ("result", " < 1"), ("[1]", " + 1"), ("result", " | map([#])"), ("1", " | abs()")]
    {
        let condition = [piece, &rest.repeat(20_000)].concat();
        let problems = check(&condition, ResultType::Numbers);
        assert!(!problems.is_empty() && problems.len() <= 10, "{rest}: {}", problems.len());
        let text: usize = problems.iter().map(|problem| problem.help.as_ref().map_or(0, String::len)).sum();
        assert!(text < 10_000, "{rest}: {text} bytes of advice");
    }
    assert_eq!(check("len(1..3) > 2", ResultType::Numbers), []);
}
