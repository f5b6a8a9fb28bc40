//! In: a policy on standard input. Out: its diagnostics as JSON on standard output, with columns as an editor counts them.
//! Try it: `echo 'release "web" { stage weight=20 }' | cargo run --example diagnostics_as_json`

use std::io::{self, Read, Write};

use canaryc::compile::Library;
use canaryc::compile::{Request, compile};
use canaryc::diagnostic::{Columns, Report, json};
use canaryc::files::MemoryFiles;
use canaryc::source::Source;

fn main() -> io::Result<()> {
    let mut policy = String::new();
    io::stdin().read_to_string(&mut policy)?;
    diagnose(&policy, &mut io::stdout().lock())
}

/// Compiles a policy, and writes what is wrong with it.
pub fn diagnose(policy: &str, out: &mut impl Write) -> io::Result<()> {
    // An editor would add the files that it has open. A policy names them relative to itself.
    let files = MemoryFiles::new().with("org.kdl", "profile \"org\" { stage weight=\"50%\" pause=\"10m\"; }");
    let source = Source::new("editor.canary.kdl", policy);
    let compilation = compile(source, &Library::new(&files), &Request::default());
    let report = Report::new([(compilation.sources, compilation.diagnostics)]);
    json::render(&report, Columns::Utf16, out)
}
