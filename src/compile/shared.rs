//! In: a policy and its included files. Out: the mistakes of shared declarations that none of its releases uses, and that
//! every release with them would have. They would otherwise pass, and appear in each policy that uses them.

use std::collections::BTreeSet;
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

/// The most declarations that one release uses.
const TOGETHER: usize = 200;

/// Judges what the files declare and no release of these files uses: each profile, and many other declarations together, in
/// a release that has what most releases have.
pub(super) fn judge(root: &Module, includes: &[Arc<Module>], files: &dyn Files, sources: &Sources) -> Vec<Diagnostic> {
    let mut used = BTreeSet::new();
    let modules = || includes.iter().map(|include| &**include).chain([root]);
    modules().for_each(|module| add_used(&module.block, &mut used));
    let providers = || modules().flat_map(|module| module.block.all(Word::Provider)).filter_map(Block::name);
    if root.block.all(Word::Release).next().is_some() && providers().count() == 1 {
        used.extend(providers().map(|name| (Word::Provider, name.to_owned())));
    }
    let again = Arc::new(Module::read(Arc::clone(&root.source)));
    let shared: Vec<Arc<Module>> = includes.iter().cloned().chain([Arc::clone(&again)]).collect();
    let mut found: Vec<Diagnostic> = Vec::new();
    for Use { of, ways } in uses(&shared, &used) {
        let mut said = ways.iter().map(|body| said_of(body, &root.source, &shared, files, sources));
        let Some(first) = said.next() else { continue };
        let others: Vec<Vec<Diagnostic>> = said.collect();
        let is_always = |one: &Diagnostic| {
            others.iter().all(|said| said.iter().any(|other| other.code == one.code && other.span() == one.span()))
        };
        for mut diagnostic in first {
            if is_of_files(&diagnostic, &of) && is_always(&diagnostic) {
                // The release around it is not the reader's.
                diagnostic.labels.retain(|label| sources.get(label.span.source).is_some());
                if !found.contains(&diagnostic) {
                    found.push(diagnostic);
                }
            }
        }
    }
    found
}

/// A release that uses declarations of some files.
struct Use<'a> {
    /// The files that it judges.
    of: Vec<&'a Source>,
    /// The bodies with which it can use them. A check may be meant for a watch or for a gate, and it is wrong if it is wrong
    /// in both.
    ways: Vec<String>,
}

/// The releases that together use everything that nothing uses: one for each profile, and a few for the rest. Each merges
/// everything that is shared, so one for each file would take the square of their number.
fn uses<'a>(shared: &'a [Arc<Module>], used: &BTreeSet<(Word, String)>) -> Vec<Use<'a>> {
    let mut uses = Vec::new();
    let mut all: Vec<(&Source, Watched)> = Vec::new();
    for module in shared {
        for name in unused(&module.block, Word::Profile, used) {
            uses.push(Use { of: vec![&module.source], ways: vec![format!("use \"{name}\"")] });
        }
        all.extend(watched(&module.block, used).into_iter().map(|watched| (&*module.source, watched)));
    }
    for together in all.chunks(TOGETHER) {
        let body: String = together.iter().map(|(_, watched)| watched.check.as_str()).collect();
        let names: String = together.iter().map(|(_, watched)| format!(" \"{}\"", watched.name)).collect();
        uses.push(Use {
            of: together.iter().map(|(source, _)| *source).collect(),
            ways: vec![
                format!("{body}stage weight=\"50%\" pause=\"7d\"\nwatch{names}"),
                format!("{body}stage weight=\"50%\" pause=\"7d\" {{ gate{names} }}"),
            ],
        });
    }
    uses
}

/// The declarations of a file with this keyword that nothing uses.
fn unused<'a>(file: &'a Block, word: Word, used: &BTreeSet<(Word, String)>) -> impl Iterator<Item = &'a str> {
    let names = file.all(word).filter_map(Block::name).filter(|name| is_plain(name));
    names.filter(move |name| !used.contains(&(word, (*name).to_owned())))
}

/// Something that a release can watch to use a declaration.
struct Watched {
    name: String,
    /// The check with this name, if the release has to declare it.
    check: String,
}

/// What uses the declarations of a file other than profiles.
fn watched(file: &Block, used: &BTreeSet<(Word, String)>) -> Vec<Watched> {
    let declared = [Word::Slo, Word::Check].into_iter().flat_map(|word| unused(file, word, used));
    let mut all: Vec<Watched> = declared.map(|name| Watched { name: name.to_owned(), check: String::new() }).collect();
    let metrics: BTreeSet<&str> = unused(file, Word::Metric, used).collect();
    for metric in file.all(Word::Metric) {
        let Some(name) = metric.name().filter(|name| metrics.contains(name)) else { continue };
        let arguments: String = metric.all(Word::Param).filter_map(argument).collect();
        let check = format!("check \"any-{name}\" max=1 {{ metric \"{name}\"{arguments} }}\n");
        all.push(Watched { name: format!("any-{name}"), check });
    }
    for provider in unused(file, Word::Provider, used) {
        let name = format!("of-{provider}");
        let check = format!("check \"{name}\" max=1 {{ query \"up\" provider=\"{provider}\" }}\n");
        all.push(Watched { name, check });
    }
    all
}

/// An argument for a parameter without a default.
fn argument(parameter: &Block) -> Option<String> {
    let name = parameter.name().filter(|name| is_plain(name))?;
    if parameter.property(Word::Default).is_some() {
        return None;
    }
    let value = match parameter.property(Word::Type).and_then(|value| value.as_str())? {
        "duration" => "\"5m\"",
        "percent" => "\"1%\"",
        "rate" => "\"1/s\"",
        "integer" | "number" => "1",
        "boolean" => "#true",
        "host" => "\"any.example.com\"",
        _ => "\"any\"",
    };
    Some(format!(" {name}={value}"))
}

/// The names of shared declarations that a block and its children use.
fn add_used(block: &Block, used: &mut BTreeSet<(Word, String)>) {
    let words: &[Word] = match block.word() {
        Word::Watch | Word::Gate | Word::Experiment => &[Word::Slo, Word::Check],
        Word::Use => &[Word::Profile],
        Word::Metric => &[Word::Metric],
        _ => &[],
    };
    // A declaration of a metric is no use of it.
    let is_declaration = block.word() == Word::Metric && !block.children.is_empty();
    if !is_declaration {
        for name in block.arguments.iter().filter_map(|value| value.as_str()) {
            used.extend(words.iter().map(|word| (*word, name.to_owned())));
        }
    }
    let provider = block.property(Word::Provider).and_then(|value| value.as_str());
    used.extend(provider.map(|name| (Word::Provider, name.to_owned())));
    block.children.iter().for_each(|child| add_used(child, used));
}

/// What is said of a release with this body.
fn said_of(body: &str, file: &Source, shared: &[Arc<Module>], files: &dyn Files, sources: &Sources) -> Vec<Diagnostic> {
    let text = format!("release \"any\" namespace=\"any\" {{\n{AROUND}\n{body}\n}}\n");
    let mut said = Diagnostics::new();
    let release = Module::read(Source::new(file.path.clone(), text));
    let mut sources = sources.clone();
    sources.add(Arc::clone(&release.source));
    let resolution = layers::resolve(&release, shared, None, &[], &mut sources, &mut said);
    for resolved in &resolution.policies {
        super::release(resolved, files, &mut sources, &mut said);
    }
    said.into_vec()
}

/// A name that can be written in quotes as it is.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether one of the files itself is wrong, whatever the release declares: not what needs a router, a Service or a parameter.
fn is_of_files(diagnostic: &Diagnostic, of: &[&Source]) -> bool {
    const OF_STAGES: &[Code] =
        &[Code::StageWeightFalls, Code::StageNameLies, Code::StageWeightFraction, Code::StageRamp, Code::ProfileCycle];
    const OF_ANY: &[Code] = &[Code::PropertyMissing, Code::SupportNotYet];
    let group = diagnostic.code.group().0;
    diagnostic.severity == Severity::Error
        && diagnostic.span().is_some_and(|span| of.iter().any(|source| source.id == span.source))
        && (matches!(group, "check" | "query" | "web" | "job" | "value")
            || OF_ANY.contains(&diagnostic.code)
            || OF_STAGES.contains(&diagnostic.code)
            // A name that resembles no other may be declared by the release.
            || diagnostic.code == Code::ReferenceUnknown && diagnostic.fix.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_files_are_used_together() {
        let module = |number: usize| {
            let text =
                format!("provider \"p{number}\" {{ prometheus address=\"http://p\" }}\nprofile \"f{number}\" {{}}\n");
            Arc::new(Module::read(Source::new(format!("{number}.kdl"), text)))
        };
        let files: Vec<Arc<Module>> = (0..3 * TOGETHER).map(module).collect();
        let used = (0..3 * TOGETHER).map(|number| (Word::Profile, format!("f{number}"))).collect();
        let uses = uses(&files, &used);
        assert_eq!(uses.iter().map(|one| one.of.len()).collect::<Vec<_>>(), [TOGETHER; 3]);
        assert!(uses[2].ways[0].contains("provider=\"p599\"") && uses[2].ways[0].contains("watch \"of-p400\""));
        assert_eq!(super::uses(&files[..1], &BTreeSet::new()).len(), 2);
    }
}
