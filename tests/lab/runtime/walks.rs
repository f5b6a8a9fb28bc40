//! Claim: a reader who follows a document with `just lab` in another terminal sees the output that it shows. In: the
//! document. Out: the first command with a different output, and that output.

use std::path::Path;

use super::release::must;
use super::served::Served;
use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::markdown::{Block, blocks, read};
use crate::suite::Suite;
use crate::traffic;
use crate::walk::{Shown, Walk, commands, fits, path};

/// A way through a document.
struct Way {
    /// The name of the document in `docs/`.
    document: &'static str,
    /// The name of the test, if the document has several ways.
    name: &'static str,
    /// The namespace that the document creates, and the one that this way uses.
    namespace: (&'static str, &'static str),
    /// The start of the heading of the section that belongs to another way.
    without: Option<&'static str>,
    /// The Service whose users must be served until this section, the label of its pods, and their usual number.
    served: Option<(&'static str, &'static str, usize, &'static str)>,
}

/// The documents that the lab runs.
const WAYS: &[Way] = &[
    Way {
        document: "first-release",
        name: "first-release",
        namespace: ("playground", "playground"),
        without: None,
        served: None,
    },
    Way {
        document: "existing-deployment",
        name: "existing-deployment/apply",
        namespace: ("shop", "shop"),
        without: Some("5."),
        served: Some(("web", "app=web", 6, "8.")),
    },
    Way {
        document: "existing-deployment",
        name: "existing-deployment/kubectl",
        namespace: ("shop", "shop-kubectl"),
        without: Some("4."),
        served: Some(("web", "app=web", 6, "8.")),
    },
];

/// The addresses of Prometheus in documents. `just lab` starts it at the first, if the port is free.
const PROMETHEUS: [&str; 2] = ["http://127.0.0.1:9090", "http://prometheus.monitoring:9090"];

/// A test for each way.
pub fn tests(suite: &mut Suite) {
    for way in WAYS {
        suite.add(format!("runtime/walks/{}", way.name), move |lab| {
            let outcome = served(lab, way);
            let namespace = way.namespace.1;
            let gone = lab.kubectl.run(&["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"], "");
            outcome.and(gone.map(drop))
        });
    }
}

/// Walks through a document. No request of the users of the Service may fail meanwhile.
fn served(lab: &Lab, way: &Way) -> Result<(), Failure> {
    let Some((service, pods, fewest, until)) = way.served else { return through(lab, way, |_| Ok(())) };
    let served = Served::start(&lab.kubectl, way.namespace.1, service, pods)?;
    let mut is_over = false;
    through(lab, way, |block| {
        if is_over || !block.heading.starts_with(until) {
            return Ok(());
        }
        is_over = true;
        let requests = served.requests(fewest)?;
        must(
            requests.owners.len() > 2,
            &format!("users were served by the Deployment, the Rollout, and a new version: {requests:?}"),
        )?;
        // Endpoints follow the pods after some time, so that a few are missing for a moment whenever pods are replaced.
        let least = fewest.div_ceil(2);
        must(requests.fewest >= least, &format!("at least {least} pods always answer: {requests:?}"))
    })?;
    must(is_over, &format!("the document has a section {until}"))
}

/// Runs the commands of a document; `before` is called before each of its blocks.
fn through(lab: &Lab, way: &Way, mut before: impl FnMut(&Block) -> Result<(), Failure>) -> Result<(), Failure> {
    let document = format!("docs/{}.md", way.document);
    let prometheus = lab.own_prometheus(&way.name.replace('/', "-"))?;
    traffic::pretend(&lab.kubectl, prometheus.metrics.clone())?;
    let home = tempfile::tempdir()?;
    let canaryc = Path::new(env!("CARGO_BIN_EXE_canaryc"));
    let canaryc = canaryc.parent().ok_or_else(|| failed("canaryc is in no folder"))?;
    let [own, common] = lab.kubectl.folders();
    let environment = vec![
        ("PATH", path(&[canaryc, &own, &common])),
        ("KUBECONFIG", lab.kubeconfig().into()),
        ("HOME", home.path().into()),
        ("LC_ALL", "C.UTF-8".into()),
    ];
    let mut walk = Walk { folder: home.path().to_owned(), environment };
    let here = |text: &str| {
        let text = text.replace(way.namespace.0, way.namespace.1);
        PROMETHEUS.iter().fold(text, |text, address| text.replace(address, &prometheus.address()))
    };
    let mut count = 0;
    for block in blocks(&read(Path::new(&document))) {
        if way.without.is_some_and(|heading| block.heading.starts_with(heading)) {
            continue;
        }
        before(&block)?;
        let block = Block { text: here(&block.text), ..block };
        if let Some(file) = block.word("file") {
            walk.write(file, &block.text)?;
        }
        for shown in commands(&block) {
            compare(&mut walk, &block, &shown)
                .map_err(|failure| failed(format!("{document}:{}: {failure}", block.line)))?;
            count += usize::from(block.is("cluster"));
        }
    }
    if count > 0 { Ok(()) } else { Err(failed(format!("{document} asks nothing of a cluster"))) }
}

/// Runs a command. Its output must match the document. Where a document shows only commands, it must succeed.
fn compare(walk: &mut Walk, block: &Block, Shown { command, output }: &Shown) -> Result<(), Failure> {
    let (printed, status) = walk.run(command)?;
    if block.language == "sh" && status != 0 {
        return Err(failed(format!("$ {command}\nexits with {status} and prints\n{printed}")));
    }
    if block.language == "console" && !fits(output, &printed) {
        return Err(failed(format!("$ {command}\nis to print\n{output}\nand prints\n{printed}")));
    }
    Ok(())
}
