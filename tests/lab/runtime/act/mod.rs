//! Claim: the commands that act on a release do what they report, at that time, and refuse what makes no sense.

mod abort;
mod manual;
mod promote;
mod refused;
mod undo;

use crate::suite::Suite;

/// An audience, then 20% until a person promotes, half behind a gate that waits for an answer, then most. `{gate}` is
/// the address of the gate.
const POLICY: &str = r#"
release "web" namespace="{namespace}" {
    workload file="deployment.yaml" mode="embed"
    service { port 80 target="http" }
    route host="web.example.com"
    router { gateway-api "infra/public" }
    audience "staff" share="1%" { header "X-Staff" exact="yes" }
    check "approved" equals="open" interval="30s" on-fail="wait" timeout="4h" { web url="{gate}" json="{$.gate}" scope="any" }
    stage "staff" audience="staff" pause="1h"
    stage "20%" weight="20%" promote="manual"
    stage "half" weight="50%" { gate "approved" }
    stage "most" weight="80%" promote="manual"
}
"#;

/// The policy with the address of its gate. canaryc refuses an address of the loopback interface, because only a program
/// beside the controller answers there, as in the lab; on Linux, 0.0.0.0 leads to it as well.
fn policy(gate: &str) -> String {
    POLICY.replace("{gate}", &gate.replace("127.0.0.1", "0.0.0.0"))
}

/// Adds the tests.
pub fn tests(suite: &mut Suite) {
    suite.add("runtime/act/promotes-stage-by-stage", promote::stage_by_stage);
    suite.add("runtime/act/promotes-at-once-after-a-pause-began", promote::at_once);
    suite.add("runtime/act/promotes-to-a-stage", promote::to_a_stage);
    suite.add("runtime/act/promotes-fully", promote::fully);
    suite.add("runtime/act/promotes-past-a-hold", promote::hold);
    suite.add("runtime/act/aborts-and-retries", abort::and_retry);
    suite.add("runtime/act/retries-with-new-measurements", abort::retry_measures_again);
    suite.add("runtime/act/pauses-and-resumes", manual::pause_and_resume);
    suite.add("runtime/act/restarts", manual::restart);
    suite.add("runtime/act/undoes", undo::template);
    suite.add("runtime/act/undoes-the-workload-that-is-referred-to", undo::referred);
    suite.add("runtime/act/refuses-what-makes-no-sense", refused::senseless);
    suite.add("runtime/act/says-which-right-is-missing", refused::forbidden);
    suite.add("runtime/act/says-when-the-controller-does-not-take-it", refused::not_taken);
}
