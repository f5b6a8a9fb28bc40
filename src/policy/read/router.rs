//! In: `router`. Out: the routers that a release declares. It refuses, by name, a router of the language that is
//! missing from the table.

use super::unsupported;
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::manifest::Origin;
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::router::{Declaration, DeclaredRouter, Routers};
use crate::source::Span;
use crate::vocabulary::Word;

/// Reads the routers of a release. Without one, pod counts split the traffic.
pub fn routers(cx: &mut Context<'_>, release: Reader<'_>, table: Routers) -> Declaration {
    let mut declaration = Declaration { origin: None, routers: Vec::new(), table };
    let Some(router) = release.child(Word::Router) else { return declaration };
    if router.alternative(cx, "router").is_none() {
        return declaration;
    }
    for child in router.block.children.iter().map(Reader::new) {
        let origin = Origin::written(child.block.keyword);
        declaration.origin.get_or_insert(origin);
        match table.find(child.block.word()) {
            Some(router) => {
                declaration.routers.push(DeclaredRouter { origin, router, split: (router.read)(cx, child) });
            }
            None => {
                let words = suggest::one_of(table.words());
                unsupported::refuse(
                    cx,
                    child.block.keyword,
                    format!("router `{}`", child.block.word()),
                    &format!("use {words}, or no `router` to split traffic by the number of pods"),
                );
            }
        }
    }
    declaration
}

/// Reports something that needs a router when there is none.
pub fn needed(cx: &mut Context<'_>, span: Span, what: &str, why: &str) {
    if cx.misreads_router() {
        cx.already_said();
        return;
    }
    cx.report(
        Diagnostic::new(Code::RouterNeeded, span, format!("{what} needs a router, and this release has none"))
            .label("needs a router")
            .why(why.to_owned())
            .help("write `router { gateway-api \"namespace/gateway\" }`, or remove this"),
    );
}
