//! Whether the help leads on. In: every mistake in `tests/mistakes/` and `tests/findings/`. Out: a test that follows the
//! help of each diagnostic as a person would: it applies the edits of the fix, or pastes the code after "write" in place
//! of what the label marks. The mistake must be gone, and must not come back within five such steps.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use canaryc::compile::{Library, Request, compile};
use canaryc::diagnostic::{Code, Diagnostic, Diagnostics};
use canaryc::disk::Disk;
use canaryc::files::Files;
use canaryc::internals::syntax::kdl;
use canaryc::internals::syntax::tree::{Entry, Node};
use canaryc::source::{Source, Span};
use libtest_mimic::Trial;

use crate::mistakes;

/// How many of the suggestions are followed before a person gives up.
const STEPS: usize = 5;

/// Codes of a text that cannot be read. No help may lead to one.
const SYNTAX: &[Code] = &[Code::YamlSyntax, Code::YamlUnclosed, Code::KdlUnclosedString, Code::KdlUnescapedQuote];

/// Mistakes whose help is a choice or an example, so that what it shows does not fit every policy.
const EXAMPLES: &[(&str, &str)] = &[];

pub fn tests() -> Vec<Trial> {
    vec![Trial::test("followed::help_leads_on", || {
        help_leads_on();
        Ok(())
    })]
}

/// All policies with a mistake, and how their files are read.
fn policies() -> Vec<(PathBuf, bool)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut found = Vec::new();
    let mut folders = vec![(root.join("mistakes"), true), (root.join("findings"), false)];
    while let Some((folder, is_mistakes)) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !is_mistakes {
                folders.push((path, false));
            } else if [".canary.kdl", ".canary.yaml"].iter().any(|ending| name.ends_with(ending))
                || is_mistakes && name.ends_with(".kdl")
            {
                found.push((path, is_mistakes));
            }
        }
    }
    found.sort();
    found
}

fn judge(path: &Path, text: &str, is_mistakes: bool) -> (Arc<Source>, Vec<Diagnostic>) {
    let manifests = mistakes::manifests();
    let disk = Disk::default();
    let files: &dyn Files = if is_mistakes { &manifests } else { &disk };
    let name = if is_mistakes { Path::new(path.file_name().unwrap()) } else { path };
    let source = Source::new(name, text);
    let compilation = compile(Arc::clone(&source), &Library::new(files), &Request::default());
    let said = compilation.diagnostics.into_vec();
    (source, said.into_iter().filter(|one| one.code != Code::ReleaseUnwatched).collect())
}

fn help_leads_on() {
    let (mut followed, mut wrong) = (0, Vec::new());
    for (path, is_mistakes) in policies() {
        let text = fs::read_to_string(&path).unwrap();
        let (_, said) = judge(&path, &text, is_mistakes);
        for index in 0..said.len() {
            match follow(&path, &text, is_mistakes, index) {
                Some(Ok(())) => followed += 1,
                Some(Err(why)) => wrong.push(format!("{}: {why}", path.display())),
                None => {}
            }
        }
    }
    assert!(followed > 150, "only {followed} suggestions could be followed");
    assert!(wrong.is_empty(), "{} of {followed}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Follows the help of one diagnostic, then of the first that can be followed. `None` if its help shows no code.
fn follow(path: &Path, text: &str, is_mistakes: bool, index: usize) -> Option<Result<(), String>> {
    let mut text = text.to_owned();
    let mut seen = BTreeSet::new();
    let mut followed = None;
    for step in 0..STEPS {
        let (source, said) = judge(path, &text, is_mistakes);
        let candidates = if step == 0 { said.get(index..=index)? } else { said.as_slice() };
        let next = candidates.iter().find_map(|one| Some((one, applied(&source, one)?)));
        let Some((one, after)) = next else { break };
        let key = (one.code.name(), one.message.to_string());
        if EXAMPLES.iter().any(|(code, _)| *code == key.0) {
            break;
        }
        let help = one.help.as_ref().map(ToString::to_string).unwrap_or_default();
        if step == 0 {
            followed = Some(Ok(()));
        }
        // One diagnostic may name several places.
        let count = |said: &[Diagnostic]| -> usize {
            let same = said.iter().filter(|other| (other.code.name(), other.message.to_string()) == key);
            same.map(|other| other.labels.len()).sum()
        };
        let (_, later) = judge(path, &after, is_mistakes);
        let syntax = |said: &[Diagnostic]| said.iter().filter(|one| SYNTAX.contains(&one.code)).count();
        if syntax(&later) > syntax(&said) {
            return Some(Err(format!("{} {}\n  help: {help}\n  breaks the syntax:\n{after}", key.0, key.1)));
        }
        if count(&later) >= count(&said) || !seen.insert((key.clone(), count(&said))) {
            return Some(Err(format!("{} {}\n  help: {help}\n  leads back with:\n{after}", key.0, key.1)));
        }
        text = after;
    }
    followed
}

/// The text with the suggestion of a diagnostic.
fn applied(source: &Source, diagnostic: &Diagnostic) -> Option<String> {
    if let Some(fix) = &diagnostic.fix {
        return fix.apply(source);
    }
    // Where to paste is only known in KDL.
    let is_yaml = source.path.extension().is_some_and(|extension| extension == "yaml");
    let code = code_to_write(diagnostic.help.as_deref()?).filter(|_| !is_yaml)?;
    let label = diagnostic.span().filter(|span| span.source == source.id)?;
    // "write `mode="embed"` on `workload`" names the node that takes it.
    let help = diagnostic.help.as_deref()?;
    let on = help.split("` on ").nth(1).and_then(|rest| {
        let word = rest.trim_start_matches("the ").trim_start_matches('`');
        word.split(|letter: char| !letter.is_ascii_lowercase() && letter != '-').next()
    });
    let (place, code) = place(source, label, &code, on)?;
    let mut text = source.text.to_string();
    text.replace_range(place.start as usize..place.end as usize, &code);
    Some(text)
}

/// The first piece of code after "write". Code with `…` in it is a form, not something to paste.
fn code_to_write(help: &str) -> Option<String> {
    let rest = help.strip_prefix("write `").or_else(|| help.strip_prefix("write it in braces: `"))?;
    let code = rest.split('`').next()?;
    let form = code.contains('…') || code.is_empty() || code.ends_with('=') || code.contains("\"value\"");
    (!form).then(|| code.to_owned())
}

/// What the code replaces: the node of the same keyword, the property of the same name, or what the label marks.
fn place(source: &Source, label: Span, code: &str, on: Option<&str>) -> Option<(Span, String)> {
    let mut ignored = Diagnostics::new();
    let document = kdl::read(source, &mut ignored);
    let path = around(&document.nodes, label);
    let word = code.split([' ', '=', '{']).next().unwrap_or_default();
    let is_property = code.len() > word.len() && code[word.len()..].starts_with('=');
    if is_property && !code.contains(' ') {
        let named = on.and_then(|word| path.iter().rev().find(|node| &*node.name.value == word));
        let node = named.or(path.last())?;
        // A label on the name marks a wrong name; one on a value marks what needs another property.
        let of_label =
            |entry: &&Entry| entry.span == label || entry.name.as_ref().is_some_and(|name| name.span == label);
        let same = |entry: &&Entry| entry.name.as_ref().is_some_and(|name| &*name.value == word);
        let entry = node.entries.iter().find(same).or_else(|| node.entries.iter().find(of_label));
        return Some(match entry {
            Some(entry) => (entry.span, code.to_owned()),
            None => (head(source, node).at_end(), format!(" {code}")),
        });
    }
    match path.iter().rev().find(|node| &*node.name.value == word) {
        Some(node) if code.contains('{') => Some((node.span, code.to_owned())),
        Some(node) if code.contains(' ') => Some((head(source, node), code.to_owned())),
        _ if !code.contains(' ') || code.starts_with(['"', '#']) => {
            let quoted = source.slice(label).starts_with('"') && !code.starts_with(['"', '#']);
            // A label may mark a part of a text; a person replaces the whole text.
            let whole = path.last().and_then(|node| {
                let texts = node.entries.iter().map(|entry| entry.value.span);
                texts.into_iter().find(|text| text.start < label.start && label.end < text.end)
            });
            let label = whole.filter(|_| code.starts_with('"')).unwrap_or(label);
            Some((label, if quoted { format!("\"{code}\"") } else { code.to_owned() }))
        }
        _ => path.last().filter(|node| node.name.span == label).map(|node| (node.span, code.to_owned())),
    }
}

/// The nodes around a place, the outermost first.
fn around(nodes: &[Node], place: Span) -> Vec<&Node> {
    let Some(node) = nodes.iter().find(|node| node.span.start <= place.start && place.start < node.span.end) else {
        return Vec::new();
    };
    let mut path = vec![node];
    path.extend(around(node.children(), place));
    path
}

/// A node without its braces.
fn head(source: &Source, node: &Node) -> Span {
    let end = node.children.as_ref().map_or(node.span.end, |children| children.span.start);
    let span = Span { end, ..node.span };
    span.part(0, source.slice(span).trim_end().len())
}
