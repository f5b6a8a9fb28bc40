//! The warnings that a policy allows: `allow "CODE" reason="…"`. In: the diagnostics of a policy, its files and its
//! merged releases. Out: the diagnostics without the warnings that are allowed, and what is wrong with an `allow`.
//!
//! In a release, a profile or an environment, an `allow` is about everything that is said of that release in that
//! environment. In any other node, it is about the warnings that point into the node; at the top of a file, into the file.

use std::cell::Cell;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, WarningCode, suggest};
use crate::layers::Module;
use crate::model::Block;
use crate::source::Span;
use crate::vocabulary::Word;

/// All `allow`s of a policy and of the files that it includes.
pub struct Allows {
    all: Vec<Allow>,
}

struct Allow {
    /// The place of the code, which identifies it in a merged release.
    place: Span,
    code: Code,
    /// The node that contains it; the whole file at its top.
    node: Span,
    /// Whether the policy itself contains it, and not an included file.
    own: bool,
    used: Cell<bool>,
}

impl Allows {
    /// Reads the `allow`s of a policy, and reports those that cannot silence anything.
    pub fn read(root: &Module, includes: &[Arc<Module>], diagnostics: &mut Diagnostics) -> Self {
        let mut all = Vec::new();
        for (module, own) in std::iter::once((root, true)).chain(includes.iter().map(|include| (&**include, false))) {
            collect(&module.block, module.source.span(), own, &mut all, diagnostics);
        }
        Self { all }
    }

    /// The diagnostics of a merged release without what the release allows.
    #[must_use]
    pub fn of_release(&self, release: &Block, diagnostics: Diagnostics) -> Diagnostics {
        let places: Vec<Span> = release.all(Word::Allow).map(Block::name_span).collect();
        self.without(diagnostics, |allow, _| places.contains(&allow.place))
    }

    /// The diagnostics without those that point into a node that allows them.
    #[must_use]
    pub fn of_nodes(&self, diagnostics: Diagnostics) -> Diagnostics {
        self.without(diagnostics, |allow, diagnostic| {
            diagnostic.span().is_some_and(|at| {
                at.source == allow.node.source && allow.node.start <= at.start && at.end <= allow.node.end
            })
        })
    }

    /// Reports each `allow` of the policy that has silenced nothing.
    pub fn unused(&self, diagnostics: &mut Diagnostics) {
        for allow in self.all.iter().filter(|allow| allow.own && !allow.used.get()) {
            diagnostics.push(
                Diagnostic::new(
                    Code::AllowUnused,
                    allow.place,
                    format!("nothing here has the warning `{}`", allow.code),
                )
                .label("this `allow` silences nothing")
                .why("It would hide the warning if it came back.")
                .help("remove the `allow`, or move it to the node that the warning points into"),
            );
        }
    }

    fn without(&self, diagnostics: Diagnostics, silences: impl Fn(&Allow, &Diagnostic) -> bool) -> Diagnostics {
        if self.all.is_empty() {
            return diagnostics;
        }
        let mut rest = Diagnostics::new();
        for diagnostic in diagnostics.into_vec() {
            let mut allowed = false;
            for allow in self.all.iter().filter(|allow| allow.code == diagnostic.code) {
                if silences(allow, &diagnostic) {
                    allow.used.set(true);
                    allowed = true;
                }
            }
            if !allowed {
                rest.push(diagnostic);
            }
        }
        rest
    }
}

fn collect(block: &Block, node: Span, own: bool, all: &mut Vec<Allow>, diagnostics: &mut Diagnostics) {
    for child in &block.children {
        if child.word() != Word::Allow {
            collect(child, child.span, own, all, diagnostics);
        } else if let Some(code) = code(child, diagnostics) {
            all.push(Allow { place: child.name_span(), code, node, own, used: Cell::new(false) });
        }
    }
}

/// The code that an `allow` names, if a warning has it.
fn code(allow: &Block, diagnostics: &mut Diagnostics) -> Option<Code> {
    let name = allow.name()?;
    let place = allow.name_span();
    reason(allow, diagnostics);
    let warnings = || Code::ALL.iter().copied().filter(|code| WarningCode::new(*code).is_some());
    let Some(code) = Code::from_name(name) else {
        let names = warnings().map(Code::name);
        let help = suggest::did_you_mean(name, names).unwrap_or("`canaryc explain --list` lists all codes".to_owned());
        diagnostics.push(
            Diagnostic::new(Code::AllowCode, place, format!("there is no code `{name}`"))
                .label("not a code")
                .help(help),
        );
        return None;
    };
    if WarningCode::new(code).is_none() {
        diagnostics.push(
            Diagnostic::new(Code::AllowCode, place, format!("`{code}` is an error, and only a warning can be allowed"))
                .label("an error")
                .why("What has this error would be rejected, or would not do what the policy says.")
                .help(format!("remove the `allow`, and correct the mistake: `canaryc explain {code}`")),
        );
        return None;
    }
    Some(code)
}

/// Reports an `allow` without a reason.
fn reason(allow: &Block, diagnostics: &mut Diagnostics) {
    let given = allow.property(Word::Reason);
    if given.is_some_and(|reason| reason.scalar.as_str().is_none_or(|text| !text.trim().is_empty())) || allow.misread {
        return;
    }
    let place = given.map_or(allow.name_span(), |reason| reason.span);
    diagnostics.push(
        Diagnostic::new(Code::PropertyMissing, place, "`allow` needs `reason=`")
            .label("no reason")
            .why("Whoever reads the policy later must know why the warning does not matter.")
            .help("write why, such as `reason=\"a batch job, compared by hand\"`"),
    );
}
