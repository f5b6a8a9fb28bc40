//! Claim: a reader who follows a document with `just lab` in another terminal sees the output that it shows. In: the
//! document. Out: the first command with a different output, and that output.

use std::path::Path;

use crate::failure::{Failure, failed};
use crate::lab::Lab;
use crate::markdown::{Block, blocks, read};
use crate::suite::Suite;
use crate::traffic;
use crate::walk::{Shown, Walk, commands, fits, path};

/// Documents in `docs/` that the lab runs, and the namespace that each creates.
const WALKS: &[(&str, &str)] = &[("first-release", "playground")];

/// The address of Prometheus in documents. `just lab` starts it there, if the port is free.
const PROMETHEUS: &str = "http://127.0.0.1:9090";

/// A test for each walk.
pub fn tests(suite: &mut Suite) {
    for (name, namespace) in WALKS {
        suite.add(format!("runtime/walks/{name}"), move |lab| {
            let outcome = through(lab, &format!("docs/{name}.md"));
            let gone = lab.kubectl.run(&["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"], "");
            outcome.and(gone.map(drop))
        });
    }
}

/// Walks through a document.
fn through(lab: &Lab, document: &str) -> Result<(), Failure> {
    let prometheus = lab.own_prometheus("walks")?;
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
    let blocks = blocks(&read(Path::new(document)));
    let mut count = 0;
    for block in &blocks {
        if let Some(file) = block.word("file") {
            walk.write(file, &block.text.replace(PROMETHEUS, &prometheus.address()))?;
        }
        for shown in commands(block) {
            compare(&mut walk, block, &shown)
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
