//! Claim: what `check` refuses because of the API server or the controller is refused by them or fails with them, and
//! the same policy without the damage works. In: the table of rules. Out: for each rule, what happened instead. All
//! rules run at once, each in its own namespace: they share applies, watches and time.

mod history;
mod judge;
mod live;
mod rules;
mod scene;
mod still;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use libtest_mimic::Arguments;

use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::suite::Suite;
pub use rules::Rollouts;
use rules::Rule;

impl Rollouts {
    /// The version of every test whose name has none.
    pub const NEWEST: Self = Self::V1_10;

    /// What the name of a test of this version ends with.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::V1_9 => "@1.9",
            Self::V1_10 => "",
        }
    }
}

/// The result of each rule: success, or what happened instead.
type Verdicts = BTreeMap<&'static str, Result<(), String>>;

/// Adds a test for each rule and version of Argo Rollouts. The first test of a version that runs executes all selected
/// rules.
pub fn tests(suite: &mut Suite) {
    for rollouts in Rollouts::ALL {
        tests_on(suite, rollouts);
    }
}

fn tests_on(suite: &mut Suite, rollouts: Rollouts) {
    let arguments = Arguments::from_args();
    let name = |rule: &Rule| title(rule) + rollouts.suffix();
    let rules = rules::all().into_iter().filter(|rule| rule.is_fact_of(rollouts));
    let (asked, others): (Vec<Rule>, Vec<Rule>) = rules.partition(|rule| is_asked_for(&arguments, &name(rule)));
    let asked = Arc::new(asked);
    let verdicts: Arc<OnceLock<Result<Verdicts, String>>> = Arc::default();
    for rule in asked.iter().chain(&others) {
        let (asked, verdicts, name) = (Arc::clone(&asked), Arc::clone(&verdicts), rule.name);
        suite.add_on(rollouts, None, title(rule), move |lab| {
            let verdicts = verdicts.get_or_init(|| play(lab, &asked).map_err(|failure| failure.to_string()));
            let verdicts = verdicts.as_ref().map_err(|failure| failed(failure.clone()))?;
            let verdict = verdicts.get(name).ok_or_else(|| failed("it was not played"))?;
            verdict.clone().map_err(failed)
        });
    }
}

fn title(rule: &Rule) -> String {
    format!("both_ways/{}", rule.name)
}

/// Whether the test harness will run a trial with this name.
fn is_asked_for(arguments: &Arguments, name: &str) -> bool {
    let fits = |filter: &String| if arguments.exact { name == filter } else { name.contains(filter.as_str()) };
    arguments.filter.as_ref().is_none_or(fits) && !arguments.skip.iter().any(fits)
}

fn play(lab: &Lab, rules: &[Rule]) -> Result<Verdicts, Failure> {
    let (still, live) = std::thread::scope(|scope| {
        let still = scope.spawn(|| still::judge(lab, rules));
        let live = live::judge(lab, rules);
        (still.join(), live)
    });
    let still = still.map_err(|_| failed("the judge of what stands still has ended"))??;
    let mut verdicts = live?;
    for (name, verdict) in still {
        let known = verdicts.entry(name).or_insert(Ok(()));
        if let (Err(seen), Err(known)) = (&verdict, &mut *known) {
            known.push_str(seen);
        } else if verdict.is_err() {
            *known = verdict;
        }
    }
    Ok(verdicts)
}
