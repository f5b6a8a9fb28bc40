//! Inline analyses, whatever a check says: none ends Inconclusive, and none passes without a good measurement.

use super::{bundle, object, value};
use crate::manifest::Object;
use crate::plan::testing::{Builder, Places, check_of, duration, gate, text};
use crate::policy::check::{Check, NoData, OnFail, Verdict};
use crate::policy::stage::GateTime;
use serde_json::Value;

/// The result of one measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Good,
    Bad,
    /// No data, or a value between two conditions.
    Neither,
}

/// The end of a metric, or of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Running,
    Successful,
    Failed,
    Inconclusive,
}

/// The limits of a metric, and how it takes a look that is neither good nor bad.
#[derive(Debug)]
struct Metric {
    name: String,
    count: Option<i64>,
    failures: i64,
    inconclusive: i64,
    in_a_row: i64,
    neither: End,
}

impl Metric {
    fn of(metric: &Value) -> Self {
        let number = |key: &str| metric[key].as_i64();
        let has_both = metric.get("failureCondition").is_some();
        let success = metric["successCondition"].as_str().unwrap();
        let passes_without_data = success.starts_with("all(") || success.starts_with("len(result) == 0 ||");
        Self {
            name: metric["name"].as_str().unwrap().to_owned(),
            count: number("count"),
            failures: number("failureLimit").unwrap_or(0),
            inconclusive: number("inconclusiveLimit").unwrap_or(0),
            in_a_row: number("consecutiveSuccessLimit").unwrap_or(0),
            neither: match (passes_without_data, has_both) {
                (true, _) => End::Successful,
                (false, true) => End::Inconclusive,
                (false, false) => End::Failed,
            },
        }
    }

    /// As the controller assesses a metric after these looks.
    fn after(&self, looks: &[Look]) -> End {
        let (mut bad, mut unclear, mut in_a_row) = (0, 0, 0);
        for (taken, look) in (1..).zip(looks) {
            match look {
                Look::Good => in_a_row += 1,
                Look::Bad => (bad, in_a_row) = (bad + 1, 0),
                Look::Neither => match self.neither {
                    End::Successful => in_a_row += 1,
                    End::Inconclusive => (unclear, in_a_row) = (unclear + 1, 0),
                    End::Failed | End::Running => (bad, in_a_row) = (bad + 1, 0),
                },
            }
            if unclear > self.inconclusive {
                return End::Inconclusive;
            }
            if self.failures >= 0 && bad > self.failures {
                return End::Failed;
            }
            if self.in_a_row > 0 && in_a_row >= self.in_a_row {
                return End::Successful;
            }
            if self.count.is_some_and(|count| taken >= count) {
                return match (self.failures >= 0, self.in_a_row > 0) {
                    (true, true) => End::Inconclusive,
                    (false, _) => End::Failed,
                    (true, false) => End::Successful,
                };
            }
        }
        End::Running
    }
}

/// The end of a run whose metrics all see the same.
fn end(metrics: &[Metric], looks: &[Look]) -> End {
    let ends: Vec<End> = metrics.iter().map(|metric| metric.after(looks)).collect();
    let worst = [End::Failed, End::Inconclusive, End::Running].into_iter().find(|end| ends.contains(end));
    worst.unwrap_or(End::Successful)
}

/// Every sequence of up to six looks.
fn sequences() -> Vec<Vec<Look>> {
    let mut all = vec![Vec::new()];
    let mut last = all.clone();
    for _ in 0..6 {
        last = last
            .iter()
            .flat_map(|looks: &Vec<Look>| {
                [Look::Good, Look::Bad, Look::Neither].map(|look| [looks.as_slice(), &[look]].concat())
            })
            .collect();
        all.extend(last.iter().cloned());
    }
    all
}

/// What a check says about a gate: `no-data`, `on-fail`, `failure-limit`, `count`, `success-limit`, and whether it has
/// conditions of its own.
type Change = (NoData, OnFail, u32, Option<u32>, Option<u32>, bool);

/// What a check may say about a gate.
fn changes() -> Vec<Change> {
    let mut changes = Vec::new();
    for no_data in [NoData::Pause, NoData::Abort, NoData::Pass] {
        for on_fail in [OnFail::Abort, OnFail::Pause, OnFail::Wait] {
            for failure_limit in 0..3 {
                for (count, success_limit) in [(None, None), (Some(3), None), (Some(4), None), (None, Some(2))] {
                    for own in [false, true] {
                        changes.push((no_data, on_fail, failure_limit, count, success_limit, own));
                    }
                }
            }
        }
    }
    changes
}

fn inline(name: &str, change: impl FnOnce(&mut Places, &mut Check)) -> Vec<Metric> {
    let mut builder = Builder::new("shop", 6).gateway("shop.example.com").query("lag", "5m");
    change(&mut builder.places, check_of(&mut builder.release, 0));
    let is_gate = name == "shop-25";
    let builder = builder.stage("25%", Some("25%"), |p, stage| {
        stage.pause = Some(p.at(duration("1m")));
        if is_gate {
            stage.gates.push(gate(p, &[0], GateTime::End));
        }
    });
    let release = if is_gate { builder.release } else { builder.watch(&[0], 0).release };
    metrics(object(&bundle(&release), "AnalysisTemplate", name))
}

fn metrics(template: &Object) -> Vec<Metric> {
    value(template, "spec.metrics").as_array().unwrap().iter().map(Metric::of).collect()
}

#[test]
fn no_inline_analysis_ends_inconclusive_or_passes_without_a_good_measurement() {
    let sequences = sequences();
    for (no_data, on_fail, failure_limit, count, success_limit, own) in changes() {
        for name in ["shop-25", "shop-hold"] {
            if name == "shop-hold" && on_fail == OnFail::Wait {
                continue;
            }
            let metrics = inline(name, |p, check| {
                check.no_data = Some(p.at(no_data));
                check.on_fail = p.at(on_fail);
                check.failure_limit = p.at(failure_limit);
                check.count = count.map(|count| p.at(count));
                check.success_limit = success_limit.map(|limit| p.at(limit));
                check.timeout = (on_fail == OnFail::Wait).then(|| p.at(duration("1h")));
                if own {
                    let condition = |p: &mut Places, condition: &str| Some(p.at(text(condition)));
                    let success = condition(p, "result[0] < 5");
                    check.verdict = Verdict::Conditions { success, failure: condition(p, "result[0] > 9") };
                }
            });
            for looks in &sequences {
                let end = end(&metrics, looks);
                let case = format!("{name} {no_data:?} {on_fail:?} after {looks:?}: {metrics:?}");
                assert_ne!(end, End::Inconclusive, "{case}");
                let is_good = looks.contains(&Look::Good) || no_data == NoData::Pass;
                assert!(end != End::Successful || is_good, "{case}");
                let tolerated = usize::try_from(failure_limit).unwrap();
                let is_all_bad = !looks.is_empty() && looks.iter().all(|look| *look == Look::Bad);
                if is_all_bad && looks.len() > tolerated && on_fail == OnFail::Abort && name == "shop-25" {
                    assert_eq!(end, End::Failed, "{case}");
                }
                if looks.iter().all(|look| *look == Look::Neither) && no_data == NoData::Pause {
                    assert_eq!(end, End::Running, "{case}");
                }
            }
        }
    }
}

#[test]
fn a_gate_that_may_wait_ends_after_seven_days() {
    let metrics = inline("shop-25", |_, _| {});
    let wait = metrics.iter().find(|metric| metric.name == "lag.wait").unwrap();
    assert_eq!((wait.count, wait.failures, wait.neither), (Some(10_080), -1, End::Failed));
}
