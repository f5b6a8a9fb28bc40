//! Policies of `tests/language/` that this version does not support, and policies that are wrong on purpose: each
//! mistake once, by name. In: the policies. Out: the code and the text of every diagnostic.

use std::path::Path;

use crate::support::corpus::{file, policy};

/// The refused parts of a policy: the places of `support/not-yet`, in order.
fn refused(number: &str, at: &[&str]) {
    let outcome = file(&policy(number), None);
    let expected: Vec<String> = at.iter().map(|at| format!("support/not-yet at `{at}`")).collect();
    assert_eq!(outcome.errors(), expected, "{}", outcome.page());
    assert!(outcome.objects().is_empty());
}

#[test]
fn unsupported_features_are_rejected_by_name() {
    refused("04", &["istio"]);
    refused("16", &["\"blue-green\"", "\"blue-green\""]);
    refused("17", &["istio"]);
    refused("23", &["istio", "\"baseline\"", "experiment"]);
    refused("26", &["alb"]);
    refused("34", &["waiver \"safe-start/first-weight\"", "guardrail \"safe-start\""]);
    refused("40", &["\".Values.replicaCount\"", "\".Values.host\""]);
    refused("45", &["traefik", "apisix", "ambassador", "smi", "app-mesh", "plugin"]);
    refused("49", &["load", "\"sequential\""]);
    let providers = ["dd", "nr", "flux", "wave", "sky", "aws", "kay", "sloth"];
    refused("28", &providers.map(|name| format!("provider=\"{name}\"")).each_ref().map(String::as_str));
}

/// Checks each line of the comment: exactly one error for each mistake, at the word that is wrong.
fn bad(policy: &str, expected: &[&str]) {
    let outcome = file(&Path::new("tests/language/bad").join(policy), None);
    assert_eq!(outcome.said(), expected, "{}", outcome.page());
}

#[test]
fn bad_01_typos_everywhere() {
    bad(
        "01-typos-everywhere.kdl",
        &[
            "word/unknown-node at `relese`",
            "word/unknown-property at `namesapce`",
            "word/unknown-node at `wrokload`",
            "word/unknown-property at `replica`",
            "word/unknown-node at `selctor`",
            "word/unknown-node at `prot`",
            "word/unknown-node at `gateway-apl`",
            "word/unknown-node at `hedaer`",
            "word/unknown-property at `exat`",
            "word/unknown-property at `mim`",
            "word/unknown-property at `windo`",
            "layer/nothing-to-amend at `\"latncy\"`",
            "word/unknown-property at `puase`",
            "reference/unknown at `\"staf\"`",
            "reference/unknown at `\"smok\"`",
            "reference/unknown at `\"availabilty\"`",
            "reference/unknown at `\"prd\"`",
            "layer/nothing-to-amend at `\"6%\"`",
            "layer/nothing-to-remove at `\"25\"`",
            "reference/unknown at `\"standrad\"`",
            "word/unknown-property at `progres-deadline`",
            "value/word at `\"abort\"`",
        ],
    );
}

#[test]
fn bad_03_parameters() {
    bad(
        "03-parameters.kdl",
        &[
            "parameter/undeclared at `{{bak}}`",
            "value/unit at `%`",
            "parameter/missing at `\"p\"`",
            "parameter/unknown at `frist`",
            "parameter/unknown at `topik`",
            "layer/nothing-to-amend at `\"10%\"`",
        ],
    );
}
