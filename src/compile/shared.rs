//! In: a file of shared declarations, without a release. Out: the mistakes that every release with them would have. The
//! file would otherwise pass, and the mistake would appear in each policy that includes it.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::files::Files;
use crate::layers::{self, Module};
use crate::model::Block;
use crate::source::{Source, Sources};
use crate::vocabulary::Word;

/// What most releases have.
const AROUND: &str = "workload replicas=10 { selector app=\"any\" }
service { port 80 }
route host=\"any.example.com\"
router { gateway-api \"any/any\" }";

/// Judges each profile, and all checks together, in a release that has what most releases have.
pub(super) fn judge(root: &Module, includes: &[Arc<Module>], files: &dyn Files, sources: &Sources) -> Vec<Diagnostic> {
    let profiles = root.block.all(Word::Profile).filter_map(Block::name);
    let mut bodies: Vec<String> =
        profiles.filter(|name| is_plain(name)).map(|name| format!("use \"{name}\"")).collect();
    let checks = root.block.children.iter().filter(|child| matches!(child.word(), Word::Slo | Word::Check));
    let names = checks.filter_map(Block::name).filter(|name| is_plain(name)).map(|name| format!(" \"{name}\""));
    let names: String = names.collect();
    if !names.is_empty() {
        bodies.push(format!("stage weight=\"50%\" pause=\"7d\"\nwatch{names}"));
    }
    let shared: Vec<Arc<Module>> =
        includes.iter().cloned().chain([Arc::new(Module::read(Arc::clone(&root.source)))]).collect();
    let mut found: Vec<Diagnostic> = Vec::new();
    for body in bodies {
        let text = format!("release \"any\" namespace=\"any\" {{\n{AROUND}\n{body}\n}}\n");
        let mut said = Diagnostics::new();
        let release = Module::read(Source::new(root.source.path.clone(), text));
        let mut sources = sources.clone();
        sources.add(Arc::clone(&release.source));
        let resolution = layers::resolve(&release, &shared, None, &[], &mut sources, &mut said);
        for resolved in &resolution.policies {
            super::release(resolved, files, &mut sources, &mut said);
        }
        for diagnostic in said.into_vec() {
            if is_of_file(&diagnostic, &root.source) && !found.contains(&diagnostic) {
                found.push(diagnostic);
            }
        }
    }
    found
}

/// A name that can be written in quotes as it is.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether the file itself is wrong, whatever the release declares: not what needs a router, a Service or a parameter.
fn is_of_file(diagnostic: &Diagnostic, source: &Source) -> bool {
    const OF_STAGES: &[Code] =
        &[Code::StageWeightFalls, Code::StageNameLies, Code::StageWeightFraction, Code::StageRamp, Code::ProfileCycle];
    let group = diagnostic.code.group().0;
    diagnostic.severity == Severity::Error
        && diagnostic.span().is_some_and(|span| span.source == source.id)
        && (matches!(group, "check" | "query" | "web")
            || OF_STAGES.contains(&diagnostic.code)
            // A name that resembles no other may be declared by the release.
            || diagnostic.code == Code::ReferenceUnknown && diagnostic.fix.is_some())
}
